package dev.nameplate.invalidation;

import dev.nameplate.db.Write;
import dev.nameplate.feed.Change;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.job.Wakeup;

import org.jdbi.v3.core.Handle;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The door to the feature: accepts, finds and lists invalidations inside the caller's transaction.
///
/// A target is an id that the edge keeps content under. The edge takes an id without `/` to cover all ids that go on with `/`
/// after it, so an invalidation of `E1` also reaches what is kept for `E1/tenant`.
public final class Invalidations {
    /// The [Wakeup] name of the work that says `COMPLETED`.
    public static final String COMPLETE = "invalidation";

    /// Without an asterisk, in progress for one target, and in one order.
    static final int MAX_PATHS = 3_000;

    /// With an asterisk, in progress for one target.
    static final int MAX_WILDCARDS = 15;

    private static final int MAX_LENGTH = 4_000;
    private static final Pattern MALFORMED = Pattern.compile("%(?![0-9A-Fa-f]{2})");
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final int ID_LENGTH = 13;
    private static final String SELECT =
            "SELECT id, target, caller_reference, paths, status, created_at FROM invalidation ";

    private final ChangeFeed feed;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Wakeup wakeup;

    public Invalidations(ChangeFeed feed, InstantSource clock, SecureRandom random, Wakeup wakeup) {
        this.feed = feed;
        this.clock = clock;
        this.random = random;
        this.wakeup = wakeup;
    }

    /// Accepts an order; the edge obeys within a second after the commit. Given a reference that was used with the same
    /// paths (in any order), answers with the earlier one.
    ///
    /// @param target a distribution's or tenant's id, which the caller has checked
    /// @throws InvalidationRefused of one of its kinds
    public Invalidation create(
            Write write, String target, List<String> paths, String callerReference) {
        if (paths.isEmpty() || paths.size() > MAX_PATHS) {
            throw new InvalidationRefused.InvalidSize(paths.size());
        }
        paths.forEach(Invalidations::check);
        Handle handle = write.handle();
        Optional<Invalidation> earlier = withReference(handle, target, callerReference);
        if (earlier.isPresent()) {
            if (new HashSet<>(earlier.get().paths()).equals(new HashSet<>(paths))) {
                return earlier.get();
            }
            throw new InvalidationRefused.ReferenceUsed(callerReference, earlier.get().id());
        }
        int wildcards = (int) paths.stream().filter(path -> path.endsWith("*")).count();
        InProgress running = inProgress(handle, target);
        if (running.paths() + paths.size() - wildcards > MAX_PATHS) {
            throw new InvalidationRefused.TooManyInProgress("paths", MAX_PATHS);
        }
        if (running.wildcards() + wildcards > MAX_WILDCARDS) {
            throw new InvalidationRefused.TooManyInProgress("paths with a wildcard", MAX_WILDCARDS);
        }
        Invalidation created =
                new Invalidation(
                        newId(),
                        target,
                        callerReference,
                        paths,
                        Invalidation.Status.IN_PROGRESS,
                        clock.instant().truncatedTo(ChronoUnit.MILLIS)); // as the store keeps it
        insert(handle, created, wildcards);
        feed.append(write, Change.Kind.INVALIDATION, created.id(), List.of());
        write.afterCommit(() -> wakeup.wake(COMPLETE));
        return created;
    }

    private static void check(String path) {
        if (!path.startsWith("/")) {
            throw new InvalidationRefused.InvalidPath(path, "it must begin with a slash");
        }
        if (path.length() > MAX_LENGTH) {
            throw new InvalidationRefused.InvalidPath(
                    path.substring(0, 40) + "…", "it has more than 4000 characters");
        }
        if (!path.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new InvalidationRefused.InvalidPath(
                    path, "characters outside of ASCII, spaces and controls must be URL-encoded");
        }
        if (MALFORMED.matcher(path).find()) {
            throw new InvalidationRefused.InvalidPath(
                    path, "a % must be followed by two hexadecimal digits");
        }
        int asterisk = path.indexOf('*');
        if (asterisk >= 0 && asterisk < path.length() - 1) {
            throw new InvalidationRefused.InvalidPath(
                    path, "the wildcard * may only be its last character");
        }
    }

