package dev.nameplate.edge.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.TrustedKeys;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

@ExtendWith(NoLeaks.class)
final class SignedSiteTest {
    private static final String HOST = "films.test";

    private final TestEdge edge = new TestEdge();
    private KeyPair pair;

    @BeforeEach
    void serve() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        pair = generator.generateKeyPair();
        RequestParts everything = new RequestParts(Selection.NONE, Selection.ALL, Selection.ALL);
        Behavior closed =
                edge.caching(Caching.standard(everything)).toBuilder()
                        .trustedKeys(Optional.of(new TrustedKeys(Map.of("K1", pair.getPublic()))))
                        .build();
        Behavior open =
                Behavior.of("/open/*", "main").toBuilder()
                        .caching(Caching.standard(everything))
                        .build();
        edge.serve(HOST, edge.site(HOST, open, closed));
    }

    @AfterEach
    void close() {
        edge.close();
    }

    private String signature(String text) throws Exception {
        Signature signer = Signature.getInstance("SHA1withECDSA");
        signer.initSign(pair.getPrivate());
        signer.update(text.getBytes(StandardCharsets.UTF_8));
        return web(signer.sign());
    }

    private static String web(byte[] bytes) {
        return Base64.getEncoder()
                .encodeToString(bytes)
                .replace('+', '-')
                .replace('=', '_')
                .replace('/', '~');
    }

    private long end() {
        return edge.clock().millis() / 1_000 + 60;
    }

    private String signed(String target) throws Exception {
        String text =
                "{\"Statement\":[{\"Resource\":\"https://%s%s\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":%d}}}]}"
                        .formatted(HOST, target, end());
        return target
                + (target.contains("?") ? "&" : "?")
                + "Expires="
                + end()
                + "&Signature="
                + signature(text)
                + "&Key-Pair-Id=K1";
    }

    @Test
    void withoutSignatureOnlyTheOpenPathIsServed() throws Exception {
        assertThat(edge.get(HOST, "/open/a").status()).isEqualTo(200);
        RawClient.Answer refused = edge.get(HOST, "/a");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.header("content-type")).contains("text/xml");
        assertThat(refused.header("x-cache")).contains("Error from cloudfront");
        assertThat(refused.text())
                .isEqualTo(
                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>MissingKey</Code>"
                                + "<Message>Missing Key-Pair-Id query parameter or cookie value</Message></Error>");
        try (RawClient visitor = edge.connect(HOST)) {
            assertThat(visitor.request("HEAD", HOST, "/a").status()).isEqualTo(403);
            assertThat(visitor.request("HEAD", HOST, "/open/a").status()).isEqualTo(200);
        }
    }

    @Test
    void signedUrlsShareOneAnswerAndTheOriginSeesNoSignature() throws Exception {
        assertThat(edge.get(HOST, signed("/a?x=1")).status()).isEqualTo(200);
        edge.clock().advance(Duration.ofSeconds(1));
        RawClient.Answer second = edge.get(HOST, signed("/a?x=1"));
        assertThat(second.header("x-cache")).contains("Hit from cloudfront");
        assertThat(edge.origin().requests()).hasSize(1);
        assertThat(edge.origin().requests().getFirst().target()).isEqualTo("/a?x=1");
        edge.clock().advance(Duration.ofMinutes(2));
        String late = signed("/a?x=1").replace("Expires=" + end(), "Expires=" + (end() - 90));
        assertThat(edge.get(HOST, late).text()).contains("<Code>AccessDenied</Code>");
    }

    @Test
    void signedCookiesAreKeptFromCacheAndOrigin() throws Exception {
        String policy =
                "{\"Statement\":[{\"Resource\":\"https://%s/*\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":%d}}}]}"
                        .formatted(HOST, end());
        String credentials =
                "CloudFront-Policy="
                        + web(policy.getBytes(StandardCharsets.UTF_8))
                        + "; CloudFront-Key-Pair-Id=K1; CloudFront-Signature=";
        RawClient.Answer first =
                edge.get(HOST, "/a", "Cookie: a=1; " + credentials + signature(policy));
        RawClient.Answer second =
                edge.get(HOST, "/a", "Cookie: " + credentials + signature(policy) + "; a=1");
        assertThat(first.status()).isEqualTo(200);
        assertThat(second.header("x-cache")).contains("Hit from cloudfront");
        assertThat(edge.origin().requests()).hasSize(1);
        assertThat(edge.origin().requests().getFirst().header("cookie")).contains("a=1");
    }
}
