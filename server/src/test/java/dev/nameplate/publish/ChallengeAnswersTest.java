package dev.nameplate.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.TrafficProbe;
import dev.nameplate.challenge.Challenge;
import dev.nameplate.challenge.Challenges;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.dns.AuthoritativeLookup;
import dev.nameplate.dns.DnsServer;
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
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;

import org.bouncycastle.asn1.ASN1OctetString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// Two edges over one store, as authorities see them: what one node is told to show, the other shows as well.
final class ChallengeAnswersTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final DomainName HOST = new DomainName("www.shop.example");
    private static final AccountId HOME = new AccountId(TestFeatures.ACCOUNT);

    private final TestStore store = TestStore.sqlite();
    private final TestFeatures features = new TestFeatures(store.database());
    private final Challenges challenges = new Challenges(features.clock);
    private final Database otherDoor = store.open();
    private final Edge here = edge(store.database());
    private final Edge there = edge(otherDoor);
    private final DnsServer dns =
            DnsServer.start(
                    new InetSocketAddress(LOOPBACK, 0),
                    store.database(),
                    features.zones,
                    _ -> false,
                    ProofTexts.NONE);

    private Edge edge(Database database) {
        return Edge.start(
                EdgeSettings.standard(
                        new InetSocketAddress(LOOPBACK, 0), new InetSocketAddress(LOOPBACK, 0)),
                new EdgePublisher(
                                database,
                                features.distributions,
                                features.tenants,
                                features.certificates,
                                () -> {
                                    throw new IllegalStateException("no TLS here");
                                },
                                new OwnSites(Set.of(), LOOPBACK.getHostAddress(), 1),
                                Staples.NONE,
                                features.clock)
                        .withChallenges(
                                new ChallengeAnswers(
                                        database,
                                        challenges,
                                        new TrafficProbe(features.vault),
                                        features.distributions,
                                        HOME,
                                        KeyPairs.fastest(features.random),
                                        features.clock)),
                EdgeEvents.NONE,
                features.clock,
                new SecureRandom());
    }

    @AfterEach
    void stop() {
        dns.close();
        here.close();
        there.close();
        otherDoor.close();
        store.close();
    }

    private void show(Challenge challenge) {
        store.database()
                .write(write -> {
                    challenges.show(write, "order-1", challenge);
                    return true;
                });
    }

    private void hide() {
        store.database()
                .write(write -> {
                    challenges.hide(write, "order-1");
                    return true;
                });
    }

    private static String get(Edge edge, String host, String path) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(edge.httpAddress());
            socket.getOutputStream()
                    .write(
                            ("GET " + path + " HTTP/1.0\r\nHost: " + host + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static X509Certificate shown(Edge edge, String host) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket()) {
            socket.connect(edge.httpsAddress());
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            parameters.setApplicationProtocols(new String[] {"acme-tls/1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            assertThat(socket.getApplicationProtocol()).isEqualTo("acme-tls/1");
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void aFileIsShownByEveryNodeFromTheCommitOnAndGoneAfterTheNext() throws Exception {
        String path = "/.well-known/acme-challenge/token";
        assertThat(get(there, HOST.ascii(), path)).startsWith("HTTP/1.1 403 ");
        show(new Challenge.Http(HOST, "token", "token.print"));
        for (Edge edge : List.of(here, there)) {
            assertThat(get(edge, "WWW.Shop.Example:8080", path))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\ntoken.print");
        }
        hide();
        assertThat(get(there, HOST.ascii(), path)).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aHandshakeShowsTheDigestUnderTheNameAlone() throws Exception {
        assertThatThrownBy(() -> shown(there, HOST.ascii())).isInstanceOf(SSLException.class);
        show(new Challenge.Alpn(HOST, "token.print"));
        for (Edge edge : List.of(here, there)) {
            X509Certificate seen = shown(edge, HOST.ascii());
            seen.verify(seen.getPublicKey());
            assertThat(seen.getSubjectAlternativeNames())
                    .singleElement()
                    .isEqualTo(List.of(2, HOST.ascii()));
            assertThat(seen.getCriticalExtensionOIDs()).contains("1.3.6.1.5.5.7.1.31");
            byte[] value = seen.getExtensionValue("1.3.6.1.5.5.7.1.31");
            assertThat(
                            ASN1OctetString.getInstance(
                                            ASN1OctetString.getInstance(value).getOctets())
                                    .getOctets())
                    .isEqualTo(
                            MessageDigest.getInstance("SHA-256")
                                    .digest("token.print".getBytes(StandardCharsets.US_ASCII)));
        }
        assertThatThrownBy(() -> shown(there, "shop.example")).isInstanceOf(SSLException.class);
        hide();
        assertThatThrownBy(() -> shown(there, HOST.ascii())).isInstanceOf(SSLException.class);
    }

    private Sighting probe(AccountId account, DomainName name) {
        return new TrafficProbe(features.vault)
                .look(
                        new AuthoritativeLookup(
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
                                        new WebSettings(there.httpAddress().getPort(), _ -> true))),
                        account,
                        name);
    }

    private void point(String name, String address) {
        store.database()
                .write(write -> {
                    var zone =
                            features.zones
                                    .find(write.handle(), HOME, new DomainName("shop.example"))
                                    .orElseGet(() ->
                                            features.zones.create(
                                                    write, HOME, new DomainName("shop.example")));
                    return features.zones.add(write, zone, name, "A", address, false);
                });
    }

    @Test
    void trafficThatArrivesHereIsSeenForTheInstallationsAccountAlone() {
        point(HOST.ascii(), "127.0.0.1");
        point("elsewhere.shop.example", "127.0.0.44");
        assertThat(probe(HOME, HOST)).isInstanceOf(Sighting.Found.class);
        assertThat(probe(new AccountId("210987654321"), HOST)).isInstanceOf(Sighting.Absent.class);
        assertThat(probe(HOME, new DomainName("elsewhere.shop.example")))
                .isInstanceOf(Sighting.Unreachable.class);
    }

    @Test
    void aNameThatSomebodyServesHereIsProvenForThatAccountAlone() {
        AccountId other = new AccountId("210987654321");
        point(HOST.ascii(), "127.0.0.1");
        store.database()
                .write(write -> {
                    features.distributions.take(
                            write,
                            new Distributions.Holder(
                                    new DistributionId("E0123456789ABC"),
                                    Optional.of("dt_1"),
                                    other),
                            HOST);
                    return true;
                });
        assertThat(probe(HOME, HOST)).isInstanceOf(Sighting.Absent.class);
        assertThat(probe(other, HOST)).isInstanceOf(Sighting.Found.class);
    }
}
