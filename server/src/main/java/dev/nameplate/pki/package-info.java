/// Keys and X.509 certificates as such: made, written as PEM, parsed, examined. Knows no store and nobody's business.
///
/// Start at [KeyPairs] (makes keys), [ImportExamination] (fills the [ReportCard] of what a stranger brings) and [X509] (chains and
/// their stored form). Sees `names`. Seen by whoever handles a certificate or a key, and by the doors.
@NullMarked
package dev.nameplate.pki;

import org.jspecify.annotations.NullMarked;
