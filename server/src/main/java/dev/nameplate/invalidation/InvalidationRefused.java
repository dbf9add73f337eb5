package dev.nameplate.invalidation;

/// Nothing was invalidated; the message is for the caller.
public abstract sealed class InvalidationRefused extends RuntimeException {
    private InvalidationRefused(String message) {
        super(message);
    }

    /// A path cannot mean anything that is cached, or more than it seems to.
    public static final class InvalidPath extends InvalidationRefused {
        InvalidPath(String path, String why) {
            super("The invalidation path '" + path + "' is not valid: " + why);
        }
    }

    /// No path at all, or more than one order may have.
    public static final class InvalidSize extends InvalidationRefused {
        private final boolean tooLarge;

        InvalidSize(int paths) {
            super(
                    "An invalidation has between 1 and %d paths, not %d."
                            .formatted(Invalidations.MAX_PATHS, paths));
            tooLarge = paths > 0;
        }

        public boolean isTooLarge() {
            return tooLarge;
        }
    }

    /// Try again when earlier ones are completed.
    public static final class TooManyInProgress extends InvalidationRefused {
        TooManyInProgress(String counted, long limit) {
            super(
                    "The distribution would have more than %d %s in progress; wait until earlier invalidations are completed."
                            .formatted(limit, counted));
        }
    }

    /// The reference stands for an earlier invalidation with other paths.
    public static final class ReferenceUsed extends InvalidationRefused {
        private final String holder;

        ReferenceUsed(String reference, String holder) {
            super(
                    "The caller reference '%s' belongs to invalidation %s, which has other paths; use a new reference."
                            .formatted(reference, holder));
            this.holder = holder;
        }

        /// The id of that invalidation.
        public String holder() {
            return holder;
        }
    }
}
