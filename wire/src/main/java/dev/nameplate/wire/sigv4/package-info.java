/// Verification of AWS Signature Version 4, as a server does it: header and presigned forms.
///
/// Called by the endpoint; sees no other package of ours. Start at [Signature].
@NullMarked
package dev.nameplate.wire.sigv4;

import org.jspecify.annotations.NullMarked;
