/// Platform AWS: the certificates and distributions of SSL for SaaS jobs in a real AWS account.
///
/// AWS's own clients, held to the pace that AWS allows. Start at [AwsPlatform], which makes the `saas.Platform` that jobs are run
/// on; who waits for whose turn is decided by [Pace]. Sees `saas` and `names`; only the wiring sees it.
@NullMarked
package dev.nameplate.saas.aws;

import org.jspecify.annotations.NullMarked;
