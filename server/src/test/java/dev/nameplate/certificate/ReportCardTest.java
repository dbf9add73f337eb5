package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.Finding;
import dev.nameplate.pki.Finding.Rule;
import dev.nameplate.pki.Finding.Severity;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.ReportCard;
import dev.nameplate.pki.UnusableImport;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

final class ReportCardTest {
    private static final AccountId ALICE = Scene.ALICE;

    private final TestStore store = TestStore.sqlite();
    private final Scene scene = new Scene(store.database());
    private final Instant now = scene.clock.instant();
    private final TestCa root = TestCa.root("Foreign Root", now);
    private final TestCa middle = root.intermediate("Foreign Middle", now);
    private final TestCa issuer = middle.intermediate("Foreign Issuer", now);
    private final KeyPair keys = TestCa.KEYS.generate(KeyAlgorithm.EC_P256);

    @AfterEach
    void close() {
        store.close();
    }

    private Imports imports() {
        return scene.certificates.imports(scene.database);
    }

    private TestCa.Spec spec(KeyPair pair, String... names) {
        return new TestCa.Spec("CN=" + names[0], pair.getPublic(), now).dns(names);
    }

    private ReportCard card(X509Certificate leaf, KeyPair pair, Object... chain) {
        return imports().card(ALICE, triple(leaf, pair, chain), List.of());
    }

    private static PemTriple triple(X509Certificate leaf, KeyPair pair, Object... chain) {
        return new PemTriple(
                TestCa.pem(leaf),
                TestCa.pem(pair.getPrivate()),
                chain.length == 0 ? new byte[0] : TestCa.pem(chain));
    }

    private Certificate store(X509Certificate leaf, KeyPair pair, Object... chain) {
        Certificates.Examined examined = imports().examine(ALICE, triple(leaf, pair, chain));
        return scene.database.write(
                write -> scene.certificates.store(write, ALICE, Region.US_EAST_1, examined));
    }

    private static Optional<Finding> find(ReportCard card, Rule rule) {
        return card.findings().stream().filter(each -> each.rule() == rule).findFirst();
    }

    private static String detail(ReportCard card, Rule rule, Severity severity) {
        Finding found = find(card, rule).orElseThrow();
        assertThat(found.severity()).isEqualTo(severity);
        return found.detail();
    }

    @Test
    void aGoodImportHasNothingToSay() {
        X509Certificate leaf = issuer.sign(spec(keys, "shop.example.com"));

        ReportCard card = card(leaf, keys, issuer.certificate, middle.certificate);

        assertThat(card.usable()).isTrue();
        assertThat(card.findings()).isEmpty();
        assertThat(card.names()).containsExactly(new DomainName("shop.example.com"));
    }

    @Test
    void aMissingIntermediateComesFromEarlierImports() {
        X509Certificate leaf = issuer.sign(spec(keys, "shop.example.com"));
        KeyPair otherKeys = TestCa.KEYS.generate(KeyAlgorithm.EC_P256);
        X509Certificate other = issuer.sign(spec(otherKeys, "other.example.com"));
        assertThat(card(other, otherKeys, middle.certificate).usable()).isFalse();
        assertThat(card(other, otherKeys).usable()).isFalse();
        store(leaf, keys, issuer.certificate, middle.certificate);

        for (Object[] given :
                new Object[][] {
                    {},
                    {issuer.certificate},
                    {middle.certificate},
                    {root.certificate, middle.certificate}
                }) {
            ReportCard card = card(other, otherKeys, given);
            assertThat(card.usable()).isTrue();
            assertThat(card.require().chain())
                    .containsExactly(other, issuer.certificate, middle.certificate);
            assertThat(find(card, Rule.CHAIN_COMPLETED).orElseThrow().severity())
                    .isEqualTo(Severity.INFO);
        }
        assertThat(scene.chain(store(other, otherKeys)))
                .containsExactly(other, issuer.certificate, middle.certificate);
    }

    /// Who imports a chain of his own under a famous name gains nothing: its signatures do not fit.
    @Test
    void aNamesakeInThePoolCompletesNothing() {
        TestCa impostor = TestCa.root("Foreign Middle", now).intermediate("Foreign Issuer", now);
        store(impostor.sign(spec(keys, "evil.example.com")), keys, impostor.certificate);
        KeyPair otherKeys = TestCa.KEYS.generate(KeyAlgorithm.EC_P256);
        X509Certificate other = issuer.sign(spec(otherKeys, "other.example.com"));

        ReportCard card = card(other, otherKeys);

        assertThat(card.usable()).isFalse();
        assertThat(detail(card, Rule.CHAIN_VERIFIES, Severity.ERROR))
                .isEqualTo("It was issued by 'CN=Foreign Issuer', and there is no chain.");
    }

