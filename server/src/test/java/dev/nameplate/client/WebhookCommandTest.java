package dev.nameplate.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import picocli.CommandLine;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// The subcommands of `webhook` against a server that answers as it is told.
final class WebhookCommandTest extends CommandScene {
    private static final String WEBHOOK =
            """
            {"id":"sub_1","url":"https://hooks.example.com/","events":["entry.failed","test"],
             "state":"%s","createdAt":"2026-01-15T12:00:00Z"%s}
            """;

    private int webhook(String... words) {
        return run("webhook", words);
    }

    private static String delivery(String state, String last) {
        return """
        {"id":"msg_1","event":"entry.failed","subject":"jobs/j/entries/0","time":"2026-01-15T12:00:00Z",
         "state":"%s","attempts":1%s,"data":{}}
        """
                .formatted(state, last);
    }

    private static String attempt(String reason) {
        return ",\"lastAttempt\":{\"at\":\"2026-01-15T12:00:05Z\",\"reason\":\"" + reason + "\"}";
    }

    @Test
    void aSecretIsPrintedWhenItIsMade() {
        server.answers(201, WEBHOOK.formatted("ACTIVE", ",\"secret\":\"whsec_abc\""));
        int exit =
                webhook(
                        "create",
                        "--url",
                        "https://hooks.example.com/",
                        "--events",
                        "entry.failed,test");
        assertThat(exit).as(err.toString()).isZero();
        assertThat(server.asked)
                .containsExactly(
                        "POST /v1/webhooks {\"url\":\"https://hooks.example.com/\",\"events\":[\"entry.failed\",\"test\"]}");
        assertThat(out.toString().lines()).containsExactly("id: sub_1", "secret: whsec_abc");

        server.answers(200, WEBHOOK.formatted("ACTIVE", ",\"secret\":\"whsec_def\""));
        assertThat(webhook("rotate-secret", "sub_1")).isZero();
        assertThat(server.asked.getLast()).isEqualTo("POST /v1/webhooks/sub_1/rotate-secret");
        assertThat(out.toString()).contains("secret: whsec_def");
    }

    @Test
    void recipientsAreAddressesWithCommasBetween() {
        server.answers(201, WEBHOOK.formatted("ACTIVE", ""));
        assertThat(
                        webhook(
                                "create",
                                "--email",
                                "a@example.com,b@example.com",
                                "--email",
                                "c@example.com"))
                .as(err.toString())
                .isZero();
        assertThat(server.asked)
                .containsExactly(
                        "POST /v1/webhooks {\"email\":\"a@example.com,b@example.com,c@example.com\"}");
        assertThat(out.toString()).doesNotContain("secret");
    }

    @Test
    void oneAddressIsWanted() {
        assertThat(webhook("create")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(webhook("create", "--url", "https://a.example/", "--topic-arn", "arn"))
                .isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(webhook("replay", "sub_1")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(server.asked).isEmpty();
    }

    @Test
    void aDisabledOneIsShownWithItsReasonAndExitCodeOne() {
        server.answers(
                200, WEBHOOK.formatted("DISABLED", ",\"stateReason\":\"the receiver is gone\""));
        assertThat(webhook("show", "sub_1")).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(out.toString())
                .contains(
                        "sub_1  DISABLED",
                        "to: https://hooks.example.com/",
                        "events: entry.failed,test",
                        "disabled because: the receiver is gone");
        server.answers(200, WEBHOOK.formatted("ACTIVE", ""));
        assertThat(webhook("enable", "sub_1")).isZero();
        assertThat(server.asked.getLast())
                .isEqualTo("PATCH /v1/webhooks/sub_1 {\"state\":\"ACTIVE\"}");
    }

    @Test
    void aTestStaysUntilTheFirstAttemptEnded() {
        server.answers(202, delivery("PENDING", ""));
        server.answers(200, delivery("PENDING", ""));
        server.answers(200, delivery("DELIVERED", attempt("the receiver answered 200")));
        AtomicInteger pauses = new AtomicInteger();
        WebhookCommand webhook = new WebhookCommand(Map.of(), pauses::incrementAndGet);
        assertThat(runAlone(webhook, "test", "sub_1")).isZero();
        assertThat(pauses).hasValue(2);
        assertThat(server.asked)
                .containsExactly(
                        "POST /v1/webhooks/sub_1/test",
                        "GET /v1/webhooks/sub_1/deliveries/msg_1",
                        "GET /v1/webhooks/sub_1/deliveries/msg_1");

        server.answers(
                202,
                delivery(
                        "PENDING",
                        attempt("the receiver answered 500")
                                + ",\"nextAttempt\":\"2026-01-15T12:05:00Z\""));
        assertThat(webhook("test", "sub_1")).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(out.toString())
                .contains("the receiver answered 500; the next at 2026-01-15T12:05:00Z");
    }

    @Test
    void aTestThatIsNeverSentIsNotWaitedForForEver() {
        server.answers(202, delivery("PENDING", ""));
        for (int looks = 0; looks < 240; looks++) {
            server.answers(200, delivery("PENDING", ""));
        }
        AtomicInteger pauses = new AtomicInteger();
        WebhookCommand webhook = new WebhookCommand(Map.of(), pauses::incrementAndGet);
        assertThat(runAlone(webhook, "test", "sub_1")).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(pauses).hasValue(240);
        assertThat(err.toString()).contains("the test msg_1 was not sent in two minutes");
    }

    @Test
    void theDeadAreListedPageByPageAndReplayed() {
        server.answers(
                200,
                "{\"deliveries\":["
                        + delivery("DEAD", attempt("the receiver answered 500"))
                        + "],\"nextCursor\":\"1-msg_1\"}");
        server.answers(200, "{\"deliveries\":[]}");
        assertThat(webhook("deliveries", "sub_1", "--state", "DEAD")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("msg_1", "DEAD", "jobs/j/entries/0", "attempt 1 at 2026-01-15T12:00:05Z");
        assertThat(server.asked)
                .containsExactly(
                        "GET /v1/webhooks/sub_1/deliveries", "GET /v1/webhooks/sub_1/deliveries");

        server.answers(202, delivery("PENDING", ""));
        server.answers(202, delivery("PENDING", ""));
        assertThat(webhook("replay", "sub_1", "msg_1", "msg_2")).as(err.toString()).isZero();
        assertThat(server.asked.getLast())
                .isEqualTo("POST /v1/webhooks/sub_1/deliveries/msg_2/replay");

        server.answers(202, "{\"replayed\":17}");
        assertThat(webhook("replay", "sub_1", "--dead", "--since", "2026-01-15T00:00:00Z"))
                .as(err.toString())
                .isZero();
        assertThat(server.asked.getLast())
                .isEqualTo("POST /v1/webhooks/sub_1/replay {\"since\":\"2026-01-15T00:00:00Z\"}");
        assertThat(out.toString()).contains("17 on their way");
    }

    @Test
    void aRefusalIsToldInTheServersWords() {
        server.answers(409, "{\"detail\":\"the subscription is disabled; enable it first\"}");
        assertThat(webhook("test", "sub_1")).isEqualTo(CommandLine.ExitCode.SOFTWARE);
        assertThat(err.toString().strip())
                .isEqualTo("nameplate: the subscription is disabled; enable it first");
    }
}
