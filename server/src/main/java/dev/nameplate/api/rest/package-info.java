/// Our own REST API under `/v1`, for what no AWS API has words for: why a name is not proven yet and who must act, and whatever
/// other features add as [Route]s; and the page that an end customer may be given.
///
/// JSON out, errors as RFC 9457 problems, the `x-api-key` of SSL for SaaS in. Start at [RestApi]; a feature adds calls by a class
/// like [CertificateRoutes]. Seen by the wiring alone.
@NullMarked
package dev.nameplate.api.rest;

import org.jspecify.annotations.NullMarked;
