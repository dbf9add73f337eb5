package dev.nameplate.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

@Command(
        name = "webhook",
        description =
                "Who is told of what happens, by webhook, e-mail or Amazon SNS, and what reached them. The API key is taken from"
                        + " SSL_FOR_SAAS_KEY or NAMEPLATE_API_KEY.",
        mixinStandardHelpOptions = true)
final class WebhookCommand {
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int PAGE = 1000;

    /// Two minutes: six attempts that each take as long as one may. Longer waits only what has many events before it.
    private static final int LOOKS = 240;

    @Mixin private final ConfigOption config;

    private final Runnable pause;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    WebhookCommand(Map<String, String> environment) {
        this(environment, () -> LockSupport.parkNanos(LOOK.toNanos()));
    }

    /// @param pause between two looks of a test
    WebhookCommand(Map<String, String> environment, Runnable pause) {
        config = new ConfigOption(environment);
        this.pause = pause;
    }

    /// Where it leads.
    static final class Address {
        @Option(names = "--url", required = true, description = "of a webhook")
        private Optional<String> url = Optional.empty();

        @Option(
                names = "--email",
                required = true,
                split = ",",
                paramLabel = "ADDRESS",
                description = "where a mail server is set; several, with commas between")
        private List<String> email = List.of();

        @Option(
                names = "--topic-arn",
                required = true,
                paramLabel = "ARN",
                description = "a topic of Amazon SNS, where notifications.sns is true")
        private Optional<String> topicArn = Optional.empty();

        private ObjectNode body() {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            url.ifPresent(text -> body.put("url", text));
            if (!email.isEmpty()) {
                body.put("email", String.join(",", email));
            }
            topicArn.ifPresent(text -> body.put("topicArn", text));
            return body;
        }
    }

    @Command(
            name = "create",
            description = {
                "Subscribes a receiver, and prints its id; a webhook's secret is shown this once.",
                "Without --events it is told of everything there is and will be."
            },
            mixinStandardHelpOptions = true)
    int create(
            @ArgGroup(multiplicity = "1") Address address,
            @Option(
                            names = "--events",
                            split = ",",
                            paramLabel = "EVENT",
                            description = "such as records.needed,entry.failed")
                    List<String> events) {
        ObjectNode body = address.body();
        Optional.ofNullable(events)
                .ifPresent(words -> words.forEach(body.withArray("events")::add));
        secret(client().post("", body.toString()));
        return ExitCode.OK;
    }

    @Command(
            name = "list",
            description = "Lists who is told, oldest first.",
            mixinStandardHelpOptions = true)
    int list() {
        client().get("")
                .path("webhooks")
                .forEach(each ->
                        out().printf(
                                        "%s  %-8s %s%n",
                                        each.path("id").asText(),
                                        each.path("state").asText(),
                                        address(each)));
        out().flush();
        return ExitCode.OK;
    }

