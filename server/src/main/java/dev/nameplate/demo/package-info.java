/// The demo: the main job end to end, only through the public doors. Start at [Demo].
@NullMarked
package dev.nameplate.demo;

import org.jspecify.annotations.NullMarked;
