package dev.nameplate.saas;

/// What is ordered for a job as a whole. An order is stored at once and carried out entry by entry, by whoever has the
/// entry's shard, so it never races with a step under way. A job that is rolled back stays so.
public enum Order {
    RUN,
    /// No entry takes a step until the job is resumed.
    PAUSE,
    /// Entries that have not ended do; what they made stays.
    CANCEL,
    /// What entries made that are not served is taken away.
    REMOVE_UNSERVED,
    /// What the job made is taken away.
    REMOVE_ALL;

    /// Whether entries are brought to an end, each by a step of its own.
    boolean stops() {
        return this == CANCEL || removes();
    }

    boolean removes() {
        return this == REMOVE_UNSERVED || this == REMOVE_ALL;
    }

    boolean covers(EntryState state) {
        return switch (this) {
            case RUN, PAUSE, CANCEL -> false;
            case REMOVE_UNSERVED -> state != EntryState.DONE;
            case REMOVE_ALL -> true;
        };
    }
}
