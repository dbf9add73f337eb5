/// The keys of TLS session tickets: made, rotated, and the same at every node.
///
/// Start at [TicketKeys]. Sees `db`, `job`, `vault` and `edge.config`; seen by the wiring alone, which hands the keys to the edge.
@NullMarked
package dev.nameplate.ticket;

import org.jspecify.annotations.NullMarked;
