package dev.nameplate;

import dev.nameplate.config.Settings;
import dev.nameplate.dns.AuthoritativeLookup;
import dev.nameplate.dns.DnsServer;
import dev.nameplate.dns.LookupSettings;
import dev.nameplate.dns.VantagePoints;
import dev.nameplate.dns.WebSettings;
import dev.nameplate.edge.config.OriginPolicy;

import java.net.InetSocketAddress;
import java.util.List;

/// How proofs are looked for, as configured.
final class Lookups {
    private Lookups() {}

    static AuthoritativeLookup lookup(
            Settings settings,
            Listeners listeners,
            Store opened,
            Features features,
            DnsServer dns) {
        return new AuthoritativeLookup(
                opened.database(),
                features.zones(),
                listeners.reachable(dns.address()),
                new LookupSettings(
                        settings.dns().resolvers(),
                        settings.dns().authoritativePort(),
                        settings.dns().rootHints(),
                        LookupSettings.USUAL_PATIENCE,
                        vantagePoints(settings.dns()),
                        trustAnchors(settings.dns()),
                        new WebSettings(
                                settings.dns().proofHttpPort(), originPolicy(settings)::allows)));
    }

    /// Also for web servers asked for proofs: they are chosen by strangers, as origins are.
    static OriginPolicy originPolicy(Settings settings) {
        return new OriginPolicy(
                settings.origins().allowLoopback(), settings.origins().allowPrivate());
    }

    private static VantagePoints vantagePoints(Settings.Dns settings) {
        List<InetSocketAddress> resolvers = settings.vantagePoints();
        return new VantagePoints(
                resolvers,
                settings.quorum().orElseGet(() -> VantagePoints.usualQuorum(resolvers.size())));
    }

    /// An Internet with a root of its own has other keys.
    private static List<String> trustAnchors(Settings.Dns settings) {
        if (!settings.trustAnchors().isEmpty()) {
            return settings.trustAnchors();
        }
        return settings.rootHints().isEmpty() ? LookupSettings.ROOT_ANCHORS : List.of();
    }
}
