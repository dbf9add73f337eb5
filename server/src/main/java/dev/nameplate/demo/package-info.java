/// The demo: the main job end to end, only through the public doors.
///
/// A client like any other: it knows addresses and credentials, and nothing of the server's insides. Sees `http`. Start at [Demo].
@NullMarked
package dev.nameplate.demo;

import org.jspecify.annotations.NullMarked;
