/// The transport underneath: which of Netty's event loops and sockets this machine can run, and how much of it one visitor may have.
///
/// Seen by the edge's start and by `edge.proxy`. Start at [Transport].
@NullMarked
package dev.nameplate.edge.net;

import org.jspecify.annotations.NullMarked;
