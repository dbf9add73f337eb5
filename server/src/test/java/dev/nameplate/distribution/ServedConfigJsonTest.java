package dev.nameplate.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Behavior.ViewerProtocol;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.ContentCoding;
import dev.nameplate.edge.config.ErrorAnswer;
import dev.nameplate.edge.config.GeoRestriction;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.OriginGroup;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.ResponseHeaders;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.Staging;
import dev.nameplate.edge.config.TrustedKeys;
import dev.nameplate.names.DomainName;

import org.junit.jupiter.api.Test;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

class ServedConfigJsonTest {
    private static final Behavior GUARDED =
            Behavior.of("/a/*", "group").toBuilder()
                    .viewerProtocol(ViewerProtocol.HTTPS_ONLY)
                    .allowedMethods(Set.of("GET", "HEAD", "OPTIONS"))
                    .caching(
                            Caching.off(
                                    new RequestParts(
                                            Selection.only("x"), Selection.ALL, Selection.NONE)))
                    .forwarding(
                            new RequestParts(
                                    Selection.allExcept("host"),
                                    Selection.ALL,
                                    Selection.only("q", "Q")))
                    .responseHeaders(
                            Optional.of(
                                    new ResponseHeaders(
                                            List.of("X-Powered-By"),
                                            Optional.of(
                                                    new ResponseHeaders.Cors(
                                                            List.of("https://*.example.com"),
                                                            List.of("*"),
                                                            List.of("GET", "PUT"),
                                                            true,
                                                            List.of("X-Seen"),
                                                            Optional.of(Duration.ofMinutes(10)),
                                                            true)),
                                            List.of(
                                                    new ResponseHeaders.Fixed(
                                                            "X-Frame-Options", "DENY", true)),
                                            2.5)))
                    .trustedKeys(Optional.of(new TrustedKeys(Map.of("K1", publicKey()))))
                    .build();
    private static final Behavior CACHED =
            Behavior.of("*", "o").toBuilder()
                    .viewerProtocol(ViewerProtocol.REDIRECT_TO_HTTPS)
                    .caching(
                            new Caching(
                                    true,
                                    Duration.ofSeconds(1),
                                    Duration.ofDays(1),
                                    Duration.ofDays(365),
                                    new RequestParts(
                                            Selection.only("accept"),
                                            Selection.NONE,
                                            Selection.ALL),
                                    Set.of(ContentCoding.GZIP, ContentCoding.BROTLI)))
                    .compress(true)
                    .build();

    private static PublicKey publicKey() {
        try {
            return KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyComponentComesBackAsItWas() {
        Origin origin =
                Origin.of("o", "origin.example", Origin.ProtocolPolicy.MATCH_VIEWER).toBuilder()
                        .httpPort(8080)
                        .httpsPort(8443)
                        .path("/base")
                        .customHeaders(Map.of("X-Key", "v \"quoted\"", "X-Other", "é"))
                        .connectTimeout(Duration.ofMillis(2_500))
                        .connectionAttempts(2)
                        .readTimeout(Duration.ofSeconds(60))
                        .keepAlive(Duration.ofSeconds(7))
                        .build();
        Origin spare = Origin.of("spare", "spare.example", Origin.ProtocolPolicy.HTTPS_ONLY);
        ServedConfig config =
                new ServedConfig(
                        false,
                        List.of(new DomainName("www.example.com"), new DomainName("*.example.org")),
                        Optional.of(new CertificateId(new UUID(1, 2))),
                        "TLSv1.2_2019",
                        "index.html",
                        List.of(origin, spare),
                        List.of(new OriginGroup("group", "o", "spare", Set.of(500, 503))),
                        List.of(GUARDED, CACHED),
                        List.of(
                                new ErrorAnswer(
                                        404,
                                        Optional.of(new ErrorAnswer.Page("/lost.html", 200)),
                                        Duration.ofSeconds(60)),
                                new ErrorAnswer(500, Optional.empty(), Duration.ZERO)),
                        Optional.of(
                                new GeoRestriction(
                                        GeoRestriction.Kind.ALL_BUT, Set.of("AQ", "BV"))),
                        Optional.of(
                                new TenantTemplate(
                                        List.of(
                                                new TenantTemplate.Parameter(
                                                        "shop", true, Optional.empty()),
                                                new TenantTemplate.Parameter(
                                                        "tier", false, Optional.of("basic"))))),
                        true,
                        share(
                                new Staging.Choice.ByWeight(
                                        0.15,
                                        Optional.of(
                                                new Staging.Stickiness(
                                                        Duration.ofMinutes(5),
                                                        Duration.ofMinutes(10))))),
                        false,
                        true);

        assertThat(ServedConfigJson.read(ServedConfigJson.write(config))).isEqualTo(config);
        for (Staging.Choice choice :
                List.of(
                        new Staging.Choice.ByHeader("aws-cf-cd-try", "1"),
                        new Staging.Choice.ByWeight(0, Optional.empty()))) {
            ServedConfig other = config.toBuilder().trafficShare(share(choice)).build();
            assertThat(ServedConfigJson.read(ServedConfigJson.write(other))).isEqualTo(other);
        }
    }

    @Test
    void theSameConfigurationIsAlwaysWrittenTheSame() {
        String once = ServedConfigJson.write(ServedConfigs.withAliases("a.example.com"));

        assertThat(ServedConfigJson.write(ServedConfigJson.read(once))).isEqualTo(once);
    }

    @Test
    void whatEarlierReleasesWroteIsStillUnderstood() {
        ServedConfig read =
                ServedConfigJson.read(
                        """
                        {"enabled":true,"aliases":["a.example.com"],"minimumTls":"TLSv1.2_2021","defaultRootObject":"",
                         "origins":[{"id":"o","host":"origin.example","httpPort":80,"httpsPort":443,"protocol":"HTTP_ONLY",
                           "path":"","headers":{},"connectTimeout":10000,"connectAttempts":3,"readTimeout":30000,
                           "keepAlive":5000}],
                         "behaviors":[{"pathPattern":"/live/*","originId":"o","viewerProtocol":"ALLOW_ALL",
                            "allowedMethods":["GET","HEAD"],"cachedMethods":["GET","HEAD"],
                            "forward":{"headers":"all","cookies":"none","queryStrings":"none"}},
                           {"pathPattern":"*","originId":"o","viewerProtocol":"ALLOW_ALL",
                            "allowedMethods":["GET","HEAD"],"cachedMethods":["GET","HEAD"],
                            "cache":{"headers":"none","cookies":"none","queryStrings":"none","minTtl":0,
                              "defaultTtl":86400000,"maxTtl":31536000000},
                            "forward":{"headers":"none","cookies":"none","queryStrings":"none"}}]}
                        """);

        assertThat(read)
                .isEqualTo(
                        ServedConfig.of(
                                List.of(new DomainName("a.example.com")),
                                Optional.empty(),
                                "TLSv1.2_2021",
                                List.of(
                                        Origin.of(
                                                "o",
                                                "origin.example",
                                                Origin.ProtocolPolicy.HTTP_ONLY)),
                                List.of(
                                        Behavior.of("/live/*", "o").toBuilder()
                                                .forwarding(
                                                        new RequestParts(
                                                                Selection.ALL,
                                                                Selection.NONE,
                                                                Selection.NONE))
                                                .build(),
                                        Behavior.of("*", "o").toBuilder()
                                                .caching(Caching.standard(RequestParts.NONE))
                                                .build())));
    }

    private static Optional<TrafficShare> share(Staging.Choice choice) {
        return Optional.of(new TrafficShare(new DistributionId("E0123456789ABC"), choice));
    }
}
