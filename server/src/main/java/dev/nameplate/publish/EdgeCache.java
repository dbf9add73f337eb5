package dev.nameplate.publish;

import java.util.Set;

/// The part of a running edge that is told of changes: `Edge::changed`.
@FunctionalInterface
public interface EdgeCache {
    /// Makes the edge ask again for these names and this distribution; `*.x` stands for every name below x.
    void changed(String distributionId, Set<String> names);
}
