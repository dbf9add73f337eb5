package dev.nameplate.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.Console;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

@Command(
        name = "job",
        description =
                "SSL for SaaS jobs of the running server. The API key is taken from SSL_FOR_SAAS_KEY or NAMEPLATE_API_KEY.",
        mixinStandardHelpOptions = true)
final class JobCommand {
    private static final int BAR = 40;
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int PAGE = 1000;
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z-]+");

    @Mixin private final ConfigOption config;

    private final Runnable pause;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

    JobCommand(Map<String, String> environment) {
        this(environment, () -> LockSupport.parkNanos(LOOK.toNanos()));
    }

    /// @param pause between two looks of a watch
    JobCommand(Map<String, String> environment, Runnable pause) {
        config = new ConfigOption(environment);
        this.pause = pause;
    }

    /// How records are printed.
    enum Format {
        ZONE,
        CSV,
        JSON
    }

    /// Which entries a roll-back takes away.
    enum Entries {
        ALL,
        UNSERVED
    }

    @Command(
            name = "create",
            description = {
                "Makes a job of a file as POST /v1/jobs takes it, and prints its id.",
                "With --csv or --ndjson the file has entries only, and is sent as it is read."
            },
            mixinStandardHelpOptions = true)
    int create(
            @Parameters(paramLabel = "FILE", arity = "0..1", description = "the request, JSON")
                    Path file,
            @Option(
                            names = "--csv",
                            paramLabel = "FILE",
                            description =
                                    "entries in columns: names (divided by blanks) or certificate, privateKey, chain;"
                                            + " template, version")
                    Path csv,
            @Option(
                            names = "--ndjson",
                            paramLabel = "FILE",
                            description =
                                    "an entry a line, as in the member entries of the request")
                    Path ndjson,
            @ArgGroup(exclusive = false) Shared shared,
            @Option(
                            names = "--dry-run",
                            description = "judges the file and forecasts; makes nothing")
                    boolean dryRun,
            @Option(
                            names = "--idempotency-key",
                            defaultValue = "",
                            description = "makes a repeated command find the job it made before")
                    String key,
            @Option(names = "--watch", description = "stays until the job has ended")
                    boolean watch) {
        List<Source> sources =
                Stream.of(
                                Optional.ofNullable(file)
                                        .map(path -> new Source(path, "application/json")),
                                Optional.ofNullable(csv).map(path -> new Source(path, "text/csv")),
                                Optional.ofNullable(ndjson)
                                        .map(path -> new Source(path, "application/x-ndjson")))
                        .flatMap(Optional::stream)
                        .toList();
        if (sources.size() != 1) {
            throw new CommandFailed("give one file: FILE, --csv FILE or --ndjson FILE");
        }
        Source source = sources.getFirst();
        Optional<Shared> common = Optional.ofNullable(shared);
        if (common.isPresent() && source.type().equals("application/json")) {
            throw new CommandFailed(
                    "a JSON request says itself what its entries have in common; use --csv or --ndjson");
        }
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        if (!source.type().equals("application/json")) {
            common.orElseGet(Shared::new).addTo(query);
        }
        if (dryRun) {
            query.add("dryRun=true");
        }
        JsonNode made = client().post(query.toString(), source.path(), source.type(), key);
        if (made.path("valid").booleanValue()) {
            out().println(made.toPrettyString());
            out().flush();
            return ExitCode.OK;
        }
        String id = made.path("id").asText();
        out().println(id);
        out().flush();
        return watch ? watch(id) : ExitCode.OK;
    }

    private record Source(Path path, String type) {}

    /// What all entries of a file have in common.
    static final class Shared {
        @Option(
                names = "--operation",
                defaultValue = "CREATE",
                description = "${COMPLETION-CANDIDATES}; CREATE if left out")
        private Operation operation = Operation.CREATE;

        @Option(
                names = "--template",
                defaultValue = "",
                description = "the distribution that is copied for entries that name none")
        private String template = "";

        @Option(names = "--certificates-only", description = "makes no distributions")
        private boolean certificatesOnly;

        @Option(
                names = "--check-names",
                description = "refuses names that are taken, or whose DNS forbids them here")
        private boolean checkNames;

        void addTo(StringJoiner query) {
            query.add("operation=" + operation);
            if (!template.isEmpty()) {
                query.add("template=" + URLEncoder.encode(template, StandardCharsets.UTF_8));
            }
            if (certificatesOnly) {
                query.add("distributions=false");
            }
            if (checkNames) {
                query.add("checkNames=true");
            }
        }
    }

    enum Operation {
        CREATE,
        IMPORT
    }

    @Command(name = "list", description = "Lists the newest jobs.", mixinStandardHelpOptions = true)
    int list() {
        client().get("?limit=100")
                .path("jobs")
                .forEach(job ->
                        out().printf(
                                        "%s  %s  %-12s %s%n",
                                        job.path("id").asText(),
                                        job.path("createdAt").asText(),
                                        job.path("status").asText(),
                                        states(job)));
        out().flush();
        return ExitCode.OK;
    }

    @Command(
            name = "watch",
            description =
                    "Shows a job's progress until it has ended; exit code 1 if not all is served.",
            mixinStandardHelpOptions = true)
    int watch(@Parameters(paramLabel = "ID") String id) {
        JobClient client = client();
        Watch watch = new Watch();
        // A connection may be cut on the way; the next goes on behind what came.
        client.follow(path(id) + "/events", "", watch::show);
        while (!watch.ended) {
            pause.run();
            client.follow(path(id) + "/events", watch.last, watch::show);
        }
        if (watch.bar) {
            out().println();
        }
        return report(client, id, watch.job);
    }

    /// The line that shows how a job stands.
    private final class Watch {
        private final boolean bar =
                Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
        private String last = "";
        private JsonNode job = MissingNode.getInstance();
        private boolean ended;

        boolean show(String id, JsonNode standing) {
            String line = progress(standing);
            out().print(bar ? "\r" + line + "\u001b[K" : line + "\n");
            out().flush();
            last = id;
            job = standing;
            ended = hasEnded(standing);
            return !ended;
        }
    }

    private static boolean hasEnded(JsonNode job) {
        return switch (job.path("status").asText()) {
            case "RUNNING", "PAUSED", "CANCELLING", "ROLLING_BACK" -> false;
            default -> true;
        };
    }

    private static String progress(JsonNode job) {
        int total = Math.max(1, job.path("total").asInt());
        int done = job.path("entries").path("DONE").asInt();
        int filled = BAR * done / total;
        return "[%s%s] %d/%d served  %s  %s"
                .formatted(
                        "#".repeat(filled),
                        ".".repeat(BAR - filled),
                        done,
                        total,
                        job.path("status").asText(),
                        states(job));
    }

    private static String states(JsonNode job) {
        StringBuilder text = new StringBuilder();
        job.path("entries")
                .properties()
                .forEach(state ->
                        text.append(text.isEmpty() ? "" : ", ")
                                .append(state.getValue().asInt())
                                .append(' ')
                                .append(state.getKey().toLowerCase(Locale.ROOT)));
        return text.toString();
    }

    private int report(JobClient client, String id, JsonNode job) {
        if (job.path("status").asText().equals("SUCCEEDED")) {
            return ExitCode.OK;
        }
        pages(
                client,
                path(id) + "/entries?state=FAILED&limit=" + PAGE,
                "entries",
                entry ->
                        out().printf(
                                        "%d  %s  %s (next step: %s)%n",
                                        entry.path("entry").asInt(),
                                        entry.path("names").path(0).asText(),
                                        entry.path("reason").asText(),
                                        entry.path("nextStepBy").asText()));
        out().flush();
        return ExitCode.SOFTWARE;
    }

    @Command(
            name = "pause",
            description = "Lets no entry take another step.",
            mixinStandardHelpOptions = true)
    int pause(@Parameters(paramLabel = "ID") String id) {
        return order(id, "pause", "");
    }

    @Command(
            name = "resume",
            description = "Lets a paused job go on.",
            mixinStandardHelpOptions = true)
    int resume(@Parameters(paramLabel = "ID") String id) {
        return order(id, "resume", "");
    }

    @Command(
            name = "cancel",
            description = "Ends the entries that have not ended; what they made stays.",
            mixinStandardHelpOptions = true)
    int cancel(@Parameters(paramLabel = "ID") String id) {
        return order(id, "cancel", "");
    }

    @Command(
            name = "retry",
            description = "Begins failed and cancelled entries again where they ended.",
            mixinStandardHelpOptions = true)
    int retry(@Parameters(paramLabel = "ID") String id) {
        return order(id, "retry", "");
    }

    @Command(
            name = "rollback",
            description = "Takes away what an ended or cancelled job made.",
            mixinStandardHelpOptions = true)
    int rollback(
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--entries",
                            required = true,
                            description =
                                    "ALL, or UNSERVED to leave alone what is served: ${COMPLETION-CANDIDATES}")
                    Entries entries) {
        return order(id, "rollback", "{\"entries\":\"" + entries + "\"}");
    }

    private int order(String id, String order, String body) {
        out().println(progress(client().post(path(id) + "/" + order, body)));
        out().flush();
        return ExitCode.OK;
    }

    @Command(
            name = "records",
            description =
                    "Prints the DNS records that the job's names want: proofs, and where names are pointed.",
            mixinStandardHelpOptions = true)
    int records(
            @Parameters(paramLabel = "ID") String id,
            @Option(
                            names = "--format",
                            defaultValue = "ZONE",
                            description =
                                    "${COMPLETION-CANDIDATES}; the default is a BIND zone's lines")
                    Format format) {
        client().copy(
                        path(id) + "/records?format=" + format.name().toLowerCase(Locale.ROOT),
                        out());
        out().flush();
        return ExitCode.OK;
    }

    private static void pages(
            JobClient client, String path, String member, Consumer<JsonNode> each) {
        String cursor = "";
        do {
            JsonNode page = client.get(path + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            page.path(member).forEach(each);
            cursor = page.path("nextCursor").asText();
        } while (!cursor.isEmpty());
    }

    private static String path(String id) {
        if (!ID.matcher(id).matches()) {
            throw new CommandFailed(
                    "'" + id + "' is no job's ID; './nameplate job list' shows them");
        }
        return "/" + id;
    }

    private JobClient client() {
        return JobClient.of(config);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
