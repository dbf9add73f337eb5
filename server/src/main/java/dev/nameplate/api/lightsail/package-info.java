/// Amazon Lightsail: operation → feature call → response. Owns what only Lightsail has: resource names and operation records.
///
/// Start at [LightsailApi].
@NullMarked
package dev.nameplate.api.lightsail;

import org.jspecify.annotations.NullMarked;
