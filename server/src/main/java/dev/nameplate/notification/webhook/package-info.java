/// Webhooks: events as signed HTTP requests. Start at [WebhookChannel]; [HttpPost] is the connection, which trusts nothing the other
/// side says and no name to mean twice the same address. Sees `notification` and, for [dev.nameplate.edge.config.OriginPolicy],
/// `edge.config`; wired by the root package.
@NullMarked
package dev.nameplate.notification.webhook;

import org.jspecify.annotations.NullMarked;
