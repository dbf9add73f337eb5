package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.edge.config.OcspStaple;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.config.TlsSettings;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TlsProbe;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

@ExtendWith(NoLeaks.class)
final class RsaSignerTest {
    private static final String NAME = "a.test";
    private static final byte[] STAPLE = {0x30, 3, 0x0a, 1, 1};

    /// The JDK's RSA, counting what is signed.
    private static final class Counting extends Provider {
        private static final long serialVersionUID = 1;
        private final transient AtomicInteger signatures = new AtomicInteger();

        Counting() {
            super("Counting", "1", "counts");
        }

        @Override
        public Service getService(String type, String algorithm) {
            if (type.equals("Signature")) {
                signatures.incrementAndGet();
            }
            return Security.getProvider("SunRsaSign").getService(type, algorithm);
        }

        int signatures() {
            return signatures.get();
        }
    }

    private final Counting provider = new Counting();
    private final TestEdge edge =
            new TestEdge(
                    settings -> settings.tls(TlsSettings.STANDARD.withRsa(Optional.of(provider))));

    @AfterEach
    void close() {
        edge.close();
    }

    private ServedCertificate rsa(int bits) throws Exception {
        return rsa(NAME, bits);
    }

    private ServedCertificate rsa(String name, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        return edge.ca().issue(generator.generateKeyPair(), name);
    }

    private TlsProbe.Seen probe(String version) throws IOException {
        return TlsProbe.of(
                edge.edge().httpsAddress(),
                NAME,
                List.of(),
                List.of("http/1.1"),
                client -> client.protocols(version));
    }

    @ParameterizedTest
    @ValueSource(ints = {2048, 3072})
    void aVisitorOfTls13VerifiesItsSignature(int bits) throws Exception {
        edge.source().certificate(NAME, rsa(bits));
        assertThat(probe("TLSv1.3").protocol()).isEqualTo("TLSv1.3");
        assertThat(provider.signatures()).isEqualTo(1);
        try (RawClient visitor = edge.connect(NAME)) {
            assertThat(visitor.certificate().getPublicKey().getAlgorithm()).isEqualTo("RSA");
        }
        assertThat(provider.signatures()).isEqualTo(2);
    }

    @Test
    void eachConnectionIsSignedForByItsOwnNamesKey() throws Exception {
        edge.source().certificate(NAME, rsa(NAME, 2048));
        edge.source().certificate("b.test", rsa("b.test", 2048));
        for (int i = 0; i < 10; i++) {
            for (String name : List.of(NAME, "b.test")) {
                try (RawClient visitor = edge.connect(name)) {
                    assertThat(visitor.certificate().getSubjectX500Principal().getName())
                            .isEqualTo("CN=" + name);
                }
            }
        }
        assertThat(provider.signatures()).isEqualTo(20);
    }

    @Test
    void olderVersionsAreBoringSslsOwn() throws Exception {
        edge.source().certificate(NAME, rsa(2048));
        assertThat(probe("TLSv1.2").leaf().getPublicKey().getAlgorithm()).isEqualTo("RSA");
        assertThat(provider.signatures()).isZero();
    }

    @Test
    void anEcdsaCertificateBesideItStaysPreferred() throws Exception {
        edge.source().certificate(NAME, edge.ca().issue(NAME).withAlternative(rsa(2048)));
        assertThat(probe("TLSv1.3").leaf().getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(provider.signatures()).isZero();
    }

    @Test
    void theStatusComesAlongUntilItEnds() throws Exception {
        ServedCertificate plain = rsa(2048);
        OcspStaple staple =
                new OcspStaple(
                        STAPLE,
                        edge.clock().instant().plus(Duration.ofDays(3)),
                        edge.clock().instant().plus(Duration.ofDays(7)));
        edge.source()
                .certificate(
                        NAME,
                        new ServedCertificate(
                                "a", plain.chain(), plain.privateKeyPkcs8(), Optional.of(staple)));
        try (RawClient visitor = edge.connect(NAME)) {
            assertThat(visitor.staples()).containsExactly(STAPLE);
        }
        edge.clock().advance(Duration.ofDays(8));
        try (RawClient visitor = edge.connect(NAME)) {
            assertThat(visitor.staples()).isEmpty();
        }
        assertThat(provider.signatures()).isEqualTo(2);
    }

    @Test
    void anotherKeyThanTheCertificatesIsRefused() throws Exception {
        edge.source()
                .certificate(
                        NAME,
                        new ServedCertificate(
                                "mismatch", rsa(2048).chain(), rsa(2048).privateKeyPkcs8()));
        assertThatThrownBy(() -> probe("TLSv1.3")).isInstanceOf(IOException.class);
        edge.source().certificate(NAME, rsa(2048));
        edge.edge().changed("any", Set.of(NAME));
        assertThat(probe("TLSv1.3").protocol()).isEqualTo("TLSv1.3");
    }
}
