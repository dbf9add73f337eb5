package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.config.TicketKey;
import dev.nameplate.edge.config.TlsSettings;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestCa;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// Two edges with the same keys. Each shows its visitors another certificate for the same name, and a resumed session goes on
/// with the certificate of its first handshake: which one a visitor holds tells whether it was resumed.
@ExtendWith(NoLeaks.class)
final class TicketTest {
    private static final Duration DAY = Duration.ofDays(1);

    private final TestCa ca = new TestCa();
    private final TestEdge first = new TestEdge();

    /// Java keeps sessions by name and port, so this one has the same port at another address.
    private final TestEdge second = nextTo(first);

    private final ServedCertificate ofFirst = ca.issue("a.test", "b.test");
    private final ServedCertificate ofSecond = ca.issue("a.test", "b.test");
    private final Instant start = first.clock().instant();
    private SSLContext visitor = ca.trustingContext();

    TicketTest() {
        for (String name : List.of("a.test", "b.test")) {
            first.serve(name);
            second.serve(name);
            first.source().certificate(name, ofFirst);
            second.source().certificate(name, ofSecond);
        }
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private static TicketKey key(Instant from) {
        byte[] bytes = new byte[48];
        new SecureRandom().nextBytes(bytes);
        return new TicketKey(
                Arrays.copyOfRange(bytes, 0, 16),
                Arrays.copyOfRange(bytes, 16, 32),
                Arrays.copyOfRange(bytes, 32, 48),
                from);
    }

    private static TestEdge nextTo(TestEdge other) {
        int port = other.edge().httpsAddress().getPort();
        return new TestEdge(new InetSocketAddress("127.0.0.2", port), settings -> settings);
    }

    private static void keys(TestEdge edge, TicketKey... keys) {
        edge.source().ticketKeys(List.of(keys));
        edge.edge().ticketKeysChanged();
    }

    private void everywhere(TicketKey... keys) {
        keys(first, keys);
        keys(second, keys);
    }

    private static SSLContext newVisitor(TestCa trusted) {
        return trusted.trustingContext();
    }

    private boolean isResumed(ServedCertificate own, TestEdge edge, String version)
            throws Exception {
        X509Certificate shown = visit(edge, "a.test", version);
        return !Arrays.equals(shown.getEncoded(), own.chain().getFirst());
    }

    private boolean isResumedAtSecond() throws Exception {
        return isResumed(ofSecond, second, "TLSv1.3");
    }

    private X509Certificate visitFirst() throws IOException {
        return visit(first, "a.test", "TLSv1.3");
    }

    /// The answer is read, because the ticket comes after the handshake.
    private X509Certificate visit(TestEdge edge, String name, String version) throws IOException {
        Socket plain =
                new Socket(
                        edge.edge().httpsAddress().getAddress(),
                        edge.edge().httpsAddress().getPort());
        try (SSLSocket socket =
                (SSLSocket) visitor.getSocketFactory().createSocket(plain, name, 443, true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            parameters.setProtocols(new String[] {version});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            socket.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                    .formatted(name)
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200");
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    @Test
    void aTicketOfOneEdgeIsResumedAtAnother() throws Exception {
        everywhere(key(start));
        visitFirst();
        assertThat(isResumedAtSecond()).isTrue();
    }

    @Test
    void edgesWithKeysOfTheirOwnDoNotResume() throws Exception {
        keys(first, key(start));
        keys(second, key(start));
        visitFirst();
        assertThat(isResumedAtSecond()).isFalse();
    }

    @Test
    void aTicketOutlivesOneRotationAndNotTwo() throws Exception {
        TicketKey one = key(start);
        TicketKey two = key(start.plus(DAY));
        TicketKey three = key(start.plus(DAY.multipliedBy(2)));
        everywhere(one, two);
        SSLContext patient = visitor;
        visitFirst();
        visitor = newVisitor(ca);
        visitFirst();

        second.clock().advance(DAY);
        keys(second, one, two, three);
        assertThat(isResumedAtSecond()).as("after one rotation").isTrue();

        second.clock().advance(DAY);
        keys(second, two, three);
        visitor = patient;
        assertThat(isResumedAtSecond()).as("after two rotations").isFalse();
    }

    @Test
    void aKeyToComeOpensButDoesNotSeal() throws Exception {
        TicketKey now = key(start);
        TicketKey next = key(start.plus(DAY));
        keys(first, now, next);
        keys(second, next);
        visitFirst();
        assertThat(isResumedAtSecond()).as("sealed under the key in use").isFalse();

        visitor = newVisitor(ca);
        first.clock().advance(DAY);
        first.edge().ticketKeysChanged();
        visitFirst();
        assertThat(isResumedAtSecond()).as("sealed under the next").isTrue();
    }

    @Test
    void withoutKeysThereAreNoTickets() throws Exception {
        everywhere(key(start));
        everywhere();
        visitFirst();
        assertThat(isResumed(ofFirst, first, "TLSv1.3")).isFalse();
        ServedCertificate renewed = ca.issue("a.test");
        first.source().certificate("a.test", renewed);
        first.edge().changed("any", Set.of("a.test"));
        assertThat(isResumed(renewed, first, "TLSv1.3")).isFalse();
    }

    @Test
    void theSettingEndsThem() throws Exception {
        try (TestEdge without =
                new TestEdge(settings -> settings.tls(TlsSettings.STANDARD.withTickets(false)))) {
            without.serve("a.test");
            without.source().certificate("a.test", ofFirst);
            keys(without, key(start));
            visit(without, "a.test", "TLSv1.3");
            without.source().certificate("a.test", ofSecond);
            without.edge().changed("any", Set.of("a.test"));
            assertThat(isResumed(ofSecond, without, "TLSv1.3")).isFalse();
        }
    }

    @Test
    void aBrokenSourceLeavesTheKeysInUse() throws Exception {
        everywhere(key(start));
        visitFirst();
        second.source().breakDown(true);
        second.edge().ticketKeysChanged();
        second.source().breakDown(false);
        assertThat(isResumedAtSecond()).isTrue();
    }

    /// A session of TLS 1.2 belongs to the name it was made for, which BoringSSL does not check.
    @Test
    void upToTls12NothingIsResumed() throws Exception {
        everywhere(key(start));
        visit(first, "a.test", "TLSv1.2");
        assertThat(isResumed(ofSecond, second, "TLSv1.2")).isFalse();
        ServedCertificate renewed = ca.issue("a.test");
        first.source().certificate("a.test", renewed);
        first.edge().changed("any", Set.of("a.test"));
        visit(first, "a.test", "TLSv1.2");
        assertThat(isResumed(renewed, first, "TLSv1.2")).isFalse();
    }
}
