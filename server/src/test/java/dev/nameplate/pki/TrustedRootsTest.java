package dev.nameplate.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.testkit.TestCa;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

class TrustedRootsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:00Z");

    private final TestCa root = new TestCa(NOW);
    private final TestCa policy = root.below();
    private final TestCa issuing = policy.below();
    private final X509Certificate leaf = issuing.issue("www.example.com").certificate();
    private final List<X509Certificate> whole =
            List.of(leaf, issuing.certificate(), policy.certificate());

    @TempDir private Path folder;

    @Test
    void aChainIsFollowedToARoot() {
        TrustedRoots roots = TrustedRoots.of(() -> List.of(root.root()));

        assertThat(roots.vouchFor(whole, NOW)).isTrue();
        assertThat(roots.vouchFor(List.of(leaf, policy.certificate(), issuing.certificate()), NOW))
                .as("in another order")
                .isTrue();
        assertThat(
                        roots.vouchFor(
                                List.of(
                                        leaf,
                                        issuing.certificate(),
                                        policy.certificate(),
                                        root.root()),
                                NOW))
                .as("with the root at its end")
                .isTrue();
        assertThat(TrustedRoots.of(() -> List.of(policy.certificate())).vouchFor(whole, NOW))
                .as("an intermediate can be trusted too")
                .isTrue();
    }

    @Test
    void whatLeadsElsewhereHasAGapOrIsOutOfDateIsNotTrusted() {
        TrustedRoots roots = TrustedRoots.of(() -> List.of(root.root()));
        TestCa stranger = new TestCa(NOW);
        X509Certificate theirs = stranger.below().issue("www.example.com").certificate();

        assertThat(roots.vouchFor(List.of(theirs, stranger.certificate()), NOW))
                .as("a root of the same name")
                .isFalse();
        assertThat(roots.vouchFor(List.of(leaf, issuing.certificate()), NOW))
                .as("an intermediate is missing")
                .isFalse();
        assertThat(roots.vouchFor(List.of(leaf), NOW)).isFalse();
        assertThat(roots.vouchFor(whole, NOW.plus(Duration.ofDays(91)))).isFalse();
        assertThat(TrustedRoots.of(List::of).vouchFor(whole, NOW)).isFalse();
        X509Certificate ownWord = TestCa.selfSigned(NOW, "www.example.com").certificate();
        assertThat(TrustedRoots.of(() -> List.of(ownWord)).vouchFor(List.of(ownWord), NOW))
                .as("one that vouches for itself")
                .isFalse();
    }

    @Test
    void theJdksRootsArePublicOnes() {
        assertThat(TrustedRoots.ofTheJdk().vouchFor(whole, NOW)).isFalse();
        assertThat(
                        TrustedRoots.ofTheJdk()
                                .and(TrustedRoots.of(() -> List.of(root.root())))
                                .vouchFor(whole, NOW))
                .isTrue();
    }

    @Test
    void rootsAreReadFromAFileOrFromAllFilesOfAFolder() throws IOException {
        Path file = folder.resolve("a.pem");
        Files.writeString(
                file,
                "A company's own\n" + Pem.of(new TestCa(NOW).root()) + "\n" + Pem.of(root.root()));
        Files.createDirectory(folder.resolve("deeper"));

        assertThat(TrustedRoots.read(file).vouchFor(whole, NOW)).isTrue();
        assertThat(TrustedRoots.read(folder).vouchFor(whole, NOW)).isTrue();
    }

    @Test
    void aFileWithoutARootIsRefused() throws IOException {
        Path empty = Files.writeString(folder.resolve("empty.pem"), "no certificate\n");
        assertThatThrownBy(() -> TrustedRoots.read(empty))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(empty + " has no certificate in PEM");
        Path broken =
                Files.writeString(
                        folder.resolve("broken.pem"),
                        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        assertThatThrownBy(() -> TrustedRoots.read(broken))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(broken + " has something that is no certificate");
    }
}
