/// Looks at challenges as RFC 8555 section 8 and RFC 8737 say: TXT records, a file over HTTP, a certificate over TLS.
///
/// What it connects to is chosen by strangers, so every address is judged before, also those of redirects. Start at [Challenges].
/// Sees `enrolment`, `dns`, `http`, `pki`, `names`; made by the wiring.
@NullMarked
package dev.nameplate.enrolment.validation;

import org.jspecify.annotations.NullMarked;
