/// Who is told of what, under `/v1/webhooks`. Start at [WebhookRoutes], which the root package gives to the router of `api.rest`. Sees
/// `api.rest`, `notification` and `wire`.
@NullMarked
package dev.nameplate.api.notification;

import org.jspecify.annotations.NullMarked;
