/// What the edge is told: settings, certificates, sites, origins; and what it tells: events.
///
/// Plain values without Netty, seen by every package of the edge and by whoever runs an edge. Start at [EdgeSource].
@NullMarked
package dev.nameplate.edge.config;

import org.jspecify.annotations.NullMarked;
