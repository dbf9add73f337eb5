/// Certificates and their life: asked for, proven, issued, in use, gone.
///
/// Start at [Certificates] (the door to the feature) and [State] (what a certificate is); [IssuanceWork] carries a pending one
/// to its end, [RenewalWork] an issued one past it, [Spares] keep a second one ready, [Catalogue] finds them by what they are, and
/// [EarlierLeaves] what they had. `…Rows` hold the SQL of a row's life, `…Work` what is done in the background. Sees `db`, `job`,
/// `vault`, `dns`, `feed`, `pki`, `names`. Seen by the issuers, which implement [Issuer], by whatever uses certificates
/// (`distribution`, `publish`, `ondemand`, `revocation`), and by the doors.
@NullMarked
package dev.nameplate.certificate;

import org.jspecify.annotations.NullMarked;
