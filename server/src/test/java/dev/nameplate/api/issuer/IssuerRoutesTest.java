package dev.nameplate.api.issuer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.api.rest.RestApi;
import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Request;
import dev.nameplate.issuer.acme.OrderWatch;
import dev.nameplate.issuer.ratelimit.IssuerBudgets;
import dev.nameplate.issuer.ratelimit.RateLimits;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.FaultCa;
import dev.nameplate.testkit.FaultCa.Step;
import dev.nameplate.testkit.FaultCaAnswer;
import dev.nameplate.testkit.TestFeatures;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TheirIssuer;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an operator sees of an issuer, and does, over an authority that does wrong what it is told to.
final class IssuerRoutesTest {
    private static final IssuerName THEIRS = TheirIssuer.NAME;
    private static final AccountId ACCOUNT = new AccountId(TestFeatures.ACCOUNT);

    private final TestStore store = TestStore.sqlite();
    private AccountId caller = ACCOUNT;
    private final TestFeatures features = new TestFeatures(store.database(), _ -> {}, settings());
    private final TheirIssuer theirs =
            new TheirIssuer(store.database(), features.vault, features.clock, OrderWatch.NONE);
    private final FaultCa ca = theirs.ca;
    private final RestApi api =
            new RestApi(
                    key -> key.equals("a-key") ? Optional.of(caller) : Optional.empty(),
                    new IssuerRoutes(
                                    store.database(),
                                    ACCOUNT,
                                    List.of(theirs.issuer),
                                    new IssuerJson(
                                            new IssuerBudgets(
                                                    Map.of(THEIRS, RateLimits.LETS_ENCRYPT),
                                                    features.clock),
                                            Map.of(
                                                    "acm", List.of("theirs", "embedded"),
                                                    "default", List.of("embedded")),
                                            Map.of(THEIRS, KeyAlgorithm.EC_P384),
                                            () -> ca.root()))
                            .all());

    private static CertificateSettings settings() {
        CertificateSettings standard = CertificateSettings.withSuffix(TestFeatures.SUFFIX);
        return new CertificateSettings(
                standard.suffix(),
                standard.validationTime(),
                standard.names(),
                standard.quotas(),
                new IssuerRules(
                        Map.of(
                                IssuerName.EMBEDDED,
                                ProofForm.ACM_RECORD,
                                THEIRS,
                                ProofForm.ACME_CHALLENGE),
                        IssuerChoice.EMBEDDED,
                        Map.of()));
    }

    @AfterEach
    void stop() {
        theirs.close();
        store.close();
    }

    private HttpResponse send(String method, String path, String body) {
        return api.handle(
                new HttpRequest(
                        method,
                        "/v1/issuers" + path,
                        "",
                        Headers.of("x-api-key", "a-key"),
                        body.getBytes(StandardCharsets.UTF_8)));
    }

    private JsonNode ok(String method, String path, String body) {
        HttpResponse answer = send(method, path, body);
        assertThat(answer.status()).as(text(answer)).isEqualTo(200);
        return json(answer);
    }

    private JsonNode refused(int status, String path, String body) {
        HttpResponse answer = send("POST", path, body);
        assertThat(answer.status()).as(text(answer)).isEqualTo(status);
        assertThat(answer.headers().first("Content-Type")).contains("application/problem+json");
        return json(answer);
    }

