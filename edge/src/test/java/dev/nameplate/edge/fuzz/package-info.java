/// Fuzz targets of the edge: what reads bytes of visitors and origins. The seeds in `resources/fuzz` pass through each of
/// them in every build; the conformance lane lets Jazzer go on from there.
@NullMarked
package dev.nameplate.edge.fuzz;

import org.jspecify.annotations.NullMarked;
