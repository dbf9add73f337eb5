package dev.nameplate.issuer.ca.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Database;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;

import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

import java.math.BigInteger;
import java.net.URI;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;

final class OcspResponderTest {
    private static final KeyPairs KEYS = KeyPairs.fastest(new SecureRandom());

    private final SettableClock clock = new SettableClock();
    private final Locations locations = new Locations(URI.create("http://pki.test"));
    private final TestAuthority issuer =
            new TestAuthority("Test Intermediate", Signatory.Below.LEAVES, clock);
    private final TestAuthority older =
            new TestAuthority("Earlier Intermediate", Signatory.Below.LEAVES, clock);
    private final Revocations revocations = new Revocations(_ -> {});

    private OcspResponder responder(Database database) {
        return new OcspResponder(database, () -> List.of(issuer, older), KEYS, clock);
    }

    private X509Certificate leaf(Database database, TestAuthority by) {
        return by.leaf(database, locations, 1, Duration.ofDays(90));
    }

    private void revoke(Database database, X509Certificate leaf, RevocationReason reason) {
        database.write(write -> {
            revocations.revoke(write, leaf.getSerialNumber().toString(16), reason, clock.instant());
            return true;
        });
    }

    private static CertificateID id(TestAuthority issuer, BigInteger serial, boolean sha256)
            throws Exception {
        return new CertificateID(
                new JcaDigestCalculatorProviderBuilder()
                        .build()
                        .get(
                                new AlgorithmIdentifier(
                                        sha256
                                                ? NISTObjectIdentifiers.id_sha256
                                                : OIWObjectIdentifiers.idSHA1)),
                new JcaX509CertificateHolder(issuer.certificate()),
                serial);
    }

    private static byte[] request(CertificateID... ids) throws Exception {
        OCSPReqBuilder builder = new OCSPReqBuilder();
        Arrays.stream(ids).forEach(builder::addRequest);
        return builder.build().getEncoded();
    }

    private static byte[] request(CertificateID id, byte[] nonce) throws Exception {
        return new OCSPReqBuilder()
                .addRequest(id)
                .setRequestExtensions(
                        new Extensions(
                                new Extension(
                                        OCSPObjectIdentifiers.id_pkix_ocsp_nonce,
                                        false,
                                        new DEROctetString(nonce).getEncoded())))
                .build()
                .getEncoded();
    }

    private static BasicOCSPResp basic(OcspResponder.Answer answer) throws Exception {
        OCSPResp response = new OCSPResp(answer.der());
        assertThat(response.getStatus()).isEqualTo(OCSPResp.SUCCESSFUL);
        BasicOCSPResp basic = (BasicOCSPResp) response.getResponseObject();
        X509CertificateHolder signer = basic.getCerts()[0];
        assertThat(basic.isSignatureValid(new JcaContentVerifierProviderBuilder().build(signer)))
                .isTrue();
        return basic;
    }

    private SingleResp single(Database database, TestAuthority by, X509Certificate leaf)
            throws Exception {
        return single(responder(database), by, leaf);
    }

    private static SingleResp single(
            OcspResponder responder, TestAuthority by, X509Certificate leaf) throws Exception {
        BasicOCSPResp basic =
                basic(responder.answer(request(id(by, leaf.getSerialNumber(), false))));
        assertThat(basic.getResponses()).hasSize(1);
        return basic.getResponses()[0];
    }

    private static int status(OcspResponder responder, byte[] request) throws Exception {
        return new OCSPResp(responder.answer(request).der()).getStatus();
    }

    @StoreTest
    void aCertificateIsGoodUntilItIsRevoked(Database database) throws Exception {
        OcspResponder responder = responder(database);
        X509Certificate leaf = leaf(database, issuer);
        SingleResp before = single(responder, issuer, leaf);
        assertThat(before.getCertStatus()).isEqualTo(CertificateStatus.GOOD);
        assertThat(before.getThisUpdate()).isEqualTo(Date.from(clock.instant()));
        assertThat(before.getNextUpdate())
                .isEqualTo(Date.from(clock.instant().plus(OcspResponder.LIFE)));

        clock.advance(Duration.ofMinutes(1));
        revoke(database, leaf, RevocationReason.KEY_COMPROMISE);
        SingleResp after = single(responder, issuer, leaf);
        RevokedStatus revoked = (RevokedStatus) after.getCertStatus();
        assertThat(revoked.getRevocationTime()).isEqualTo(Date.from(clock.instant()));
        assertThat(revoked.getRevocationReason()).isEqualTo(CRLReason.keyCompromise);
    }

