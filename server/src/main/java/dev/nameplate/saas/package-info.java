/// SSL for SaaS: bulk jobs that create or import certificates and clone a distribution for each.
///
/// Drives AWS's own client interfaces (`AcmClient`, `CloudFrontClient`) and knows nothing of what is behind them. Start at
/// [SaasJobs], which takes jobs in, then [SaasWork], which carries them out. Sees `job`, `db`, `vault`, `names`; seen
/// by `api.saas`.
@NullMarked
package dev.nameplate.saas;

import org.jspecify.annotations.NullMarked;
