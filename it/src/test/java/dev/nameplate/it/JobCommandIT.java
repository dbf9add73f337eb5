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

    private static Commands.Result job(Path data, String... words) {
        List<String> command = new ArrayList<>(List.of(RunningServer.LAUNCHER.toString(), "job"));
        command.addAll(List.of(words));
        Map<String, String> settings = new HashMap<>(RunningServer.standardSettings(data));
        return Commands.run(command, settings);
    }
}