    private static void insert(Handle handle, Invalidation created, int wildcards) {
        handle.createUpdate(
                        """
                        INSERT INTO invalidation (id, target, caller_reference, paths, path_count, wildcard_count,
                            status, created_at)
                        VALUES (:id, :target, :reference, :paths, :count, :wildcards, :status, :now)
                        """)
                .bind("id", created.id())
                .bind("target", created.target())
                .bind("reference", created.callerReference())
                .bind("paths", String.join("\n", created.paths()))
                .bind("count", created.paths().size() - wildcards)
                .bind("wildcards", wildcards)
                .bind("status", created.status().name())
                .bind("now", created.createdAt().toEpochMilli())
                .execute();
    }

    public Optional<Invalidation> find(Handle handle, String id) {
        return handle.createQuery(SELECT + "WHERE id = :id")
                .bind("id", id)
                .map((row, _) -> invalidation(row))
                .findOne();
    }

    private static Optional<Invalidation> withReference(
            Handle handle, String target, String callerReference) {
        return handle.createQuery(
                        SELECT + "WHERE target = :target AND caller_reference = :reference")
                .bind("target", target)
                .bind("reference", callerReference)
                .map((row, _) -> invalidation(row))
                .findOne();
    }

    /// A place in the order of [#page].
    public record Position(long createdAtMillis, String id) {
        public static Position of(Invalidation invalidation) {
            return new Position(invalidation.createdAt().toEpochMilli(), invalidation.id());
        }
    }

    /// A target's invalidations that follow `after`, newest first.
    public List<Invalidation> page(
            Handle handle, String target, Optional<Position> after, int limit) {
        Position start = after.orElse(new Position(Long.MAX_VALUE, ""));
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE target = :target
                                  AND (created_at < :time OR (created_at = :time AND id < :id))
                                ORDER BY created_at DESC, id DESC LIMIT :limit
                                """)
                .bind("target", target)
                .bind("time", start.createdAtMillis())
                .bind("id", start.id())
                .bind("limit", limit)
                .map((row, _) -> invalidation(row))
                .list();
    }

    public Optional<Invalidation> latest(Handle handle, String target) {
        return page(handle, target, Optional.empty(), 1).stream().findFirst();
    }

    /// What a target has in progress.
    ///
    /// @param batches invalidations
    /// @param paths of them, without an asterisk
    /// @param wildcards of them, with one
    public record InProgress(long batches, long paths, long wildcards) {}

    public InProgress inProgress(Handle handle, String target) {
        return handle.createQuery(
                        """
                        SELECT COUNT(*) AS batches, COALESCE(SUM(path_count), 0) AS paths,
                               COALESCE(SUM(wildcard_count), 0) AS wildcards
                        FROM invalidation WHERE target = :target AND status = 'IN_PROGRESS'
                        """)
                .bind("target", target)
                .map((row, _) ->
                        new InProgress(
                                row.getLong("batches"),
                                row.getLong("paths"),
                                row.getLong("wildcards")))
                .one();
    }

    /// Ids of invalidations in progress, whosever they are.
    public List<String> allInProgress(Handle handle, int limit) {
        return handle.createQuery(
                        "SELECT id FROM invalidation WHERE status = 'IN_PROGRESS' ORDER BY id LIMIT :limit")
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    /// Says that every edge node obeys it.
    public void completed(Write write, String id) {
        write.handle()
                .createUpdate("UPDATE invalidation SET status = 'COMPLETED' WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    /// Forgets a deleted target's invalidations.
    public void forget(Write write, String target) {
        write.handle()
                .createUpdate("DELETE FROM invalidation WHERE target = :target")
                .bind("target", target)
                .execute();
    }

    private String newId() {
        StringBuilder id = new StringBuilder("I");
        for (int i = 0; i < ID_LENGTH; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }

    private static Invalidation invalidation(ResultSet row) throws SQLException {
        return new Invalidation(
                row.getString("id"),
                row.getString("target"),
                row.getString("caller_reference"),
                row.getString("paths").lines().toList(),
                Invalidation.Status.valueOf(row.getString("status")),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }
}
