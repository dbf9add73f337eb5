package dev.nameplate.publish;

import java.util.List;

/// The part of a running edge that keeps content: `Edge::invalidate`.
@FunctionalInterface
public interface EdgeContent {
    /// Makes sure that nothing kept under these paths is served again once this returns.
    ///
    /// @param target also covers what is kept under ids that go on with `/` after it
    /// @param paths `*` at the end stands for anything
    void invalidate(String target, List<String> paths);
}
