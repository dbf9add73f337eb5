/// Master keys wrapped by AWS KMS, so that the data folder alone opens nothing. Sees `vault`, whose port [AwsKms] fills; seen by
/// the wiring alone.
@NullMarked
package dev.nameplate.vault.kms;

import org.jspecify.annotations.NullMarked;
