package dev.nameplate.ondemand;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.KeyChoice;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.QuotaExceeded;
import dev.nameplate.certificate.Request;
import dev.nameplate.certificate.State;
import dev.nameplate.certificate.Validation;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.Distributions.Holder;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.DomainName.IllegalDomainName;
import dev.nameplate.names.Region;
import dev.nameplate.ondemand.OnDemandNames.Row;
import dev.nameplate.pki.KeyAlgorithm;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Lets names in when a visitor first asks for them.
///
/// A name that nobody holds is served by the distribution that the settings name; one that a distribution or tenant holds, by that.
/// Every name needs a permission before anything is written for it. The row in the store makes it one certificate a name in the whole
/// cluster, whichever node was asked, and whatever ends in between: who finds the row waits for its certificate. The name is proven as
/// every other is, by its traffic that arrives here.
///
/// What strangers can cause is bounded: questions and waiting handshakes under way, new names by minute and by address, and what is
/// remembered of refusals.
public final class OnDemand implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OnDemand.class);

    /// Handshakes that wait, or for which somebody is asked: a quarter of the look-ups that the edge has under way.
    static final int MOST_WAITING = 64;

    private static final int REMEMBERED = 10_000;
    private static final Duration REFUSAL = Duration.ofSeconds(30);

    /// A certificate that was refused is asked for again after this.
    static final Duration RETRY = Duration.ofMinutes(10);

    /// A permission is asked for again after this, when the edge next asks for the name.
    static final Duration PERMISSION = Duration.ofDays(1);

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /// Another node's decision is seen this soon.
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Database database;
    private final Certificates certificates;
    private final Distributions distributions;
    private final OnDemandSettings settings;
    private final InstantSource clock;
    private final Optional<AskEndpoint> endpoint;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final Cache<String, Boolean> refused;
    private final Cache<String, AtomicInteger> newNames;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition decision = lock.newCondition();

    public OnDemand(
            Database database,
            Certificates certificates,
            Distributions distributions,
            OnDemandSettings settings,
            InstantSource clock) {
        this.database = database;
        this.certificates = certificates;
        this.distributions = distributions;
        this.settings = settings;
        this.clock = clock;
        this.endpoint = settings.ask().map(AskEndpoint::new);
        this.refused = memory(REFUSAL);
        this.newNames = memory(MINUTE);
    }

    private <V> Cache<String, V> memory(Duration kept) {
        return Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterWrite(kept)
                .ticker(() -> TimeUnit.MILLISECONDS.toNanos(clock.millis()))
                .executor(Runnable::run)
                .build();
    }

    /// What a handshake gets.
    public sealed interface Outcome {
        record Ready(CertificateId certificate) implements Outcome {}

        /// The name is let in, and its certificate not there yet.
        record NotYet() implements Outcome {}

        record Refused() implements Outcome {}
    }

    /// Waits for the certificate as long as the settings say.
    ///
    /// @param serverName as a visitor sent it, in lower case; no distribution has a certificate for it
    /// @param visitor who asks; empty where nobody does
    public Outcome certificate(String serverName, Optional<InetAddress> visitor) {
        Optional<DomainName> parsed = parse(serverName);
        if (parsed.isEmpty() || refused.getIfPresent(serverName) != null) {
            return new Outcome.Refused();
        }
        DomainName name = parsed.get();
        Known known = database.read(handle -> known(handle, name));
        boolean due = known.permittedBefore(clock.instant().minus(PERMISSION));
        if (known.isIssued() && !due) {
            return new Outcome.Ready(known.id());
        }
        if (!waiting.tryAcquire()) {
            return known.isIssued() ? new Outcome.Ready(known.id()) : new Outcome.Refused();
        }
        try {
            return known.isIssued() ? stillPermitted(name, known) : letIn(name, known, visitor);
        } finally {
            waiting.release();
        }
    }

    private Optional<DomainName> parse(String serverName) {
        try {
            DomainName name = new DomainName(serverName);
            return name.isWildcard() || settings.names().refusal(name).isPresent()
                    ? Optional.empty()
                    : Optional.of(name);
        } catch (IllegalDomainName _) {
            return Optional.empty();
        }
    }

    /// What the store has of a name.
    private record Known(
            Optional<Row> row, Optional<Certificate> certificate, Optional<Holder> holder) {
        CertificateId id() {
            return certificate.orElseThrow().id();
        }

        boolean isIssued() {
            return certificate.filter(one -> one.state() instanceof State.Issued).isPresent();
        }

        boolean isPending() {
            return certificate.filter(one -> one.state() instanceof State.Pending).isPresent();
        }

        boolean permittedBefore(Instant then) {
            return row.filter(one -> one.permittedAt().isBefore(then)).isPresent();
        }

        boolean askedAfter(Instant then) {
            return row.filter(one -> one.askedAt().isAfter(then)).isPresent();
        }
    }

    private Known known(Handle handle, DomainName name) {
        Optional<Row> row = OnDemandNames.find(handle, name.ascii());
        return new Known(
                row,
                row.flatMap(one -> certificates.find(handle, one.account(), one.certificate())),
                distributions.leadingTo(handle, name.ascii()));
    }

    private Outcome stillPermitted(DomainName name, Known known) {
        return switch (permission(name, known)) {
            case YES -> {
                database.write(write -> {
                    OnDemandNames.permitted(write.handle(), name, clock.instant());
                    return name;
                });
                yield new Outcome.Ready(known.id());
            }
            case NO -> {
                LOG.info("{} is not permitted any more, so it is let go", name);
                database.write(write -> {
                    letGo(write, name, known.id());
                    return name;
                });
                yield refuse(name);
            }
            case UNKNOWN -> new Outcome.Ready(known.id());
        };
    }

    private Outcome letIn(DomainName name, Known known, Optional<InetAddress> visitor) {
        if (known.isPending()) {
            return hold(known.certificate().orElseThrow());
        }
        if (known.askedAfter(clock.instant().minus(RETRY)) || isTooFast(visitor)) {
            return refuse(name);
        }
        if (permission(name, known) != Permission.YES) {
            return refuse(name);
        }
        Optional<Certificate> asked;
        try {
            asked = database.write(write -> ask(write, name));
        } catch (QuotaExceeded e) {
            LOG.warn("{} is permitted, but gets no certificate: {}", name, e.getMessage());
            return refuse(name);
        }
        if (asked.isEmpty()) {
            LOG.warn(
                    "{} is permitted, but {} new names came within a minute already; it may come again",
                    name,
                    settings.perMinute());
        }
        return asked.map(this::hold).orElseGet(() -> refuse(name));
    }

    /// Another node may have been faster.
    private Optional<Certificate> ask(Write write, DomainName name) {
        Handle handle = write.handle();
        Known known = known(handle, name);
        if (known.isPending() || known.isIssued()) {
            return known.certificate();
        }
        Instant now = clock.instant();
        if (OnDemandNames.askedSince(handle, now.minus(MINUTE)) >= settings.perMinute()) {
            return Optional.empty();
        }
        known.certificate()
                .ifPresent(former -> {
                    letGo(write, name, former.id());
                    if (certificates.usedBy(handle, former.id()).isEmpty()) {
                        certificates.delete(write, former.id());
                    }
                });
        AccountId account = known.holder().map(Holder::account).orElse(settings.account());
        Certificate asked =
                certificates.request(
                        write,
                        account,
                        Region.US_EAST_1,
                        new Request(
                                Origin.ACM,
                                List.of(name),
                                new KeyChoice.Unnamed(KeyAlgorithm.EC_P256),
                                Validation.HTTP,
                                false,
                                Optional.of(settings.issuers())));
        certificates.use(write, asked.id(), resource(name));
        OnDemandNames.put(handle, name, asked.id(), account, now);
        return Optional.of(asked);
    }

    private void letGo(Write write, DomainName name, CertificateId certificate) {
        OnDemandNames.remove(write.handle(), name);
        certificates.release(write, certificate, resource(name));
    }

    /// Keeps the certificate renewed.
    private static String resource(DomainName name) {
        return "on-demand/" + name;
    }

    private Permission permission(DomainName name, Known known) {
        if (known.holder().isPresent() && settings.known()) {
            return Permission.YES;
        }
        if (known.holder().isEmpty() && settings.distribution().isEmpty()) {
            return Permission.NO;
        }
        return endpoint.map(one -> one.ask(name)).orElse(Permission.NO);
    }

    private Outcome refuse(DomainName name) {
        refused.put(name.ascii(), true);
        return new Outcome.Refused();
    }

    private boolean isTooFast(Optional<InetAddress> visitor) {
        return visitor.filter(address -> !address.isLoopbackAddress())
                .filter(address ->
                        newNames.get(place(address), _ -> new AtomicInteger()).incrementAndGet()
                                > settings.perAddress())
                .isPresent();
    }

    /// An IPv4 address, or the /64 of an IPv6 address.
    private static String place(InetAddress address) {
        byte[] bytes = address.getAddress();
        return HexFormat.of().formatHex(Arrays.copyOf(bytes, Math.min(8, bytes.length)));
    }

    private Outcome hold(Certificate asked) {
        long end = System.nanoTime() + settings.hold().toNanos();
        while (true) {
            Optional<Certificate> now =
                    database.read(handle -> certificates.find(handle, asked.account(), asked.id()));
            if (now.isEmpty()) {
                return new Outcome.Refused();
            }
            switch (now.get().state()) {
                case State.Issued _ -> {
                    return new Outcome.Ready(asked.id());
                }
                case State.Failed _, State.TimedOut _, State.Revoked _ -> {
                    return new Outcome.Refused();
                }
                case State.Pending _ -> {
                    long left = end - System.nanoTime();
                    if (left <= 0 || !pause(Math.min(left, LOOK_NANOS))) {
                        return new Outcome.NotYet();
                    }
                }
            }
        }
    }

    /// A wake-up in vain costs one more look.
    @SuppressWarnings("WaitNotInLoop")
    private boolean pause(long nanos) {
        lock.lock();
        try {
            var _ = decision.awaitNanos(nanos);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /// Certificates were decided at this node: whoever waits looks at once.
    public void decided() {
        lock.lock();
        try {
            decision.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whether the host was let in.
    public boolean has(Handle handle, String host) {
        return OnDemandNames.find(handle, host).isPresent();
    }

    /// What answers for names that nobody holds.
    public Optional<DistributionId> distribution() {
        return settings.distribution();
    }

    @Override
    public void close() {
        endpoint.ifPresent(AskEndpoint::close);
    }
}
