package dev.nameplate.edge.proxy;

import com.github.benmanes.caffeine.cache.AsyncCache;
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

    private static final int MAX_HOSTS = 10_000;

    /// @param all in the resolver's order
    /// @param allowed those of them that the policy allows
    record Answer(List<InetAddress> all, List<InetAddress> allowed) {
        boolean known() {
            return !all.isEmpty();
        }
    }

    private final HostResolver resolver;
    private final OriginPolicy policy;
    private final Executor loads;
    private final AsyncCache<String, Answer> answers;

    OriginAddresses(
            HostResolver resolver, OriginPolicy policy, Executor loads, InstantSource clock) {
        this.resolver = resolver;
        this.policy = policy;
        this.loads = loads;
        this.answers =
                Caffeine.newBuilder()
                        .maximumSize(MAX_HOSTS)
                        .expireAfterWrite(KEPT)
                        .ticker(() -> clock.millis() * 1_000_000)
                        .executor(Runnable::run)
                        .buildAsync();
    }

    CompletableFuture<Answer> of(String host) {
        return answers.get(
                host, (name, _) -> CompletableFuture.supplyAsync(() -> resolve(name), loads));
    }

    private Answer resolve(String host) {
        try {
            List<InetAddress> all = resolver.resolve(host);
            List<InetAddress> allowed = all.stream().filter(policy::allows).toList();
            if (allowed.size() < all.size()) {
                LOG.warn("origin {} has addresses that origins must not have: {}", host, all);
            }
            return new Answer(all, allowed);
        } catch (UnknownHostException e) {
            LOG.debug("origin {} does not resolve: {}", host, e.getMessage());
            return new Answer(List.of(), List.of());
        }
    }
}
