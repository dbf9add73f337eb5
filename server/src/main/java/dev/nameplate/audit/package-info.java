/// Proves that what the features keep fits together: job entries, certificates, their keys, distributions, aliases, the DNS and
/// what edges were told. The only code that reads the tables of all features; it writes none.
///
/// Start at [Audit]; each [Check] is one thing that must not be. Sees `db`, `vault` and `pki`; called by the wiring alone.
@NullMarked
package dev.nameplate.audit;

import org.jspecify.annotations.NullMarked;
