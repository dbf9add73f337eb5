/// Certificates for names that nobody configured, asked for when a visitor first names them in a handshake, behind a permission.
///
/// Start at [OnDemand]. Sees `certificate`, `distribution`, `db`, `http`, `pki` and `names`; seen by `publish`, which answers the edge.
@NullMarked
package dev.nameplate.ondemand;

import org.jspecify.annotations.NullMarked;
