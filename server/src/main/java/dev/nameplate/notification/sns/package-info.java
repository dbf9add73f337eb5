/// Topics of Amazon SNS: events as messages that AWS hands on. Start at [SnsChannel]. Sees `notification`; wired by the root package.
@NullMarked
package dev.nameplate.notification.sns;

import org.jspecify.annotations.NullMarked;
