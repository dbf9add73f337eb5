package dev.nameplate.dns;

import org.xbill.DNS.ResolverConfig;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// Where the world's DNS is entered.
///
/// @param resolvers recursive servers, asked only who is authoritative; empty means the system's
/// @param authoritativePort where other people's authoritative servers are asked: 53 except in tests
/// @param rootHints root servers to walk down from instead of asking `resolvers`; usually empty
/// @param patience the longest a look may take
public record LookupSettings(
        List<InetSocketAddress> resolvers,
        int authoritativePort,
        List<InetSocketAddress> rootHints,
        Duration patience) {
    public static final int DNS_PORT = 53;
    public static final Duration USUAL_PATIENCE = Duration.ofSeconds(5);

    public LookupSettings {
        resolvers = List.copyOf(resolvers);
        rootHints = List.copyOf(rootHints);
    }

    List<InetSocketAddress> effectiveResolvers() {
        return resolvers.isEmpty() ? ResolverConfig.getCurrentConfig().servers() : resolvers;
    }
}
