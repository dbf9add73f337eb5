package dev.nameplate.certificate;

import dev.nameplate.certificate.IssuanceForecast.Turn;
import dev.nameplate.certificate.IssuanceForecast.Wanted;
import dev.nameplate.db.Write;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.RandomUuid;
import dev.nameplate.pki.KeyAlgorithm;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/// "Reissue everything", for the day an authority's key is lost: how long it would take, and doing it. Each certificate goes the
/// way of a renewal asked for by hand: proofs looked at anew, new key, the old one served until the new is seen.
public final class Reissues {
    /// So many in ten seconds, and the store was busy.
    static final int BUSY = 100;

    private final InstantSource clock;
    private final RandomGenerator random;
    private final Wakeup wakeup;
    private final int perSecond;
    private final IssuanceForecast forecast;

    /// @param perSecond how many are begun in a second, which bounds what DNS servers and the issuer get at once
    public Reissues(
            InstantSource clock,
            RandomGenerator random,
            Wakeup wakeup,
            int perSecond,
            IssuanceForecast forecast) {
        this.forecast = forecast;
        this.clock = clock;
        this.random = random;
        this.wakeup = wakeup;
        this.perSecond = perSecond;
    }

    /// Which of an account's issued certificates; all where everything is empty. Imports are never among them.
    ///
    /// @param issuer the issuing authority's common name, as in [State.Issued#issuer]
    /// @param signedBy who signed them, by the name in the settings
    public record Scope(
            Optional<KeyAlgorithm> keyAlgorithm,
            Optional<String> issuer,
            Optional<IssuerName> signedBy,
            Optional<Instant> issuedFrom,
            Optional<Instant> issuedTo) {
        public static final Scope EVERYTHING =
                new Scope(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty());

        private static final String SIGNED_ELSEWHERE =
                " EXISTS (SELECT 1 FROM issued_leaf l WHERE l.certificate_id = certificate.id"
                        + " AND l.serial = certificate.serial";

        String sql() {
            StringBuilder sql =
                    new StringBuilder(
                            "account = :account AND state = 'ISSUED' AND origin <> 'IMPORTED'"
                                    + " AND not_after > :now AND decided_at <= :now");
            keyAlgorithm.ifPresent(_ -> sql.append(" AND key_algorithm = :key"));
            issuer.ifPresent(_ -> sql.append(" AND issuer = :issuer"));
            signedBy.ifPresent(name ->
                    sql.append(
                            name.equals(IssuerName.EMBEDDED)
                                    ? " AND NOT" + SIGNED_ELSEWHERE + ")"
                                    : " AND" + SIGNED_ELSEWHERE + " AND l.signed_by = :signedBy)"));
            issuedFrom.ifPresent(_ -> sql.append(" AND decided_at >= :from"));
            issuedTo.ifPresent(_ -> sql.append(" AND decided_at < :to"));
            return sql.toString();
        }

        void bind(Query query, AccountId account, Instant now) {
            query.bind("account", account.value()).bind("now", now.toEpochMilli());
            keyAlgorithm.ifPresent(key -> query.bind("key", key.name()));
            issuer.ifPresent(name -> query.bind("issuer", name));
            signedBy.filter(name -> !name.equals(IssuerName.EMBEDDED))
                    .ifPresent(name -> query.bind("signedBy", name.text()));
            issuedFrom.ifPresent(at -> query.bind("from", at.toEpochMilli()));
            issuedTo.ifPresent(at -> query.bind("to", at.toEpochMilli()));
        }
    }

    /// @param certificates in scope
    /// @param pace how many a real run begins in a second
    /// @param measured how many this store issued in a second while it was busy, if that is slower than the pace
    /// @param takes at the slower of the two, and within what their issuers allow
    /// @param heldBy the limit that the last ones wait for, if they do
    public record Estimate(
            long certificates,
            int pace,
            Optional<Double> measured,
            Duration takes,
            Optional<String> heldBy) {
        public double perSecond() {
            return measured.orElse((double) pace);
        }
    }

    /// @param waiting not begun yet
    /// @param renewals those begun, by how far they are
    /// @param finished nothing of it waits or is under way
    public record Run(
            String id,
            Instant startedAt,
            long total,
            long waiting,
            Map<Renewal.Status, Long> renewals,
            boolean finished) {
        public Run {
            renewals = Map.copyOf(renewals);
        }
    }

    public Estimate estimate(Handle handle, AccountId account, Scope scope) {
        Instant now = clock.instant();
        long certificates = count(handle, account, scope, now);
        Optional<Double> measured = measured(handle, now).filter(each -> each < perSecond);
        double rate = measured.orElse((double) perSecond);
        Duration takes = Duration.ofMillis((long) Math.ceil(certificates * 1000 / rate));
        Optional<String> heldBy = Optional.empty();
        for (Turn last : last(handle, account, scope, now, rate)) {
            if (last.heldBy().isPresent() && last.at().isAfter(now.plus(takes))) {
                takes = Duration.between(now, last.at());
                heldBy = last.heldBy();
            }
        }
        return new Estimate(certificates, perSecond, measured, takes, heldBy);
    }

    /// The last turn at each issuer that limits what is reissued.
    private List<Turn> last(
            Handle handle, AccountId account, Scope scope, Instant now, double rate) {
        List<Turn> last = new ArrayList<>();
        ExpectedRenewals.read(handle, scope.sql(), query -> scope.bind(query, account, now))
                .forEach((issuer, expected) -> {
                    if (forecast.limits(handle, issuer, true)) {
                        List<Wanted> wanted = new ArrayList<>();
                        for (int i = 0; i < expected.size(); i++) {
                            wanted.add(
                                    expected.get(i)
                                            .wanted(now.plusMillis((long) (i * 1000 / rate))));
                        }
                        forecast.turns(handle, issuer, wanted).stream()
                                .max(Comparator.comparing(Turn::at))
                                .ifPresent(last::add);
                    }
                });
        return last;
    }

