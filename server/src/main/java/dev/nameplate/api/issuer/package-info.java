/// Who signs: the configured issuers and their accounts, under `/v1/issuers`. Start at [IssuerRoutes], which the root package gives to
/// the router of `api.rest`. Sees `api.rest`, `issuer.acme`, `issuer.ratelimit`, `certificate`, `db`, `dns`, `names` and `pki`.
@NullMarked
package dev.nameplate.api.issuer;

import org.jspecify.annotations.NullMarked;
