package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.DistributionList;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// `kill -9` again and again while jobs run, on one data folder: every acknowledged entry ends served, none twice.
@Tag("slow")
final class KillIT {
    private static final int KILLS = 20;
    private static final int MOST_ROUNDS = 40;
    private static final String ZONE = "customers.example";

    /// Two out of three kills come this long after the last answer or restart, each a little later than the one before;
    /// every third comes when the jobs are seen to have moved.
    private static final List<Integer> DELAYS_MILLIS =
            List.of(0, 10, 25, 45, 70, 100, 140, 190, 250, 320, 400, 500, 620, 760);

    @TempDir private Path folder;

    private final List<List<String>> created = new ArrayList<>();
    private final List<List<String>> brought = new ArrayList<>();
    private final TreeSet<String> pointsHit = new TreeSet<>();

    private record Jobs(String create, String bring) {}

    @Test
    void everyEntryIsServedOnceHoweverOftenTheServerIsKilled() throws IOException {
        ForeignCa foreign = ForeignCa.make(folder.resolve("foreign"));
        Path data = folder.resolve("data");
        RunningServer server = RunningServer.start(data, foreign.trusted(), List.of());
        try (OriginServer origin = OriginServer.start()) {
            try (LightsailClient lightsail = SdkClients.of(server).lightsail()) {
                lightsail.createDomain(request -> request.domainName(ZONE));
            }
            String template = SdkClients.of(server).template(origin);
            int kills = 0;
            int misses = 0;
            for (int round = 0; kills < KILLS; round++) {
                assertThat(round).as("rounds needed for %d kills", kills).isLessThan(MOST_ROUNDS);
                Jobs jobs = post(SaasDoor.of(server), template, foreign, round);
                misses++;
                while (kills < KILLS && isMomentOfKill(SaasDoor.of(server), jobs, kills, misses)) {
                    server.kill();
                    kills++;
                    misses = 1;
                    server = RunningServer.start(data, foreign.trusted(), List.of());
                    note(kills, round, SaasDoor.of(server), jobs);
                }
                SaasDoor.of(server).awaitServed(jobs.create());
                SaasDoor.of(server).awaitServed(jobs.bring());
                verifyJobs(SaasDoor.of(server), jobs, round);
            }
            verifyServed(server, foreign);
            verifyCounts(server);
        } finally {
            server.close();
        }
        assertThat(pointsHit).as("the kills hit jobs in different states").hasSizeGreaterThan(2);
        assertThat(integrity(data)).isEqualTo("ok");
        assertThat(BulkKillIT.audit(data)).endsWith("everything fits together");
    }

    private Jobs post(SaasDoor door, String template, ForeignCa foreign, int round)
            throws IOException {
        List<List<String>> entries =
                IntStream.range(0, 4)
                        .mapToObj(number -> "r%d-e%d".formatted(round, number))
                        .map(label -> List.of(label + "." + ZONE, "www." + label + "." + ZONE))
                        .toList();
        List<String> foreignNames =
                IntStream.range(0, 2)
                        .mapToObj(number -> "r%d-i%d.foreign.example".formatted(round, number))
                        .toList();
        List<ForeignCa.Triple> triples = new ArrayList<>();
        for (String name : foreignNames) {
            triples.add(foreign.issue(name));
            brought.add(List.of(name));
        }
        created.addAll(entries);
        String bring = door.post(SaasDoor.bring(template, triples));
        return new Jobs(door.post(SaasDoor.create(template, entries)), bring);
    }

    /// Waits for the next moment to kill at; false when the jobs ended before it came.
    ///
    /// @param divisor grows with each round that ended too early, so that a fast machine gets its kills too
    private static boolean isMomentOfKill(SaasDoor door, Jobs jobs, int kill, int divisor) {
        boolean onProgress = kill % 3 == 2;
        long moment =
                System.nanoTime()
                        + Duration.ofMillis(DELAYS_MILLIS.get(kill - kill / 3) / divisor).toNanos();
        if (onProgress) {
            String first = points(door, jobs);
            Await.until(
                    Duration.ofSeconds(60),
                    "a job's progress",
                    () -> !points(door, jobs).equals(first) || ended(door, jobs));
        } else {
            Await.until(
                    Duration.ofSeconds(60),
                    "the moment of a kill",
                    () -> System.nanoTime() >= moment);
        }
        return !ended(door, jobs);
    }

