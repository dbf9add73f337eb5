/// Certificates and their life: asked for, proven, issued, in use, gone.
///
/// Start at [Certificates] (the door to the feature) and [State] (what a certificate is); [IssuanceWork] carries a pending one
/// to its end, [RenewalWork] an issued one past it. Sees `db`, `job`, `vault`, `dns`, `feed`, `names`. Seen by `issuer.ca`, `distribution`, `publish` and the doors.
@NullMarked
package dev.nameplate.certificate;

import org.jspecify.annotations.NullMarked;