    @Command(
            name = "show",
            description = "Shows one; exit code 1 if it is disabled.",
            mixinStandardHelpOptions = true)
    int show(@Parameters(paramLabel = "ID") String id) {
        JsonNode webhook = client().get(JobClient.path(id));
        print(webhook);
        return webhook.path("state").asText().equals("ACTIVE") ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    @Command(
            name = "enable",
            description = "Lets what happens from now on be told again.",
            mixinStandardHelpOptions = true)
    int enable(@Parameters(paramLabel = "ID") String id) {
        print(client().patch(JobClient.path(id), "{\"state\":\"ACTIVE\"}"));
        return ExitCode.OK;
    }

    @Command(
            name = "disable",
            description = "Stops it; what happens meanwhile is not kept for it.",
            mixinStandardHelpOptions = true)
    int disable(@Parameters(paramLabel = "ID") String id) {
        print(client().patch(JobClient.path(id), "{\"state\":\"DISABLED\"}"));
        return ExitCode.OK;
    }

    @Command(
            name = "test",
            description =
                    "Sends a test and stays until it has arrived or the first attempt has failed, two minutes at most; exit code 1"
                            + " if it has not arrived.",
            mixinStandardHelpOptions = true)
    int test(@Parameters(paramLabel = "ID") String id) {
        JobClient client = client();
        JsonNode delivery = client.post(JobClient.path(id) + "/test", "");
        String one =
                JobClient.path(id) + "/deliveries" + JobClient.path(delivery.path("id").asText());
        for (int looks = 0; looks < LOOKS && !delivery.has("lastAttempt"); looks++) {
            pause.run();
            delivery = client.get(one);
        }
        if (!delivery.has("lastAttempt")) {
            throw new CommandFailed(
                    "the test %s was not sent in two minutes: other events wait before it, or the subscription was disabled; see './nameplate webhook deliveries %s' and 'show'"
                            .formatted(delivery.path("id").asText(), id));
        }
        print(List.of(delivery));
        return delivery.path("state").asText().equals("DELIVERED")
                ? ExitCode.OK
                : ExitCode.SOFTWARE;
    }

    @Command(
            name = "deliveries",
            description =
                    "Lists what was sent to it or waits to be, newest first; DEAD is what was given up.",
            mixinStandardHelpOptions = true)
    int deliveries(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--state", description = "${COMPLETION-CANDIDATES}; all if left out")
                    Standing state,
            @Option(
                            names = "--limit",
                            defaultValue = "100",
                            paramLabel = "N",
                            description = "at most so many [${DEFAULT-VALUE}]")
                    int limit) {
        JobClient client = client();
        String filter = Optional.ofNullable(state).map(word -> "&state=" + word).orElse("");
        String cursor = "";
        int left = limit;
        do {
            JsonNode page =
                    client.get(
                            JobClient.path(id)
                                    + "/deliveries?limit="
                                    + Math.clamp(left, 1, PAGE)
                                    + filter
                                    + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            List<JsonNode> found = page.path("deliveries").valueStream().toList();
            print(found);
            left -= found.size();
            cursor = page.path("nextCursor").asText();
        } while (!cursor.isEmpty() && left > 0);
        return ExitCode.OK;
    }

    /// What became of an event.
    enum Standing {
        PENDING,
        DELIVERED,
        DEAD
    }

    @Command(
            name = "replay",
            description = "Sends events once more, under the ids they had.",
            mixinStandardHelpOptions = true)
    int replay(
            @Parameters(index = "0", paramLabel = "ID") String id,
            @Parameters(
                            index = "1..*",
                            arity = "0..*",
                            paramLabel = "DELIVERY",
                            description = "ids of deliveries")
                    List<String> deliveries,
            @Option(names = "--dead", description = "all that was given up") boolean dead,
            @Option(
                            names = "--since",
                            defaultValue = "",
                            paramLabel = "TIME",
                            description =
                                    "of the dead, what happened then or later, such as 2026-01-31T12:00:00Z")
                    String since) {
        List<String> named = Optional.ofNullable(deliveries).orElse(List.of());
        if (named.isEmpty() != dead || (!dead && !since.isEmpty())) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "give ids of deliveries, or --dead with or without --since");
        }
        JobClient client = client();
        if (dead) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            if (!since.isEmpty()) {
                body.put("since", since);
            }
            JsonNode answer = client.post(JobClient.path(id) + "/replay", body.toString());
            out().println(answer.path("replayed").asInt() + " on their way");
            out().flush();
            return ExitCode.OK;
        }
        print(
                named.stream()
                        .map(each ->
                                client.post(
                                        JobClient.path(id)
                                                + "/deliveries"
                                                + JobClient.path(each)
                                                + "/replay",
                                        ""))
                        .toList());
        return ExitCode.OK;
    }

    @Command(
            name = "rotate-secret",
            description =
                    "Makes a new secret and prints it, once; the one before signs beside it for a day.",
            mixinStandardHelpOptions = true)
    int rotateSecret(@Parameters(paramLabel = "ID") String id) {
        secret(client().post(JobClient.path(id) + "/rotate-secret", ""));
        return ExitCode.OK;
    }

    @Command(
            name = "delete",
            description = "Deletes it, and what waits for it.",
            mixinStandardHelpOptions = true)
    int delete(@Parameters(paramLabel = "ID") String id) {
        out().println("deleted " + client().delete(JobClient.path(id)).path("id").asText());
        out().flush();
        return ExitCode.OK;
    }

    private void secret(JsonNode webhook) {
        out().println("id: " + webhook.path("id").asText());
        if (webhook.has("secret")) {
            out().println("secret: " + webhook.path("secret").asText());
        }
        out().flush();
    }

    private void print(JsonNode webhook) {
        out().println(webhook.path("id").asText() + "  " + webhook.path("state").asText());
        out().println("  to: " + address(webhook));
        out().println(
                        "  events: "
                                + webhook.path("events")
                                        .valueStream()
                                        .map(JsonNode::asText)
                                        .collect(Collectors.joining(",")));
        line("disabled because", webhook.path("stateReason"));
        line("the secret before signs until", webhook.path("previousSecretUntil"));
        if (webhook.path("ofSettings").booleanValue()) {
            out().println("  made by the settings notifications.smtp.to and events");
        }
        out().flush();
    }

    private void line(String title, JsonNode text) {
        if (text.isTextual()) {
            out().println("  " + title + ": " + text.asText());
        }
    }

    private void print(List<JsonNode> deliveries) {
        for (JsonNode each : deliveries) {
            out().printf(
                            "%s  %s  %-9s %-26s %s%n",
                            each.path("id").asText(),
                            each.path("time").asText(),
                            each.path("state").asText(),
                            each.path("event").asText(),
                            each.path("subject").asText());
            JsonNode last = each.path("lastAttempt");
            if (last.isObject()) {
                String next = each.path("nextAttempt").asText();
                out().printf(
                                "    attempt %d at %s: %s%s%n",
                                each.path("attempts").asInt(),
                                last.path("at").asText(),
                                last.path("reason").asText(),
                                next.isEmpty() ? "" : "; the next at " + next);
            }
        }
        out().flush();
    }

    private static String address(JsonNode webhook) {
        return List.of("url", "email", "topicArn").stream()
                .filter(webhook::has)
                .map(member -> webhook.path(member).asText())
                .findFirst()
                .orElse("");
    }

    private JobClient client() {
        return JobClient.of(config, "/v1/webhooks");
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
