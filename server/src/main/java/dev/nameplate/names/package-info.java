/// The words every feature shares: domain names, accounts, Regions, ids.
///
/// Sees nothing of ours; seen by all. Start at [DomainName].
@NullMarked
package dev.nameplate.names;

import org.jspecify.annotations.NullMarked;
