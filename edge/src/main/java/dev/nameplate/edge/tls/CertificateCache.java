package dev.nameplate.edge.tls;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;

import dev.nameplate.edge.config.EdgeEvents.HandshakeFailure;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.OncePerMinute;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.name.ChangedNames;
import dev.nameplate.edge.name.HostNames;

import io.netty.handler.ssl.SslContext;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.net.ssl.SSLEngine;

/// Certificates by server name.
///
/// Unknown names and certificates that cannot be used are kept in the same cache: one load for many waiters, one
/// place that `changed` clears, also while a load is under way. An unknown name weighs little and expires soon, and
/// the cache's admission policy keeps a flood of them from pushing out names that are asked for often.
final class CertificateCache {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateCache.class);

    /// A broken source is not asked again for this long.
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /// A staple that could not be refreshed is tried again after this.
    private static final Duration REFRESH_PAUSE = Duration.ofMinutes(1);

    /// Until changed or evicted.
    private static final Duration FOREVER = Duration.ofDays(36_500);

    /// Table entry, key string and future of a name.
    private static final int ENTRY_BYTES = 250;

    private static final Slot UNKNOWN = new Slot.Refused(HandshakeFailure.UNKNOWN_NAME);
    private static final Slot BAD = new Slot.Refused(HandshakeFailure.BAD_CERTIFICATE);
    private static final Slot LIMITED = new Slot.Refused(HandshakeFailure.LIMITED);
    private static final Slot FAILED = new Slot.Refused(HandshakeFailure.SOURCE_FAILED);

    /// What is known about a name.
    sealed interface Slot {
        record Usable(KeyMaterial material) implements Slot {}

        record Refused(HandshakeFailure reason) implements Slot {}
    }

    private static final OncePerMinute WARNINGS = new OncePerMinute();
    private final EdgeSource source;
    private final Contexts contexts;
    private final Executor loads;
    private final InstantSource clock;
    private final int maxLookups;
    private final AtomicInteger lookups = new AtomicInteger();
    private final AsyncCache<String, Slot> slots;

    CertificateCache(
            EdgeSettings settings,
            EdgeSource source,
            Contexts contexts,
            Executor loads,
            InstantSource clock) {
        this.source = source;
        this.contexts = contexts;
        this.loads = loads;
        this.clock = clock;
        this.maxLookups = settings.tls().lookups();
        Duration unknown = settings.unknownNameTtl();
        this.slots =
                Caffeine.newBuilder()
                        .maximumWeight(settings.certificateCacheBytes())
                        .<String, Slot>weigher((name, slot) -> weight(name, slot))
                        .expireAfter(
                                Expiry.<String, Slot>creating((_, slot) -> lifetime(slot, unknown)))
                        .ticker(() -> clock.millis() * 1_000_000)
                        .executor(Runnable::run)
                        .<String, Slot>removalListener((_, slot, _) -> release(slot))
                        .buildAsync();
    }

    /// The slot if it is in memory; a [Slot.Usable] comes with a reference for the caller to release.
    Optional<Slot> inMemory(String serverName) {
        CompletableFuture<Slot> future = slots.getIfPresent(serverName);
        if (future == null || !future.isDone() || future.isCompletedExceptionally()) {
            return Optional.empty();
        }
        Slot slot = future.join();
        if (!retain(slot)) {
            return Optional.empty();
        }
        refreshIfWanted(serverName, future, slot);
        return Optional.of(slot);
    }

    /// Behind the back of the visitor who is being served: the old staple still counts.
    private void refreshIfWanted(String serverName, CompletableFuture<Slot> held, Slot slot) {
        if (slot instanceof Slot.Usable(KeyMaterial material)
                && material.beginsRefresh(clock.instant(), REFRESH_PAUSE)) {
            loads.execute(() -> {
                Slot fresh = ask(serverName, Optional.empty());
                boolean better = !FAILED.equals(fresh);
                // Whatever has become of the name meanwhile is newer than this answer.
                if (!better
                        || !slots.asMap()
                                .replace(
                                        serverName,
                                        held,
                                        CompletableFuture.completedFuture(fresh))) {
                    release(fresh);
                }
            });
        }
    }

    /// What a handshake beginning now is given; to be ended with it.
    ///
    /// @param tls13 whether the visitor speaks TLS 1.3, which every policy then chooses
    Optional<RsaSigner.Turn> apply(KeyMaterial material, SSLEngine engine, boolean tls13)
            throws Exception {
        return material.apply(engine, tls13, clock.instant());
    }

    boolean hasTicketKeys() {
        return contexts.haveTicketKeys();
    }

    /// What an ACME authority is shown for the name; kept by nobody. A [Slot.Usable] comes with the only reference.
    CompletableFuture<Slot> challenge(String serverName) {
        if (HostNames.of(serverName).isEmpty()) {
            return CompletableFuture.completedFuture(UNKNOWN);
        }
        return lookups.get() >= maxLookups
                ? CompletableFuture.completedFuture(LIMITED)
                : lookUp(() -> ask(serverName, source::challenge, _ -> contexts.ofChallenges()));
    }

    /// Loads the name, or joins a load under way. A [Slot.Usable] comes with a reference for the caller to release.
    CompletableFuture<Slot> load(String serverName, Optional<InetAddress> visitor) {
        if (HostNames.of(serverName).isEmpty()) {
            return CompletableFuture.completedFuture(UNKNOWN);
        }
        if (lookups.get() >= maxLookups && slots.getIfPresent(serverName) == null) {
            return CompletableFuture.completedFuture(LIMITED);
        }
        return slots.get(serverName, (name, _) -> lookUp(() -> ask(name, visitor)))
                .thenCompose(slot ->
                        // Freed between load and use: changed or evicted, so ask anew.
                        retain(slot)
                                ? CompletableFuture.completedFuture(slot)
                                : load(serverName, visitor));
    }

    private CompletableFuture<Slot> lookUp(Supplier<Slot> question) {
        lookups.incrementAndGet();
        return CompletableFuture.supplyAsync(question, loads)
                .whenComplete((_, _) -> lookups.decrementAndGet());
    }

    void changed(ChangedNames names) {
        slots.asMap().keySet().removeAll(names.exact());
        if (names.hasWildcards()) {
            slots.asMap().keySet().removeIf(names::contains);
        }
    }

    void clear() {
        slots.synchronous().invalidateAll();
    }

    private Slot ask(String serverName, Optional<InetAddress> visitor) {
        return ask(
                serverName,
                name -> source.certificate(name, visitor),
                answer -> contexts.of(answer.policy(), answer.http2()));
    }

    private Slot ask(
            String serverName,
            Function<String, Optional<ServedCertificate>> question,
            Function<ServedCertificate, SslContext> context) {
        Optional<ServedCertificate> answer;
        try {
            answer = question.apply(serverName);
        } catch (RuntimeException e) {
            if (WARNINGS.isDue(TimeUnit.MILLISECONDS.toNanos(clock.millis()))) {
                LOG.warn(
                        "the certificate for {} cannot be read; until it can, only what is in memory is served",
                        serverName,
                        e);
            }
            return FAILED;
        }
        if (answer.isEmpty()) {
            return UNKNOWN;
        }
        ServedCertificate certificate = answer.get();
        try {
            return new Slot.Usable(load(context.apply(certificate), certificate));
        } catch (Exception e) {
            // Other names go on; this one stays refused until its certificate is changed.
            LOG.warn(
                    "certificate {} cannot be used for {}: {}",
                    certificate.id(),
                    serverName,
                    e.getMessage());
            return BAD;
        } finally {
            certificate.wipe();
        }
    }

    /// One that cannot be used beside it must not keep the name from being served.
    private KeyMaterial load(SslContext context, ServedCertificate certificate) throws Exception {
        if (certificate.alternative().isEmpty()) {
            return NativeTls.load(context, certificate, contexts.signer());
        }
        try {
            return NativeTls.load(context, certificate, contexts.signer());
        } catch (Exception e) {
            LOG.warn(
                    "certificate {} is served without {} beside it, or not at all: {}",
                    certificate.id(),
                    certificate.alternative().get().id(),
                    e.getMessage());
            return NativeTls.load(context, certificate.alone(), contexts.signer());
        }
    }

    private static boolean retain(Slot slot) {
        return switch (slot) {
            case Slot.Usable(var material) -> material.tryRetain();
            case Slot.Refused _ -> true;
        };
    }

    private static void release(@org.jspecify.annotations.Nullable Slot slot) {
        if (slot instanceof Slot.Usable(var material)) {
            material.release();
        }
    }

    private static int weight(String name, Slot slot) {
        int rest = ENTRY_BYTES + name.length();
        return switch (slot) {
            case Slot.Usable(var material) -> material.bytes() + rest;
            case Slot.Refused _ -> rest;
        };
    }

    private static Duration lifetime(Slot slot, Duration unknown) {
        return switch (slot) {
            case Slot.Usable _ -> FOREVER;
            case Slot.Refused(var reason) ->
                    switch (reason) {
                        case UNKNOWN_NAME -> unknown;
                        case SOURCE_FAILED -> AFTER_FAILURE;
                        case BAD_CERTIFICATE, NO_SERVER_NAME, LIMITED, CLIENT -> FOREVER;
                    };
        };
    }
}
