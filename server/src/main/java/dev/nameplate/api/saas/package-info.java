/// SSL for SaaS over REST: lenient JSON in, documented shapes out.
///
/// Sees `saas`, `pki` (names in imported certificates), `names` and the wire; only the wiring makes a [SaasApi]. Start there
/// for the paths, at `JobReader` for what a job may say.
@NullMarked
package dev.nameplate.api.saas;

import org.jspecify.annotations.NullMarked;
