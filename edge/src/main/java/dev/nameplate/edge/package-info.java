/// The data plane: TLS by SNI, routing, cache, proxy.
///
/// Start at [Edge]. It is told what to serve by an [dev.nameplate.edge.config.EdgeSource] and knows nothing of who
/// stands behind it, so it goes on serving what is hot when the control plane is down. The types a caller hands over
/// are in `edge.config`; the journey of a request is `edge.tls` → `edge.http` → `edge.serve`, which asks `edge.route`,
/// `edge.cache` and `edge.proxy`. This package sees all of them; none of them sees this one.
@NullMarked
package dev.nameplate.edge;

import org.jspecify.annotations.NullMarked;
