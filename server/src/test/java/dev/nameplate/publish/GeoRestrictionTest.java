package dev.nameplate.publish;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.net.httpserver.HttpServer;

import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.Customizations;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DomainItem;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionType;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// A country list, from CloudFront's API to the answer a visitor gets. All visitors here are Austrian: so says the table.
class GeoRestrictionTest {
    private static final String CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";

    @TempDir private Path folder;
    private final TestStore store = TestStore.sqlite();
    private final TestFeatures features = new TestFeatures(store.database());
    private final TestCa.Issued ownNames =
            new TestCa(features.clock.instant()).issue("*.cdn.nameplate.internal");
    private HttpServer origin;
    private Edge edge;
    private ChangeFollower follower;
    private CloudFrontClient api;

    @BeforeEach
    void start() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        origin = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        origin.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        origin.start();
        Path countries = Files.writeString(folder.resolve("countries.csv"), "127.0.0.0/8,AT\n");
        edge =
                Edge.start(
                        EdgeSettings.standard(
                                        new InetSocketAddress(loopback, 0),
                                        new InetSocketAddress(loopback, 0))
                                .toBuilder()
                                .countries(Optional.of(countries))
                                .build(),
                        new EdgePublisher(
                                features.database,
                                features.distributions,
                                features.tenants,
                                features.certificates,
                                this::ownNames,
                                OwnSites.none(),
                                Staples.NONE,
                                features.clock),
                        EdgeEvents.NONE,
                        features.clock,
                        new SecureRandom());
        follower =
                ChangeFollower.start(
                        features.database,
                        features.feed,
                        features.distributions,
                        features.invalidations,
                        edge::changed,
                        edge::invalidate,
                        features.clock);
        features.countriesKnown = true;
        api = features.cloudFront().as(TestFeatures.caller("us-east-1"));
    }

    @AfterEach
    void stop() {
        follower.close();
        edge.close();
        origin.stop(0);
        store.close();
    }

    @Test
    void aListOfADistributionDecidesByTheVisitorsCountry() {
        Distribution made = create(config("r", GeoRestrictionType.BLACKLIST, "DE", "AT"));
        assertThat(status(made.domainName())).isEqualTo(403);

        update(made, config("r", GeoRestrictionType.BLACKLIST, "DE"));
        awaitStatus(made.domainName(), 200);

        update(made, config("r", GeoRestrictionType.WHITELIST, "DE"));
        awaitStatus(made.domainName(), 403);

        update(made, config("r", GeoRestrictionType.WHITELIST, "AT", "DE"));
        awaitStatus(made.domainName(), 200);

        update(made, config("r", GeoRestrictionType.WHITELIST, "DE"));
        awaitStatus(made.domainName(), 403);
        update(made, config("r", GeoRestrictionType.NONE));
        awaitStatus(made.domainName(), 200);
    }

    @Test
    void aTenantsListWinsOverItsTemplatesAndSoDoesNone() {
        TestCa.Issued wildcard = features.trustedCa().issue("*.shops.example.com");
        var certificate =
                features.importCertificate(
                        new AccountId(TestFeatures.ACCOUNT), Region.US_EAST_1, wildcard);
        Distribution template =
                create(
                        config("template", GeoRestrictionType.BLACKLIST, "AT")
                                .connectionMode(ConnectionMode.TENANT_ONLY)
                                .viewerCertificate(viewer ->
                                        viewer.acmCertificateArn(
                                                        "arn:aws:acm:us-east-1:%s:certificate/%s"
                                                                .formatted(
                                                                        TestFeatures.ACCOUNT,
                                                                        certificate.id()))
                                                .sslSupportMethod("sni-only")));
        tenant(template, "as-the-template", Optional.empty());
        tenant(template, "free", Optional.of(customized(GeoRestrictionType.NONE)));
        tenant(template, "only-us", Optional.of(customized(GeoRestrictionType.WHITELIST, "US")));
        tenant(template, "but-us", Optional.of(customized(GeoRestrictionType.BLACKLIST, "US")));

        assertThat(status("as-the-template.shops.example.com")).isEqualTo(403);
        assertThat(status("free.shops.example.com")).isEqualTo(200);
        assertThat(status("only-us.shops.example.com")).isEqualTo(403);
        assertThat(status("but-us.shops.example.com")).isEqualTo(200);
        assertThat(
                        api.getDistributionTenant(r -> r.identifier("free"))
                                .distributionTenant()
                                .customizations()
                                .geoRestrictions()
                                .restrictionType())
                .isEqualTo(GeoRestrictionType.NONE);
        var shown =
                api.getDistributionTenant(r -> r.identifier("only-us"))
                        .distributionTenant()
                        .customizations()
                        .geoRestrictions();
        assertThat(shown.restrictionType()).isEqualTo(GeoRestrictionType.WHITELIST);
        assertThat(shown.locations()).containsExactly("US");
    }

    private static Customizations customized(GeoRestrictionType type, String... countries) {
        return Customizations.builder()
                .geoRestrictions(geo -> geo.restrictionType(type).locations(countries))
                .build();
    }

    private void tenant(
            Distribution template, String name, Optional<Customizations> customizations) {
        api.createDistributionTenant(r ->
                r.distributionId(template.id())
                        .name(name)
                        .domains(DomainItem.builder().domain(name + ".shops.example.com").build())
                        .customizations(customizations.orElse(null)));
    }

    private DistributionConfig.Builder config(
            String reference, GeoRestrictionType type, String... countries) {
        Origin web =
                Origin.builder()
                        .id("web")
                        .domainName("localhost")
                        .customOriginConfig(custom ->
                                custom.httpPort(origin.getAddress().getPort())
                                        .httpsPort(443)
                                        .originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                        .build();
        return DistributionConfig.builder()
                .callerReference(reference)
                .comment("")
                .enabled(true)
                .origins(origins -> origins.quantity(1).items(web))
                .defaultCacheBehavior(behavior ->
                        behavior.targetOriginId("web")
                                .viewerProtocolPolicy(ViewerProtocolPolicy.ALLOW_ALL)
                                .cachePolicyId(CACHING_DISABLED))
                .restrictions(restrictions ->
                        restrictions.geoRestriction(geo ->
                                geo.restrictionType(type)
                                        .quantity(countries.length)
                                        .items(countries)));
    }

    private Distribution create(DistributionConfig.Builder config) {
        return api.createDistribution(r -> r.distributionConfig(config.build())).distribution();
    }

    private void update(Distribution made, DistributionConfig.Builder config) {
        String etag = api.getDistribution(r -> r.id(made.id())).eTag();
        api.updateDistribution(
                r -> r.id(made.id()).ifMatch(etag).distributionConfig(config.build()));
    }

    private ServingMaterial ownNames() {
        try {
            return new ServingMaterial(
                    "1",
                    List.of(ownNames.certificate().getEncoded()),
                    ownNames.keys().getPrivate().getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private void awaitStatus(String host, int wanted) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (status(host) != wanted) {
            assertThat(System.nanoTime()).as("deadline for %s", wanted).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    /// Over plain HTTP, where the host alone decides.
    private int status(String host) {
        try (Socket socket = new Socket()) {
            socket.connect(edge.httpAddress(), 60_000);
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                    .formatted(host)
                                    .getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            return Integer.parseInt(answer.substring(9, 12));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