    private static String text(HttpResponse answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(HttpResponse answer) {
        try {
            return new ObjectMapper().readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void requested(String name, IssuerName... issuers) {
        var _ =
                store.database()
                        .write(write ->
                                features.certificates.request(
                                        write,
                                        ACCOUNT,
                                        Region.US_EAST_1,
                                        Request.of(
                                                        Origin.ACM,
                                                        List.of(new DomainName(name)),
                                                        KeyAlgorithm.EC_P256)
                                                .from(Optional.of(IssuerChoice.of(issuers)))));
    }

    @Test
    void nobodyButTheInstallationsOwnAccountSeesOrTouchesThem() {
        caller = new AccountId("999999999999");
        for (String path : List.of("", "/theirs", "/embedded")) {
            assertThat(send("GET", path, "").status()).isEqualTo(403);
        }
        for (String order : List.of("register", "rollover", "agree", "deactivate")) {
            JsonNode problem =
                    refused(403, "/theirs/" + order, "{\"confirm\": \"theirs\", \"terms\": \"x\"}");
            assertThat(problem.path("detail").asText()).contains(ACCOUNT.value());
        }
        assertThat(ca.requests()).isZero();
    }

    @Test
    void theListAsksNobodyAndTellsHowManyComeFromEach() {
        requested("a.example.com", THEIRS, IssuerName.EMBEDDED);
        requested("b.example.com", THEIRS);
        theirs.order();
        JsonNode all = ok("GET", "", "").path("issuers");
        assertThat(all.path(0).path("name").asText()).isEqualTo("embedded");
        assertThat(all.path(0).path("doors").toString()).isEqualTo("[\"acm\",\"default\"]");
        assertThat(all.path(0).path("certificates").path("named").asLong()).isEqualTo(1);
        JsonNode theirs = all.path(1);
        assertThat(theirs.path("kind").asText()).isEqualTo("ACME");
        assertThat(theirs.path("certificates").path("named").asLong()).isEqualTo(2);
        assertThat(theirs.path("certificates").path("namedAlone").asLong()).isEqualTo(1);
        assertThat(theirs.path("orders").path("open").asLong()).isEqualTo(1);
        assertThat(theirs.path("account").path("state").asText()).isEqualTo("NONE");
        assertThat(ca.requests()).isZero();
    }

    @Test
    void anIssuerIsShownWithItsAccountAndWhatTheAuthoritySays() {
        ca.profiles("short", "long");
        JsonNode made = ok("POST", "/theirs/register", "");
        assertThat(made).isEqualTo(ok("GET", "/theirs", ""));
        assertThat(made.path("account").path("state").asText()).isEqualTo("VALID");
        assertThat(made.path("account").path("url").asText()).contains("/account/1");
        assertThat(made.path("account").path("contacts").path(0).asText())
                .isEqualTo("mailto:ops@example.com");
        assertThat(made.path("terms").path("agreed")).isEqualTo(made.path("terms").path("current"));
        assertThat(made.path("terms").path("agreedAt").asText())
                .isEqualTo(features.clock.instant().toString());
        assertThat(made.path("terms").path("changed").booleanValue()).isFalse();
        assertThat(made.path("profile").asText()).isEqualTo("short");
        assertThat(made.path("profiles").path("long").asText()).isEqualTo("the profile long");
        assertThat(made.path("keyType").asText()).isEqualTo("EC_P384");
        assertThat(made.path("preferredChain").asText()).isEqualTo("Their Root");
        assertThat(made.path("challenges").path(0).asText()).isEqualTo("dns-01");
        assertThat(made.path("limits").path("newOrders").asText()).isNotBlank();
        assertThat(ok("GET", "/embedded", "").path("authority").path("name").asText()).isNotBlank();
        assertThat(send("GET", "/nobody", "").status()).isEqualTo(404);
    }

    @Test
    void anAuthorityThatIsAwayIsShownAllTheSame() {
        ca.outage(FaultCaAnswer.unavailable());
        JsonNode shown = ok("GET", "/theirs", "");
        assertThat(shown.path("directoryProblem").path("nextStepBy").asText()).isEqualTo("ISSUER");
        assertThat(shown.path("terms").path("changed").booleanValue()).isFalse();
        JsonNode problem = refused(424, "/theirs/register", "");
        assertThat(problem.path("nextStepBy").asText()).isEqualTo("ISSUER");
        assertThat(problem.path("detail").asText()).contains("theirs");
    }

    @Test
    void changedTermsAreShownInTheAuthoritysWordsUntilTheOperatorAgrees() {
        var _ = ok("POST", "/theirs/register", "");
        String terms = ca.changeTerms().toString();
        theirs.order();
        theirs.work();
        JsonNode waiting = ok("GET", "/theirs", "");
        JsonNode problem = waiting.path("account").path("problem");
        assertThat(problem.path("type").asText()).isEqualTo("userActionRequired");
        assertThat(problem.path("detail").asText()).contains("Terms of service have changed");
        assertThat(problem.path("nextStepBy").asText()).isEqualTo("SERVER_OPERATOR");
        assertThat(problem.path("page").asText()).endsWith("/agreement");
        assertThat(waiting.path("terms").path("changed").booleanValue()).isTrue();
        assertThat(waiting.path("terms").path("current").asText()).isEqualTo(terms);
        assertThat(waiting.path("lastFailure").path("type").asText())
                .isEqualTo("userActionRequired");

        assertThat(refused(400, "/theirs/agree", "{}").path("detail").asText()).contains("terms");
        assertThat(
                        refused(409, "/theirs/agree", "{\"terms\":\"https://ca.example/old\"}")
                                .path("detail")
                                .asText())
                .contains(terms);
        JsonNode agreed = ok("POST", "/theirs/agree", "{\"terms\":\"" + terms + "\"}");
        assertThat(agreed.path("account").has("problem")).isFalse();
        assertThat(agreed.path("terms").path("changed").booleanValue()).isFalse();
        theirs.work();
        assertThat(ca.requests(Step.NEW_ORDER)).isEqualTo(2);
    }

    @Test
    void aRefusedKeyIsToldInTheAuthoritysWordsAndTheOldOneGoesOn() {
        JsonNode before = ok("POST", "/theirs/register", "").path("account");
        ca.next(
                Step.KEY_CHANGE,
                FaultCaAnswer.problem(429, "rateLimited", "one key a day").retryAfter("60"));
        HttpResponse answer = send("POST", "/theirs/rollover", "");
        assertThat(answer.status()).isEqualTo(424);
        assertThat(json(answer).path("acmeType").asText()).isEqualTo("rateLimited");
        assertThat(json(answer).path("detail").asText()).contains("one key a day");
        JsonNode account = ok("GET", "/theirs", "").path("account");
        assertThat(account.path("thumbprint")).isEqualTo(before.path("thumbprint"));
        assertThat(account.path("rolloverRefused").path("detail").asText())
                .contains("one key a day");

        JsonNode after = ok("POST", "/theirs/rollover", "").path("account");
        assertThat(after.path("thumbprint")).isNotEqualTo(before.path("thumbprint"));
        assertThat(after.has("rolloverRefused")).isFalse();
        assertThat(after.path("keySince").asText()).isEqualTo(features.clock.instant().toString());
    }

    @Test
    void anAccountThatIsNeededIsDeactivatedOnlyByForceAndOnlyIfItIsNamedTwice() {
        assertThat(refused(409, "/theirs/deactivate", "{\"confirm\":\"theirs\"}").toString())
                .contains("no account yet");
        var _ = ok("POST", "/theirs/register", "");
        requested("a.example.com", THEIRS);
        assertThat(refused(400, "/theirs/deactivate", "{}").path("detail").asText())
                .contains("confirm");
        assertThat(refused(400, "/theirs/deactivate", "{\"confirm\":\"yes\"}").toString())
                .contains("confirm");
        assertThat(refused(409, "/theirs/deactivate", "{\"confirm\":\"theirs\"}").toString())
                .contains("1 certificates", "1 of them from nobody else", "force");
        JsonNode gone = ok("POST", "/theirs/deactivate", "{\"confirm\":\"theirs\",\"force\":true}");
        assertThat(gone.path("account").path("state").asText()).isEqualTo("DEACTIVATED");
        assertThat(refused(409, "/theirs/rollover", "").toString()).contains("deactivated");
        assertThat(refused(409, "/embedded/rollover", "").toString()).contains("ca rotate");
        assertThat(ok("POST", "/theirs/register", "").path("account").path("state").asText())
                .isEqualTo("VALID");
    }
}
