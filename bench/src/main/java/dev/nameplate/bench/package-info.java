/// Side-by-side measurements; nothing here is asserted by a test.
@NullMarked
package dev.nameplate.bench;

import org.jspecify.annotations.NullMarked;
