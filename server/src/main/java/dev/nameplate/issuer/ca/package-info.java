/// The embedded certificate authority: a root and an intermediate made at first start; lints, then signs.
///
/// An implementation of [dev.nameplate.certificate.Issuer]. Start at [EmbeddedCa].
@NullMarked
package dev.nameplate.issuer.ca;

import org.jspecify.annotations.NullMarked;
