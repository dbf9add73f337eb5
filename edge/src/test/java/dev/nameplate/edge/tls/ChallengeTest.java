package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TlsProbe;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.util.List;

/// TLS-ALPN-01 (RFC 8737).
@ExtendWith(NoLeaks.class)
final class ChallengeTest {
    private final TestEdge edge = new TestEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    private TlsProbe.Seen probe(String... protocols) throws IOException {
        return TlsProbe.of(
                edge.edge().httpsAddress(),
                "a.test",
                List.of(),
                List.of(protocols),
                client -> client);
    }

    @Test
    void anAuthorityIsShownTheChallengeAndTheConnectionEnds() throws Exception {
        edge.serve("a.test");
        ServedCertificate challenge = edge.ca().issue("a.test");
        edge.source().challenge("a.test", challenge);
        TlsProbe.Seen seen = probe("acme-tls/1");
        assertThat(seen.alpn()).isEqualTo("acme-tls/1");
        assertThat(seen.leaf().getEncoded()).isEqualTo(challenge.chain().getFirst());
        assertThat(seen.closedAfterwards()).isTrue();
    }

    @Test
    void othersNeverSeeIt() throws Exception {
        edge.serve("a.test");
        ServedCertificate challenge = edge.ca().issue("a.test");
        edge.source().challenge("a.test", challenge);
        for (String[] offered :
                new String[][] {
                    {"h2", "http/1.1"}, {"http/1.1"}, {"h2", "acme-tls/1"}, {"acme-tls/1", "h2"}
                }) {
            assertThat(probe(offered).leaf().getEncoded())
                    .as(String.join(" ", offered))
                    .isNotEqualTo(challenge.chain().getFirst());
        }
        assertThat(probe().leaf().getEncoded()).isNotEqualTo(challenge.chain().getFirst());
    }

    @Test
    void withoutAChallengeTheAuthorityIsRefusedAlsoForANameThatIsServed() {
        edge.serve("a.test");
        assertThatThrownBy(() -> probe("acme-tls/1")).hasMessageContaining("UNRECOGNIZED_NAME");
    }
}
