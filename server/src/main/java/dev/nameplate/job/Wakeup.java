package dev.nameplate.job;

/// Tells the engine that new rows are due. Call it from [dev.nameplate.db.Write#afterCommit]: rows committed without it are
/// still found, only later.
@FunctionalInterface
public interface Wakeup {
    /// @param workName a [DueWork#name]
    void wake(String workName);
}