    @Test
    void aBrokenChainSaysWhichCertificateIsNotSignedByWhich() {
        X509Certificate leaf = issuer.sign(spec(keys, "shop.example.com"));
        TestCa stranger = TestCa.root("Stranger", now);
        TestCa namesake = TestCa.root("Foreign Issuer", now);

        assertThat(
                        detail(
                                card(leaf, keys, middle.certificate),
                                Rule.CHAIN_VERIFIES,
                                Severity.ERROR))
                .isEqualTo(
                        "'CN=shop.example.com' was issued by 'CN=Foreign Issuer', which is not in the chain. It has:"
                                + " 'CN=Foreign Middle'");
        assertThat(
                        detail(
                                card(leaf, keys, namesake.certificate),
                                Rule.CHAIN_VERIFIES,
                                Severity.ERROR))
                .isEqualTo(
                        "'CN=shop.example.com' names 'CN=Foreign Issuer' as its issuer, but is not signed by it: the chain"
                                + " has another key under that name.");
        assertThat(
                        detail(
                                card(
                                        leaf,
                                        keys,
                                        issuer.certificate,
                                        middle.certificate,
                                        root.certificate,
                                        stranger.certificate),
                                Rule.CHAIN_VERIFIES,
                                Severity.ERROR))
                .isEqualTo(
                        "The chain ends with the root 'CN=Foreign Root'; these do not belong to it: 'CN=Stranger'");
        assertThat(
                        find(
                                        card(
                                                leaf,
                                                keys,
                                                root.certificate,
                                                issuer.certificate,
                                                middle.certificate),
                                        Rule.CHAIN_ORDER)
                                .orElseThrow()
                                .detail())
                .isEqualTo("'CN=Foreign Issuer', 'CN=Foreign Middle', 'CN=Foreign Root'");
    }

    @Test
    void aStrangerBesideAChainWithoutItsRootIsNamed() {
        X509Certificate leaf = issuer.sign(spec(keys, "shop.example.com"));
        X509Certificate stranger = TestCa.root("Stranger", now).certificate;

        assertThat(
                        detail(
                                card(leaf, keys, issuer.certificate, middle.certificate, stranger),
                                Rule.CHAIN_VERIFIES,
                                Severity.ERROR))
                .startsWith("'CN=Stranger' does not belong to the chain")
                .doesNotContain("Foreign Root");
    }

    @Test
    void whatBrowsersRefuseIsAWarning() {
        X509Certificate nameless =
                issuer.sign(new TestCa.Spec("CN=shop.example.com", keys.getPublic(), now));
        X509Certificate authority = issuer.sign(spec(keys, "shop.example.com").ca());

        ReportCard named = card(nameless, keys, issuer.certificate, middle.certificate);
        assertThat(named.usable()).isTrue();
        assertThat(named.names()).containsExactly(new DomainName("shop.example.com"));
        Finding names = find(named, Rule.NAMES).orElseThrow();
        assertThat(names.severity()).isEqualTo(Severity.WARNING);
        assertThat(names.message()).contains("no subject alternative name");
        assertThat(names.remedy()).isNotBlank();
        ReportCard ca = card(authority, keys, issuer.certificate, middle.certificate);
        assertThat(ca.usable()).isTrue();
        assertThat(detail(ca, Rule.PURPOSE, Severity.WARNING)).contains("CA:TRUE");
    }

    @Test
    void anIssuerThatMayNotIssueIsNamed() {
        KeyPair authority = TestCa.KEYS.generate(KeyAlgorithm.EC_P256);
        X509Certificate leaf = spec(keys, "shop.example.com").signedBy("CN=Under", authority);
        Duration day = Duration.ofDays(1);
        X509Certificate plain = root.sign(new TestCa.Spec("CN=Under", authority.getPublic(), now));
        X509Certificate old =
                root.sign(
                        new TestCa.Spec("CN=Under", authority.getPublic(), now)
                                .ca()
                                .validity(now.minus(day.multipliedBy(2)), now.minus(day)));
        X509Certificate young =
                root.sign(
                        new TestCa.Spec("CN=Under", authority.getPublic(), now)
                                .ca()
                                .validity(now.plus(day), now.plus(day.multipliedBy(2))));

        assertThat(detail(card(leaf, keys, plain), Rule.CHAIN_ISSUER, Severity.ERROR))
                .isEqualTo("'CN=Under' is not a certificate authority (CA:FALSE).");
        assertThat(detail(card(leaf, keys, old), Rule.CHAIN_ISSUER, Severity.ERROR))
                .startsWith("'CN=Under' expired on ");
        assertThat(detail(card(leaf, keys, young), Rule.CHAIN_ISSUER, Severity.ERROR))
                .startsWith("'CN=Under' is not valid before ");
    }

