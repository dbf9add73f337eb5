package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.InvalidTagException;
import software.amazon.awssdk.services.acm.model.RevocationReason;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// Certificates from Pebble, which has no other DNS than ours: it sees what the standing records lead to, or nothing.
@Tag("slow")
final class AcmeIT {
    private static final String ZONE = "nameplate-shop.com";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final byte[] EXTERNAL_KEY = new byte[32];

    /// Of the certificates of the hasty authority.
    private static final Duration LIFE =
            Duration.ofSeconds(Long.getLong("nameplate.it.certificateSeconds", 60));

    /// How many of them are waited for.
    private static final int RENEWALS = Integer.getInteger("nameplate.it.renewals", 2);

    /// From the moment when a renewal begins until the authority has issued.
    private static final Duration SLACK = Duration.ofSeconds(10);

    @TempDir private static Path folder;

    /// Refuses half of all nonces, lets half of the authorizations count again, and takes its time.
    private static Pebble rough;

    /// Wants accounts bound to external ones, has three roots, and a name it never issues for.
    private static Pebble picky;

    /// Its certificates live for seconds.
    private static Pebble hasty;

    private static OriginServer origin;
    private static RunningServer server;

    @BeforeAll
    static void start() throws IOException {
        AcmeStage stage = new AcmeStage(folder);
        rough =
                stage.pebble()
                        .nonceReject(50)
                        .authorizationReuse(50)
                        .sleeps(Duration.ofSeconds(2))
                        .start(stage.folder("rough"));
        String key = Base64.getUrlEncoder().withoutPadding().encodeToString(EXTERNAL_KEY);
        Path keyFile = Files.writeString(stage.folder("eab").resolve("key"), key);
        picky =
                stage.pebble()
                        .externalAccount("kid-1", key)
                        .alternateRoots(2)
                        .blocked("blocked." + ZONE)
                        .start(stage.folder("picky"));
        hasty = stage.pebble().validity(LIFE).start(stage.folder("hasty"));
        stage.issuer("rough", rough.directory(), rough.tls().root());
        stage.issuer(
                "picky",
                picky.directory(),
                picky.tls().root(),
                "eab: {keyId: kid-1, hmacFile: %s}".formatted(keyFile),
                "preferredChain: " + commonName(picky.root(1)));
        stage.issuer("hasty", hasty.directory(), hasty.tls().root());
        stage.issuer("leaving", hasty.directory(), hasty.tls().root());
        origin = OriginServer.start();
        server = stage.start("data", Map.of("NAMEPLATE_ISSUER_LIGHTSAIL", "rough"));
        AcmeStage.host(server, ZONE);
    }

    @AfterAll
    static void stop() throws IOException {
        AcmeStage.close(server, origin, rough, picky, hasty);
    }

