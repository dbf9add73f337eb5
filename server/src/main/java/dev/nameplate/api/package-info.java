/// The HTTP port: hands each request to the first [Door] that takes it.
///
/// Knows no API: the doors are given to it by the wiring, and have packages of their own below this one, which do not see
/// it. Sees the wire module for what a request and an answer are. Start at [ApiServer].
@NullMarked
package dev.nameplate.api;

import org.jspecify.annotations.NullMarked;
