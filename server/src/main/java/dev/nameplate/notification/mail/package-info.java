/// E-mail: events gathered into one message that somebody who is no engineer can act upon. Start at [MailChannel]; [MailText] is what
/// they read. Sees `notification` and `names`; wired by the root package.
@NullMarked
package dev.nameplate.notification.mail;

import org.jspecify.annotations.NullMarked;