    @StoreTest
    void anUnspecifiedReasonIsNotTold(Database database) throws Exception {
        X509Certificate leaf = leaf(database, issuer);
        revoke(database, leaf, RevocationReason.UNSPECIFIED);
        RevokedStatus revoked = (RevokedStatus) single(database, issuer, leaf).getCertStatus();
        assertThat(revoked.hasRevocationReason()).isFalse();
    }

    @StoreTest
    void whatWasNeverIssuedIsUnknownAndForeignIssuersAreNotOurs(Database database)
            throws Exception {
        OcspResponder responder = responder(database);
        X509Certificate leaf = leaf(database, issuer);
        assertThat(single(responder, older, leaf).getCertStatus())
                .as("signed by another of our authorities")
                .isInstanceOf(UnknownStatus.class);
        BasicOCSPResp unknown =
                basic(responder.answer(request(id(issuer, BigInteger.valueOf(4711), true))));
        assertThat(unknown.getResponses()[0].getCertStatus()).isInstanceOf(UnknownStatus.class);
        assertThat(unknown.getResponses()[0].getNextUpdate())
                .isEqualTo(Date.from(clock.instant().plus(OcspResponder.UNKNOWN_LIFE)));

        var foreign = new TestAuthority("Foreign", Signatory.Below.LEAVES, clock);
        assertThat(status(responder, request(id(foreign, leaf.getSerialNumber(), false))))
                .isEqualTo(OCSPResp.UNAUTHORIZED);
    }

    @StoreTest
    void everyHashThatClientsUseNamesTheIssuer(Database database) throws Exception {
        OcspResponder responder = responder(database);
        X509Certificate leaf = leaf(database, issuer);
        for (boolean sha256 : List.of(false, true)) {
            CertificateID asked = id(issuer, leaf.getSerialNumber(), sha256);
            SingleResp told = basic(responder.answer(request(asked))).getResponses()[0];
            assertThat(told.getCertStatus()).isEqualTo(CertificateStatus.GOOD);
            assertThat(told.getCertID()).isEqualTo(asked);
        }
    }

    @StoreTest
    void severalCertificatesOfOneIssuerAreAnsweredTogether(Database database) throws Exception {
        OcspResponder responder = responder(database);
        X509Certificate good = leaf(database, issuer);
        X509Certificate bad = leaf(database, issuer);
        revoke(database, bad, RevocationReason.SUPERSEDED);
        BasicOCSPResp both =
                basic(
                        responder.answer(
                                request(
                                        id(issuer, good.getSerialNumber(), false),
                                        id(issuer, bad.getSerialNumber(), false))));
        assertThat(both.getResponses()[0].getCertStatus()).isEqualTo(CertificateStatus.GOOD);
        assertThat(both.getResponses()[1].getCertStatus()).isInstanceOf(RevokedStatus.class);
        assertThat(
                        status(
                                responder,
                                request(
                                        id(issuer, good.getSerialNumber(), false),
                                        id(older, BigInteger.ONE, false))))
                .isEqualTo(OCSPResp.UNAUTHORIZED);
    }

    @StoreTest
    void aNonceIsRepeatedAndItsAnswerIsForOneCallerAlone(Database database) throws Exception {
        OcspResponder responder = responder(database);
        X509Certificate leaf = leaf(database, issuer);
        CertificateID id = id(issuer, leaf.getSerialNumber(), false);
        byte[] nonce = new byte[32];
        new SecureRandom().nextBytes(nonce);
        OcspResponder.Answer answer = responder.answer(request(id, nonce));
        assertThat(answer.reusable()).isEmpty();
        assertThat(
                        DEROctetString.getInstance(
                                        basic(answer)
                                                .getExtension(
                                                        OCSPObjectIdentifiers.id_pkix_ocsp_nonce)
                                                .getParsedValue())
                                .getOctets())
                .isEqualTo(nonce);
        for (int length : List.of(0, 129)) {
            assertThat(status(responder, request(id, new byte[length])))
                    .as("a nonce of " + length)
                    .isEqualTo(OCSPResp.MALFORMED_REQUEST);
        }
    }

