/// AWS STS, as much as the CLI and Terraform ask first. Start at [StsApi].
@NullMarked
package dev.nameplate.api.sts;

import org.jspecify.annotations.NullMarked;
