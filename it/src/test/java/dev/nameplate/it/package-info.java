/// Black box: the launcher's own process, driven by official clients and real peers. Sees no class of the server.
///
/// Start at [RunningServer]. Tests that need an absent real part skip loudly, or fail with `-Dparts=required`: see [Parts].
@NullMarked
package dev.nameplate.it;

import org.jspecify.annotations.NullMarked;
