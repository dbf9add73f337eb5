package dev.nameplate.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The subcommands of `certificate` against a server that answers as it is told.
class CertificateCommandTest extends CommandScene {
    private static final String CERTIFICATE =
            """
            {"id":"1","names":["a.example.com"],"state":"%s","notAfter":"2027-01-01T00:00:00Z","issuer":"Some CA 3",
             "proofs":[{"name":"a.example.com","status":"%s","automatic":false,"seen":"no CNAME is there",
               "record":{"name":"_acme-challenge.a.example.com.","type":"CNAME","value":"v."},
               "diagnosis":{"actor":"NAME_OWNER"}}],
             "issuance":{"issuer":["le","embedded"],"turn":"le","issuedBy":"embedded","servedBy":"embedded",
               "nextLook":"2026-01-01T00:10:00Z","answers":[{"issuer":"le","for":"MAIN","said":"UNDER_WAY",
                 "message":"At issuer 'le' it is ordered.","actor":"ISSUER","since":"2026-01-01T00:00:00Z",
                 "at":"2026-01-01T00:05:00Z","past":false}]}}
            """;

    private int certificate(String... words) {
        return run("certificate", words);
    }

    @Test
    void showTellsTheIssuersAndWhatTheySaid() {
        server.answers(200, CERTIFICATE.formatted("ISSUED", "SUCCESS"));
        assertThat(certificate("show", "1")).as(err.toString()).isZero();
        assertThat(server.asked).containsExactly("GET /v1/certificates/1");
        assertThat(out.toString())
                .contains(
                        "a.example.com  ISSUED",
                        "issuers: le, embedded; turn: le",
                        "signed by: embedded, Some CA 3",
                        "le (MAIN) UNDER_WAY at 2026-01-01T00:05:00Z, next step: ISSUER; At issuer 'le' it is ordered.",
                        "next look: 2026-01-01T00:10:00Z")
                .doesNotContain("300 IN");
        server.answers(200, CERTIFICATE.formatted("PENDING", "PENDING"));
        assertThat(certificate("show", "1")).isEqualTo(1);
        assertThat(out.toString())
                .contains(
                        "a.example.com: PENDING, next step: NAME_OWNER; no CNAME is there",
                        "_acme-challenge.a.example.com. 300 IN CNAME v.");
    }

    @Test
    void moveSendsTheOrderAndPrintsWhatIsMissing() {
        server.answers(
                202,
                """
                {"changed":true,"reissued":true,"certificate":%s,
                 "names":[{"name":"a.example.com","proven":false,"seen":"nothing there"}],
                 "records":[{"name":"_acme-challenge.a.example.com.","type":"CNAME","value":"v."}]}
                """
                        .formatted(CERTIFICATE.formatted("ISSUED", "SUCCESS")));
        assertThat(certificate("move", "1", "le", "embedded", "--idempotency-key", "k"))
                .isEqualTo(1);
        assertThat(server.asked)
                .containsExactly(
                        "PUT /v1/certificates/1/issuer {\"issuer\":[\"le\",\"embedded\"]}");
        assertThat(out.toString())
                .contains(
                        "it is ordered now",
                        "a.example.com: nothing there",
                        "_acme-challenge.a.example.com. 300 IN CNAME v.");

        server.answers(
                200,
                """
                {"changed":false,"reissued":false,"certificate":%s,"names":[],"records":[]}
                """
                        .formatted(CERTIFICATE.formatted("ISSUED", "SUCCESS")));
        assertThat(certificate("move", "1", "le", "--dry-run")).as(err.toString()).isZero();
        assertThat(server.queries.getLast()).isEqualTo("dryRun=true");
        assertThat(out.toString()).contains("nothing was changed");

        server.answers(409, "{\"detail\":\"Certificate 1 was imported.\"}");
        assertThat(certificate("move", "1", "le")).isEqualTo(1);
        assertThat(err.toString()).contains("was imported");
    }
}
