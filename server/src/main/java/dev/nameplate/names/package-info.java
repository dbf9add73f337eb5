/// The words every feature shares: domain names (and which of them are certified at all), accounts, Regions, ids.
///
/// Sees nothing of ours; seen by all. Start at [DomainName].
@NullMarked
package dev.nameplate.names;

import org.jspecify.annotations.NullMarked;
