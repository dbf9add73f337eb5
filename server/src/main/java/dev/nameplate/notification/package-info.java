/// Tells others what happened: who wants to know what, and which of it reached them.
///
/// Whoever changes something records an [Event] through the [Outbox] in the same unit of work; [DeliveryWork] brings it to each
/// [Subscription] through its kind's [Channel], again and again until it is taken or given up. Sees `db`, `job`, `vault` and `names`.
/// Channels are packages below this one; `notification.source` listens to features that know nothing of notifications.
@NullMarked
package dev.nameplate.notification;

import org.jspecify.annotations.NullMarked;
