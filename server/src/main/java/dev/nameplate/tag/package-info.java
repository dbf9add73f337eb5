/// Tags of any resource, keyed by our own resource key. Sees `db`; seen by the AWS doors. Start at [Tags].
@NullMarked
package dev.nameplate.tag;

import org.jspecify.annotations.NullMarked;
