/// Calls of others' HTTP servers that end: the whole answer within bounds of time and size, or a failure with a sentence.
///
/// Start at [WholeAnswer]. Sees nothing of ours; seen by `issuer.acme`, `issuer.status` and `ondemand`.
@NullMarked
package dev.nameplate.http;

import org.jspecify.annotations.NullMarked;
