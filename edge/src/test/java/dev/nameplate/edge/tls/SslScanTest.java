package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.SecurityPolicy;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// What sslscan (Debian: sslscan) finds under each policy. It brings an OpenSSL that still speaks the oldest versions.
@Tag("conformance")
@ExtendWith(NoLeaks.class)
final class SslScanTest {
    private static final Pattern PROTOCOL =
            Pattern.compile("<protocol type=\"(\\w+)\" version=\"([\\d.]+)\" enabled=\"1\"");
    private static final Pattern CIPHER =
            Pattern.compile(
                    "<cipher status=\"\\w+\" sslversion=\"TLSv1.2\"[^>]* cipher=\"([\\w-]+)\"");

    private static final List<String> VERSIONS =
            List.of("tls 1.0", "tls 1.1", "tls 1.2", "tls 1.3");

    @ParameterizedTest
    @EnumSource(SecurityPolicy.class)
    void itFindsThePolicysVersionsAndCiphersAndNoOthers(SecurityPolicy policy) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair rsa = generator.generateKeyPair();
        try (TestEdge edge = new TestEdge()) {
            edge.source()
                    .certificate(
                            "a.test",
                            edge.ca()
                                    .issue("a.test")
                                    .withAlternative(edge.ca().issue(rsa, "a.test"))
                                    .under(policy, true));
            String report = scan(edge.edge().httpsAddress().getPort());
            assertThat(found(PROTOCOL, report))
                    .isEqualTo(
                            new TreeSet<>(
                                    VERSIONS.subList(
                                            List.of(SecurityPolicy.Version.values())
                                                    .indexOf(policy.floor()),
                                            VERSIONS.size())));
            assertThat(found(CIPHER, report)).isEqualTo(new TreeSet<>(policy.ciphers()));
        }
    }

    private static Set<String> found(Pattern pattern, String report) {
        TreeSet<String> all = new TreeSet<>();
        pattern.matcher(report)
                .results()
                .forEach(match ->
                        all.add(
                                match.groupCount() == 1
                                        ? match.group(1)
                                        : match.group(1) + " " + match.group(2)));
        return all;
    }

    private static String scan(int port) throws IOException, InterruptedException {
        Process process;
        try {
            process =
                    new ProcessBuilder(
                                    "sslscan",
                                    "--sni-name=a.test",
                                    "--no-heartbleed",
                                    "--no-colour",
                                    "--xml=-",
                                    "127.0.0.1:" + port)
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            String message = "SKIPPED, sslscan is not on this machine: " + e.getMessage();
            if (System.getProperty("nameplate.parts", "skip").equals("required")) {
                Assertions.fail(message);
            }
            System.err.println(message);
            Assumptions.abort(message);
            throw e;
        }
        String report = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        // Its own OpenSSL does not have this one, so it does not say it by OpenSSL's name.
        return report.replace("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "DES-CBC3-SHA");
    }
}
