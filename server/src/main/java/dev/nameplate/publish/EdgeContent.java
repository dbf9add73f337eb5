package dev.nameplate.publish;

import java.util.List;
import java.util.OptionalLong;

/// The content that an edge keeps.
@FunctionalInterface
public interface EdgeContent {
    /// Makes sure that nothing kept under these paths is served again once this returns.
    ///
    /// @param target also covers what is kept under ids that go on with `/` after it
    /// @param paths `*` at the end stands for anything
    void invalidate(String target, List<String> paths);

    /// The place in the feed up to which an earlier process has compared everything that is kept with the invalidations; empty
    /// when nothing is kept.
    default OptionalLong position() {
        return OptionalLong.empty();
    }

    /// Forgets what an earlier process kept: the feed does not say any more what was invalidated since.
    default void forgetAll() {}

    /// Every invalidation up to this place in the feed was told.
    default void told(long position) {}
}
