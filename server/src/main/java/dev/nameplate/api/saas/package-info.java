/// SSL for SaaS over REST: lenient JSON in, documented shapes out; and the same jobs under `/v1/jobs`, entry by entry, and domains
/// under `/v1/domains`.
///
/// Sees `saas`, `domain`, `api.rest` (whose router the latter run on), `pki` (names in imported certificates), `names` and the wire; only
/// the wiring makes a [SaasApi], [JobRoutes] and [DomainRoutes]. Start there for the paths, at `JobReader` and `CleanReader` for what a job may say,
/// at [JobChecks] for what is checked of either.
@NullMarked
package dev.nameplate.api.saas;

import org.jspecify.annotations.NullMarked;
