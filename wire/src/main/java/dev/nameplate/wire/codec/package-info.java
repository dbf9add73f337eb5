/// Between bytes and the SDK's model classes, server side: requests are read, answers are written.
/// Driven by the classes' own [software.amazon.awssdk.core.SdkField]s; no operation is known here.
///
/// Called by the protocols of the endpoint; sees `model` only, to tell which empty XML elements
/// count. Start at [JsonCodec] or [XmlCodec].
@NullMarked
package dev.nameplate.wire.codec;

import org.jspecify.annotations.NullMarked;
