/// Calls of others' HTTP servers: whole answers within bounds of time and size or a failure with a sentence, what plain ones say, and
/// whom a client believes.
///
/// Start at [WholeAnswer]. Sees nothing of ours; seen by whoever is a client of somebody: `issuer.acme`, `issuer.status`, `ondemand`,
/// `dns` and `enrolment.validation`, which look at strangers' web servers, and `client` and `demo`.
@NullMarked
package dev.nameplate.http;

import org.jspecify.annotations.NullMarked;
