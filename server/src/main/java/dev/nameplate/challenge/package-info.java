/// What a certificate authority is shown for a name: texts in our DNS, files and certificates at our edge, kept in one table so that
/// any node answers.
///
/// Start at [Challenges]. Sees `db`, `job` and `names`; seen by the issuers that prove names to others, and by the wiring, which hands
/// the answers to the DNS server and to the edge.
@NullMarked
package dev.nameplate.challenge;

import org.jspecify.annotations.NullMarked;
