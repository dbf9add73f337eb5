package dev.nameplate.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The subcommands of `domain` against a server that answers as it is told.
class DomainCommandTest extends CommandScene {
    private int domain(String... words) {
        return run("domain", words);
    }

    private void standing(int status, String state) {
        server.answers(
                status,
                """
                {"id":"1","names":["a.example.com"],"state":"%s","nextStepBy":"DOMAIN_OWNER","reason":"why",
                 "records":[{"purpose":"TAKE_OVER","name":"_x.example.com.","type":"TXT","value":"v"}]}
                """
                        .formatted(state));
    }

    @Test
    void addSendsTheNamesAndPrintsTheRecords() {
        standing(201, "PREPARING");
        int exit = domain("add", "a.example.com", "b.example.com", "--template", "E1");
        assertThat(exit).as(err.toString()).isZero();
        assertThat(server.asked)
                .containsExactly(
                        "POST /v1/domains {\"names\":[\"a.example.com\",\"b.example.com\"],\"template\":{\"distribution\":\"E1\"}}");
        assertThat(out.toString())
                .contains("a.example.com  PREPARING", "_x.example.com. 300 IN TXT v ; TAKE_OVER");
    }

    @Test
    void addWantsNames() {
        assertThat(domain("add", "--template", "E1")).isOne();
        assertThat(err.toString()).startsWith("nameplate: give the names, or --certificate");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void addOfATenantNamesItsDistributionGroupAndParameters() {
        standing(201, "PREPARING");
        int exit =
                domain(
                        "add",
                        "a.example.com",
                        "--tenant-of",
                        "E1",
                        "--connection-group",
                        "cg_1",
                        "--tenant-name",
                        "shop-a",
                        "--parameter",
                        "shop=a",
                        "--parameter",
                        "colour=red");
        assertThat(exit).as(err.toString()).isZero();
        assertThat(server.asked)
                .containsExactly(
                        "POST /v1/domains {\"names\":[\"a.example.com\"],\"tenant\":{\"distribution\":\"E1\","
                                + "\"connectionGroup\":\"cg_1\",\"name\":\"shop-a\","
                                + "\"parameters\":{\"shop\":\"a\",\"colour\":\"red\"}}}");
        assertThat(domain("add", "a.example.com")).isNotZero();
        assertThat(domain("add", "a.example.com", "--template", "E1", "--tenant-of", "E2"))
                .isNotZero();
        assertThat(err.toString()).contains("give --template or --tenant-of");
    }

    @ParameterizedTest
    @CsvSource({
        "--tenant-name,shop-a,--tenant-of",
        "--connection-group,cg_1,--tenant-of",
        "--parameter,shop=a,--tenant-of",
        "--chain,chain.pem,--certificate",
    })
    void whatWouldBeLeftOutIsRefused(String option, String value, String missing) {
        assertThat(domain("add", "a.example.com", "--template", "E1", option, value)).isOne();
        assertThat(err.toString()).startsWith("nameplate: " + option).contains(missing);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void aTenantHasNoVersionOfATemplate() {
        assertThat(
                        domain(
                                "take-over",
                                "a.example.com",
                                "--tenant-of",
                                "E1",
                                "--template-version",
                                "2"))
                .isOne();
        assertThat(err.toString()).startsWith("nameplate: --template-version");
        assertThat(server.asked).isEmpty();
    }

    @Test
    void anImportSendsTheFilesAndNoNames() throws IOException {
        Path certificate = Files.writeString(folder.resolve("c.pem"), "CERT");
        Path key = Files.writeString(folder.resolve("k.pem"), "KEY");
        standing(201, "PREPARING");
        int exit =
                domain(
                        "add",
                        "--template",
                        "E1",
                        "--certificate",
                        certificate.toString(),
                        "--private-key",
                        key.toString());
        assertThat(exit).as(err.toString()).isZero();
        assertThat(server.asked.getFirst())
                .contains("\"import\":{\"certificate\":\"CERT\",\"privateKey\":\"KEY\"}")
                .doesNotContain("names");
        assertThat(domain("add", "--template", "E1", "--certificate", certificate.toString()))
                .isNotZero();
        assertThat(err.toString()).contains("--private-key");
    }

    @Test
    void theExitCodeOfShowSaysWhetherItIsServed() {
        standing(200, "SERVED");
        assertThat(domain("show", "a.example.com")).isZero();
        standing(200, "WAITING_FOR_PROOF");
        assertThat(domain("show", "a.example.com")).isEqualTo(1);
        server.answers(404, "{\"detail\":\"there is no domain a.example.com\"}");
        assertThat(domain("show", "a.example.com")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no domain a.example.com");
    }

    @Test
    void takeOverIsWatchedUntilItIsServed() {
        standing(201, "PREPARING");
        standing(200, "WAITING_FOR_TAKE_OVER");
        standing(200, "SERVED");
        int exit = domain("take-over", "*.example.com", "--template", "E1", "--watch");
        assertThat(exit).as(err.toString()).isZero();
        assertThat(server.asked.getFirst()).startsWith("POST /v1/domains/*.example.com/take-over");
        assertThat(out.toString()).contains("WAITING_FOR_TAKE_OVER", "SERVED");
    }

    @Test
    void removeAndDnsAskForTheName() {
        standing(202, "REMOVING");
        assertThat(domain("remove", "a.example.com")).isZero();
        server.answers(
                200,
                """
                {"records":[{"purpose":"PROOF","name":"_p.","type":"CNAME","value":"v.","shown":false,
                 "finding":"it is not there"}]}
                """);
        assertThat(domain("dns", "a.example.com")).isEqualTo(1);
        assertThat(out.toString()).contains("MISSING _p. 300 IN CNAME v.", "it is not there");
        assertThat(server.asked)
                .containsExactly(
                        "DELETE /v1/domains/a.example.com", "GET /v1/domains/a.example.com/dns");
    }
}
