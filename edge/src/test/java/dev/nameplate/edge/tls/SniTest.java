package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.edge.config.EdgeEvents.HandshakeFailure;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.RecordedEvents;
import dev.nameplate.edge.testkit.TestCa;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

@ExtendWith(NoLeaks.class)
final class SniTest {
    private final TestEdge edge = new TestEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    private String shown(String serverName) throws IOException {
        try (RawClient visitor = edge.connect(serverName)) {
            return visitor.certificate().getSubjectX500Principal().getName();
        }
    }

    @Test
    void eachNameIsShownItsOwnCertificate() throws Exception {
        edge.serve("a.test");
        edge.serve("b.test");
        assertThat(shown("a.test")).isEqualTo("CN=a.test");
        assertThat(shown("b.test")).isEqualTo("CN=b.test");
        assertThat(shown("A.Test")).isEqualTo("CN=a.test");
        assertThat(edge.events().nextHandshake()).isEqualTo("a.test");
    }

    @Test
    void aKnownNameIsAskedForOnce() throws Exception {
        edge.serve("a.test");
        for (int i = 0; i < 3; i++) {
            shown("a.test");
        }
        assertThat(edge.source().certificateQuestions()).containsExactly("a.test");
    }

    @Test
    void anUnknownNameIsRefusedWithTheAlertForIt() {
        assertThatThrownBy(() -> shown("unknown.test"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("unrecognized_name");
        assertThat(edge.events().nextFailure())
                .isEqualTo(
                        new RecordedEvents.Failure("unknown.test", HandshakeFailure.UNKNOWN_NAME));
    }

    @Test
    void aHandshakeWithoutServerNameIsRefused() {
        edge.serve("a.test");
        assertThatThrownBy(() -> shown("")).isInstanceOf(SSLException.class);
        assertThat(edge.events().nextFailure())
                .isEqualTo(new RecordedEvents.Failure("", HandshakeFailure.NO_SERVER_NAME));
    }

    @Test
    void anUnknownNameIsNotAskedForAgainUntilItExpiresOrChanges() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> shown("late.test")).isInstanceOf(SSLException.class);
        }
        assertThat(edge.source().certificateQuestions()).containsExactly("late.test");
        askedAgainAfter(Duration.ofSeconds(6), 2);
        edge.serve("late.test");
        edge.edge().changed("dist-late.test", Set.of("late.test"));
        assertThat(shown("late.test")).isEqualTo("CN=late.test");
    }

    @Test
    void aChangedCertificateIsShownToTheNextVisitorAndOpenConnectionsGoOn() throws Exception {
        edge.serve("a.test");
        try (RawClient before = edge.connect("a.test")) {
            ServedCertificate renewed = edge.ca().issue("a.test");
            edge.source().certificate("a.test", renewed);
            edge.edge().changed("dist-a.test", Set.of("a.test"));
            try (RawClient after = edge.connect("a.test")) {
                assertThat(after.certificate().getEncoded()).isEqualTo(renewed.chain().getFirst());
            }
            assertThat(before.get("a.test", "/").status()).isEqualTo(200);
        }
    }

    @Test
    void aChangedWildcardReachesEveryNameBelowIt() throws Exception {
        ServedCertificate first = edge.ca().issue("*.w.test");
        edge.source().certificate("*.w.test", first);
        assertThat(shown("one.w.test")).isEqualTo("CN=*.w.test");
        assertThat(shown("two.w.test")).isEqualTo("CN=*.w.test");
        ServedCertificate second = edge.ca().issue("*.w.test");
        edge.source().certificate("*.w.test", second);
        edge.edge().changed("any", Set.of("*.w.test"));
        try (RawClient visitor = edge.connect("two.w.test")) {
            assertThat(visitor.certificate().getEncoded()).isEqualTo(second.chain().getFirst());
        }
    }

    @Test
    void aCertificateWithAnotherKeyIsRefusedAloneAndComesBackWhenCorrected() throws Exception {
        ServedCertificate good = edge.ca().issue("bad.test");
        edge.source()
                .certificate(
                        "bad.test",
                        new ServedCertificate(
                                "mismatch",
                                good.chain(),
                                TestCa.newKeys().getPrivate().getEncoded()));
        edge.serve("a.test");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> shown("bad.test")).isInstanceOf(SSLException.class);
            assertThat(edge.events().nextFailure().reason())
                    .isEqualTo(HandshakeFailure.BAD_CERTIFICATE);
        }
        assertThat(edge.source().certificateQuestions()).containsExactly("bad.test");
        assertThat(shown("a.test")).isEqualTo("CN=a.test");
        edge.source().certificate("bad.test", good);
        edge.edge().changed("any", Set.of("bad.test"));
        assertThat(shown("bad.test")).isEqualTo("CN=bad.test");
    }

    @Test
    void bytesThatAreNoCertificateAreRefusedAlone() throws Exception {
        edge.source()
                .certificate(
                        "junk.test",
                        new ServedCertificate(
                                "junk", List.of(new byte[] {1, 2, 3}), new byte[] {4}));
        edge.serve("a.test");
        assertThatThrownBy(() -> shown("junk.test")).isInstanceOf(SSLException.class);
        assertThat(shown("a.test")).isEqualTo("CN=a.test");
    }

    @Test
    void aBrokenSourceRefusesOnlyWhatIsNotInMemory() throws Exception {
        edge.serve("hot.test");
        edge.serve("cold.test");
        shown("hot.test");
        edge.source().breakDown(true);
        assertThat(shown("hot.test")).isEqualTo("CN=hot.test");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> shown("cold.test")).isInstanceOf(SSLException.class);
            assertThat(edge.events().nextFailure().reason())
                    .isEqualTo(HandshakeFailure.SOURCE_FAILED);
        }
        assertThat(edge.source().certificateQuestions()).containsExactly("hot.test", "cold.test");
        edge.source().breakDown(false);
        for (int i = 0; i < 20 && edge.source().certificateQuestions().size() < 3; i++) {
            edge.clock().advance(Duration.ofSeconds(2));
            tryHandshake("cold.test");
        }
        assertThat(shown("cold.test")).isEqualTo("CN=cold.test");
    }

    /// The expiry is set a moment after the first visitor is answered, so the clock may have to move more than once.
    private void askedAgainAfter(Duration expiry, int questions) {
        for (int i = 0; i < 20 && edge.source().certificateQuestions().size() < questions; i++) {
            edge.clock().advance(expiry);
            tryHandshake("late.test");
        }
        assertThat(edge.source().certificateQuestions()).hasSize(questions);
    }

    private void tryHandshake(String serverName) {
        try {
            shown(serverName);
        } catch (IOException refused) {
            assertThat(refused).hasMessageContaining("unrecognized_name");
        }
    }

    @Test
    void plainTextOnTheTlsPortIsClosed() throws Exception {
        try (RawClient visitor = RawClient.plain(edge.edge().httpsAddress())) {
            visitor.send("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
            byte[] alert = visitor.in().readAllBytes();
            assertThat(alert).hasSizeLessThan(10);
        }
    }

    @Test
    void manyVisitorsOfOneColdNameCauseOneLoad() throws Exception {
        edge.serve("a.test");
        try (ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> all = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                all.add(visitors.submit((Callable<String>) () -> shown("a.test")));
            }
            for (Future<String> one : all) {
                assertThat(one.get()).isEqualTo("CN=a.test");
            }
        }
        assertThat(edge.source().certificateQuestions()).containsExactly("a.test");
    }
}
