/// Certificates and their life: asked for, proven, issued, in use, gone.
///
/// Start at [Certificates] (the door to the feature) and [State] (what a certificate is); [IssuanceWork] carries a pending one
/// to its end, [RenewalWork] an issued one past it, [Catalogue] finds them by what they are. `…Rows` hold the SQL of a row's life,
/// `…Work` what is done in the background. Sees `db`, `job`, `vault`, `dns`, `feed`, `pki`, `names`. Seen by `issuer.ca`,
/// `distribution`, `publish` and the doors.
@NullMarked
package dev.nameplate.certificate;

import org.jspecify.annotations.NullMarked;
