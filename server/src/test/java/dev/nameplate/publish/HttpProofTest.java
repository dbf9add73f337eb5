package dev.nameplate.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.api.ApiServer;
import dev.nameplate.api.Door;
import dev.nameplate.api.rest.HttpProofFiles;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.KeyChoice;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Request;
import dev.nameplate.certificate.State;
import dev.nameplate.certificate.Validation;
import dev.nameplate.dns.AuthoritativeLookup;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.DnsServer;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.LookupSettings;
import dev.nameplate.dns.ProofLookup.Sighting;
import dev.nameplate.dns.ProofTexts;
import dev.nameplate.dns.VantagePoints;
import dev.nameplate.dns.WebSettings;
import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A name that points at the edge is proven by it, with nothing set in the DNS and nothing served under the name yet.
final class HttpProofTest {
    private static final AccountId ALICE = new AccountId(TestFeatures.ACCOUNT);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final TestStore store = TestStore.sqlite();
    private final TestFeatures features = new TestFeatures(store.database());
    private final HttpProofFiles files =
            new HttpProofFiles(store.database(), "validation." + TestFeatures.SUFFIX);
    private final ApiServer listener =
            ApiServer.start(
                    LOOPBACK,
                    0,
                    Optional.empty(),
                    List.of(new Door("proofs", _ -> true, HttpProofFiles.MAX_BODY, files::handle)),
                    Duration.ofMillis(100));
    private final Edge edge =
            Edge.start(
                    EdgeSettings.standard(
                            new InetSocketAddress(LOOPBACK, 0), new InetSocketAddress(LOOPBACK, 0)),
                    new EdgePublisher(
                            features.database,
                            features.distributions,
                            features.tenants,
                            features.certificates,
                            () -> {
                                throw new IllegalStateException("no TLS here");
                            },
                            new OwnSites(Set.of(), LOOPBACK.getHostAddress(), listener.port()),
                            Staples.NONE,
                            features.clock),
                    EdgeEvents.NONE,
                    features.clock,
                    new SecureRandom());
    private final DnsServer dns =
            DnsServer.start(
                    new InetSocketAddress(LOOPBACK, 0),
                    store.database(),
                    features.zones,
                    _ -> false,
                    ProofTexts.NONE);

    @AfterEach
    void stop() {
        dns.close();
        edge.close();
        listener.close();
        store.close();
    }

    private Sighting look(HttpRecord wanted) {
        return new AuthoritativeLookup(
                        store.database(),
                        features.zones,
                        dns.address(),
                        new LookupSettings(
                                List.of(),
                                LookupSettings.DNS_PORT,
                                List.of(),
                                LookupSettings.USUAL_PATIENCE,
                                VantagePoints.NONE,
                                List.of(),
                                new WebSettings(edge.httpAddress().getPort(), _ -> true)))
                .look(wanted);
    }

    private Certificate request(String name) {
        return features.database.write(write ->
                features.certificates.request(
                        write,
                        ALICE,
                        Region.US_EAST_1,
                        new Request(
                                Origin.ACM,
                                List.of(new DomainName(name)),
                                new KeyChoice.Named(KeyAlgorithm.EC_P256),
                                Validation.HTTP,
                                false)));
    }

    private void point(String name, String address) {
        features.database.write(write -> {
            var zone =
                    features.zones
                            .find(write.handle(), ALICE, new DomainName("shop.example"))
                            .orElseGet(() ->
                                    features.zones.create(
                                            write, ALICE, new DomainName("shop.example")));
            return features.zones.add(write, zone, name, "A", address, false);
        });
    }

    @Test
    void nameThatPointsAtTheEdgeIsProvenByIt() {
        point("www.shop.example", "127.0.0.1");
        HttpRecord file = request("www.shop.example").proofs().getFirst().file().orElseThrow();

        assertThat(file.redirectFrom().toString())
                .matches(
                        "http://www\\.shop\\.example/\\.well-known/pki-validation/[0-9a-f]{32}\\.txt");
        assertThat(file.redirectTo().toString())
                .matches(
                        "http://validation\\.nameplate\\.internal/123456789012/\\.well-known/pki-validation/[0-9a-f]{32}\\.txt");
        Sighting sighting = look(file);
        assertThat(sighting).as(sighting.toString()).isInstanceOf(Sighting.Found.class);
    }

    @Test
    void proofIsTheSameForEachRequestOfAnAccountAndGoesWithTheCertificate() {
        point("www.shop.example", "127.0.0.1");
        Certificate first = request("www.shop.example");
        Certificate second = request("www.shop.example");
        HttpRecord file = first.proofs().getFirst().file().orElseThrow();
        assertThat(second.proofs().getFirst().file()).contains(file);
        Certificate read =
                features.database
                        .read(handle -> features.certificates.find(handle, ALICE, second.id()))
                        .orElseThrow();
        assertThat(read.proofs().getFirst().file()).contains(file);
        assertThat(look(file)).isInstanceOf(Sighting.Found.class);

        features.database.write(write -> {
            features.certificates.delete(write, first.id());
            features.certificates.delete(write, second.id());
            return true;
        });
        edge.changed(second.id().toString(), Set.of("www.shop.example"));
        assertThat(look(file)).isNotInstanceOf(Sighting.Found.class);
    }

    @Test
    void nameThatPointsElsewhereIsToldSo() {
        point("www.shop.example", "127.0.0.44");
        Sighting sighting =
                look(request("www.shop.example").proofs().getFirst().file().orElseThrow());
        assertThat(sighting.finding().cause()).isEqualTo(Cause.HTTP_UNREACHABLE);
        assertThat(sighting.finding().remedy()).startsWith("Point the name at this service's edge");
    }

    @Test
    void certificateProvenOverHttpIsIssued() {
        Certificate certificate = request("www.shop.example");
        features.settleCertificates();
        assertThat(
                        features.database
                                .read(handle ->
                                        features.certificates.find(handle, ALICE, certificate.id()))
                                .orElseThrow()
                                .state())
                .isInstanceOf(State.Issued.class);
    }
}