    private static boolean ended(SaasDoor door, Jobs jobs) {
        return Stream.of(jobs.create(), jobs.bring())
                .allMatch(id -> SaasDoor.isServed(door.job(id)));
    }

    /// How many entries wait for which step.
    private static String points(SaasDoor door, Jobs jobs) {
        TreeMap<String, Integer> states = new TreeMap<>();
        for (String id : List.of(jobs.create(), jobs.bring())) {
            for (JsonNode entry : door.job(id).path("entries")) {
                states.merge(entry.path("state").asText(), 1, Integer::sum);
            }
        }
        return states.toString();
    }

    private void note(int kill, int round, SaasDoor door, Jobs jobs) {
        String points = points(door, jobs);
        pointsHit.add(points);
        System.out.printf("kill %d in round %d: back with %s%n", kill, round, points);
    }

    private static void verifyJobs(SaasDoor door, Jobs jobs, int round) {
        JsonNode create = door.job(jobs.create());
        JsonNode bring = door.job(jobs.bring());
        assertThat(texts(create.path("certList"))).as("round %d", round).hasSize(4);
        assertThat(texts(create.path("distList"))).as("round %d", round).hasSize(4);
        assertThat(texts(bring.path("certList"))).as("round %d", round).hasSize(2);
        assertThat(texts(bring.path("distList"))).as("round %d", round).hasSize(2);
    }

    private static Set<String> texts(JsonNode array) {
        TreeSet<String> all = new TreeSet<>();
        array.forEach(each -> all.add(each.asText()));
        return all;
    }

    private void verifyServed(RunningServer server, ForeignCa foreign) {
        Visitor ours = new Visitor(server, server.caRoot());
        Visitor theirs = new Visitor(server, foreign.root());
        created.stream()
                .flatMap(Collection::stream)
                .forEach(name ->
                        assertThat(ours.fetch(name, "/" + name).body())
                                .isEqualTo(OriginServer.page("/" + name)));
        brought.stream()
                .flatMap(Collection::stream)
                .forEach(name ->
                        assertThat(theirs.fetch(name, "/" + name).body())
                                .isEqualTo(OriginServer.page("/" + name)));
    }

    /// One certificate and one distribution an entry, and the template: nothing else is left behind.
    private void verifyCounts(RunningServer server) {
        List<List<String>> entries = new ArrayList<>(created);
        entries.addAll(brought);
        List<List<String>> aliases;
        try (CloudFrontClient cloudFront = SdkClients.of(server).cloudFront()) {
            aliases = distributions(cloudFront).stream().map(KillIT::aliases).toList();
        }
        List<List<String>> certified;
        try (AcmClient acm = SdkClients.of(server).acm()) {
            certified =
                    acm
                            .listCertificatesPaginator(request ->
                                    request.includes(
                                            filter -> filter.keyTypes(KeyAlgorithm.knownValues())))
                            .certificateSummaryList()
                            .stream()
                            .map(CertificateSummary::subjectAlternativeNameSummaries)
                            .map(KillIT::sorted)
                            .toList();
        }
        List<List<String>> wanted = entries.stream().map(KillIT::sorted).toList();
        assertThat(certified).containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(aliases.stream().filter(each -> !each.isEmpty()).toList())
                .containsExactlyInAnyOrderElementsOf(wanted);
        assertThat(aliases).as("the clones and the template").hasSize(wanted.size() + 1);
    }

    private static List<DistributionSummary> distributions(CloudFrontClient cloudFront) {
        List<DistributionSummary> all = new ArrayList<>();
        String marker = "";
        DistributionList page;
        do {
            String from = marker;
            page =
                    cloudFront
                            .listDistributions(
                                    request -> request.marker(from.isEmpty() ? null : from))
                            .distributionList();
            all.addAll(page.items());
            marker = page.isTruncated() ? page.nextMarker() : "";
        } while (page.isTruncated());
        return all;
    }

    private static List<String> aliases(DistributionSummary distribution) {
        return sorted(distribution.aliases().items());
    }

    private static List<String> sorted(List<String> names) {
        return names.stream().sorted().toList();
    }

    private static String integrity(Path data) {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + data.resolve("nameplate.db"));
                ResultSet answer =
                        connection.createStatement().executeQuery("PRAGMA integrity_check")) {
            return answer.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
