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
/// @param vantagePoints must confirm what was seen
/// @param web for proofs over HTTP
/// @param trustAnchors DS or DNSKEY records in master file form; where there are none, signatures are not checked
public record LookupSettings(
        List<InetSocketAddress> resolvers,
        int authoritativePort,
        List<InetSocketAddress> rootHints,
        Duration patience,
        VantagePoints vantagePoints,
        List<String> trustAnchors,
        WebSettings web) {
    public static final int DNS_PORT = 53;
    public static final Duration USUAL_PATIENCE = Duration.ofSeconds(5);

    /// The root's key signing keys of 2017 and 2024, as IANA publishes them.
    public static final List<String> ROOT_ANCHORS =
            List.of(
                    ". DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
                    ". DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16");

    public LookupSettings {
        resolvers = List.copyOf(resolvers);
        rootHints = List.copyOf(rootHints);
        trustAnchors = List.copyOf(trustAnchors);
    }

    /// Without vantage points, signatures unchecked.
    public LookupSettings(
            List<InetSocketAddress> resolvers,
            int authoritativePort,
            List<InetSocketAddress> rootHints,
            Duration patience) {
        this(
                resolvers,
                authoritativePort,
                rootHints,
                patience,
                VantagePoints.NONE,
                List.of(),
                WebSettings.OFF);
    }

    List<InetSocketAddress> effectiveResolvers() {
        return resolvers.isEmpty() ? ResolverConfig.getCurrentConfig().servers() : resolvers;
    }
}
