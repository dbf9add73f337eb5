/// AWS on the wire, server side: routing, signatures, protocols, constraints, error envelopes.
/// Knows no feature and no HTTP server.
///
/// Whoever serves AWS APIs builds an [AwsEndpoint] from [Service]s and hands it [HttpRequest]s.
/// Start there. `model`, `codec` and `sigv4` are its tools and see nothing of it.
@NullMarked
package dev.nameplate.wire;

import org.jspecify.annotations.NullMarked;
