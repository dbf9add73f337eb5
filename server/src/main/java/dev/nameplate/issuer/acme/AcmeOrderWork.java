package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.acme.Progress.State;
import dev.nameplate.job.DueWork;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Brings orders at ACME authorities to their end, many at a time, each by [OrderSteps].
///
/// Before an order is asked for, its row says so. A row that is found saying it was left by a process that ended, or by a call that was
/// never answered, and what the authority has of it is looked for first. A run ends only when every order it took has stopped moving, so
/// two nodes never have the same order in hand: the engine gives a shard to another only when this one's process is gone.
public final class AcmeOrderWork implements DueWork, AutoCloseable {
    static final String NAME = "acme-orders";

    private static final Logger LOG = LoggerFactory.getLogger(AcmeOrderWork.class);

    /// Orders of one issuer in hand, for each shard: together as many as an issuer has lines.
    private static final int IN_HAND = AcmeClient.LINES / OrderRows.SHARDS;

    /// How soon new orders are looked for while others are in hand.
    private static final Duration LOOK = Duration.ofMillis(100);

    /// A run that always finds more ends now and then, so that another node gets its turn.
    private static final Duration LONGEST_RUN = Duration.ofSeconds(30);

    /// For an order whose step broke off for a reason of ours.
    private static final Duration PARKED = Duration.ofMinutes(5);

    private final Database database;
    private final InstantSource clock;
    private final Map<IssuerName, AcmeIssuer> issuers = new LinkedHashMap<>();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("acme-", 0).factory());
    private volatile boolean closed;

    public AcmeOrderWork(Database database, Collection<AcmeIssuer> all, InstantSource clock) {
        this.database = database;
        this.clock = clock;
        all.forEach(issuer -> issuers.put(issuer.name(), issuer));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int shards() {
        return OrderRows.SHARDS;
    }

    /// An order to go on with.
    ///
    /// @param left where to look for what an earlier step may have left at the authority
    private record Taken(OrderRow row, Optional<LeftOrders> left) {}

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        Map<OrderId, IssuerName> inHand = new HashMap<>();
        BlockingQueue<OrderId> stopped = new LinkedBlockingQueue<>();
        Instant end = now.plus(LONGEST_RUN);
        while (!closed) {
            boolean ending = clock.instant().isAfter(end);
            if (!ending) {
                for (Taken taken : next(shard, inHand)) {
                    inHand.put(taken.row().id(), taken.row().issuer());
                    threads.execute(() -> run(taken, stopped));
                }
            }
            if (inHand.isEmpty()) {
                return ending ? Optional.of(now) : firstDue(shard);
            }
            await(stopped).forEach(inHand::remove);
        }
        return Optional.of(now);
    }

    private static List<OrderId> await(BlockingQueue<OrderId> stopped) {
        List<OrderId> all = new ArrayList<>();
        try {
            Optional.ofNullable(stopped.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS))
                    .ifPresent(all::add);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the server is stopping", e);
        }
        stopped.drainTo(all);
        return all;
    }

    private List<Taken> next(int shard, Map<OrderId, IssuerName> inHand) {
        Instant now = clock.instant();
        List<OrderRow> due =
                database.read(handle ->
                        issuers.keySet().stream()
                                .flatMap(issuer -> due(handle, shard, issuer, now, inHand).stream())
                                .toList());
        List<OrderRow> fresh =
                due.stream().filter(row -> row.progress().state() == State.NEW).toList();
        List<Taken> taken = new ArrayList<>();
        if (!fresh.isEmpty()) {
            database.write(write ->
                            fresh.stream()
                                    .flatMap(row -> steps(row).begin(write, row).stream())
                                    .filter(row -> row.progress().state() == State.ORDERING)
                                    .toList())
                    .forEach(row -> taken.add(new Taken(row, Optional.empty())));
        }
        Map<IssuerName, LeftOrders> left = new HashMap<>();
        for (OrderRow row : due) {
            switch (row.progress().state()) {
                case NEW -> {
                    // Begun above, or not its turn.
                }
                case ORDERING ->
                        taken.add(
                                new Taken(
                                        row,
                                        Optional.of(
                                                left.computeIfAbsent(
                                                        row.issuer(),
                                                        _ -> new LeftOrders(database)))));
                case ORDERED, CHALLENGED, VALIDATING, READY, FINALIZING, ISSUED, VALID, FAILED ->
                        taken.add(new Taken(row, Optional.empty()));
            }
        }
        return taken;
    }

    private static List<OrderRow> due(
            Handle handle,
            int shard,
            IssuerName issuer,
            Instant now,
            Map<OrderId, IssuerName> inHand) {
        int busy = Math.toIntExact(inHand.values().stream().filter(issuer::equals).count());
        if (busy >= IN_HAND) {
            return List.of();
        }
        return OrderRows.due(handle, shard, issuer, now, IN_HAND).stream()
                .filter(row -> !inHand.containsKey(row.id()))
                .limit(IN_HAND - busy)
                .toList();
    }

    private OrderSteps steps(OrderRow row) {
        return Optional.ofNullable(issuers.get(row.issuer())).orElseThrow().steps();
    }

    /// The rim of a virtual thread: whatever goes wrong with one order harms no other.
    private void run(Taken taken, BlockingQueue<OrderId> stopped) {
        OrderRow row = taken.row();
        try {
            steps(row).run(row, taken.left());
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warn("order {} at issuer '{}' broke off", row.id(), row.issuer(), e);
                park(row);
            }
        } finally {
            stopped.add(row.id());
        }
    }

    private void park(OrderRow row) {
        try {
            database.write(write ->
                    OrderRows.park(write.handle(), row.id(), clock.instant().plus(PARKED)));
        } catch (RuntimeException e) {
            LOG.warn("order {} could not be put off; it is tried again at once", row.id(), e);
        }
    }

    private Optional<Instant> firstDue(int shard) {
        return database.read(handle ->
                issuers.keySet().stream()
                        .flatMap(issuer -> OrderRows.firstDue(handle, shard, issuer).stream())
                        .min(Instant::compareTo));
    }

    /// Gives up what is under way: it goes on after the next start.
    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
    }
}
