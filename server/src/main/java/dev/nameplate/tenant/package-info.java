/// Tenants of template distributions: each with domains, parameters and perhaps a certificate of its own, reached through a
/// connection group.
///
/// Sees `certificate`, `distribution`, `feed`, `db`, `job`, `names` and `edge.config`; seen by the doors and by `publish`. Start
/// at [Tenants].
@NullMarked
package dev.nameplate.tenant;

import org.jspecify.annotations.NullMarked;
