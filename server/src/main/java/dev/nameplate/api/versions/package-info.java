/// Snapshots and versions of distributions' configurations, under the paths and in the shapes of the original solution that SSL for
/// SaaS comes from: list, name, compare, link and apply.
///
/// Start at [VersionsApi] for the paths, at `Transfers` for how a configuration is applied to other distributions. Sees
/// `distribution`, `db`, `names` and the wire; only the wiring makes a [VersionsApi].
@NullMarked
package dev.nameplate.api.versions;

import org.jspecify.annotations.NullMarked;
