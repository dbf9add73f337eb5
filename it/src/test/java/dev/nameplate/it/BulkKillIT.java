package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/// `kill -9` at 200 random points of a job of 1,000 entries, on one data folder: every entry ends once, and an audit finds
/// nothing orphaned or missing. Where the job ends before its last kill, another one takes its place.
@Tag("conformance")
final class BulkKillIT {
    private static final int KILLS = Integer.getInteger("nameplate.kill.points", 200);
    private static final int ENTRIES = Integer.getInteger("nameplate.kill.entries", 1_000);
    private static final long SEED = Long.getLong("nameplate.kill.seed", System.nanoTime());

    /// Most time that a restarted server gets until it is killed: a cold process serves a few entries in it.
    private static final int LONGEST_LIFE_MILLIS = 400;

    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final String ZONE = "bulk.example";

    @TempDir private Path folder;

    @Test
    void everyEntryEndsOnceAndNothingIsOrphaned() throws IOException {
        System.out.printf(
                "%d kills, jobs of %d entries, -Dnameplate.kill.seed=%d%n", KILLS, ENTRIES, SEED);
        Random random = new Random(SEED);
        Path data = folder.resolve("data");
        List<String> jobs = new ArrayList<>();
        List<Integer> served = new ArrayList<>();
        RunningServer server = RunningServer.start(data);
        try (OriginServer origin = OriginServer.start()) {
            try (LightsailClient lightsail = SdkClients.of(server).lightsail()) {
                lightsail.createDomain(request -> request.domainName(ZONE));
            }
            String template = SdkClients.of(server).template(origin);
            for (int kill = 0; kill < KILLS; kill++) {
                if (jobs.isEmpty() || isServed(server, jobs.getLast())) {
                    jobs.add(
                            SaasDoor.of(server)
                                    .post(SaasDoor.create(template, names(jobs.size()))));
                }
                long end =
                        System.nanoTime()
                                + Duration.ofMillis(random.nextInt(LONGEST_LIFE_MILLIS)).toNanos();
                Await.until(LIMIT, "the moment of a kill", () -> System.nanoTime() >= end);
                server.kill();
                server = RunningServer.start(data);
                served.add(done(server, jobs.getLast()));
            }
            for (String job : jobs) {
                SaasDoor door = SaasDoor.of(server);
                Await.until(LIMIT, "job " + job + " to end", () -> isServed(door, job));
            }
            Visitor visitor = new Visitor(server, server.caRoot());
            for (int job = 0; job < jobs.size(); job++) {
                String name = names(job).get(random.nextInt(ENTRIES)).getFirst();
                assertThat(visitor.fetch(name, "/" + name).body())
                        .isEqualTo(OriginServer.page("/" + name));
            }
        } finally {
            server.close();
        }
        System.out.printf("%d jobs; served at each restart: %s%n", jobs.size(), served);
        int entries = jobs.size() * ENTRIES;
        assertThat(audit(data))
                .isEqualTo(
                        "%d job entries, %d certificates, %d distributions: everything fits together"
                                .formatted(entries, entries, entries + 1));
    }

    private static List<List<String>> names(int job) {
        return IntStream.range(0, ENTRIES)
                .mapToObj(number -> List.of("j%d-n%d.%s".formatted(job, number, ZONE)))
                .toList();
    }

    private static boolean isServed(RunningServer server, String job) {
        return isServed(SaasDoor.of(server), job);
    }

    private static boolean isServed(SaasDoor door, String job) {
        return SaasDoor.isServed(door.job(job));
    }

    private static int done(RunningServer server, String job) {
        int done = 0;
        for (JsonNode entry : SaasDoor.of(server).job(job).path("entries")) {
            done += entry.path("state").asText().equals("DONE") ? 1 : 0;
        }
        return done;
    }

    /// What `./nameplate audit` says of a store that it finds nothing in.
    static String audit(Path data) {
        Map<String, String> settings = new HashMap<>(RunningServer.standardSettings(data));
        Commands.Result result =
                Commands.run(List.of(RunningServer.LAUNCHER.toString(), "audit"), settings);
        assertThat(result.exit()).as(result.output() + result.errors()).isZero();
        return result.output().strip();
    }
}
