package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.RevocationReason;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;
import org.shredzone.acme4j.util.KeyPairUtils;

import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.DomainEntry;

import java.io.FileReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// Six ACME clients, none of them ours, get certificates from a running server and have them revoked: certbot, lego, uacme,
/// acme-tiny, dehydrated and acme4j, over HTTPS, whose certificate they check. The names are in a zone of this server, whose
/// addresses lead to a web server of the test's.
@Tag("slow")
@Tag("conformance")
final class AcmeClientsIT {
    private static final String ZONE = "clients.example";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir private static Path folder;

    private static RunningServer server;
    private static HttpServer web;
    private static int tlsPort;
    private static SSLContext trusting;
    private static LightsailClient lightsail;

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(challenges());
        web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        web.createContext("/.well-known/acme-challenge/", AcmeClientsIT::showFile);
        web.createContext("/txt/", AcmeClientsIT::setText);
        web.start();
        tlsPort = FreePort.find();
        server =
                RunningServer.start(
                        folder.resolve("data"),
                        Map.of(
                                "NAMEPLATE_API_TLS",
                                "on",
                                "NAMEPLATE_ACME_HTTP_PORT",
                                Integer.toString(web.getAddress().getPort()),
                                "NAMEPLATE_ACME_TLS_PORT",
                                Integer.toString(tlsPort),
                                "NAMEPLATE_ACME_ALLOW_LOOPBACK",
                                "true"),
                        List.of());
        TrustManager[] roots = roots();
        trusting = SSLContext.getInstance("TLS");
        trusting.init(null, roots, null);
        lightsail =
                LightsailClient.builder()
                        .endpointOverride(server.api())
                        .region(Region.US_EAST_1)
                        .credentialsProvider(
                                StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(
                                                RunningServer.ACCESS_KEY,
                                                RunningServer.SECRET_KEY)))
                        .httpClient(
                                UrlConnectionHttpClient.builder()
                                        .tlsTrustManagersProvider(() -> roots)
                                        .build())
                        .build();
        lightsail.createDomain(request -> request.domainName(ZONE));
        entry("*." + ZONE, "A", "127.0.0.1");
    }

    @AfterAll
    static void stop() {
        lightsail.close();
        server.close();
        web.stop(0);
    }

    private static TrustManager[] roots() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        try (var in = Files.newInputStream(server.caRoot())) {
            store.setCertificateEntry(
                    "root", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static Path challenges() {
        return folder.resolve("web/.well-known/acme-challenge");
    }

    private static void showFile(HttpExchange exchange) throws IOException {
        Path file = challenges().resolve(Path.of(exchange.getRequestURI().getPath()).getFileName());
        byte[] body = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
        exchange.sendResponseHeaders(
                body.length == 0 ? 404 : 200, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /// What the clients' hooks call: `/txt/<name>/<text>`.
    private static void setText(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getPath().split("/", -1);
        entry("_acme-challenge." + path[2], "TXT", "\"" + path[3] + "\"");
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private static void entry(String name, String type, String target) {
        lightsail.createDomainEntry(request ->
                request.domainName(ZONE)
                        .domainEntry(
                                DomainEntry.builder()
                                        .name(name)
                                        .type(type)
                                        .target(target)
                                        .build()));
    }

    private static AcmeCredential binding() {
        return AcmeCredential.create(server.dataDir(), "--wildcards", ZONE);
    }

    private static String directory() {
        return AcmeCredential.directory(server).toString();
    }

    private static void succeed(Map<String, String> environment, String... command) {
        Commands.Result result = Commands.run(List.of(command), environment);
        assertThat(result.exit())
                .as("%s%n%s%n%s", String.join(" ", command), result.output(), result.errors())
                .isZero();
    }

    /// For clients that know the system's bundle alone: the command in a mount namespace of its own, where the bundle is ours.
    private static String[] withBundle(String... command) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "-m",
                                "sh",
                                "-c",
                                "mount --make-rprivate / && mount --bind \"$0\" /etc/ssl/certs/ca-certificates.crt && exec \"$@\"",
                                server.caRoot().toString()));
        all.addAll(List.of(command));
        return all.toArray(String[]::new);
    }

    private static String hook(String name, String body) throws IOException {
        Path hook = folder.resolve(name);
        Files.writeString(
                hook,
                "#!/bin/sh\nset -e\ntxt() { curl -fsS \"http://127.0.0.1:%d/txt/$1/$2\"; }\n%s\n"
                        .formatted(web.getAddress().getPort(), body));
        assertThat(hook.toFile().setExecutable(true)).isTrue();
        return hook.toString();
    }

    private static X509Certificate leaf(Path file) throws Exception {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    /// That the chain leads to our root, and who it is for.
    private static X509Certificate assertIssued(Path chain, String... names) throws Exception {
        Commands.output(
                "openssl",
                "verify",
                "-x509_strict",
                "-purpose",
                "sslserver",
                "-CAfile",
                server.caRoot().toString(),
                "-untrusted",
                chain.toString(),
                chain.toString());
        X509Certificate leaf = leaf(chain);
        assertThat(
                        leaf.getSubjectAlternativeNames().stream()
                                .map(each -> String.valueOf(each.get(1))))
                .containsExactlyInAnyOrder(names);
        assertThat(isRevoked(leaf)).isFalse();
        return leaf;
    }

    private static boolean isRevoked(X509Certificate leaf) throws Exception {
        try (HttpClient http = HttpClient.newBuilder().sslContext(trusting).build()) {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    server.api()
                                                            + "/v1/acme/certificates?limit=1000"))
                                    .header("x-api-key", RunningServer.API_KEY)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            String serial = leaf.getSerialNumber().toString(16);
            for (JsonNode each : JSON.readTree(answer.body()).path("certificates")) {
                if (each.path("serial").asText().equals(serial)) {
                    return each.has("revokedAt");
                }
            }
            throw new AssertionError("the server does not list " + serial);
        }
    }

    @Test
    void certbot() throws Exception {
        Parts.need("certbot", "certbot", "--version");
        AcmeCredential binding = binding();
        Path home = folder.resolve("certbot");
        Map<String, String> environment = Map.of("REQUESTS_CA_BUNDLE", server.caRoot().toString());
        List<String> common =
                List.of(
                        "--config-dir",
                        home.resolve("config").toString(),
                        "--work-dir",
                        home.resolve("work").toString(),
                        "--logs-dir",
                        home.resolve("logs").toString(),
                        "--server",
                        directory(),
                        "--non-interactive");
        certbot(
                environment,
                common,
                "certonly",
                "--agree-tos",
                "--register-unsafely-without-email",
                "--eab-kid",
                binding.id(),
                "--eab-hmac-key",
                binding.key(),
                "--webroot",
                "-w",
                folder.resolve("web").toString(),
                "-d",
                "certbot." + ZONE);
        Path live = home.resolve("config/live");
        Path chain = live.resolve("certbot." + ZONE + "/fullchain.pem");
        X509Certificate leaf = assertIssued(chain, "certbot." + ZONE);

        certbot(
                environment,
                common,
                "certonly",
                "--manual",
                "--preferred-challenges",
                "dns",
                "--manual-auth-hook",
                hook("certbot-hook", "txt \"$CERTBOT_DOMAIN\" \"$CERTBOT_VALIDATION\""),
                "-d",
                "wild." + ZONE,
                "-d",
                "*.wild." + ZONE);
        assertIssued(
                live.resolve("wild." + ZONE + "/fullchain.pem"), "wild." + ZONE, "*.wild." + ZONE);

        certbot(
                environment,
                common,
                "renew",
                "--force-renewal",
                "--no-random-sleep-on-renew",
                "--cert-name",
                "certbot." + ZONE);
        assertThat(leaf(chain).getSerialNumber()).isNotEqualTo(leaf.getSerialNumber());
        X509Certificate renewed = leaf(chain);
        certbot(
                environment,
                common,
                "revoke",
                "--cert-path",
                chain.toString(),
                "--reason",
                "superseded",
                "--no-delete-after-revoke");
        assertThat(isRevoked(renewed)).isTrue();
    }

    private static void certbot(
            Map<String, String> environment, List<String> common, String... arguments) {
        List<String> command = new ArrayList<>(List.of("certbot"));
        command.addAll(List.of(arguments));
        command.addAll(common);
        succeed(environment, command.toArray(String[]::new));
    }

    @Test
    void lego() throws Exception {
        Parts.need("lego", "lego", "--version");
        AcmeCredential binding = binding();
        Map<String, String> environment =
                Map.of("LEGO_CA_CERTIFICATES", server.caRoot().toString());
        Path home = folder.resolve("lego");
        String[] common = {
            "lego",
            "--path",
            home.toString(),
            "--server",
            directory(),
            "--accept-tos",
            "--email",
            "ops@" + ZONE,
            "--eab",
            "--kid",
            binding.id(),
            "--hmac",
            binding.key()
        };
        succeed(
                environment,
                joined(
                        common,
                        "--http",
                        "--http.webroot",
                        folder.resolve("web").toString(),
                        "--domains",
                        "lego." + ZONE,
                        "run"));
        Path file = home.resolve("certificates/lego." + ZONE + ".crt");
        X509Certificate leaf = assertIssued(file, "lego." + ZONE);
        succeed(environment, joined(common, "--domains", "lego." + ZONE, "revoke"));
        assertThat(isRevoked(leaf)).isTrue();

        succeed(
                environment,
                joined(
                        common,
                        "--tls",
                        "--tls.port",
                        "127.0.0.1:" + tlsPort,
                        "--domains",
                        "alpn." + ZONE,
                        "run"));
        assertIssued(home.resolve("certificates/alpn." + ZONE + ".crt"), "alpn." + ZONE);
    }

    private static String[] joined(String[] common, String... more) {
        List<String> all = new ArrayList<>(List.of(common));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void uacme() throws Exception {
        Parts.need("uacme", "sh", "-c", "command -v uacme");
        Parts.need("a mount namespace of one's own", "unshare", "-m", "true");
        AcmeCredential binding = binding();
        Path home = folder.resolve("uacme");
        String hook =
                hook(
                        "uacme-hook",
                        "[ \"$2\" = dns-01 ] || exit 1\n[ \"$1\" != begin ] || txt \"$3\" \"$5\"");
        succeed(
                Map.of(),
                withBundle(
                        "uacme",
                        "-c",
                        home.toString(),
                        "-a",
                        directory(),
                        "-e",
                        binding.id() + ":" + binding.key(),
                        "-y",
                        "new"));
        succeed(
                Map.of(),
                withBundle(
                        "uacme",
                        "-c",
                        home.toString(),
                        "-a",
                        directory(),
                        "-h",
                        hook,
                        "-t",
                        "EC",
                        "issue",
                        "uacme." + ZONE));
        Path file = home.resolve("uacme." + ZONE + "/cert.pem");
        X509Certificate leaf = assertIssued(file, "uacme." + ZONE);
        succeed(
                Map.of(),
                withBundle(
                        "uacme",
                        "-c",
                        home.toString(),
                        "-a",
                        directory(),
                        "-r",
                        "4",
                        "revoke",
                        file.toString()));
        assertThat(isRevoked(leaf)).isTrue();
    }

    /// Which knows neither bindings nor revocation: its key is bound by acme4j before, and the certificate revoked by its own key.
    @Test
    void acmeTiny() throws Exception {
        Parts.need("acme-tiny", "acme-tiny", "--help");
        Path accountKey = folder.resolve("tiny-account.pem");
        Path key = folder.resolve("tiny.pem");
        Path csr = folder.resolve("tiny.csr");
        Commands.output("openssl", "genrsa", "-traditional", "-out", accountKey.toString(), "2048");
        Commands.output("openssl", "genrsa", "-traditional", "-out", key.toString(), "2048");
        Commands.output(
                "openssl",
                "req",
                "-new",
                "-key",
                key.toString(),
                "-subj",
                "/CN=tiny." + ZONE,
                "-out",
                csr.toString());
        KeyPair account = readKey(accountKey);
        assertThat(binding().login(session(), account).getAccount().getStatus())
                .isEqualTo(Status.VALID);
        Commands.Result issued =
                Commands.run(
                        List.of(
                                "acme-tiny",
                                "--account-key",
                                accountKey.toString(),
                                "--csr",
                                csr.toString(),
                                "--acme-dir",
                                challenges().toString(),
                                "--directory-url",
                                directory(),
                                "--disable-check"),
                        Map.of("SSL_CERT_FILE", server.caRoot().toString()));
        assertThat(issued.exit()).as(issued.errors()).isZero();
        Path chain = folder.resolve("tiny-chain.pem");
        Files.writeString(chain, issued.output());
        X509Certificate leaf = assertIssued(chain, "tiny." + ZONE);
        Certificate.revoke(session(), readKey(key), leaf, RevocationReason.CESSATION_OF_OPERATION);
        assertThat(isRevoked(leaf)).isTrue();
    }

    private static KeyPair readKey(Path file) throws IOException {
        try (FileReader reader = new FileReader(file.toFile(), StandardCharsets.US_ASCII)) {
            return KeyPairUtils.readKeyPair(reader);
        }
    }

    @Test
    void dehydrated() throws Exception {
        Parts.need("dehydrated", "dehydrated", "--version");
        AcmeCredential binding = binding();
        Path home = Files.createDirectories(folder.resolve("dehydrated"));
        Path config = home.resolve("config");
        String hook =
                hook("dehydrated-hook", "[ \"$1\" != deploy_challenge ] || txt \"$2\" \"$4\"");
        Files.writeString(
                config,
                """
                CA="%s"
                BASEDIR="%s"
                CHALLENGETYPE="dns-01"
                HOOK="%s"
                KEY_ALGO=secp384r1
                CURL_OPTS="--cacert %s"
                EAB_KID="%s"
                EAB_HMAC_KEY="%s"
                """
                        .formatted(
                                directory(),
                                home,
                                hook,
                                server.caRoot(),
                                binding.id(),
                                binding.key()));
        succeed(Map.of(), "dehydrated", "-f", config.toString(), "--register", "--accept-terms");
        succeed(Map.of(), "dehydrated", "-f", config.toString(), "-c", "-d", "dehydrated." + ZONE);
        Path file = home.resolve("certs/dehydrated." + ZONE + "/fullchain.pem");
        X509Certificate leaf = assertIssued(file, "dehydrated." + ZONE);
        succeed(
                Map.of(),
                "dehydrated",
                "-f",
                config.toString(),
                "-r",
                home.resolve("certs/dehydrated." + ZONE + "/cert.pem").toString());
        assertThat(isRevoked(leaf)).isTrue();
    }

    private static Session session() {
        return new Session(
                URI.create(directory()),
                new GenericAcmeProvider() {
                    @Override
                    public HttpClient createHttpClient(NetworkSettings settings) {
                        return HttpClient.newBuilder().sslContext(trusting).build();
                    }
                });
    }

    @Test
    void acme4j() throws Exception {
        Login login = binding().login(session(), AcmeCredential.newKeys());
        Order order = login.newOrder().domain("acme4j." + ZONE).create();
        Http01Challenge challenge =
                order.getAuthorizations()
                        .getFirst()
                        .findChallenge(Http01Challenge.class)
                        .orElseThrow();
        Files.writeString(challenges().resolve(challenge.getToken()), challenge.getAuthorization());
        challenge.trigger();
        AcmeCredential.await(order, Status.READY);
        order.execute(AcmeCredential.newKeys());
        AcmeCredential.await(order, Status.VALID);
        Certificate certificate = order.getCertificate();
        assertThat(certificate.getCertificateChain()).hasSize(2);
        assertThat(certificate.getRenewalInfo().renewalIsNotRequired(Instant.now())).isTrue();
        certificate.revoke();
        assertThat(isRevoked(certificate.getCertificate())).isTrue();
    }
}
