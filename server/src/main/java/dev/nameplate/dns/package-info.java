/// Hosted zones, the authoritative DNS server, and looking at the world's DNS until a name is proven.
///
/// Sees `db`, `http`, `names`. Seen by `certificate` and the doors. Start at [Zones] for what we serve, [ProofLookup] for what we ask.
@NullMarked
package dev.nameplate.dns;

import org.jspecify.annotations.NullMarked;
