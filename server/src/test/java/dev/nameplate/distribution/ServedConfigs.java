package dev.nameplate.distribution;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.ServedConfig.Behavior;
import dev.nameplate.distribution.ServedConfig.CacheRule;
import dev.nameplate.distribution.ServedConfig.Forward;
import dev.nameplate.distribution.ServedConfig.OriginProtocol;
import dev.nameplate.distribution.ServedConfig.OriginServer;
import dev.nameplate.distribution.ServedConfig.Selection;
import dev.nameplate.distribution.ServedConfig.ViewerProtocol;
import dev.nameplate.names.DomainName;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Served configurations for tests.
public final class ServedConfigs {
    private static final Selection NONE = new Selection.None();

    private ServedConfigs() {}

    /// One plain origin on loopback, cached by path.
    public static ServedConfig of(
            boolean enabled,
            int originPort,
            Optional<CertificateId> certificate,
            String... aliases) {
        return new ServedConfig(
                enabled,
                Stream.of(aliases).map(DomainName::new).toList(),
                certificate,
                "TLSv1.2_2021",
                "",
                List.of(
                        new OriginServer(
                                "origin",
                                "127.0.0.1",
                                originPort,
                                443,
                                OriginProtocol.HTTP_ONLY,
                                "",
                                Map.of(),
                                Duration.ofSeconds(2),
                                1,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(5))),
                List.of(
                        new Behavior(
                                "*",
                                "origin",
                                ViewerProtocol.ALLOW_ALL,
                                Set.of("GET", "HEAD"),
                                Set.of("GET", "HEAD"),
                                Optional.of(
                                        new CacheRule(
                                                Duration.ZERO,
                                                Duration.ofDays(1),
                                                Duration.ofDays(365),
                                                NONE,
                                                NONE,
                                                NONE)),
                                new Forward(NONE, NONE, NONE))));
    }

    public static ServedConfig withAliases(String... aliases) {
        return of(true, 80, Optional.empty(), aliases);
    }
}
