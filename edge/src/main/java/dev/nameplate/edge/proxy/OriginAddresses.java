package dev.nameplate.edge.proxy;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.nameplate.edge.config.OriginPolicy;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/// Addresses of origins, resolved off the event loops and kept for a moment, of which only allowed ones are handed out.
final class OriginAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(OriginAddresses.class);

    /// Short enough to follow a DNS failover, long enough that a busy origin costs no lookups to speak of.
    private static final Duration KEPT = Duration.ofSeconds(5);

    /// For so long after a lookup nobody waits for the next one.
    private static final Duration SERVED_WHILE_ASKING = Duration.ofSeconds(60);

    /// What was true an hour ago is better than nothing (RFC 8767).
    private static final Duration SERVED_WHEN_LOST = Duration.ofHours(1);

    private static final int MAX_HOSTS = 10_000;

    static final Answer NONE = new Answer(List.of(), List.of());

    /// @param all in the resolver's order
    /// @param allowed those of them that the policy allows
    record Answer(List<InetAddress> all, List<InetAddress> allowed) {
        boolean known() {
            return !all.isEmpty();
        }
    }

    private record Known(Answer answer, long atMillis) {}

    private final HostResolver resolver;
    private final OriginPolicy policy;
    private final Executor loads;
    private final InstantSource clock;
    private final AsyncCache<String, Answer> answers;
    private final Cache<String, Known> lastKnown;

    OriginAddresses(
            HostResolver resolver, OriginPolicy policy, Executor loads, InstantSource clock) {
        this.resolver = resolver;
        this.policy = policy;
        this.loads = loads;
        this.clock = clock;
        this.answers = kept(KEPT, clock).buildAsync();
        this.lastKnown = kept(SERVED_WHEN_LOST, clock).build();
    }

    private static Caffeine<Object, Object> kept(Duration time, InstantSource clock) {
        return Caffeine.newBuilder()
                .maximumSize(MAX_HOSTS)
                .expireAfterWrite(time)
                .ticker(() -> clock.millis() * 1_000_000)
                .executor(Runnable::run);
    }

    CompletableFuture<Answer> of(String host) {
        CompletableFuture<Answer> asked =
                answers.get(
                        host,
                        (name, _) -> CompletableFuture.supplyAsync(() -> resolve(name), loads));
        if (asked.isDone()) {
            return asked;
        }
        Known known = lastKnown.getIfPresent(host);
        return known != null && clock.millis() - known.atMillis() < SERVED_WHILE_ASKING.toMillis()
                ? CompletableFuture.completedFuture(known.answer())
                : asked;
    }

    private Answer resolve(String host) {
        try {
            List<InetAddress> all = resolver.resolve(host);
            List<InetAddress> allowed = all.stream().filter(policy::allows).toList();
            if (allowed.size() < all.size()) {
                LOG.warn("origin {} has addresses that origins must not have: {}", host, all);
            }
            Answer answer = new Answer(all, allowed);
            lastKnown.put(host, new Known(answer, clock.millis()));
            return answer;
        } catch (UnknownHostException e) {
            LOG.debug("origin {} does not resolve: {}", host, e.getMessage());
            Known known = lastKnown.getIfPresent(host);
            return known == null ? NONE : known.answer();
        }
    }
}
