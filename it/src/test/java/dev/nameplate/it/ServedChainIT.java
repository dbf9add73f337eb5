package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What the edge serves, judged by OpenSSL, GnuTLS, zlint and testssl.sh.
@Tag("slow")
final class ServedChainIT {
    /// Under a public TLD, so that a linter has nothing to say about the name.
    private static final String ZONE = "nameplate-shop.com";

    private static final List<String> NAMES = List.of("www." + ZONE, ZONE, "img." + ZONE);

    private static final Pattern PEM =
            Pattern.compile(
                    "-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", Pattern.DOTALL);

    /// A private CA has no place in the public Web's trust framework, and says so.
    private static final TreeSet<String> LINTS_OF_PUBLIC_TRUST =
            new TreeSet<>(
                    List.of(
                            "e_sub_cert_certificate_policies_missing",
                            "e_sub_cert_cert_policy_empty",
                            "e_ext_cert_policy_missing"));

    /// Nobody told which country it is in; and it is made before the address is settled at which its root's list is served
    /// for years to come, so it names none.
    private static final TreeSet<String> LINTS_OF_AUTHORITIES =
            new TreeSet<>(
                    List.of(
                            "e_ca_country_name_missing",
                            "e_sub_ca_crl_distribution_points_missing"));

    @TempDir private static Path folder;

    private static OriginServer origin;
    private static RunningServer server;

