/// What the edge's tests share: a certificate authority, a source, an origin, visitors. Start at [TestEdge].
@NullMarked
package dev.nameplate.edge.testkit;

import org.jspecify.annotations.NullMarked;
