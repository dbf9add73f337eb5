package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.edge.config.SecurityPolicy;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestCa;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TlsProbe;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Set;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

@ExtendWith(NoLeaks.class)
final class PolicyTest {
    private static final List<String> VERSIONS = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

    private final TestEdge edge = new TestEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    private void serve(SecurityPolicy policy, boolean http2) throws Exception {
        edge.source()
                .certificate(
                        "a.test",
                        edge.ca()
                                .issue("a.test")
                                .withAlternative(rsa("a.test"))
                                .under(policy, http2));
    }

    private ServedCertificate rsa(String name) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return edge.ca().issue(generator.generateKeyPair(), name);
    }

    private TlsProbe.Seen probe(String version) throws IOException {
        return TlsProbe.of(
                edge.edge().httpsAddress(),
                "a.test",
                List.of(),
                List.of("h2", "http/1.1"),
                client -> client.protocols(version));
    }

    @ParameterizedTest
    @EnumSource(SecurityPolicy.class)
    void aPolicyHasItsVersionsAndNoOthers(SecurityPolicy policy) throws Exception {
        serve(policy, true);
        for (int i = 0; i < VERSIONS.size(); i++) {
            String version = VERSIONS.get(i);
            if (i >= List.of(SecurityPolicy.Version.values()).indexOf(policy.floor())) {
                assertThat(probe(version).protocol()).isEqualTo(version);
            } else {
                assertThatThrownBy(() -> probe(version))
                        .as("%s under %s", version, policy)
                        .hasMessageContaining("PROTOCOL_VERSION");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ECDHE-ECDSA-AES128-GCM-SHA256, TLS_V1_2_2025, ",
        "ECDHE-RSA-AES256-GCM-SHA384, TLS_V1_2_2025, ",
        "ECDHE-RSA-CHACHA20-POLY1305, TLS_V1_2_2021, TLS_V1_2_2025",
        "AES128-GCM-SHA256, TLS_V1_2_2018, TLS_V1_2_2019",
        "ECDHE-ECDSA-AES128-SHA, TLS_V1_1_2016, TLS_V1_2_2018",
        "AES256-SHA, TLS_V1, TLS_V1_2_2018",
    })
    void aCipherIsTakenUnderItsPolicyAndRefusedUnderTheNext(
            String cipher, SecurityPolicy with, @Nullable SecurityPolicy without) throws Exception {
        serve(with, true);
        assertThat(offering(cipher).protocol()).isEqualTo("TLSv1.2");
        if (without != null) {
            serve(without, true);
            edge.edge().changed("any", Set.of("a.test"));
            assertThatThrownBy(() -> offering(cipher)).hasMessageContaining("HANDSHAKE_FAILURE");
        }
    }

    private TlsProbe.Seen offering(String cipher) throws IOException {
        return TlsProbe.of(
                edge.edge().httpsAddress(),
                "a.test",
                List.of(),
                List.of(),
                client -> client.protocols("TLSv1.2").ciphers(List.of(cipher)));
    }

    @Test
    void http2IsOfferedOnlyWhereTheNameHasIt() throws Exception {
        serve(SecurityPolicy.STANDARD, true);
        assertThat(probe("TLSv1.3").alpn()).isEqualTo("h2");
        serve(SecurityPolicy.STANDARD, false);
        edge.edge().changed("any", Set.of("a.test"));
        assertThat(probe("TLSv1.3").alpn()).isEqualTo("http/1.1");
    }

    @ParameterizedTest
    @CsvSource({
        "X25519MLKEM768, X25519MLKEM768:X25519:P-256",
        "X25519MLKEM768, X25519:X25519MLKEM768",
        "X25519, P-256:X25519",
        "P-256, P-384:P-256",
        "P-384, P-384",
    })
    void theGroupIsTheServersChoice(String chosen, String offered) throws Exception {
        serve(SecurityPolicy.STANDARD, true);
        assertThat(
                        TlsProbe.of(
                                        edge.edge().httpsAddress(),
                                        "a.test",
                                        List.of(offered.split(":")),
                                        List.of(),
                                        client -> client.protocols("TLSv1.3"))
                                .group())
                .isEqualTo(chosen);
    }

    @Test
    void theKindOfCertificateFollowsWhatTheVisitorCanVerify() throws Exception {
        serve(SecurityPolicy.STANDARD, true);
        assertThat(probe("TLSv1.3").leaf().getPublicKey().getAlgorithm()).isEqualTo("EC");
        assertThat(offering("ECDHE-RSA-AES128-GCM-SHA256").leaf().getPublicKey().getAlgorithm())
                .isEqualTo("RSA");
        assertThat(keyShownTo("rsa_pss_rsae_sha256")).isEqualTo("RSA");
        assertThat(keyShownTo("rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256")).isEqualTo("EC");
    }

    /// In TLS 1.3, where no cipher says so.
    private String keyShownTo(String... signatureSchemes) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        try (SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        edge.edge().httpsAddress().getAddress(),
                                        edge.edge().httpsAddress().getPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName("a.test")));
            parameters.setSignatureSchemes(signatureSchemes);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket.getSession().getPeerCertificates()[0].getPublicKey().getAlgorithm();
        }
    }

    @Test
    void anAlternativeThatCannotBeUsedIsLeftOut() throws Exception {
        ServedCertificate good = edge.ca().issue("a.test");
        edge.source()
                .certificate(
                        "a.test",
                        good.withAlternative(
                                new ServedCertificate(
                                        "mismatch",
                                        rsa("a.test").chain(),
                                        TestCa.newKeys().getPrivate().getEncoded())));
        assertThat(probe("TLSv1.3").leaf().getEncoded()).isEqualTo(good.chain().getFirst());
    }
}
