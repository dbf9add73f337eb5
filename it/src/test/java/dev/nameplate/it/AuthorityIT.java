package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.GetCertificateResponse;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.acm.model.ValidationMethod;
import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// `./nameplate ca …` beside a running server: each change is obeyed at the next signature, and OpenSSL and GnuTLS accept
/// what was signed before it and after it.
@Tag("slow")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AuthorityIT {
    private static final String ZONE = "nameplate-shop.com";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String OPENSSL_SETTINGS =
            """
            [req]
            distinguished_name = dn
            [dn]
            [root]
            basicConstraints = critical, CA:TRUE
            keyUsage = critical, keyCertSign, cRLSign
            subjectKeyIdentifier = hash
            [issuing]
            basicConstraints = critical, CA:TRUE, pathlen:0
            keyUsage = critical, keyCertSign, cRLSign, digitalSignature
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            """;

    @TempDir private static Path folder;

    private static RunningServer server;
    private static int made;

    /// What was issued before any change: root, leaf and chain of then.
    private static Path firstRoot;

    private static Chain first;

    private record Chain(Path leaf, Path intermediates) {}

    @BeforeAll
    static void serve() throws IOException {
        Parts.need("OpenSSL 3", "openssl", "version");
        Parts.need("GnuTLS's certtool (Debian: gnutls-bin)", "certtool", "--version");
        Files.writeString(folder.resolve("openssl.cnf"), OPENSSL_SETTINGS);
        server = RunningServer.start(folder.resolve("data"));
        try (LightsailClient lightsail = SdkClients.of(server).lightsail()) {
            lightsail.createDomain(request -> request.domainName(ZONE));
        }
        firstRoot = Files.copy(server.caRoot(), folder.resolve("first-root.pem"));
        first = judged(KeyAlgorithm.EC_PRIME256_V1, firstRoot);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    @Order(1)
    void everyKindOfLeafIsAccepted() throws IOException {
        for (KeyAlgorithm keys : List.of(KeyAlgorithm.RSA_2048, KeyAlgorithm.EC_SECP384_R1)) {
            var _ = judged(keys, firstRoot);
        }
    }

    @Test
    @Order(2)
    void aRotatedIntermediateSignsAndTheEarlierOneVerifies() throws IOException {
        assertThat(ca("rotate")).contains("signs from now on");
        Chain after = judged(KeyAlgorithm.EC_PRIME256_V1, firstRoot);
        assertThat(Files.readString(after.intermediates()))
                .isNotEqualTo(Files.readString(first.intermediates()));
        judge(first, firstRoot);
        assertThat(ca("list").lines().map(line -> line.split(" ")[0]))
                .contains("root", "signs", "signed");
    }

    @Test
    @Order(3)
    void theRootsKeyMayRestInAFile() throws IOException {
        Path key = folder.resolve("root.key");
        Path passphrase = folder.resolve("passphrase");
        Files.writeString(passphrase, "correct horse battery\n");
        assertThat(
                        ca(
                                "export-root-key",
                                key.toString(),
                                "--remove",
                                "--passphrase-file",
                                passphrase.toString()))
                .contains("not in the store any more");
        Commands.Result refused = run("rotate");
        assertThat(refused.exit()).isNotZero();
        assertThat(refused.errors()).contains("--root-key");
        // Signing needs the intermediate alone.
        var _ = judged(KeyAlgorithm.EC_PRIME256_V1, firstRoot);
        assertThat(
                        Commands.output(
                                "openssl",
                                "pkey",
                                "-in",
                                key.toString(),
                                "-passin",
                                "file:" + passphrase,
                                "-noout",
                                "-text"))
                .contains("384 bit");
        assertThat(
                        ca(
                                "rotate",
                                "--root-key",
                                key.toString(),
                                "--passphrase-file",
                                passphrase.toString()))
                .contains("signs from now on");
        var _ = judged(KeyAlgorithm.EC_PRIME256_V1, firstRoot);
    }

    @Test
    @Order(4)
    void anRsaAuthorityOfOnesOwnSigns() throws IOException {
        selfSigned("acme-root", "/O=Acme/CN=Acme Root");
        openssl("req", "-new", "-noenc", "-newkey", "rsa:2048", "-subj", "/O=Acme/CN=Acme Issuing")
                .with("-config", "openssl.cnf")
                .with("-keyout", "acme-issuing.key", "-out", "acme-issuing.csr")
                .run();
        signedBy("acme-root", "acme-issuing");
        Path chain = folder.resolve("acme-chain.pem");
        Files.writeString(
                chain,
                Files.readString(folder.resolve("acme-issuing.pem"))
                        + Files.readString(folder.resolve("acme-root.pem")));

        assertThat(ca("import", "--chain", chain.toString(), "--key", path("acme-issuing.key")))
                .contains("the root is now CN=Acme Root, O=Acme");
        Path root = folder.resolve("acme-root.pem");
        assertThat(ca("root")).isEqualTo(certificateIn(root));
        assertThat(Files.readString(server.caRoot())).isEqualTo(certificateIn(root));
        var _ = judged(KeyAlgorithm.RSA_2048, root);
        var _ = judged(KeyAlgorithm.EC_PRIME256_V1, root);
        judge(first, firstRoot);
    }

    @Test
    @Order(5)
    void anIntermediateSignedElsewhereSigns() throws IOException {
        selfSigned("offline-root", "/O=Offline/CN=Offline Root");
        Files.writeString(folder.resolve("ours.csr"), ca("csr", "--subject", "O=Offline,CN=Ours"));
        signedBy("offline-root", "ours");
        Path chain = folder.resolve("ours-chain.pem");
        Files.writeString(
                chain,
                Files.readString(folder.resolve("ours.pem"))
                        + Files.readString(folder.resolve("offline-root.pem")));
        assertThat(ca("import", "--chain", chain.toString())).contains("signs from now on");
        var _ = judged(KeyAlgorithm.RSA_2048, folder.resolve("offline-root.pem"));
        var _ = judged(KeyAlgorithm.EC_PRIME256_V1, folder.resolve("offline-root.pem"));
    }

    /// A new certificate, accepted by OpenSSL and GnuTLS of whoever trusts `root`.
    private static Chain judged(KeyAlgorithm keys, Path root) throws IOException {
        String name = "n" + ++made + "." + ZONE;
        try (AcmClient acm = SdkClients.of(server).acm()) {
            String arn =
                    acm.requestCertificate(request ->
                                    request.domainName(name)
                                            .keyAlgorithm(keys)
                                            .validationMethod(ValidationMethod.DNS))
                            .certificateArn();
            Await.until(
                    LIMIT,
                    name + " to be issued",
                    () ->
                            acm.describeCertificate(request -> request.certificateArn(arn))
                                            .certificate()
                                            .status()
                                    == CertificateStatus.ISSUED);
            GetCertificateResponse answer =
                    acm.getCertificate(request -> request.certificateArn(arn));
            Chain chain = new Chain(folder.resolve(name + ".pem"), folder.resolve(name + ".chain"));
            Files.writeString(chain.leaf(), answer.certificate());
            Files.writeString(chain.intermediates(), answer.certificateChain());
            judge(chain, root);
            return chain;
        }
    }

    private static void judge(Chain chain, Path root) throws IOException {
        String name = chain.leaf().getFileName().toString().replace(".pem", "");
        openssl("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name)
                .with("-CAfile", root.toString(), "-untrusted", chain.intermediates().toString())
                .with(chain.leaf().toString())
                .run();
        Path whole = folder.resolve(name + ".whole");
        Files.writeString(
                whole,
                Files.readString(chain.leaf())
                        + "\n"
                        + Files.readString(chain.intermediates())
                        + "\n");
        assertThat(
                        Commands.output(
                                "certtool",
                                "--verify",
                                "--load-ca-certificate",
                                root.toString(),
                                "--verify-hostname",
                                name,
                                "--infile",
                                whole.toString()))
                .contains("Verified. The certificate is trusted.");
    }

    private static void selfSigned(String file, String subject) {
        openssl("req", "-x509", "-new", "-noenc", "-newkey", "rsa:3072", "-days", "3650")
                .with("-config", "openssl.cnf", "-extensions", "root", "-subj", subject)
                .with("-keyout", file + ".key", "-out", file + ".pem")
                .run();
    }

    private static void signedBy(String issuer, String file) {
        openssl("x509", "-req", "-in", file + ".csr", "-days", "1825", "-sha256")
                .with("-CA", issuer + ".pem", "-CAkey", issuer + ".key", "-CAcreateserial")
                .with("-extfile", "openssl.cnf", "-extensions", "issuing")
                .with("-out", file + ".pem")
                .run();
    }

    /// @param arguments names of files are of those in the test's folder
    private record OpenSsl(List<String> arguments) {
        OpenSsl with(String... more) {
            List<String> all = new ArrayList<>(arguments);
            for (String each : more) {
                all.add(each.matches("[a-z-]+\\.(cnf|pem|key|csr)") ? path(each) : each);
            }
            return new OpenSsl(all);
        }

        void run() {
            var _ = Commands.output(arguments.toArray(String[]::new));
        }
    }

    private static OpenSsl openssl(String... arguments) {
        return new OpenSsl(List.of("openssl")).with(arguments);
    }

    private static String path(String file) {
        return folder.resolve(file).toString();
    }

    private static String certificateIn(Path file) throws IOException {
        return Files.readString(file).replaceAll("(?s)^.*?(?=-----BEGIN)", "");
    }

    private static String ca(String... arguments) {
        Commands.Result result = run(arguments);
        assertThat(result.exit()).as(result.errors()).isZero();
        return result.output();
    }

    private static Commands.Result run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(RunningServer.LAUNCHER.toString(), "ca"));
        command.addAll(List.of(arguments));
        Map<String, String> settings = RunningServer.standardSettings(server.dataDir());
        return Commands.run(command, settings);
    }
}
