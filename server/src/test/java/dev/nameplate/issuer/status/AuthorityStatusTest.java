package dev.nameplate.issuer.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import dev.nameplate.certificate.RevocationStatus.Answer;
import dev.nameplate.testkit.SettableClock;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// An authority over HTTP, honest or not.
final class AuthorityStatusTest {
    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final BigInteger SERIAL = new BigInteger("1000000000000001", 16);
    private static final X500Name ISSUER = new X500Name("CN=Issuer");

    private final SettableClock clock = new SettableClock();
    private final AuthorityStatus status = new AuthorityStatus(KEPT, clock);
    private final KeyPair issuerKeys = keys();
    private final X509Certificate issuer =
            certificate(ISSUER, issuerKeys, issuerKeys, 1, List.of());
    private final AtomicInteger listsFetched = new AtomicInteger();
    private volatile Responder responder = _ -> new byte[0];
    private volatile byte[] list = new byte[0];
    private HttpServer server;

    @FunctionalInterface
    private interface Responder {
        byte[] answer(CertificateID asked) throws Exception;
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/ocsp",
                exchange -> {
                    byte[] body;
                    try {
                        body =
                                responder.answer(
                                        new OCSPReq(exchange.getRequestBody().readAllBytes())
                                                .getRequestList()[0].getCertID());
                    } catch (Exception e) {
                        throw new IOException(e);
                    }
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.createContext(
                "/list",
                exchange -> {
                    listsFetched.incrementAndGet();
                    exchange.sendResponseHeaders(list.length == 0 ? 503 : 200, list.length);
                    exchange.getResponseBody().write(list);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        status.close();
        server.stop(0);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private X509Certificate leaf(Optional<String> responder, Optional<String> list) {
        List<Extra> extras =
                List.of(
                        new Extra(
                                Extension.authorityInfoAccess,
                                responder.map(url ->
                                        new AuthorityInformationAccess(
                                                AccessDescription.id_ad_ocsp, uri(url)))),
                        new Extra(
                                Extension.cRLDistributionPoints,
                                list.map(url ->
                                        new CRLDistPoint(
                                                new DistributionPoint[] {
                                                    new DistributionPoint(
                                                            new DistributionPointName(
                                                                    new GeneralNames(uri(url))),
                                                            null,
                                                            null)
                                                }))));
        return certificate(new X500Name("CN=leaf.example"), keys(), issuerKeys, 0, extras);
    }

    private static GeneralName uri(String url) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, url);
    }

    private record Extra(ASN1ObjectIdentifier id, Optional<? extends ASN1Encodable> value) {}

    private X509Certificate certificate(
            X500Name subject, KeyPair subjectKeys, KeyPair signer, int serial, List<Extra> extras) {
        try {
            X509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            ISSUER,
                            SERIAL.add(BigInteger.valueOf(serial)),
                            Date.from(clock.instant().minusSeconds(60)),
                            Date.from(clock.instant().plus(Duration.ofDays(90))),
                            subject,
                            subjectKeys.getPublic());
            for (Extra extra : extras) {
                if (extra.value().isPresent()) {
                    builder.addExtension(extra.id(), false, extra.value().get());
                }
            }
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer(signer)));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static ContentSigner signer(KeyPair keys) throws Exception {
        return new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    }

    private static KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private byte[] ocsp(
            CertificateID id,
            CertificateStatus word,
            KeyPair signer,
            Instant from,
            X509CertificateHolder... certificates)
            throws Exception {
        BasicOCSPRespBuilder builder =
                new BasicOCSPRespBuilder(new RespID(new X500Name("CN=Responder")));
        builder.addResponse(
                id, word, Date.from(from), Date.from(from.plus(Duration.ofDays(1))), null);
        return new OCSPRespBuilder()
                .build(
                        OCSPResp.SUCCESSFUL,
                        builder.build(signer(signer), certificates, Date.from(from)))
                .getEncoded();
    }

    private CertificateStatus revoked() {
        return new RevokedStatus(Date.from(clock.instant().minusSeconds(30)));
    }

    private byte[] list(KeyPair signer, Instant from, BigInteger... revoked) throws Exception {
        X509v2CRLBuilder builder = new X509v2CRLBuilder(ISSUER, Date.from(from));
        builder.setNextUpdate(Date.from(from.plus(Duration.ofDays(7))));
        for (BigInteger each : revoked) {
            builder.addCRLEntry(each, Date.from(from), 4);
        }
        X509CRLHolder holder = builder.build(signer(signer));
        return holder.getEncoded();
    }

    private Answer ask(X509Certificate leaf) {
        return status.ask(List.of(leaf, issuer));
    }

