package dev.nameplate.api.pki;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nameplate.api.Door;
import dev.nameplate.api.PublicServer;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ca.CaSettings;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.issuer.ca.revocation.CrlWork;
import dev.nameplate.issuer.ca.revocation.Crls;
import dev.nameplate.issuer.ca.revocation.Locations;
import dev.nameplate.issuer.ca.revocation.OcspResponder;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.ManualJobs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;

import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

final class RepositoryTest {
    private static final KeyPairs KEYS = KeyPairs.fastest(new SecureRandom());
    private static final URI BASE = URI.create("http://pki.test");

    private final SettableClock clock = new SettableClock();
    private final ManualJobs jobs = new ManualJobs(clock);
    private final Revocations revocations = new Revocations(jobs);
    private final HttpClient client = HttpClient.newHttpClient();
    private EmbeddedCa ca;
    private X509Certificate leaf;
    private PublicServer server;

    @BeforeEach
    void start(Database database) {
        ca =
                EmbeddedCa.open(
                        database,
                        TestVault.open(),
                        KEYS,
                        new SecureRandom(),
                        clock,
                        new CaSettings(List.of("ca.test"), 198, 200, Optional.of(BASE)),
                        jobs);
        jobs.add(new CrlWork(database, ca.signatories(), new Locations(BASE)));
        leaf =
                ca.issueInternal(
                                List.of("www.example.com"),
                                List.of(),
                                KEYS.generate(KeyAlgorithm.EC_P256).getPublic())
                        .getFirst();
        jobs.tick();
        Repository repository =
                new Repository(
                        ca::rootPem,
                        ca::certificate,
                        new Crls(database),
                        new OcspResponder(database, ca.signatories(), KEYS, clock),
                        clock);
        server =
                PublicServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        List.of(
                                new Door(
                                        "repository",
                                        Repository::accepts,
                                        Repository.MAX_BODY,
                                        repository::handle),
                                new Door("nothing", _ -> true, 0, Repository::nothing)),
                        Duration.ofSeconds(1));
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private void revoke(Database database) {
        database.write(write -> {
            revocations.revoke(
                    write,
                    leaf.getSerialNumber().toString(16),
                    RevocationReason.KEY_COMPROMISE,
                    clock.instant());
            return true;
        });
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> post(byte[] body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(at("/ocsp"))
                        .header("Content-Type", "application/ocsp-request")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    private byte[] question() throws Exception {
        return new OCSPReqBuilder()
                .addRequest(
                        new CertificateID(
                                new JcaDigestCalculatorProviderBuilder()
                                        .build()
                                        .get(new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1)),
                                new JcaX509CertificateHolder(ca.intermediate()),
                                leaf.getSerialNumber()))
                .build()
                .getEncoded();
    }

    /// The path of an address that the leaf names.
    private String named(String extension, String start) {
        String all = new String(leaf.getExtensionValue(extension), US_ASCII);
        int from = all.indexOf(BASE + start);
        int to = from;
        while (to < all.length() && all.charAt(to) > ' ' && all.charAt(to) < 0x7f) {
            to++;
        }
        return all.substring(from + BASE.toString().length(), to);
    }

    private static CertificateStatus status(byte[] response) throws Exception {
        return ((BasicOCSPResp) new OCSPResp(response).getResponseObject())
                .getResponses()[0].getCertStatus();
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @StoreTest
    void everythingThatACertificateNamesIsThere(Database database) throws Exception {
        HttpResponse<byte[]> issuer =
                get("/ca/" + ca.intermediate().getSerialNumber().toString(16) + ".cer");
        assertThat(issuer.statusCode()).isEqualTo(200);
        assertThat(header(issuer, "Content-Type")).isEqualTo("application/pkix-cert");
        assertThat(issuer.body()).isEqualTo(ca.intermediate().getEncoded());
        assertThat(named("1.3.6.1.5.5.7.1.1", "/ca/")).startsWith(issuer.uri().getPath());
        assertThat(named("1.3.6.1.5.5.7.1.1", "/ocsp")).startsWith("/ocsp");
        assertThat(new String(get("/ca/root.pem").body(), US_ASCII)).isEqualTo(ca.rootPem());

        HttpResponse<byte[]> list = get(named("2.5.29.31", "/crl/"));
        assertThat(list.statusCode()).isEqualTo(200);
        assertThat(header(list, "Content-Type")).isEqualTo("application/pkix-crl");
        assertThat(crl(list).isRevoked(leaf)).isFalse();
        clock.advance(Duration.ofMinutes(1));
        revoke(database);
        jobs.tick();
        assertThat(crl(get(named("2.5.29.31", "/crl/"))).isRevoked(leaf)).isTrue();
        assertThat(get("/crl/" + ca.root().getSerialNumber().toString(16) + "/0.crl").statusCode())
                .isEqualTo(200);
    }

    private static X509CRL crl(HttpResponse<byte[]> answer) throws Exception {
        return (X509CRL)
                CertificateFactory.getInstance("X.509")
                        .generateCRL(new ByteArrayInputStream(answer.body()));
    }

    @StoreTest
    void aListThatTheClientHasIsNotSentAgain(Database database) throws Exception {
        String path = named("2.5.29.31", "/crl/");
        HttpResponse<byte[]> first = get(path);
        assertThat(header(first, "Cache-Control")).contains("max-age=300", "public");
        assertThat(header(first, "Expires")).isEqualTo("Thu, 22 Jan 2026 12:00:00 GMT");
        HttpResponse<byte[]> again = get(path, "If-None-Match", header(first, "ETag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(get(path, "If-Modified-Since", header(first, "Last-Modified")).statusCode())
                .isEqualTo(304);
        clock.advance(Duration.ofMinutes(1));
        revoke(database);
        jobs.tick();
        HttpResponse<byte[]> changed = get(path, "If-None-Match", header(first, "ETag"));
        assertThat(changed.statusCode()).isEqualTo(200);
        assertThat(header(changed, "ETag")).isNotEqualTo(header(first, "ETag"));
    }

    @StoreTest
    void statusesAreAnsweredByPostAndByGetHoweverItIsEscaped(Database database) throws Exception {
        byte[] question = question();
        HttpResponse<byte[]> posted = post(question);
        assertThat(header(posted, "Content-Type")).isEqualTo("application/ocsp-response");
        assertThat(header(posted, "Cache-Control")).isEqualTo("no-store");
        assertThat(status(posted.body())).isEqualTo(CertificateStatus.GOOD);

        String base64 = Base64.getEncoder().encodeToString(question);
        for (String path :
                List.of(base64, URLEncoder.encode(base64, US_ASCII), base64.replace("=", "%3d"))) {
            HttpResponse<byte[]> got = get("/ocsp/" + path);
            assertThat(got.body()).isEqualTo(posted.body());
            assertThat(header(got, "Cache-Control"))
                    .contains("max-age=3600", "public", "no-transform", "must-revalidate");
            assertThat(header(got, "Last-Modified")).isEqualTo("Thu, 15 Jan 2026 12:00:00 GMT");
            assertThat(header(got, "Expires")).isEqualTo("Thu, 22 Jan 2026 12:00:00 GMT");
            assertThat(get("/ocsp/" + path, "If-None-Match", header(got, "ETag")).statusCode())
                    .isEqualTo(304);
        }
        clock.advance(Duration.ofMinutes(1));
        revoke(database);
        assertThat(status(post(question).body())).isInstanceOf(RevokedStatus.class);
    }

    @StoreTest
    void whatIsNoRequestGetsTheErrorThatOcspHasForIt(Database database) throws Exception {
        for (byte[] body :
                List.of(
                        new byte[0],
                        "hello".getBytes(US_ASCII),
                        new byte[Repository.MAX_BODY],
                        new byte[10 * Repository.MAX_BODY])) {
            HttpResponse<byte[]> answer = post(body);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(new OCSPResp(answer.body()).getStatus())
                    .isEqualTo(OCSPResp.MALFORMED_REQUEST);
        }
        for (String path : List.of("/ocsp", "/ocsp/", "/ocsp/hello", "/ocsp/%2B%2F")) {
            HttpResponse<byte[]> answer = get(path);
            assertThat(header(answer, "Cache-Control")).isEqualTo("no-store");
            assertThat(new OCSPResp(answer.body()).getStatus())
                    .isEqualTo(OCSPResp.MALFORMED_REQUEST);
        }
        for (String path :
                List.of("/", "/ca/", "/ca/zz.cer", "/ca/123.cer", "/crl/1/1.crl", "/other")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
        HttpResponse<byte[]> put =
                client.send(
                        HttpRequest.newBuilder(at("/ocsp"))
                                .PUT(BodyPublishers.ofString("x"))
                                .build(),
                        BodyHandlers.ofByteArray());
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(header(put, "Allow")).isEqualTo("GET, HEAD, POST");
    }

    /// OpenSSL's and GnuTLS's OCSP clients speak HTTP/1.0, the one of them without a Host header.
    @StoreTest
    void clientsOfHttp10AreAnswered(Database database) throws Exception {
        byte[] question = question();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write(
                            "POST /ocsp HTTP/1.0\r\nContent-Length: %d\r\n\r\n"
                                    .formatted(question.length)
                                    .getBytes(US_ASCII));
            socket.getOutputStream().write(question);
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            assertThat(answer).startsWith("HTTP/1.1 200").contains("application/ocsp-response");
        }
    }

    @StoreTest
    void headIsAnsweredWithoutBody(Database database) throws Exception {
        HttpResponse<byte[]> head =
                client.send(
                        HttpRequest.newBuilder(at("/ca/root.pem"))
                                .method("HEAD", BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofByteArray());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(header(head, "Content-Length"))
                .isEqualTo(Integer.toString(ca.rootPem().length()));
        assertThat(head.body()).isEmpty();
    }
}
