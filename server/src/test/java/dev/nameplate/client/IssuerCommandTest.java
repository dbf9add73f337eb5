package dev.nameplate.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The subcommands of `issuer` against a server that answers as it is told.
class IssuerCommandTest extends CommandScene {
    private int issuer(String... words) {
        return run("issuer", words);
    }

    /// @param more of the account
    private void standing(String more) {
        server.answers(
                200,
                """
                {"name":"le","kind":"ACME","doors":["default"],"directory":"https://ca.example/dir",
                 "certificates":{"signed":7,"named":9,"namedAlone":2},"orders":{"open":3},
                 "account":{"state":"VALID","url":"https://ca.example/acct/1","rollover":"NONE"%s},
                 "terms":{"agreed":"https://ca.example/t1","current":"https://ca.example/t2","changed":true}}
                """
                        .formatted(more));
    }

    private static final String PROBLEM =
            """
            ,"problem":{"type":"userActionRequired","detail":"Read the new terms.","nextStepBy":"SERVER_OPERATOR",
             "retryAt":"2026-01-01T00:00:00Z"}
            """;

    @Test
    void listHasALineForEach() {
        server.answers(
                200,
                """
                {"issuers":[{"name":"embedded","kind":"EMBEDDED","certificates":{"signed":1,"named":2}},
                 {"name":"le","kind":"ACME","certificates":{"signed":3,"named":4},"orders":{"open":5},
                  "account":{"state":"VALID"%s}}]}
                """
                        .formatted(PROBLEM));
        assertThat(issuer("list")).as(err.toString()).isZero();
        assertThat(out.toString().lines())
                .containsExactly(
                        "embedded         EMBEDDED     1 certificates, 2 to come from it",
                        "le               VALID        3 certificates, 4 to come from it, 5 open orders",
                        "  in the way: Read the new terms. Next step: SERVER_OPERATOR");
    }

    @Test
    void theExitCodeOfShowSaysWhetherSomethingIsInTheWay() {
        standing("");
        assertThat(issuer("show", "le")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains(
                        "le  VALID",
                        "  account: https://ca.example/acct/1",
                        "  terms now: https://ca.example/t2",
                        "the terms have changed",
                        "  certificates: 7, to come from it 9, from nobody else 2");
        standing(PROBLEM);
        assertThat(issuer("show", "le")).isEqualTo(1);
        assertThat(out.toString()).contains("  tried again: 2026-01-01T00:00:00Z");
    }

    @Test
    void agreeSaysWhichTermsWereReadOrChangesNothing() {
        standing(PROBLEM);
        assertThat(issuer("agree", "le")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("nothing was changed; read them, then add --terms https://ca.example/t2");
        standing("");
        assertThat(issuer("agree", "le", "--terms", "https://ca.example/t2")).isZero();
        assertThat(server.asked)
                .containsExactly(
                        "GET /v1/issuers/le",
                        "POST /v1/issuers/le/agree {\"terms\":\"https://ca.example/t2\"}");
    }

    @Test
    void deactivateChangesNothingUnlessToldTwice() {
        standing("");
        assertThat(issuer("deactivate", "le", "--force")).isZero();
        assertThat(out.toString())
                .contains("9 certificates", "2 of them from nobody else", "nothing was changed");
        standing("");
        assertThat(issuer("deactivate", "le", "--yes", "--force")).isZero();
        server.answers(409, "{\"detail\":\"9 certificates are to come from it\"}");
        assertThat(issuer("deactivate", "le", "--yes")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines("nameplate: 9 certificates are to come from it");
        assertThat(server.asked)
                .containsExactly(
                        "GET /v1/issuers/le",
                        "POST /v1/issuers/le/deactivate {\"confirm\":\"le\",\"force\":true}",
                        "POST /v1/issuers/le/deactivate {\"confirm\":\"le\",\"force\":false}");
    }

    @Test
    void rolloverAndRegisterAreOrderedAndARefusalIsTold() {
        standing("");
        assertThat(issuer("rollover", "le")).as(err.toString()).isZero();
        standing("");
        assertThat(issuer("register", "le")).as(err.toString()).isZero();
        server.answers(424, "{\"detail\":\"Issuer 'le': not now. (rateLimited)\"}");
        assertThat(issuer("rollover", "le")).isEqualTo(1);
        assertThat(err.toString()).contains("not now. (rateLimited)");
        assertThat(server.asked)
                .containsExactly(
                        "POST /v1/issuers/le/rollover",
                        "POST /v1/issuers/le/register",
                        "POST /v1/issuers/le/rollover");
    }
}