    @Test
    void everyErrorIsOnTheCardAndTheFirstIsWhatTheImportAnswers() {
        X509Certificate expired =
                issuer.sign(
                        spec(keys, "localhost")
                                .validity(
                                        now.minus(Duration.ofDays(9)),
                                        now.minus(Duration.ofDays(1))));
        PemTriple wrong =
                triple(expired, TestCa.KEYS.generate(KeyAlgorithm.EC_P256), root.certificate);

        ReportCard card = imports().card(ALICE, wrong, List.of());

        assertThat(card.findings().stream().map(Finding::rule))
                .containsSubsequence(
                        Rule.KEY_MATCHES, Rule.VALIDITY, Rule.NAMES, Rule.CHAIN_VERIFIES);
        assertThat(card.findings())
                .allSatisfy(each -> {
                    assertThat(each.message()).isNotBlank();
                    assertThat(each.detail()).isNotBlank();
                });
        assertThatThrownBy(() -> imports().examine(ALICE, wrong))
                .isInstanceOf(UnusableImport.class)
                .hasMessage("The private key does not match the public key of the certificate.");
    }

    @Test
    void whatIsHeldAlreadyIsTold() throws Exception {
        KeyPair rsa = TestCa.KEYS.generate(KeyAlgorithm.RSA_2048);
        X509Certificate leaf = issuer.sign(spec(rsa, "shop.example.com"));
        Object[] chain = {issuer.certificate, middle.certificate};
        Certificate stored = store(leaf, rsa, chain);

        ReportCard again = card(leaf, rsa, chain);
        assertThat(detail(again, Rule.DUPLICATE, Severity.WARNING))
                .contains(stored.id().toString());
        assertThat(again.usable()).isTrue();

        ReportCard sameKey = card(issuer.sign(spec(rsa, "other.example.com")), rsa, chain);
        assertThat(detail(sameKey, Rule.KEY_SHARED, Severity.WARNING))
                .contains(stored.id().toString());

        ReportCard stranger = imports().card(Scene.BOB, triple(leaf, rsa, chain), List.of());
        assertThat(stranger.findings()).isEmpty();

        KeyPair sharing =
                withExponent((RSAPrivateCrtKey) rsa.getPrivate(), BigInteger.valueOf(257));
        ReportCard shared = card(issuer.sign(spec(sharing, "third.example.com")), sharing, chain);
        assertThat(shared.usable()).isFalse();
        assertThat(
                        shared.findings().stream()
                                .filter(each -> each.severity() == Severity.ERROR)
                                .map(Finding::detail))
                .singleElement()
                .asString()
                .startsWith("Its modulus is that of another key of this account");

        scene.delete(stored);
        assertThat(card(leaf, rsa, chain).findings()).isEmpty();
    }

    /// Another key over the same primes.
    private static KeyPair withExponent(RSAPrivateCrtKey key, BigInteger e) throws Exception {
        BigInteger p1 = key.getPrimeP().subtract(BigInteger.ONE);
        BigInteger q1 = key.getPrimeQ().subtract(BigInteger.ONE);
        BigInteger d = e.modInverse(p1.multiply(q1));
        KeyFactory factory = KeyFactory.getInstance("RSA");
        return new KeyPair(
                factory.generatePublic(new RSAPublicKeySpec(key.getModulus(), e)),
                factory.generatePrivate(
                        new RSAPrivateCrtKeySpec(
                                key.getModulus(),
                                e,
                                d,
                                key.getPrimeP(),
                                key.getPrimeQ(),
                                d.mod(p1),
                                d.mod(q1),
                                key.getCrtCoefficient())));
    }

    @Test
    void warningsDoNotKeepAnImportOut() {
        X509Certificate self =
                spec(keys, "self.example.com", "xn--mnchen-3ya.example", "un_usable.example.com")
                        .address("192.0.2.1")
                        .validity(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(3)))
                        .signedBy("CN=self.example.com", keys);

        ReportCard card =
                imports()
                        .card(
                                ALICE,
                                triple(self, keys),
                                Stream.of("self.example.com", "www.example.com")
                                        .map(DomainName::new)
                                        .toList());

        assertThat(card.usable()).isTrue();
        assertThat(detail(card, Rule.SELF_SIGNED, Severity.WARNING))
                .contains("No client trusts it");
        assertThat(detail(card, Rule.VALIDITY, Severity.WARNING)).startsWith("It ends on ");
        assertThat(detail(card, Rule.NAMES_WANTED, Severity.WARNING)).isEqualTo("www.example.com");
        assertThat(
                        card.findings().stream()
                                .filter(each -> each.rule() == Rule.NAMES)
                                .map(Finding::detail))
                .containsExactly("un_usable.example.com", "192.0.2.1", "xn--mnchen-3ya.example");
    }
}
