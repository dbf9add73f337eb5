/// Turns certificates and distributions into what the edge serves, follows the change feed, and says `Deployed` once the edge has it.
///
/// Start at [EdgePublisher], which the edge asks; [ChangeFollower] tells the edge what to ask again; [PublishWork] and [InvalidationWork] say that it
/// has; [HandshakeCheck] looks at the edge as a visitor would, [ServedCertificates] so for a renewal.
/// Sees `certificate`, `challenge`, `ondemand`, `distribution`, `invalidation`, `tenant`, `feed`, `db`, `job`, `pki`, `names`
/// and `edge.config`; seen by the wiring alone.
@NullMarked
package dev.nameplate.publish;

import org.jspecify.annotations.NullMarked;
