/// Host names as the edge compares them: lower case, no port, no final dot.
///
/// Seen by every package that keeps something by name. Start at [HostNames].
@NullMarked
package dev.nameplate.edge.name;

import org.jspecify.annotations.NullMarked;