    @Test
    void theRespondersWordCountsWhereTheIssuerSignedIt() {
        X509Certificate leaf = leaf(Optional.of(url("/ocsp")), Optional.empty());
        responder = id -> ocsp(id, CertificateStatus.GOOD, issuerKeys, clock.instant());
        assertThat(ask(leaf)).isInstanceOf(Answer.Good.class);
        responder = id -> ocsp(id, revoked(), issuerKeys, clock.instant());
        assertThat(ask(leaf))
                .isEqualTo(
                        new Answer.Revoked(
                                url("/ocsp")
                                        + " calls it revoked since "
                                        + clock.instant().minusSeconds(30)
                                        + "."));
        responder = id -> ocsp(id, new UnknownStatus(), issuerKeys, clock.instant());
        assertThat(ask(leaf)).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void whomTheIssuerCertifiedForItMayAnswerAndNobodyElse() {
        X509Certificate leaf = leaf(Optional.of(url("/ocsp")), Optional.empty());
        KeyPair delegated = keys();
        KeyPair stranger = keys();
        for (boolean permitted : List.of(true, false)) {
            for (KeyPair by : List.of(issuerKeys, stranger)) {
                X509Certificate with =
                        certificate(
                                new X500Name("CN=Responder"),
                                delegated,
                                by,
                                2,
                                List.of(
                                        new Extra(
                                                Extension.extendedKeyUsage,
                                                Optional.of(
                                                        new ExtendedKeyUsage(
                                                                permitted
                                                                        ? KeyPurposeId
                                                                                .id_kp_OCSPSigning
                                                                        : KeyPurposeId
                                                                                .id_kp_serverAuth)))));
                responder =
                        id ->
                                ocsp(
                                        id,
                                        revoked(),
                                        delegated,
                                        clock.instant(),
                                        new JcaX509CertificateHolder(with));
                assertThat(ask(leaf) instanceof Answer.Revoked)
                        .isEqualTo(permitted && by.equals(issuerKeys));
            }
        }
        responder = id -> ocsp(id, revoked(), stranger, clock.instant());
        assertThat(ask(leaf)).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void whatIsOldOrOfAnotherCertificateSaysNothing() {
        X509Certificate leaf = leaf(Optional.of(url("/ocsp")), Optional.empty());
        responder =
                id -> ocsp(id, revoked(), issuerKeys, clock.instant().minus(Duration.ofDays(2)));
        assertThat(ask(leaf)).isInstanceOf(Answer.Unknown.class);
        responder =
                id -> ocsp(id, revoked(), issuerKeys, clock.instant().plus(Duration.ofHours(1)));
        assertThat(ask(leaf)).isInstanceOf(Answer.Unknown.class);
        responder =
                id ->
                        ocsp(
                                new CertificateID(
                                        new CertID(
                                                id.toASN1Primitive().getHashAlgorithm(),
                                                id.toASN1Primitive().getIssuerNameHash(),
                                                id.toASN1Primitive().getIssuerKeyHash(),
                                                new ASN1Integer(7))),
                                revoked(),
                                issuerKeys,
                                clock.instant());
        assertThat(ask(leaf)).isInstanceOf(Answer.Unknown.class);
        responder = _ -> new byte[] {1, 2, 3};
        assertThat(ask(leaf)).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void theListCountsWhereThereIsNoResponderOrItFailsAndIsFetchedOnceForAll() throws Exception {
        X509Certificate alone = leaf(Optional.empty(), Optional.of(url("/list")));
        X509Certificate both = leaf(Optional.of(url("/ocsp")), Optional.of(url("/list")));
        responder = _ -> new byte[0];
        list = list(issuerKeys, clock.instant(), alone.getSerialNumber());
        assertThat(ask(alone)).isInstanceOf(Answer.Revoked.class);
        assertThat(ask(both)).isInstanceOf(Answer.Revoked.class);
        assertThat(listsFetched).hasValue(1);
        list = list(issuerKeys, clock.instant(), BigInteger.TEN);
        clock.advance(KEPT);
        assertThat(ask(alone)).isInstanceOf(Answer.Good.class);
        assertThat(listsFetched).hasValue(2);
    }

    @Test
    void aListOfSomebodyElseOrAnOldOneSaysNothing() throws Exception {
        X509Certificate leaf = leaf(Optional.empty(), Optional.of(url("/list")));
        list = list(keys(), clock.instant(), leaf.getSerialNumber());
        assertThat(ask(leaf)).isInstanceOf(Answer.Unknown.class);
        clock.advance(KEPT);
        list = list(issuerKeys, clock.instant().minus(Duration.ofDays(8)), leaf.getSerialNumber());
        assertThat(ask(leaf)).isInstanceOf(Answer.Unknown.class);
        clock.advance(KEPT);
        list = new byte[0];
        assertThat(ask(leaf)).isInstanceOf(Answer.Unknown.class);
    }

    @Test
    void aListThatIsNotToBeHadIsNotAskedForAgainForEachCertificate() throws Exception {
        X509Certificate leaf = leaf(Optional.empty(), Optional.of(url("/list")));
        for (int i = 0; i < 3; i++) {
            assertThat(ask(leaf))
                    .isInstanceOfSatisfying(
                            Answer.Unknown.class,
                            unknown -> assertThat(unknown.words()).contains("HTTP status 503"));
        }
        assertThat(listsFetched).hasValue(1);
        list = list(issuerKeys, clock.instant(), leaf.getSerialNumber());
        clock.advance(RevocationLists.AFTER_FAILURE);
        assertThat(ask(leaf)).isInstanceOf(Answer.Revoked.class);
    }

    @Test
    void aListInManyPartsIsFetchedOnceForEachPart() throws Exception {
        List<X509Certificate> leaves = new ArrayList<>();
        for (int part = 0; part < 20; part++) {
            leaves.add(leaf(Optional.empty(), Optional.of(url("/list/" + part))));
        }
        list = list(issuerKeys, clock.instant(), leaves.getFirst().getSerialNumber());
        for (int round = 0; round < 3; round++) {
            assertThat(leaves)
                    .allSatisfy(leaf -> assertThat(ask(leaf)).isInstanceOf(Answer.Revoked.class));
        }
        assertThat(listsFetched).hasValue(20);
    }

    @Test
    @Timeout(20)
    void aListThatDoesNotComeHoldsUpOnlyThoseWhoWantIt() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger slowFetched = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            threads.execute(() -> refuseAll(silent, slowFetched, over));
            X509Certificate slow =
                    leaf(
                            Optional.empty(),
                            Optional.of("http://127.0.0.1:" + silent.getLocalPort() + "/list"));
            List<Future<Answer>> waiting = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                waiting.add(threads.submit(() -> ask(slow)));
            }
            while (slowFetched.get() == 0) {
                Thread.onSpinWait();
            }
            X509Certificate quick = leaf(Optional.empty(), Optional.of(url("/list")));
            list = list(issuerKeys, clock.instant(), quick.getSerialNumber());
            assertThat(ask(quick)).isInstanceOf(Answer.Revoked.class);
            assertThat(waiting).noneMatch(Future::isDone);
            over.countDown();
            for (Future<Answer> each : waiting) {
                assertThat(each.get()).isInstanceOf(Answer.Unknown.class);
            }
            assertThat(slowFetched).hasValue(1);
        }
    }

