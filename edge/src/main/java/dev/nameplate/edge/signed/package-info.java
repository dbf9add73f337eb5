/// Signed URLs and cookies: whether a request carries a signature of a trusted key that allows what it asks for.
///
/// Pure but for a small memory of signatures already verified. Sees `edge.config`; seen by `edge.serve`. Start at
/// [SignedAccess].
@NullMarked
package dev.nameplate.edge.signed;

import org.jspecify.annotations.NullMarked;
