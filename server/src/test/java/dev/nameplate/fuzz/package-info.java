/// Fuzz targets: everything that takes bytes from strangers. The seeds in `resources/fuzz` pass through each of them in every
/// build; the conformance lane lets Jazzer go on from there.
@NullMarked
package dev.nameplate.fuzz;

import org.jspecify.annotations.NullMarked;
