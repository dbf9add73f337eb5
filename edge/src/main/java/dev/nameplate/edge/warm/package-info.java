/// Rehearses what an edge does all day, before it has to: a process that has served nothing yet is several times slower
/// until its hot paths are compiled.
///
/// Plays visitor and origin around an edge made for the purpose, on loopback, that shares nothing with the real one but its
/// code. Sees `edge.config`, `edge.net`, `edge.proxy` (which speaks the visitor's part) and `edge.tls` (for a
/// certificate); seen by the edge's start alone. Start at [WarmUp].
@NullMarked
package dev.nameplate.edge.warm;

import org.jspecify.annotations.NullMarked;
