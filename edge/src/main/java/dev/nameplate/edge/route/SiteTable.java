package dev.nameplate.edge.route;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.OncePerMinute;
import dev.nameplate.edge.name.ChangedNames;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Sites by host name, asked of the source once and kept until changed.
///
/// A host nobody serves is remembered for a short time too; it expires soon and the cache's admission policy keeps
/// a flood of such hosts from pushing out those that are asked for often.
public final class SiteTable {
    private static final Logger LOG = LoggerFactory.getLogger(SiteTable.class);

    /// A broken source is not asked again for this long.
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

    /// Until changed or evicted.
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private static final Lookup UNKNOWN = new Lookup.Unknown();
    private static final Lookup FAILED = new Lookup.Failed();

    /// What is known about a host.
    public sealed interface Lookup {
        record Found(ServedSite site) implements Lookup {}

        record Unknown() implements Lookup {}

        /// The source did not answer.
        record Failed() implements Lookup {}
    }

    private final InstantSource clock;
    private final OncePerMinute warnings = new OncePerMinute();
    private final EdgeSource source;
    private final EdgeEvents events;
    private final Executor loads;
    private final AsyncCache<String, Lookup> hosts;

    public SiteTable(
            EdgeSettings settings,
            EdgeSource source,
            EdgeEvents events,
            Executor loads,
            InstantSource clock) {
        this.clock = clock;
        this.source = source;
        this.events = events;
        this.loads = loads;
        Duration unknown = settings.unknownNameTtl();
        this.hosts =
                Caffeine.newBuilder()
                        .maximumSize(settings.siteCacheEntries())
                        .expireAfter(
                                Expiry.<String, Lookup>creating(
                                        (_, lookup) -> lifetime(lookup, unknown)))
                        .ticker(() -> clock.millis() * 1_000_000)
                        .executor(Runnable::run)
                        .buildAsync();
    }

    public Optional<Lookup> inMemory(String host) {
        CompletableFuture<Lookup> future = hosts.getIfPresent(host);
        return future == null || !future.isDone() || future.isCompletedExceptionally()
                ? Optional.empty()
                : Optional.of(future.join());
    }

    /// Asks the source, or joins a call under way.
    public CompletableFuture<Lookup> load(String host) {
        return hosts.get(host, (name, _) -> CompletableFuture.supplyAsync(() -> ask(name), loads));
    }

    public void changed(String distributionId, ChangedNames names) {
        hosts.asMap()
                .entrySet()
                .removeIf(entry ->
                        names.contains(entry.getKey())
                                || mayShow(distributionId, entry.getValue()));
    }

    /// A load under way may be reading what is being replaced, so it counts as showing it.
    private static boolean mayShow(String distributionId, CompletableFuture<Lookup> future) {
        return !future.isDone()
                || future.isCompletedExceptionally()
                || (future.join() instanceof Lookup.Found(var site)
                        && site.site().dependsOn(distributionId));
    }

    private Lookup ask(String host) {
        try {
            return source.site(host)
                    .<Lookup>map(site -> new Lookup.Found(ServedSite.of(site, events::trafficOf)))
                    .orElse(UNKNOWN);
        } catch (RuntimeException e) {
            if (warnings.isDue(TimeUnit.MILLISECONDS.toNanos(clock.millis()))) {
                LOG.warn("the site of {} cannot be read; visitors get 503 until it can", host, e);
            }
            return FAILED;
        }
    }

    private static Duration lifetime(Lookup lookup, Duration unknown) {
        return switch (lookup) {
            case Lookup.Found _ -> FOREVER;
            case Lookup.Unknown _ -> unknown;
            case Lookup.Failed _ -> AFTER_FAILURE;
        };
    }
}
