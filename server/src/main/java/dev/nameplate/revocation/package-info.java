/// Revokes many certificates at once, for the day a key or an authority can be trusted no more: each when its replacement is served,
/// and not before.
///
/// Start at [MassRevocations]; [MassRevocationWork] carries a run out, [RevocationScope] says what it is about. Sees `certificate`,
/// `db`, `job`, `names`. Called by the doors.
@NullMarked
package dev.nameplate.revocation;

import org.jspecify.annotations.NullMarked;
