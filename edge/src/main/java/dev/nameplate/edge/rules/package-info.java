/// What a behaviour's rules make of a visitor and of an answer's headers: pure, without connections.
///
/// Sees `edge.config`; called by `edge.route`, which makes the rules ready, and `edge.serve`, which applies them. Start at
/// [HeaderPolicy].
@NullMarked
package dev.nameplate.edge.rules;

import org.jspecify.annotations.NullMarked;
