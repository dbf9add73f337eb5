package dev.nameplate.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.distribution.ServedConfig.Behavior;
import dev.nameplate.distribution.ServedConfig.CacheRule;
import dev.nameplate.distribution.ServedConfig.Forward;
import dev.nameplate.distribution.ServedConfig.OriginProtocol;
import dev.nameplate.distribution.ServedConfig.OriginServer;
import dev.nameplate.distribution.ServedConfig.Selection;
import dev.nameplate.distribution.ServedConfig.ViewerProtocol;
import dev.nameplate.names.DomainName;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

class ServedConfigJsonTest {
    @Test
    void everyComponentComesBackAsItWas() {
        ServedConfig config =
                new ServedConfig(
                        false,
                        List.of(new DomainName("www.example.com"), new DomainName("*.example.org")),
                        Optional.of(new CertificateId(new UUID(1, 2))),
                        "TLSv1.2_2019",
                        "index.html",
                        List.of(
                                new OriginServer(
                                        "o",
                                        "origin.example",
                                        8080,
                                        8443,
                                        OriginProtocol.MATCH_VIEWER,
                                        "/base",
                                        Map.of("X-Key", "v \"quoted\"", "X-Other", "é"),
                                        Duration.ofMillis(2_500),
                                        2,
                                        Duration.ofSeconds(60),
                                        Duration.ofSeconds(7))),
                        List.of(
                                new Behavior(
                                        "/a/*",
                                        "o",
                                        ViewerProtocol.HTTPS_ONLY,
                                        Set.of("GET", "HEAD", "OPTIONS"),
                                        Set.of("GET", "HEAD"),
                                        Optional.empty(),
                                        new Forward(
                                                new Selection.AllExcept(Set.of("host")),
                                                new Selection.All(),
                                                new Selection.Only(Set.of("q", "Q")))),
                                new Behavior(
                                        "*",
                                        "o",
                                        ViewerProtocol.REDIRECT_TO_HTTPS,
                                        Set.of("GET", "HEAD"),
                                        Set.of("GET", "HEAD"),
                                        Optional.of(
                                                new CacheRule(
                                                        Duration.ofSeconds(1),
                                                        Duration.ofDays(1),
                                                        Duration.ofDays(365),
                                                        new Selection.Only(Set.of("accept")),
                                                        new Selection.None(),
                                                        new Selection.All())),
                                        new Forward(
                                                new Selection.None(),
                                                new Selection.None(),
                                                new Selection.None()))));

        assertThat(ServedConfigJson.read(ServedConfigJson.write(config))).isEqualTo(config);
    }

    @Test
    void theSameConfigurationIsAlwaysWrittenTheSame() {
        String once = ServedConfigJson.write(ServedConfigs.withAliases("a.example.com"));

        assertThat(ServedConfigJson.write(ServedConfigJson.read(once))).isEqualTo(once);
    }
}
