/// Keeps to the rate limits of certificate authorities before they have to: what may be ordered now, and what has to wait until
/// when, the same for all nodes on the store.
///
/// Start at [IssuerBudgets]; [RateLimits] says what an issuer allows, [TokenBucket] how a limit fills again, [RateForecast] what
/// many orders would come to. Sees `certificate`, `db`, `job`, `names`. Called by whoever orders from an authority, and by the
/// doors that show what is left.
@NullMarked
package dev.nameplate.issuer.ratelimit;

import org.jspecify.annotations.NullMarked;
