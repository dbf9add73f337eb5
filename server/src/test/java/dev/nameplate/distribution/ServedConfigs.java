package dev.nameplate.distribution;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.names.DomainName;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Served configurations for tests.
public final class ServedConfigs {
    private ServedConfigs() {}

    /// One plain origin on loopback, cached by path.
    public static ServedConfig of(
            boolean enabled,
            int originPort,
            Optional<CertificateId> certificate,
            String... aliases) {
        return ServedConfig.of(
                        Stream.of(aliases).map(DomainName::new).toList(),
                        certificate,
                        "TLSv1.2_2021",
                        List.of(
                                Origin.of("origin", "127.0.0.1", Origin.ProtocolPolicy.HTTP_ONLY)
                                        .toBuilder()
                                        .httpPort(originPort)
                                        .connectTimeout(Duration.ofSeconds(2))
                                        .connectionAttempts(1)
                                        .readTimeout(Duration.ofSeconds(5))
                                        .build()),
                        List.of(
                                Behavior.of("*", "origin").toBuilder()
                                        .caching(Caching.standard(RequestParts.NONE))
                                        .build()))
                .toBuilder()
                .enabled(enabled)
                .build();
    }

    public static ServedConfig withAliases(String... aliases) {
        return of(true, 80, Optional.empty(), aliases);
    }
}
