/// Invalidations: orders to serve nothing that was cached under some paths, kept until every edge node obeys and listed
/// afterwards.
///
/// Start at [Invalidations]. Called by the doors inside their own transactions, and by `publish`, which tells the edge and
/// says when all nodes have it. Sees `feed`, `job` and `db`.
@NullMarked
package dev.nameplate.invalidation;

import org.jspecify.annotations.NullMarked;
