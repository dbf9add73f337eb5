/// AWS on the wire, server side: routing, signatures, protocols, constraints, error envelopes.
/// Knows no feature and no HTTP server.
///
/// Whoever serves AWS APIs builds an endpoint from [Service]s and hands it [HttpRequest]s.
/// Start there.
@NullMarked
package dev.nameplate.wire;

import org.jspecify.annotations.NullMarked;
