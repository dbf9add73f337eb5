/// AWS STS, as much as the CLI and Terraform ask first: who calls. Sees `names` and the wire; only the wiring makes a [StsApi].
/// Start there.
@NullMarked
package dev.nameplate.api.sts;

import org.jspecify.annotations.NullMarked;
