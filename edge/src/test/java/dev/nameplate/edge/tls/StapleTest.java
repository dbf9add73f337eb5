package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.OcspStaple;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

@ExtendWith(NoLeaks.class)
final class StapleTest {
    private static final String NAME = "a.test";

    /// OCSP's error codes, to tell staples apart: Java's client takes nothing but OCSP responses.
    private static final List<String> STAPLES =
            List.of("", "good", "revoked", "first", "", "second", "late");

    private final TestEdge edge = new TestEdge();
    private final ServedCertificate certificate = edge.ca().issue(NAME);
    private final Instant start = edge.clock().instant();

    @AfterEach
    void close() {
        edge.close();
    }

    private void serve(String staple, Duration refreshFrom, Duration end) {
        serve(
                Optional.of(
                        new OcspStaple(
                                response(staple), start.plus(refreshFrom), start.plus(end))));
    }

    private static byte[] response(String staple) {
        return new byte[] {0x30, 3, 0x0a, 1, (byte) STAPLES.indexOf(staple)};
    }

    private void serve(Optional<OcspStaple> staple) {
        edge.source()
                .certificate(
                        NAME,
                        new ServedCertificate(
                                "a", certificate.chain(), certificate.privateKeyPkcs8(), staple));
    }

    private List<String> stapled() throws IOException {
        try (RawClient visitor = edge.connect(NAME)) {
            assertThat(visitor.certificate().getSubjectX500Principal().getName())
                    .isEqualTo("CN=" + NAME);
            return visitor.staples().stream().map(each -> STAPLES.get(each[4])).toList();
        }
    }

    /// A refresh runs beside the visits; each look is a visit or as short as nothing.
    private static void eventually(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void theStatusComesWithTheHandshake() throws Exception {
        serve("good", Duration.ofDays(3), Duration.ofDays(7));
        assertThat(stapled()).containsExactly("good");
    }

    @Test
    void withoutAStatusTheHandshakeWorksAllTheSame() throws Exception {
        serve(Optional.empty());
        assertThat(stapled()).isEmpty();
        assertThat(edge.source().certificateQuestions()).hasSize(1);
    }

    @Test
    void aChangedStatusReachesTheNextVisitor() throws Exception {
        serve("good", Duration.ofDays(3), Duration.ofDays(7));
        assertThat(stapled()).containsExactly("good");
        serve("revoked", Duration.ofDays(3), Duration.ofDays(7));
        edge.edge().changed("any", Set.of(NAME));
        assertThat(stapled()).containsExactly("revoked");
    }

    @Test
    void itIsRefreshedWhileVisitorsStillGetTheOldOne() throws Exception {
        serve("first", Duration.ofDays(3), Duration.ofDays(7));
        assertThat(stapled()).containsExactly("first");
        serve("second", Duration.ofDays(6), Duration.ofDays(10));
        assertThat(stapled()).containsExactly("first");
        assertThat(edge.source().certificateQuestions()).as("not due yet").hasSize(1);

        edge.clock().advance(Duration.ofDays(3));
        assertThat(stapled()).as("nobody waits for the next").containsExactly("first");
        eventually(() -> stapled().equals(List.of("second")));
        assertThat(edge.source().certificateQuestions()).hasSize(2);
    }

    @Test
    void whatCannotBeRefreshedIsTriedAgainAndNotSentBeyondItsEnd() throws Exception {
        serve("first", Duration.ofDays(3), Duration.ofDays(7));
        assertThat(stapled()).containsExactly("first");
        edge.source().breakDown(true);
        edge.clock().advance(Duration.ofDays(3));
        assertThat(stapled()).containsExactly("first");
        eventually(() -> edge.source().certificateQuestions().size() == 2);
        assertThat(stapled()).containsExactly("first");
        assertThat(edge.source().certificateQuestions()).as("not at each visit").hasSize(2);

        edge.clock().advance(Duration.ofDays(4));
        assertThat(stapled()).as("its end has come").isEmpty();
        eventually(() -> edge.source().certificateQuestions().size() == 3);

        edge.source().breakDown(false);
        serve("second", Duration.ofDays(9), Duration.ofDays(14));
        edge.clock().advance(Duration.ofMinutes(1));
        eventually(() -> stapled().equals(List.of("second")));
    }

    @Test
    void aMissingOneIsAskedForAgainSoon() throws Exception {
        serve(Optional.of(OcspStaple.missing(start.plus(Duration.ofMinutes(1)))));
        assertThat(stapled()).isEmpty();
        serve("late", Duration.ofDays(3), Duration.ofDays(7));
        edge.clock().advance(Duration.ofMinutes(1));
        eventually(() -> stapled().equals(List.of("late")));
    }
}
