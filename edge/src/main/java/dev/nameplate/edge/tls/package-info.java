/// TLS towards visitors: one shared BoringSSL context, and per connection the certificate that the server name asks for.
///
/// A certificate is two native pointers (chain and key, 2.6 KB), kept in a cache that is bounded by bytes, filled on
/// demand by the [dev.nameplate.edge.config.EdgeSource] on virtual threads. Everything that touches the internals of
/// netty-tcnative is in [NativeTls]. Seen by the edge's start only. Start at [ServerTls].
@NullMarked
package dev.nameplate.edge.tls;

import org.jspecify.annotations.NullMarked;
