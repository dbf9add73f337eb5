/// Start-up and the wiring of one process: the only code that sees every package.
@NullMarked
package dev.nameplate;

import org.jspecify.annotations.NullMarked;