    private static String commonName(Path certificate) {
        String subject =
                Commands.output(
                        "openssl",
                        "x509",
                        "-noout",
                        "-subject",
                        "-nameopt",
                        "multiline",
                        "-in",
                        certificate.toString());
        return subject.lines()
                .filter(line -> line.contains("commonName"))
                .map(line -> line.substring(line.indexOf('=') + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void apexAndWildcardAreProvenByOneRecordAndServed() {
        List<String> names = List.of(ZONE, "*." + ZONE);
        long orders = rough.orders();
        String arn = AcmeStage.request(server, "rough", names);
        CertificateDetail issued = AcmeStage.awaitIssued(server, arn);
        assertThat(issued.domainValidationOptions())
                .allMatch(each ->
                        each.resourceRecord().name().equals("_acme-challenge." + ZONE + "."));
        AcmeStage.serve(server, arn, names, origin);
        Visitor visitor = new Visitor(server, rough.root(0));
        assertThat(visitor.fetchWhenServed(ZONE, "/").body()).isEqualTo(OriginServer.page("/"));
        assertThat(visitor.fetch("any." + ZONE, "/a").status()).isEqualTo(200);
        assertThat(rough.orders() - orders).isEqualTo(1);
    }

    /// By the setting for that door.
    @Test
    void lightsailsCertificatesComeFromItsIssuer() {
        SdkClients.of(server).serveInZone("light", List.of("light." + ZONE), origin);
        assertThat(new Visitor(server, rough.root(0)).fetchWhenServed("light." + ZONE, "/").body())
                .isEqualTo(OriginServer.page("/"));
    }

    @Test
    void anAccountIsBoundToAnExternalOneAndThePreferredChainIsServed() {
        List<String> names = List.of("picky." + ZONE);
        String arn = AcmeStage.request(server, "picky", names);
        AcmeStage.awaitIssued(server, arn);
        AcmeStage.serve(server, arn, names, origin);
        new Visitor(server, picky.root(1)).fetchWhenServed(names.getFirst(), "/");
        assertThatThrownBy(() -> new Visitor(server, picky.root(0)).fetch(names.getFirst(), "/"))
                .hasMessageContaining("curl exit 60");
    }

    @Test
    void aRevokedCertificateIsRevokedAtTheAuthority() {
        String arn = AcmeStage.request(server, "picky", List.of("revoked." + ZONE));
        String serial =
                AcmeStage.awaitIssued(server, arn)
                        .serial()
                        .replace(":", "")
                        .toLowerCase(Locale.ROOT);
        assertThat(picky.status(serial)).contains("Valid");
        try (AcmClient acm = SdkClients.of(server).acm()) {
            acm.revokeCertificate(request ->
                    request.certificateArn(arn).revocationReason(RevocationReason.SUPERSEDED));
        }
        Await.until(
                LIMIT,
                "Pebble to call " + serial + " revoked",
                () -> picky.status(serial).contains("Revoked"));
    }

    @Test
    void aNameThatTheAuthorityNeverIssuesForIsRefusedInItsWords() {
        String arn = AcmeStage.request(server, "picky", List.of("blocked." + ZONE));
        Await.until(
                LIMIT,
                "the refusal",
                () -> AcmeStage.describe(server, arn).status() == CertificateStatus.FAILED);
        assertThat(RestApi.get(server, "/v1/certificates?name=blocked." + ZONE).toString())
                .contains("rejectedIdentifier", "picky");
    }

    /// Of an issuer of its own at the same authority, since nothing is issued from it afterwards.
    @Test
    void theAccountsKeyIsChangedAndTheAccountDeactivatedByCommand() {
        String name = "leaving";
        AcmeStage.awaitIssued(server, AcmeStage.request(server, name, List.of("k1." + ZONE)));
        String before = issuer("show", name);
        assertThat(before)
                .contains("leaving  VALID", "contacts: mailto:ops@example.com")
                .doesNotContain("key since")
                .doesNotContain("in the way");
        assertThat(issuer("rollover", name)).contains("leaving  VALID", "  key since: ");
        assertThat(issuer("show", name)).doesNotContain(line(before, "  key: "));
        String second = AcmeStage.request(server, name, List.of("k2." + ZONE));
        AcmeStage.awaitIssued(server, second);

        Commands.Result refused = run("deactivate", name, "--yes");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.errors()).contains("2 certificates", "force");
        assertThat(issuer("deactivate", name, "--yes", "--force")).contains("leaving  DEACTIVATED");
        assertThat(issuer("list")).contains("rough", "picky", "leaving          DEACTIVATED");
    }

    private static String line(String text, String beginning) {
        return text.lines().filter(each -> each.startsWith(beginning)).findFirst().orElseThrow();
    }

    private static String issuer(String... words) {
        Commands.Result result = run(words);
        assertThat(result.exit()).as(result.output() + result.errors()).isZero();
        return result.output();
    }

    private static Commands.Result run(String... words) {
        List<String> command = new ArrayList<>();
        command.add(RunningServer.LAUNCHER.toString());
        command.add("issuer");
        command.addAll(List.of(words));
        return Commands.run(command, RunningServer.standardSettings(server.dataDir()));
    }

    @Test
    void anIssuerThatIsNotConfiguredIsRefusedWithThoseThatAre() {
        assertThatThrownBy(() -> AcmeStage.request(server, "nobody", List.of("x." + ZONE)))
                .isInstanceOf(InvalidTagException.class)
                .hasMessageContainingAll("'nobody'", "embedded", "rough", "picky");
    }

    /// In real time: the first one has ended when the last look is taken. Each look is two new connections, whose chain, name and dates
    /// the JDK and curl verify.
    @Test
    @Tag("conformance")
    void shortLivedCertificatesAreRenewedInTimeAndServedWithoutAGap() throws Exception {
        List<String> names = List.of("hasty." + ZONE);
        String arn = AcmeStage.request(server, "hasty", names);
        AcmeStage.awaitIssued(server, arn);
        AcmeStage.serve(server, arn, names, origin);
        Visitor visitor = new Visitor(server, hasty.root(0));
        visitor.fetchWhenServed(names.getFirst(), "/");
        TrustManager[] trusting = trusting(hasty.root(0));
        X509Certificate shown = shown(trusting, names.getFirst());
        Instant firstEnds = shown.getNotAfter().toInstant();
        Instant limit = shown.getNotBefore().toInstant().plus(LIFE.multipliedBy(RENEWALS + 1));
        Duration pause = LIFE.dividedBy(1200);
        int looks = 1;
        int renewals = 0;
        while (renewals < RENEWALS || Instant.now().isBefore(firstEnds.plusSeconds(5))) {
            assertThat(Instant.now()).as("after %d renewals", renewals).isBefore(limit);
            assertThat(visitor.fetch(names.getFirst(), "/").status()).isEqualTo(200);
            X509Certificate now = shown(trusting, names.getFirst());
            looks++;
            if (!now.getSerialNumber().equals(shown.getSerialNumber())) {
                renewals++;
                // By the rule: from two thirds of the life on, at a place of its own within a
                // twelfth.
                Instant began = shown.getNotBefore().toInstant();
                System.err.printf(
                        "%s: renewal %d was issued %d s after its predecessor, seen at look %d%n",
                        Instant.now(),
                        renewals,
                        Duration.between(began, now.getNotBefore().toInstant()).toSeconds(),
                        looks);
                assertThat(now.getNotBefore().toInstant())
                        .isBetween(
                                began.plus(LIFE.multipliedBy(2).dividedBy(3)).minusSeconds(1),
                                began.plus(LIFE.multipliedBy(3).dividedBy(4)).plus(SLACK));
                shown = now;
            }
            Thread.sleep(pause);
        }
        System.err.printf("%d looks, none of which failed, in %s%n", looks, LIFE);
    }

    private static TrustManager[] trusting(Path root) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("root", AcmeProxy.certificates(Files.readString(root))[0]);
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        return managers.getTrustManagers();
    }

    /// What the edge shows, verified, to somebody who has no session to resume.
    private static X509Certificate shown(TrustManager[] trusting, String name) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trusting, null);
        try (Socket plain =
                        new Socket(InetAddress.getLoopbackAddress(), server.edgeHttps().getPort());
                SSLSocket socket =
                        (SSLSocket)
                                context.getSocketFactory()
                                        .createSocket(plain, name, plain.getPort(), false)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
