/// The SSL for SaaS REST door: lenient JSON in, documented shapes out. Start at [SaasApi].
@NullMarked
package dev.nameplate.api.saas;

import org.jspecify.annotations.NullMarked;