    private static void refuseAll(
            ServerSocket server, AtomicInteger accepted, CountDownLatch over) {
        try {
            while (true) {
                try (Socket asked = server.accept()) {
                    accepted.incrementAndGet();
                    over.await();
                    asked.getOutputStream()
                            .write(
                                    "HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                            .getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException _) {
            // The test is over.
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void twoIssuersAtOneAddressAreToldApart() throws Exception {
        X509Certificate leaf = leaf(Optional.empty(), Optional.of(url("/list")));
        list = list(issuerKeys, clock.instant(), leaf.getSerialNumber());
        KeyPair otherKeys = keys();
        X509Certificate other = certificate(ISSUER, otherKeys, otherKeys, 1, List.of());
        assertThat(status.ask(List.of(leaf, other)))
                .isInstanceOfSatisfying(
                        Answer.Unknown.class,
                        unknown ->
                                assertThat(unknown.words()).contains("not signed by the issuer"));
        assertThat(ask(leaf)).isInstanceOf(Answer.Revoked.class);
    }

    @Test
    void whatListsCostIsBoundedAndTheOneUsedLongestAgoGoesFirst() throws Exception {
        List<X509Certificate> leaves = new ArrayList<>();
        for (int part = 0; part < 3; part++) {
            leaves.add(leaf(Optional.empty(), Optional.of(url("/list/" + part))));
        }
        list = list(issuerKeys, clock.instant(), leaves.getFirst().getSerialNumber());
        try (Fetch fetch = new Fetch(Fetch.ANSWER)) {
            RevocationLists two = new RevocationLists(fetch, KEPT, 2500, clock);
            for (int part : List.of(0, 1, 0, 2, 0)) {
                assertThat(two.look(URI.create(url("/list/" + part)), leaves.get(part), issuer))
                        .isInstanceOf(Answer.Revoked.class);
            }
            assertThat(listsFetched).hasValue(3);
            two.look(URI.create(url("/list/1")), leaves.get(1), issuer);
            assertThat(listsFetched).hasValue(4);
        }
    }

    @Test
    @Timeout(20)
    void anAnswerThatBeginsAndNeverEndsIsNotWaitedFor() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        server.createContext(
                "/endless",
                exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    } finally {
                        exchange.close();
                    }
                });
        X509Certificate leaf = leaf(Optional.empty(), Optional.of(url("/endless")));
        try (AuthorityStatus impatient = new AuthorityStatus(KEPT, Duration.ofMillis(300), clock)) {
            assertThat(impatient.ask(List.of(leaf, issuer)))
                    .isInstanceOfSatisfying(
                            Answer.Unknown.class,
                            unknown -> assertThat(unknown.words()).contains("no whole answer"));
        } finally {
            over.countDown();
        }
    }

    @Test
    void whoNamesNobodyToAskIsNotAsked() {
        assertThat(ask(leaf(Optional.empty(), Optional.empty())))
                .isEqualTo(
                        new Answer.Unknown(
                                "The certificate names neither a responder nor a list to be asked over HTTP."));
        assertThat(ask(leaf(Optional.of("ldap://ca.test/x"), Optional.of("file:///etc/passwd"))))
                .isInstanceOf(Answer.Unknown.class);
        assertThat(status.ask(List.of(leaf(Optional.of(url("/ocsp")), Optional.empty()))))
                .isInstanceOf(Answer.Unknown.class);
    }
}