    @StoreTest
    void strangeBytesAreMalformed(Database database) throws Exception {
        OcspResponder responder = responder(database);
        byte[] whole = request(id(issuer, leaf(database, issuer).getSerialNumber(), false));
        assertThat(status(responder, new byte[0])).isEqualTo(OCSPResp.MALFORMED_REQUEST);
        for (int length = 1; length < whole.length; length++) {
            assertThat(status(responder, Arrays.copyOf(whole, length)))
                    .isEqualTo(OCSPResp.MALFORMED_REQUEST);
        }
        assertThat(status(responder, Arrays.copyOf(whole, whole.length + 1)))
                .as("something follows the request")
                .isEqualTo(OCSPResp.MALFORMED_REQUEST);
        assertThat(status(responder, new OCSPReqBuilder().build().getEncoded()))
                .as("asks about nothing")
                .isEqualTo(OCSPResp.MALFORMED_REQUEST);
        byte[] deep = new byte[16_000];
        for (int i = 0; i < deep.length; i += 2) {
            deep[i] = 0x30;
            deep[i + 1] = (byte) 0x80;
        }
        assertThat(status(responder, deep)).isEqualTo(OCSPResp.MALFORMED_REQUEST);
        SecureRandom random = new SecureRandom();
        for (int i = 0; i < 200; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            assertThat(status(responder, changed))
                    .isIn(OCSPResp.SUCCESSFUL, OCSPResp.MALFORMED_REQUEST, OCSPResp.UNAUTHORIZED);
        }
    }

    @StoreTest
    void theSameAnswerIsGivenUntilHalfOfItsLifeIsOver(Database database) throws Exception {
        OcspResponder responder = responder(database);
        X509Certificate leaf = leaf(database, issuer);
        byte[] request = request(id(issuer, leaf.getSerialNumber(), false));
        byte[] first = responder.answer(request).der();
        clock.advance(OcspResponder.LIFE.dividedBy(2).minusSeconds(1));
        assertThat(responder.answer(request).der()).isEqualTo(first);
        clock.advance(Duration.ofSeconds(1));
        assertThat(responder.answer(request).der()).isNotEqualTo(first);
    }

    @StoreTest
    void whoSignsIsReplacedInTimeAndNoAnswerOutlivesItsSigner(Database database) throws Exception {
        OcspResponder responder = responder(database);
        X509Certificate leaf = leaf(database, issuer);
        byte[] request = request(id(issuer, leaf.getSerialNumber(), false));
        X509CertificateHolder first = basic(responder.answer(request)).getCerts()[0];
        for (int day = 0; day < 60; day++) {
            clock.advance(Duration.ofDays(1));
            BasicOCSPResp answer = basic(responder.answer(request));
            X509CertificateHolder signer = answer.getCerts()[0];
            Date until = answer.getResponses()[0].getNextUpdate();
            assertThat(until).isAfter(Date.from(clock.instant()));
            assertThat(until).isBeforeOrEqualTo(signer.getNotAfter());
        }
        assertThat(basic(responder.answer(request)).getCerts()[0]).isNotEqualTo(first);
    }

    @StoreTest
    void aStapleIsForOurOwnCertificatesAlone(Database database) throws Exception {
        OcspResponder responder = responder(database);
        X509Certificate leaf = leaf(database, issuer);
        OcspResponder.Staple staple = responder.staple(leaf).orElseThrow();
        assertThat(staple.refreshFrom()).isBefore(staple.end()).isAfter(clock.instant());
        validate(leaf, staple.der());
        revoke(database, leaf, RevocationReason.KEY_COMPROMISE);
        clock.advance(Duration.ofSeconds(1));
        assertThatThrownBy(() -> validate(leaf, responder.staple(leaf).orElseThrow().der()))
                .isInstanceOf(CertPathValidatorException.class)
                .hasMessageContaining("revoked");
        var foreign = new TestAuthority("Test Intermediate", Signatory.Below.LEAVES, clock);
        assertThat(responder.staple(foreign.certificate())).isEmpty();
    }

    private void validate(X509Certificate leaf, byte[] ocsp) throws Exception {
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXParameters parameters =
                new PKIXParameters(Set.of(new TrustAnchor(issuer.certificate(), null)));
        parameters.setDate(Date.from(clock.instant()));
        var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOptions(Set.of(Option.NO_FALLBACK));
        checker.setOcspResponses(Map.of(leaf, ocsp));
        parameters.addCertPathChecker(checker);
        validator.validate(
                CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf)),
                parameters);
    }
}
