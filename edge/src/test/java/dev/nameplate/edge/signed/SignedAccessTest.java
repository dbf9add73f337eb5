package dev.nameplate.edge.signed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.TrustedKeys;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

final class SignedAccessTest {
    private static final KeyPair RSA = pair("RSA");
    private static final KeyPair EC = pair("EC");
    private static final KeyPair STRANGER = pair("EC");
    private static final TrustedKeys TRUSTED =
            new TrustedKeys(Map.of("KRSA", RSA.getPublic(), "KEC", EC.getPublic()));
    private static final Instant NOW = Instant.ofEpochSecond(1_900_000_000L);
    private static final long LATER = 1_900_000_060L;

    private final SignedAccess access = new SignedAccess();

    private static KeyPair pair(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String sign(KeyPair pair, String algorithm, String text) {
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(pair.getPrivate());
            signer.update(text.getBytes(StandardCharsets.UTF_8));
            return web(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String web(byte[] bytes) {
        return Base64.getEncoder()
                .encodeToString(bytes)
                .replace('+', '-')
                .replace('=', '_')
                .replace('/', '~');
    }

    private static String canned(String url, long end) {
        return "{\"Statement\":[{\"Resource\":\"%s\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":%d}}}]}"
                .formatted(url, end);
    }

    private static String custom(String resource, String moreConditions) {
        return "{\"Statement\":[{\"Resource\":\"%s\",\"Condition\":{\"DateLessThan\":{\"AWS:EpochTime\":%d}%s}}]}"
                .formatted(resource, LATER, moreConditions);
    }

    private static SignedRequest request(String path, String query) {
        return request(path, query, Optional.empty(), "192.0.2.7");
    }

    private static SignedRequest request(
            String path, String query, Optional<String> cookies, String address) {
        return new SignedRequest(
                "https", "h.test:8443", "h.test", path, path, query, cookies, address);
    }

    private Outcome check(SignedRequest request) {
        return access.check(TRUSTED, request, NOW);
    }

    private static void assertRefused(Outcome outcome, Refusal expected) {
        assertThat(outcome).isEqualTo(new Outcome.Refused(expected));
    }

    private static String parameters(String policy) {
        return "Policy="
                + web(policy.getBytes(StandardCharsets.UTF_8))
                + "&Signature="
                + sign(RSA, "SHA1withRSA", policy)
                + "&Key-Pair-Id=KRSA";
    }

    @Test
    void aCannedUrlPassesAndItsParametersGo() {
        String signature = sign(RSA, "SHA1withRSA", canned("https://h.test/a?x=1&y=2", LATER));
        Outcome outcome =
                check(
                        request(
                                "/a",
                                "x=1&Expires="
                                        + LATER
                                        + "&Signature="
                                        + signature
                                        + "&y=2&Key-Pair-Id=KRSA"));
        assertThat(outcome).isEqualTo(new Outcome.Granted("x=1&y=2"));
    }

    @Test
    void thePortIsPartOfTheUrlOnlyIfItWasSigned() {
        String signed = sign(RSA, "SHA1withRSA", canned("https://h.test:8443/a", LATER));
        assertThat(
                        check(
                                request(
                                        "/a",
                                        "Expires="
                                                + LATER
                                                + "&Signature="
                                                + signed
                                                + "&Key-Pair-Id=KRSA")))
                .isEqualTo(new Outcome.Granted(""));
    }

    @ParameterizedTest
    @CsvSource({
        "SHA1,KRSA,SHA1withRSA",
        "SHA256,KRSA,SHA256withRSA",
        "SHA1,KEC,SHA1withECDSA",
        "SHA256,KEC,SHA256withECDSA"
    })
    void everyAlgorithmIsVerifiedOnceAndAgain(String hash, String id, String algorithm) {
        KeyPair pair = id.equals("KRSA") ? RSA : EC;
        String query =
                "Expires="
                        + LATER
                        + "&Signature="
                        + sign(pair, algorithm, canned("https://h.test/a", LATER))
                        + "&Key-Pair-Id="
                        + id
                        + "&Hash-Algorithm="
                        + hash;
        assertThat(check(request("/a", query))).isEqualTo(new Outcome.Granted(""));
        assertThat(check(request("/a", query))).isEqualTo(new Outcome.Granted(""));
        assertRefused(check(request("/b", query)), Refusal.ACCESS_DENIED);
        assertRefused(check(request("/a", "added=1&" + query)), Refusal.ACCESS_DENIED);
        String other = hash.equals("SHA1") ? "SHA256" : "SHA1";
        assertRefused(
                check(
                        request(
                                "/a",
                                query.replace(
                                        "Hash-Algorithm=" + hash, "Hash-Algorithm=" + other))),
                Refusal.ACCESS_DENIED);
    }

    @Test
    void aSignatureEndsToTheSecond() {
        String query =
                "Expires="
                        + LATER
                        + "&Signature="
                        + sign(RSA, "SHA1withRSA", canned("https://h.test/a", LATER))
                        + "&Key-Pair-Id=KRSA";
        Instant end = Instant.ofEpochSecond(LATER);
        assertThat(access.check(TRUSTED, request("/a", query), end.minusMillis(1)))
                .isEqualTo(new Outcome.Granted(""));
        assertRefused(access.check(TRUSTED, request("/a", query), end), Refusal.ACCESS_DENIED);
        assertRefused(
                check(request("/a", query.replace("Expires=" + LATER, "Expires=" + (LATER + 9)))),
                Refusal.ACCESS_DENIED);
    }

    @Test
    void aStrangersSignatureUnderATrustedIdIsRefused() {
        String query =
                "Expires="
                        + LATER
                        + "&Signature="
                        + sign(STRANGER, "SHA1withECDSA", canned("https://h.test/a", LATER))
                        + "&Key-Pair-Id=KEC";
        assertRefused(check(request("/a", query)), Refusal.ACCESS_DENIED);
        assertRefused(check(request("/a", query.replace("KEC", "KNOBODY"))), Refusal.UNKNOWN_KEY);
    }

    @Test
    void whatIsMissingOrMalformedIsNamed() {
        assertRefused(check(request("/a", "")), Refusal.MISSING_KEY);
        assertRefused(check(request("/a", "Expires=1")), Refusal.MISSING_KEY);
        assertRefused(check(request("/a", "Key-Pair-Id=KRSA")), Refusal.MISSING_SIGNATURE);
        assertRefused(
                check(request("/a", "Key-Pair-Id=KRSA&Signature=!!")), Refusal.MALFORMED_SIGNATURE);
        assertRefused(
                check(request("/a", "Key-Pair-Id=KRSA&Signature=AAAA")), Refusal.MISSING_POLICY);
        assertRefused(
                check(request("/a", "Key-Pair-Id=KRSA&Signature=AAAA&Policy=!")),
                Refusal.MALFORMED_POLICY);
        assertRefused(
                check(request("/a", "Key-Pair-Id=KRSA&Signature=AAAA&Expires=soon")),
                Refusal.MALFORMED_POLICY);
        assertRefused(
                check(request("/a", parameters("{\"Statement\":[]}"))), Refusal.MALFORMED_POLICY);
        assertRefused(check(request("/a", parameters("no json"))), Refusal.MALFORMED_POLICY);
        assertRefused(
                check(
                        request(
                                "/a",
                                parameters(
                                        custom("*", ",\"IpAddress\":{\"AWS:SourceIp\":\"x\"}")))),
                Refusal.MALFORMED_POLICY);
    }

    @ParameterizedTest
    @CsvSource({
        "https://h.test/a/*,/a/b/c,x=1,true",
        "https://h.test/a/*,/b,,false",
        "http*://h.test/a,/a,,true",
        "http://h.test/a,/a,,false",
        "https://*.test/a,/a,,true",
        "https://*/a,/a,,true",
        "https://g*/a,/a,,false",
        "*,/any,x=1,true",
        "https://h.test/*.jpg,/a/b.jpg,,true",
        "https://h.test/*.jpg,/a/b.jpg,x=1,false",
        "https://h.test/*.jpg*,/a/b.jpg,x=1,true",
        "https://h.test/*.jpg?*,/a/b.jpg,x=1,true",
        "https://h.test/*y=1,/a,y=1,false",
        "https://h.test/a?x=*,/a,x=5&y=6,true",
        "https://h.test/a?c,/abc,,true",
        "https://h.test/a,/A,,false",
        "https://h.test:8443/a,/a,,true",
        "h.test/a,/a,,false",
    })
    void resourcesMatchWithinTheirSections(
            String resource, String path, String query, boolean granted) {
        String own = query == null ? "" : query + "&";
        Outcome outcome = check(request(path, own + parameters(custom(resource, ""))));
        assertThat(outcome instanceof Outcome.Granted).isEqualTo(granted);
    }

    @Test
    void dotSegmentsDoNotLeadOutOfAResource() {
        SignedRequest climbing =
                new SignedRequest(
                        "https",
                        "h.test",
                        "h.test",
                        "/public/../private",
                        "/private",
                        parameters(custom("https://h.test/public/*", "")),
                        Optional.empty(),
                        "192.0.2.7");
        assertRefused(check(climbing), Refusal.ACCESS_DENIED);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24,192.0.2.7,true",
        "192.0.2.7,192.0.2.7,true",
        "192.0.2.8/29,192.0.2.7,false",
        "192.0.2.6/31,192.0.2.7,true",
        "198.51.100.0/24,192.0.2.7,false",
        "0.0.0.0/0,2001:db8::1,true",
        "192.0.2.0/24,2001:db8::1,false",
        "2001:db8::/33,2001:db8::1,true",
    })
    void addressesMustBeInTheRange(String range, String address, boolean granted) {
        String query =
                parameters(custom("*", ",\"IpAddress\":{\"AWS:SourceIp\":\"" + range + "\"}"));
        Outcome outcome = check(request("/a", query, Optional.empty(), address));
        assertThat(outcome instanceof Outcome.Granted).isEqualTo(granted);
    }

    @Test
    void aPolicyMayBeginLater() {
        String query =
                parameters(
                        custom(
                                "*",
                                ",\"DateGreaterThan\":{\"AWS:EpochTime\":%d}"
                                        .formatted(LATER - 30)));
        assertRefused(check(request("/a", query)), Refusal.ACCESS_DENIED);
        assertThat(access.check(TRUSTED, request("/a", query), Instant.ofEpochSecond(LATER - 1)))
                .isEqualTo(new Outcome.Granted(""));
    }

    @Test
    void cookiesSignAsUrlsDoAndAUrlIsJudgedAlone() {
        String policy = custom("https://h.test/film/*", "");
        String cookies =
                "theme=dark; CloudFront-Policy="
                        + web(policy.getBytes(StandardCharsets.UTF_8))
                        + "; CloudFront-Signature="
                        + sign(EC, "SHA1withECDSA", policy)
                        + "; CloudFront-Key-Pair-Id=KEC";
        assertThat(check(request("/film/1", "Expires=mine", Optional.of(cookies), "192.0.2.7")))
                .isEqualTo(new Outcome.Granted("Expires=mine"));
        assertRefused(
                check(request("/other", "", Optional.of(cookies), "192.0.2.7")),
                Refusal.ACCESS_DENIED);
        assertRefused(
                check(
                        request(
                                "/film/1",
                                "Signature=AAAA&Key-Pair-Id=KEC&Expires=" + LATER,
                                Optional.of(cookies),
                                "192.0.2.7")),
                Refusal.ACCESS_DENIED);
    }
}
