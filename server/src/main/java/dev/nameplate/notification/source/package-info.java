/// Makes events of what features that know nothing of notifications do: [JobEvents] is told by the jobs of SSL for SaaS,
/// [CertificateEvents] reads the notices that certificates keep anyway. Sees `notification`, `certificate`, `saas`, `job`, `db` and
/// `names`; wired by the root package.
@NullMarked
package dev.nameplate.notification.source;

import org.jspecify.annotations.NullMarked;
