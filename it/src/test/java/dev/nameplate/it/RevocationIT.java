package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Two names are served; the certificate of one is revoked. OpenSSL, GnuTLS, Java, curl and NSS, each by its own
/// means, accept the one and refuse the other.
@Tag("slow")
final class RevocationIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String ZONE = "revocation.example";
    private static final String GOOD = "good." + ZONE;
    private static final String BAD = "bad." + ZONE;
    private static final Pattern PEM =
            Pattern.compile(
                    "-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", Pattern.DOTALL);

    @TempDir private static Path folder;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static OriginServer origin;
    private static RunningServer server;
    private static Chain good;
    private static Chain bad;

    /// @param leaf file, PEM
    /// @param issuer file, PEM
    private record Chain(X509Certificate certificate, Path leaf, Path issuer) {}

    @BeforeAll
    static void revokeOne() throws Exception {
        origin = OriginServer.start();
        // Certificates must name a place that clients really reach.
        int port = FreePort.find();
        server =
                RunningServer.start(
                        folder.resolve("data"),
                        Map.of(
                                "NAMEPLATE_PUBLIC_PORT",
                                Integer.toString(port),
                                "NAMEPLATE_PUBLIC_URL",
                                "http://127.0.0.1:" + port),
                        List.of());
        SdkClients clients = SdkClients.of(server);
        clients.serve(ZONE, List.of(GOOD), origin);
        clients.serveInZone("bad", List.of(BAD), origin);
        Visitor visitor = new Visitor(server, server.caRoot());
        visitor.fetchWhenServed(GOOD, "/");
        visitor.fetchWhenServed(BAD, "/");
        good = served(GOOD);
        bad = served(BAD);
        assertThat(staple(BAD)).contains("Cert Status: good");
        // ACM's door refuses what is in use; the operator need not.
        Commands.Result revoked =
                Commands.run(
                        List.of(
                                RunningServer.LAUNCHER.toString(),
                                "ca",
                                "revoke",
                                bad.certificate().getSerialNumber().toString(16),
                                "--reason",
                                "key-compromise"),
                        RunningServer.standardSettings(server.dataDir()));
        assertThat(revoked.exit()).as(revoked.output() + revoked.errors()).isZero();
        assertThat(revoked.output()).contains("is revoked");
        X509Certificate leaf = bad.certificate();
        Await.until(LIMIT, "the list that tells of it", () -> list(leaf).isRevoked(leaf));
    }

    @AfterAll
    static void stop() {
        HTTP.close();
        server.close();
        origin.close();
    }

    @Test
    void opensslChecksTheListsOfTheWholeChain() throws IOException {
        assertThat(opensslVerify(good).output()).contains(": OK");
        Commands.Result refused = opensslVerify(bad);
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.output() + refused.errors()).contains("certificate revoked");
    }

    private static Commands.Result opensslVerify(Chain chain) throws IOException {
        Path lists = folder.resolve("lists.pem");
        Files.writeString(
                lists,
                pem(get(pathOfList(chain.certificate())).body())
                        + pem(get("/crl/" + serial(server.caRoot()) + "/0.crl").body()));
        return Commands.run(
                List.of(
                        "openssl",
                        "verify",
                        "-x509_strict",
                        "-crl_check_all",
                        "-CAfile",
                        server.caRoot().toString(),
                        "-untrusted",
                        chain.issuer().toString(),
                        "-CRLfile",
                        lists.toString(),
                        chain.leaf().toString()),
                Map.of());
    }

    @Test
    void opensslAsksByOcsp() {
        for (String hash : List.of("-sha1", "-sha256")) {
            assertThat(opensslOcsp(good, hash))
                    .contains("Response verify OK", good.leaf() + ": good");
            assertThat(opensslOcsp(bad, hash))
                    .contains("Response verify OK", bad.leaf() + ": revoked", "keyCompromise");
        }
    }

    private static String opensslOcsp(Chain chain, String hash) {
        Commands.Result result =
                Commands.run(
                        List.of(
                                "openssl",
                                "ocsp",
                                hash,
                                "-issuer",
                                chain.issuer().toString(),
                                "-cert",
                                chain.leaf().toString(),
                                "-url",
                                server.pki() + "/ocsp",
                                "-CAfile",
                                server.caRoot().toString()),
                        Map.of());
        return result.output() + result.errors();
    }

    @Test
    void aGetOfTheSameQuestionMayBeCached() throws Exception {
        Path question = folder.resolve("question.der");
        Path answer = folder.resolve("answer.der");
        Commands.output(
                "openssl",
                "ocsp",
                "-no_nonce",
                "-issuer",
                bad.issuer().toString(),
                "-cert",
                bad.leaf().toString(),
                "-reqout",
                question.toString());
        String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(question));
        String headers =
                Commands.output(
                        "curl",
                        "-sS",
                        "-D-",
                        "-o",
                        answer.toString(),
                        server.pki()
                                + "/ocsp/"
                                + base64.replace("+", "%2B")
                                        .replace("/", "%2F")
                                        .replace("=", "%3D"));
        assertThat(headers.toLowerCase(Locale.ROOT))
                .contains("cache-control: max-age=", "etag: \"", "last-modified: ", "expires: ");
        assertThat(
                        Commands.output(
                                "openssl",
                                "ocsp",
                                "-no_nonce",
                                "-respin",
                                answer.toString(),
                                "-issuer",
                                bad.issuer().toString(),
                                "-cert",
                                bad.leaf().toString(),
                                "-CAfile",
                                server.caRoot().toString()))
                .contains(": revoked");
    }

    @Test
    void theEdgeStaplesBothStatuses() {
        assertThat(staple(GOOD)).contains("OCSP Response Status: successful", "Cert Status: good");
        Await.until(
                LIMIT,
                "the edge to staple the revocation",
                () -> staple(BAD).contains("Cert Status: revoked"));
        assertThat(staple(BAD)).contains("Revocation Reason: keyCompromise");
    }

    @Test
    void curlRefusesARevokedStaple() {
        assertThat(curl(GOOD).exit()).isZero();
        Await.until(LIMIT, "curl to refuse the revoked", () -> curl(BAD).exit() != 0);
        // 91: invalid status
        assertThat(curl(BAD).exit()).isEqualTo(91);
    }

    private static Commands.Result curl(String name) {
        int port = server.edgeHttps().getPort();
        return Commands.run(
                List.of(
                        "curl",
                        "-sS",
                        "--cert-status",
                        "--cacert",
                        server.caRoot().toString(),
                        "--resolve",
                        name + ":" + port + ":127.0.0.1",
                        "https://" + name + ":" + port + "/"),
                Map.of());
    }

    @Test
    void gnutlsAsksByOcspAndReadsTheStaple() throws IOException {
        Parts.need("GnuTLS's ocsptool (Debian: gnutls-bin)", "ocsptool", "--version");
        assertThat(ocsptool(good)).contains("Certificate Status: good", "Response: Success");
        assertThat(ocsptool(bad)).contains("Certificate Status: revoked", "Response: Success");
        assertThat(gnutlsClient(GOOD))
                .contains("The certificate is trusted", "OCSP status request");
        Await.until(
                LIMIT, "GnuTLS to refuse the revoked", () -> gnutlsClient(BAD).contains("revoked"));
    }

    private static String ocsptool(Chain chain) throws IOException {
        Path trust = folder.resolve("trust.pem");
        Files.writeString(
                trust, Files.readString(server.caRoot()) + Files.readString(chain.issuer()));
        Commands.Result result =
                Commands.run(
                        List.of(
                                "ocsptool",
                                "--ask=" + server.pki() + "/ocsp",
                                "--load-issuer",
                                chain.issuer().toString(),
                                "--load-cert",
                                chain.leaf().toString(),
                                "--load-trust",
                                trust.toString()),
                        Map.of());
        return result.output() + result.errors();
    }

    private static String gnutlsClient(String name) {
        Commands.Result result =
                Commands.run(
                        List.of(
                                "gnutls-cli",
                                "--x509cafile",
                                server.caRoot().toString(),
                                "--sni-hostname",
                                name,
                                "--verify-hostname",
                                name,
                                "-p",
                                Integer.toString(server.edgeHttps().getPort()),
                                "127.0.0.1"),
                        Map.of());
        return result.output() + result.errors();
    }

    @Test
    void gnutlsVerifiesTheList() throws IOException {
        Parts.need("GnuTLS's certtool (Debian: gnutls-bin)", "certtool", "--version");
        Path list = folder.resolve("list.pem");
        Files.writeString(list, pem(get(pathOfList(bad.certificate())).body()));
        assertThat(
                        Commands.output(
                                "certtool",
                                "--verify-crl",
                                "--load-ca-certificate",
                                bad.issuer().toString(),
                                "--infile",
                                list.toString()))
                .contains("Verification output: Verified");
    }

    @Test
    void javaChecksByOcspAndByLists() throws Exception {
        for (Set<Option> options :
                List.of(
                        EnumSet.of(Option.NO_FALLBACK, Option.ONLY_END_ENTITY),
                        EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK))) {
            javaValidates(good, options);
            try {
                javaValidates(bad, options);
                throw new AssertionError("Java accepts a revoked certificate by " + options);
            } catch (CertPathValidatorException e) {
                assertThat(e.getReason()).isEqualTo(CertPathValidatorException.BasicReason.REVOKED);
            }
        }
    }

    private static void javaValidates(Chain chain, Set<Option> options) throws Exception {
        X509Certificate root = certificate(server.caRoot());
        X509Certificate issuer = certificate(chain.issuer());
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
        parameters.addCertStore(
                CertStore.getInstance(
                        "Collection",
                        new CollectionCertStoreParameters(
                                List.of(
                                        list(chain.certificate()),
                                        crl(
                                                get("/crl/" + serial(server.caRoot()) + "/0.crl")
                                                        .body())))));
        var checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOptions(options);
        checker.setOcspResponder(URI.create(server.pki() + "/ocsp"));
        parameters.addCertPathChecker(checker);
        validator.validate(
                CertificateFactory.getInstance("X.509")
                        .generateCertPath(List.of(chain.certificate(), issuer)),
                parameters);
    }

    /// NSS is what Firefox checks certificates with. It reads no lists that are cut into shards, so it asks by OCSP.
    @Test
    @Tag("conformance")
    void nssAsksByOcsp() throws IOException {
        Parts.need("NSS's tools (Debian: libnss3-tools)", "sh", "-c", "command -v vfychain");
        String trust = "sql:" + Files.createDirectories(folder.resolve("nss"));
        Commands.output("certutil", "-N", "-d", trust, "--empty-password");
        Commands.output(
                "certutil",
                "-A",
                "-d",
                trust,
                "-n",
                "root",
                "-t",
                "C,,",
                "-i",
                server.caRoot().toString());
        assertThat(nss(trust, good).errors()).contains("Chain is good!");
        Commands.Result refused = nss(trust, bad);
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.output() + refused.errors()).contains("has been revoked");
    }

    private static Commands.Result nss(String trust, Chain chain) {
        return Commands.run(
                List.of(
                        "vfychain",
                        "-d",
                        trust,
                        "-u",
                        "1",
                        "-pp",
                        "-g",
                        "leaf",
                        "-h",
                        "requireFreshInfo",
                        "-m",
                        "ocsp",
                        "-s",
                        "failIfNoInfo",
                        "-a",
                        chain.leaf().toString(),
                        "-a",
                        chain.issuer().toString()),
                Map.of());
    }

    @Test
    void thePublicPagesAreReachedThroughTheEdgeToo() {
        URI http = server.edgeHttp();
        String host = "pki.nameplate.internal";
        assertThat(
                        Commands.output(
                                "curl",
                                "-sS",
                                "--resolve",
                                host + ":" + http.getPort() + ":127.0.0.1",
                                "http://" + host + ":" + http.getPort() + "/ca/root.pem"))
                .isEqualTo(rootPem());
        assertThat(
                        Commands.output(
                                "dig",
                                "+short",
                                "@127.0.0.1",
                                "-p",
                                server.dns().substring(server.dns().indexOf(':') + 1),
                                host))
                .isEqualToIgnoringNewLines("127.0.0.1");
    }

    private static String rootPem() {
        try {
            return Files.readString(server.caRoot());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String staple(String name) {
        return Commands.run(
                        List.of(
                                "openssl",
                                "s_client",
                                "-status",
                                "-connect",
                                server.edgeHttps().getAuthority(),
                                "-servername",
                                name,
                                "-CAfile",
                                server.caRoot().toString()),
                        Map.of())
                .output();
    }

    private static Chain served(String name) throws Exception {
        List<String> certificates =
                PEM.matcher(
                                Commands.run(
                                                List.of(
                                                        "openssl",
                                                        "s_client",
                                                        "-showcerts",
                                                        "-connect",
                                                        server.edgeHttps().getAuthority(),
                                                        "-servername",
                                                        name),
                                                Map.of())
                                        .output())
                        .results()
                        .map(match -> match.group())
                        .distinct()
                        .toList();
        Path leaf = folder.resolve(name + ".pem");
        Path issuer = folder.resolve(name + ".issuer.pem");
        Files.writeString(leaf, certificates.get(0));
        Files.writeString(issuer, certificates.get(1));
        return new Chain(certificate(leaf), leaf, issuer);
    }

    private static X509Certificate certificate(Path file) throws Exception {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static String serial(Path file) {
        try {
            return certificate(file).getSerialNumber().toString(16);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// Of the distribution point that the certificate names.
    private static String pathOfList(X509Certificate leaf) {
        Matcher named =
                Pattern.compile("http://127\\.0\\.0\\.1:\\d+(/crl/[0-9a-f]+/\\d+\\.crl)")
                        .matcher(
                                new String(
                                        leaf.getExtensionValue("2.5.29.31"),
                                        StandardCharsets.ISO_8859_1));
        assertThat(named.find()).isTrue();
        return named.group(1);
    }

    private static X509CRL list(X509Certificate leaf) {
        return crl(get(pathOfList(leaf)).body());
    }

    private static X509CRL crl(byte[] der) {
        try {
            return (X509CRL)
                    CertificateFactory.getInstance("X.509")
                            .generateCRL(new ByteArrayInputStream(der));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<byte[]> get(String path) {
        try {
            HttpResponse<byte[]> answer =
                    HTTP.send(
                            HttpRequest.newBuilder(URI.create(server.pki() + path)).build(),
                            BodyHandlers.ofByteArray());
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            return answer;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String pem(byte[] der) {
        return "-----BEGIN X509 CRL-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END X509 CRL-----\n";
    }
}
