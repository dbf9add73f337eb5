package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A job by the command line alone: made, watched until it is served, its records printed, rolled back.
@Tag("slow")
final class JobCommandIT {
    private static final Path CHECKZONE = Path.of("/usr/bin/named-checkzone");

    @TempDir private Path folder;

    @Test
    void aJobIsMadeWatchedAndRolledBack() throws IOException {
        Path data = folder.resolve("data");
        try (OriginServer origin = OriginServer.start();
                RunningServer server = RunningServer.start(data)) {
            SdkClients sdk = SdkClients.of(server);
            try (LightsailClient lightsail = sdk.lightsail()) {
                lightsail.createDomain(request -> request.domainName("customers.example"));
            }
            Path file = folder.resolve("job.json");
            String template = sdk.template(origin);
            Files.writeString(
                    file,
                    """
                    {"operation":"CREATE","entries":[
                      {"names":["a.customers.example"],"template":{"distribution":"%s"}},
                      {"names":["b.customers.example"],"template":{"distribution":"%s"}}]}
                    """
                            .formatted(template, template));

            Commands.Result made = job(data, "create", file.toString(), "--idempotency-key", "one");
            assertThat(made.exit()).as(made.output() + made.errors()).isZero();
            String id = made.output().strip();
            assertThat(id).matches("[0-9a-f-]{36}");
            assertThat(job(data, "create", file.toString(), "--idempotency-key", "one").output())
                    .contains(id);

            Commands.Result watched = job(data, "watch", id);
            assertThat(watched.exit()).as(watched.output() + watched.errors()).isZero();
            assertThat(watched.output()).contains("2/2 served  SUCCEEDED");
            assertThat(job(data, "records", id).output())
                    .contains("a.customers.example. 300 IN CNAME d")
                    .containsPattern("_[0-9a-f]+\\.b\\.customers\\.example\\. 300 IN CNAME _");
            assertThat(job(data, "list").output()).contains(id).contains("2 done");
            Visitor visitor = new Visitor(server, server.caRoot());
            assertThat(visitor.fetch("a.customers.example", "/a").status()).isEqualTo(200);

            assertThat(job(data, "pause", id).exit()).as("it has ended").isNotZero();
            assertThat(job(data, "rollback", id, "--entries", "ALL").exit()).isZero();
            assertThat(job(data, "watch", id).output()).contains("ROLLED_BACK  2 removed");
        }
    }

    @Test
    void entriesComeAsCsvAndNdjsonAndTheirRecordsLoadAsAZone() throws IOException {
        Path data = folder.resolve("data");
        try (OriginServer origin = OriginServer.start();
                RunningServer server = RunningServer.start(data)) {
            SdkClients sdk = SdkClients.of(server);
            try (LightsailClient lightsail = sdk.lightsail()) {
                lightsail.createDomain(request -> request.domainName("customers.example"));
            }
            String template = sdk.template(origin);
            StringBuilder lines = new StringBuilder("names\r\n");
            for (int i = 0; i < 3; i++) {
                lines.append("c").append(i).append(".customers.example\r\n");
            }
            Path csv = Files.writeString(folder.resolve("job.csv"), lines);
            Commands.Result made =
                    job(data, "create", "--csv", csv.toString(), "--template", template, "--watch");
            assertThat(made.exit()).as(made.output() + made.errors()).isZero();
            assertThat(made.output()).contains("3/3 served  SUCCEEDED");

            Path ndjson =
                    Files.writeString(
                            folder.resolve("job.ndjson"),
                            "{\"names\":[\"n.customers.example\"]}\n{\"names\":[\"ccc\"]}\n");
            Commands.Result refused =
                    job(data, "create", "--ndjson", ndjson.toString(), "--template", template);
            assertThat(refused.exit()).isNotZero();
            assertThat(refused.errors()).contains("line 2.names[0]");
            assertThat(job(data, "list").output().strip().lines()).as("it made nothing").hasSize(1);

            String id = made.output().lines().findFirst().orElseThrow().strip();
            assertThat(job(data, "records", id, "--format", "CSV").output())
                    .startsWith("entry,purpose,name,type,value");
            Path zone =
                    Files.writeString(
                            folder.resolve("customers.example.zone"),
                            """
                            @ 300 IN SOA ns.customers.example. owner.customers.example. 1 3600 600 86400 300
                            @ 300 IN NS ns.customers.example.
                            ns 300 IN A 192.0.2.1
                            """
                                    + job(data, "records", id).output());
            loadedByBind(zone);
        }
    }

    private static void loadedByBind(Path zone) {
        if (!Files.isExecutable(CHECKZONE)) {
            Parts.absent(
                    "named-checkzone",
                    "there is no " + CHECKZONE + "; the package is 'bind9-utils'");
        }
        Commands.Result checked =
                Commands.run(
                        List.of(CHECKZONE.toString(), "-D", "customers.example", zone.toString()),
                        Map.of());
        assertThat(checked.exit()).as(checked.output() + checked.errors()).isZero();
        assertThat(checked.output())
                .containsPattern("c2\\.customers\\.example\\.\\s+300\\s+IN CNAME\\s+d");
    }

    private static Commands.Result job(Path data, String... words) {
        List<String> command = new ArrayList<>(List.of(RunningServer.LAUNCHER.toString(), "job"));
        command.addAll(List.of(words));
        Map<String, String> settings = new HashMap<>(RunningServer.standardSettings(data));
        return Commands.run(command, settings);
    }
}