    @BeforeAll
    static void serve() throws IOException {
        origin = OriginServer.start();
        server = RunningServer.start(folder.resolve("data"));
        SdkClients.of(server).serve(ZONE, NAMES, origin);
        Visitor visitor = new Visitor(server, server.caRoot());
        NAMES.forEach(name -> visitor.fetchWhenServed(name, "/"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        if (origin != null) {
            origin.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void opensslTrustsEveryNameByTheRootAlone(String version) {
        for (String name : NAMES) {
            Commands.Result result = connect(name, version, "-alpn", "h2,http/1.1");
            assertThat(result.exit()).as(result.output() + result.errors()).isZero();
            assertThat(result.output())
                    .contains("Verification: OK", "Verified peername: " + name)
                    .contains("Verify return code: 0 (ok)")
                    .contains("ALPN protocol: h2")
                    .contains(version.equals("-tls1_2") ? "New, TLSv1.2" : "New, TLSv1.3");
        }
    }

    @Test
    void clientsThatAskForHttp11GetIt() {
        assertThat(connect(NAMES.getFirst(), "-alpn", "http/1.1").output())
                .contains("ALPN protocol: http/1.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1", "-tls1_1"})
    void versionsBeforeTls12AreRefused(String version) {
        Commands.Result result = connect(NAMES.getFirst(), version, "-cipher", "ALL@SECLEVEL=0");
        assertThat(result.exit()).as(result.output() + result.errors()).isNotZero();
        assertThat(result.output()).contains("no peer certificate available");
    }

    @Test
    void unknownNamesAreRefusedInTheHandshake() {
        for (String name : List.of("other." + ZONE, "elsewhere.example")) {
            Commands.Result result = connect(name);
            assertThat(result.exit()).isNotZero();
            assertThat(result.errors()).contains("unrecognized name");
            assertThat(result.output()).contains("no peer certificate available");
        }
    }

    @Test
    void aNameOutsideTheCertificateFailsVerification() {
        Commands.Result result =
                openssl(NAMES.getFirst(), "-verify_return_error", "-verify_hostname", "other.com");
        assertThat(result.exit()).isNotZero();
        assertThat(result.output() + result.errors()).contains("hostname mismatch");
    }

    @Test
    void theServedChainIsStrictlyValid() throws IOException {
        Chain chain = served(NAMES.getFirst());
        for (String name : NAMES) {
            Commands.Result result =
                    Commands.run(
                            List.of(
                                    "openssl",
                                    "verify",
                                    "-x509_strict",
                                    "-purpose",
                                    "sslserver",
                                    "-CAfile",
                                    server.caRoot().toString(),
                                    "-untrusted",
                                    chain.intermediates().toString(),
                                    "-verify_hostname",
                                    name,
                                    chain.leaf().toString()),
                            Map.of());
            assertThat(result.exit()).as(result.output() + result.errors()).isZero();
        }
        assertThat(chain.certificates())
                .as("leaf and intermediate, no root: the client has it")
                .hasSize(2);
    }

    @Test
    void gnutlsAcceptsTheChain() throws IOException {
        Parts.need("GnuTLS's certtool (Debian: gnutls-bin)", "certtool", "--version");
        Chain chain = served(NAMES.getFirst());
        Path full = folder.resolve("full.pem");
        Files.writeString(
                full, String.join("", chain.certificates()) + Files.readString(server.caRoot()));
        assertThat(Commands.output("certtool", "--verify-chain", "--infile", full.toString()))
                .contains("Chain verification output: Verified. The certificate is trusted.");
        Path servedOnly = folder.resolve("served.pem");
        Files.writeString(servedOnly, String.join("", chain.certificates()));
        assertThat(
                        Commands.output(
                                "certtool",
                                "--verify",
                                "--load-ca-certificate",
                                server.caRoot().toString(),
                                "--verify-hostname",
                                NAMES.getFirst(),
                                "--infile",
                                servedOnly.toString()))
                .contains("Verified. The certificate is trusted.");
    }

    /// zlint is in Debian 13 and later (package `zlint`; its one binary also runs on Debian 12). Found on the path, or named
    /// by the environment variable `ZLINT`.
    @Test
    @Tag("conformance")
    void zlintFindsNoErrors() throws IOException {
        String zlint = Optional.ofNullable(System.getenv("ZLINT")).orElse("zlint");
        Parts.need("zlint (Debian 13: package zlint)", zlint, "-version");
        Chain chain = served(NAMES.getFirst());
        Map<Path, TreeSet<String>> expected =
                Map.of(
                        chain.leaf(), LINTS_OF_PUBLIC_TRUST,
                        chain.intermediates(), LINTS_OF_AUTHORITIES,
                        server.caRoot(), LINTS_OF_AUTHORITIES);
        for (Map.Entry<Path, TreeSet<String>> each : expected.entrySet()) {
            Path file = each.getKey();
            JsonNode results =
                    JsonMapper.builder().build().readTree(Commands.output(zlint, file.toString()));
            TreeSet<String> errors = new TreeSet<>();
            results.properties().stream()
                    .filter(lint ->
                            List.of("error", "fatal")
                                    .contains(lint.getValue().path("result").asText()))
                    .forEach(lint -> errors.add(lint.getKey()));
            assertThat(results.size()).as(file.toString()).isGreaterThan(300);
            assertThat(errors).as(file.toString()).isSubsetOf(each.getValue());
        }
    }

    /// All that testssl.sh looks for but the simulated browsers, which change nothing of the verdict.
    @Test
    @Tag("conformance")
    void testsslFindsNothingAboveLow() throws IOException {
        Parts.need("testssl.sh (Debian: testssl.sh)", "testssl", "--version");
        Path report = folder.resolve("testssl.json");
        URI edge = server.edgeHttps();
        Commands.Result result =
                Commands.run(
                        List.of(
                                "testssl",
                                "--quiet",
                                "--warnings",
                                "off",
                                "--color",
                                "0",
                                "--add-ca",
                                server.caRoot().toString(),
                                "--ip",
                                edge.getHost(),
                                "-p",
                                "-s",
                                "-f",
                                "-S",
                                "-P",
                                "-U",
                                "--jsonfile",
                                report.toString(),
                                NAMES.getFirst() + ":" + edge.getPort()),
                        Map.of());
        assertThat(report).as(result.output() + result.errors()).exists();
        List<String> findings = new ArrayList<>();
        int seen = 0;
        for (JsonNode finding : JsonMapper.builder().build().readTree(report.toFile())) {
            seen++;
            if (List.of("MEDIUM", "HIGH", "CRITICAL").contains(finding.path("severity").asText())) {
                findings.add(finding.path("id").asText() + ": " + finding.path("finding").asText());
            }
        }
        assertThat(seen).isGreaterThan(80);
        assertThat(findings).isEmpty();
    }

    /// @param certificates as served, each in PEM
    private record Chain(List<String> certificates, Path leaf, Path intermediates) {}

    private static Chain served(String name) throws IOException {
        List<String> certificates =
                PEM.matcher(connect(name, "-showcerts").output())
                        .results()
                        .map(match -> match.group())
                        .distinct()
                        .toList();
        Path leaf = folder.resolve("leaf.pem");
        Path intermediates = folder.resolve("intermediates.pem");
        Files.writeString(leaf, certificates.getFirst());
        Files.writeString(
                intermediates, String.join("", certificates.subList(1, certificates.size())));
        return new Chain(certificates, leaf, intermediates);
    }

    private static Commands.Result connect(String name, String... options) {
        List<String> all =
                new ArrayList<>(List.of("-verify_return_error", "-verify_hostname", name));
        all.addAll(List.of(options));
        return openssl(name, all.toArray(String[]::new));
    }

    private static Commands.Result openssl(String name, String... options) {
        Parts.need("OpenSSL", "openssl", "version");
        List<String> command = new ArrayList<>(List.of("openssl", "s_client"));
        command.addAll(List.of("-connect", server.edgeHttps().getAuthority()));
        command.addAll(List.of("-servername", name, "-CAfile", server.caRoot().toString()));
        command.addAll(List.of(options));
        return Commands.run(command, Map.of());
    }
}
