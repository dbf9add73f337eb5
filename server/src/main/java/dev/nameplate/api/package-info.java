/// The HTTP door: one port, routed to the AWS services, SSL for SaaS and operations. Start at [ApiServer].
@NullMarked
package dev.nameplate.api;

import org.jspecify.annotations.NullMarked;