    public Run start(Write write, AccountId account, Scope scope) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String id = RandomUuid.from(random).toString();
        long total = count(write.handle(), account, scope, now);
        write.handle()
                .createUpdate(
                        """
                        INSERT INTO reissue (id, account, key_algorithm, issuer, signed_by, issued_from, issued_to, per_second,
                            total, position, started_at, next_due)
                        VALUES (:id, :account, :key, :issuer, :signedBy, :from, :to, :perSecond, :total, '', :now, :now)
                        """)
                .bind("id", id)
                .bind("account", account.value())
                .bind("key", scope.keyAlgorithm().map(KeyAlgorithm::name).orElse(null))
                .bind("issuer", scope.issuer().orElse(null))
                .bind("signedBy", scope.signedBy().map(IssuerName::text).orElse(null))
                .bind("from", scope.issuedFrom().map(Instant::toEpochMilli).orElse(null))
                .bind("to", scope.issuedTo().map(Instant::toEpochMilli).orElse(null))
                .bind("perSecond", perSecond)
                .bind("total", total)
                .bind("now", now.toEpochMilli())
                .execute();
        write.afterCommit(() -> wakeup.wake(ReissueWork.NAME));
        return new Run(id, now, total, total, Map.of(), total == 0);
    }

    /// The latest run over exactly that scope, if it is not finished.
    public Optional<Run> unfinished(Handle handle, AccountId account, Scope scope) {
        return runs(handle, account, scope::equals).stream()
                .filter(run -> !run.finished())
                .findFirst();
    }

    /// Newest first.
    public List<Run> runs(Handle handle, AccountId account) {
        return runs(handle, account, _ -> true);
    }

    private static List<Run> runs(Handle handle, AccountId account, Predicate<Scope> over) {
        record Row(String id, Scope scope, Instant startedAt, long total, boolean handedOut) {}
        return handle
                .createQuery(
                        """
                        SELECT * FROM reissue
                        WHERE account = :account ORDER BY started_at DESC, id
                        """)
                .bind("account", account.value())
                .map((rs, _) ->
                        new Row(
                                rs.getString("id"),
                                scope(rs),
                                Instant.ofEpochMilli(rs.getLong("started_at")),
                                rs.getLong("total"),
                                rs.getObject("handed_out_at") != null))
                .list()
                .stream()
                .filter(row -> over.test(row.scope()))
                .map(row -> {
                    Map<Renewal.Status, Long> renewals = renewals(handle, row.id());
                    long begun = renewals.values().stream().mapToLong(each -> each).sum();
                    long open =
                            renewals.getOrDefault(Renewal.Status.PENDING_AUTO_RENEWAL, 0L)
                                    + renewals.getOrDefault(Renewal.Status.PENDING_VALIDATION, 0L);
                    return new Run(
                            row.id(),
                            row.startedAt(),
                            row.total(),
                            row.handedOut() ? 0 : Math.max(0, row.total() - begun),
                            renewals,
                            row.handedOut() && open == 0);
                })
                .toList();
    }

    private static Map<Renewal.Status, Long> renewals(Handle handle, String run) {
        Map<Renewal.Status, Long> renewals = new EnumMap<>(Renewal.Status.class);
        handle.createQuery(
                        "SELECT status, COUNT(*) FROM certificate_renewal WHERE reissue = :run GROUP BY status")
                .bind("run", run)
                .map((rs, _) -> Map.entry(Renewal.Status.valueOf(rs.getString(1)), rs.getLong(2)))
                .forEach(each -> renewals.put(each.getKey(), each.getValue()));
        return renewals;
    }

    private static long count(Handle handle, AccountId account, Scope scope, Instant now) {
        try (Query query =
                handle.createQuery("SELECT COUNT(*) FROM certificate WHERE " + scope.sql())) {
            scope.bind(query, account, now);
            return query.mapTo(Long.class).one();
        }
    }

    /// The fastest ten seconds of the last thirty days, counted from the first certificate in them to the last. Where few were
    /// issued, few were asked for, which says nothing of how many could be.
    private static Optional<Double> measured(Handle handle, Instant now) {
        record Window(long issued, long millis) {}
        return handle
                .createQuery(
                        """
                        SELECT COUNT(*), MAX(decided_at) - MIN(decided_at) FROM certificate
                        WHERE state = 'ISSUED' AND origin <> 'IMPORTED' AND decided_at >= :since
                        GROUP BY decided_at / 10000 HAVING COUNT(*) >= :busy
                        """)
                .bind("since", now.minus(Duration.ofDays(30)).toEpochMilli())
                .bind("busy", BUSY)
                .map((rs, _) -> new Window(rs.getLong(1), rs.getLong(2)))
                .list()
                .stream()
                .map(each -> each.issued() * 1000.0 / Math.max(1000, each.millis()))
                .max(Double::compare);
    }

    static Scope scope(ResultSet rs) throws SQLException {
        return new Scope(
                Optional.ofNullable(rs.getString("key_algorithm")).map(KeyAlgorithm::valueOf),
                Optional.ofNullable(rs.getString("issuer")),
                Optional.ofNullable(rs.getString("signed_by")).map(IssuerName::new),
                time(rs, "issued_from"),
                time(rs, "issued_to"));
    }

    private static Optional<Instant> time(ResultSet rs, String column) throws SQLException {
        long millis = rs.getLong(column);
        return rs.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }
}
