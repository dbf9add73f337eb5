package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.testkit.StoreTest;

import software.amazon.awssdk.services.acm.model.KeyAlgorithm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// One customer beside a long job, and one account beside another with many: nobody's turn comes later than the next batch.
class FairnessTest {
    /// In each shard, so that how fast the machine is decides nothing.
    private static final int BATCH = 8;

    private static final int LONG = 600;
    private static final int TRIES = 5;

    @StoreTest
    void oneCustomerIsServedByTheNextBatchWhereverALongJobStands(Database database) {
        SaasScene scene = new SaasScene(database);
        SaasWork work =
                new SaasWork(
                        database,
                        scene.vault,
                        Map.of(Platform.Name.LOCAL, scene.platform()),
                        scene.clock,
                        new SaasWork.Settings(KeyAlgorithm.EC_PRIME256_V1, BATCH, BATCH));
        JobId bulk = scene.create(names("long", LONG));
        for (int i = 0; i < TRIES; i++) {
            advance(work, scene);
            JobId one = scene.create("one" + i + ".example.com");
            advance(work, scene);

            assertThat(scene.entry(one, 0).state()).as("try %d", i).isEqualTo(EntryState.DONE);
        }

        Map<EntryState, Long> states =
                scene.job(bulk).entries().stream()
                        .map(entry -> entry.progress().state())
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(states)
                .as("the long job moved, and goes on")
                .containsKeys(EntryState.DONE, EntryState.VALIDATE);
    }

    @StoreTest
    void anAccountsManyJobsTakeNoMoreThanAnothersOne(Database database) {
        SaasScene scene = new SaasScene(database);
        AccountId other = new AccountId("000000000002");
        for (int i = 0; i < 10; i++) {
            scene.create(names("many" + i, 40));
        }
        List<JobRequest.Entry> entries = new ArrayList<>();
        for (String name : names("other", 40)) {
            entries.add(
                    new JobRequest.Entry(
                            SaasScene.names(name),
                            new CertificateSource.Request(),
                            scene.template()));
        }
        scene.jobs.create(other, new JobRequest(Operation.CREATE, true, "{}", entries));

        for (int shard = 0; shard < SaasWork.SHARDS; shard++) {
            int number = shard;
            List<Entry> batch =
                    database.read(handle -> Turns.due(handle, number, scene.clock.instant(), 16));
            assertThat(batch).hasSize(16);
            assertThat(batch.stream().filter(entry -> entry.account().equals(other)))
                    .as("half of the batch")
                    .hasSize(8);
        }
    }

    @StoreTest
    void anAccountWithMoreDueJobsThanABatchDoesNotHideAnothersOne(Database database) {
        SaasScene scene = new SaasScene(database);
        for (int i = 0; i < 3 * BATCH; i++) {
            scene.create(names("crowd" + i, SaasWork.SHARDS));
        }
        scene.clock.advance(Duration.ofSeconds(1));
        AccountId other = new AccountId("000000000002");
        List<JobRequest.Entry> entries = new ArrayList<>();
        for (String name : names("single", SaasWork.SHARDS)) {
            entries.add(
                    new JobRequest.Entry(
                            SaasScene.names(name),
                            new CertificateSource.Request(),
                            scene.template()));
        }
        scene.jobs.create(other, new JobRequest(Operation.CREATE, true, "{}", entries));
        // Taken up later than all others, so that it stands behind them.
        database.write(write ->
                write.handle()
                        .createUpdate("UPDATE saas_turn SET taken_at = 1 WHERE account = :other")
                        .bind("other", other.value())
                        .execute());

        for (int shard = 0; shard < SaasWork.SHARDS; shard++) {
            int number = shard;
            List<Entry> batch =
                    database.read(
                            handle -> Turns.due(handle, number, scene.clock.instant(), BATCH));
            assertThat(batch)
                    .as("shard %d", shard)
                    .hasSizeLessThanOrEqualTo(BATCH)
                    .anyMatch(entry -> entry.account().equals(other));
        }
    }

    private static void advance(SaasWork work, SaasScene scene) {
        for (int shard = 0; shard < SaasWork.SHARDS; shard++) {
            work.advance(shard, scene.clock.instant());
        }
    }

    private static String[] names(String zone, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "n%d.%s.example.com".formatted(i, zone))
                .toArray(String[]::new);
    }
}
