/// Start-up and the wiring of one process, by plain constructors: the only code that sees every package, and the only code that
/// makes a clock or a source of randomness.
///
/// Start at [Main], whose subcommands are classes here where they open what the data folder holds, then [Server], which starts and stops the parts. [Store] opens what
/// rests in the data folder, [Features] puts the features over it, [Doors] the APIs over those.
@NullMarked
package dev.nameplate;

import org.jspecify.annotations.NullMarked;
