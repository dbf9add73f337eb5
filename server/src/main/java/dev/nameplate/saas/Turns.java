package dev.nameplate.saas;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/// The SQL of whose turn it is. A row for each job and shard says when the job next has something due there (a paused job has nothing) and
/// when it was last taken up, so that many entries of one job never stand before those of another, and finding out what is due
/// does not read them. Whoever changes when entries are due calls [#refresh] in the same transaction.
final class Turns {
    private Turns() {}

    /// A job's entries are spread over the shards.
    static int shardOf(Entry entry) {
        return Math.floorMod(entry.job().hashCode() + entry.number(), SaasWork.SHARDS);
    }

    /// For a new job, whose entries are stored.
    static void begin(Handle handle, Job job) {
        handle.createUpdate(
                        """
                        INSERT INTO saas_turn (shard, job_id, account, due_at, taken_at)
                        SELECT shard, job_id, :account, MIN(due_at), 0 FROM saas_entry
                        WHERE job_id = :id GROUP BY shard, job_id
                        """)
                .bind("id", job.id().value())
                .bind("account", job.account().value())
                .execute();
    }

    /// Due entries of a shard: every account with due jobs gets the same share, and so does every job of an account, so that
    /// none is queued behind a long one. They come one of each job in turn.
    static List<Entry> due(Handle handle, int shard, Instant now, int limit) {
        List<List<JobId>> jobs = dueJobs(handle, shard, now, limit);
        List<List<Entry>> found = new ArrayList<>();
        int left = limit;
        for (int account = 0; account < jobs.size(); account++) {
            List<JobId> ofAccount = jobs.get(account);
            int share = Math.ceilDiv(left, jobs.size() - account);
            for (int i = 0; i < ofAccount.size() && share > 0; i++) {
                int most = Math.ceilDiv(share, ofAccount.size() - i);
                List<Entry> entries = dueOf(handle, shard, ofAccount.get(i), now, most);
                found.add(entries);
                share -= entries.size();
                left -= entries.size();
            }
        }
        return inTurn(found);
    }

    /// By account, who waited longest first. Every account's first job comes before any account's second, so that the limit cuts
    /// off none that another has more jobs than.
    private static List<List<JobId>> dueJobs(Handle handle, int shard, Instant now, int limit) {
        Map<String, List<JobId>> byAccount = new LinkedHashMap<>();
        handle.createQuery(
                        """
                        SELECT job_id, account FROM
                            (SELECT job_id, account, taken_at,
                                 ROW_NUMBER() OVER (PARTITION BY account ORDER BY taken_at, job_id) AS place
                             FROM saas_turn WHERE shard = :shard AND due_at <= :now) AS due
                        ORDER BY place, taken_at, job_id LIMIT :limit
                        """)
                .bind("shard", shard)
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, _) -> List.of(row.getString("account"), row.getString("job_id")))
                .forEach(pair ->
                        byAccount
                                .computeIfAbsent(pair.getFirst(), _ -> new ArrayList<>())
                                .add(new JobId(pair.getLast())));
        return List.copyOf(byAccount.values());
    }

    private static List<Entry> dueOf(Handle handle, int shard, JobId job, Instant now, int limit) {
        return handle.createQuery(
                        SaasStore.ENTRIES
                                + """
                                WHERE e.shard = :shard AND e.job_id = :job AND e.due_at <= :now
                                ORDER BY e.due_at LIMIT :limit
                                """)
                .bind("shard", shard)
                .bind("job", job.value())
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, _) -> SaasStore.entry(row))
                .list();
    }

    private static List<Entry> inTurn(List<List<Entry>> jobs) {
        List<Entry> all = new ArrayList<>();
        int longest = jobs.stream().mapToInt(List::size).max().orElse(0);
        for (int turn = 0; turn < longest; turn++) {
            for (List<Entry> job : jobs) {
                if (turn < job.size()) {
                    all.add(job.get(turn));
                }
            }
        }
        return all;
    }

    static Optional<Instant> nextDue(Handle handle, int shard) {
        return handle.createQuery("SELECT MIN(due_at) AS due FROM saas_turn WHERE shard = :shard")
                .bind("shard", shard)
                .map((row, _) -> SaasStore.optionalInstant(row, "due"))
                .one();
    }

    /// Whether the job has anything due at any time; a paused one has not.
    static boolean waiting(Handle handle, JobId job) {
        return handle.createQuery(
                        """
                        SELECT 1 FROM saas_turn WHERE job_id = :job AND shard IN (<shards>) AND due_at IS NOT NULL LIMIT 1
                        """)
                .bind("job", job.value())
                .bindList("shards", IntStream.range(0, SaasWork.SHARDS).boxed().toList())
                .mapTo(Integer.class)
                .findFirst()
                .isPresent();
    }

    /// After entries of these jobs were changed: when each job next has something due. A paused job has nothing.
    static void refresh(
            Handle handle, Collection<JobId> jobs, Optional<Integer> shard, Instant now) {
        for (JobId job : Set.copyOf(jobs)) {
            handle.createUpdate(
                            """
                            UPDATE saas_turn SET taken_at = :now, due_at =
                                (SELECT MIN(e.due_at) FROM saas_entry e
                                 JOIN saas_job j ON j.job_id = e.job_id
                                 WHERE e.shard = saas_turn.shard AND e.job_id = saas_turn.job_id
                                   AND j.standing <> 'PAUSE')
                            WHERE job_id = :job AND shard >= :first AND shard <= :last
                            """)
                    .bind("job", job.value())
                    .bind("now", now.toEpochMilli())
                    .bind("first", shard.orElse(0))
                    .bind("last", shard.orElse(SaasWork.SHARDS - 1))
                    .execute();
        }
    }

    /// Has the entries in these states looked at under the job's new order.
    static void dueNow(Handle handle, JobId job, Collection<EntryState> states, Instant now) {
        if (!states.isEmpty()) {
            handle.createUpdate(
                            "UPDATE saas_entry SET due_at = :now WHERE job_id = :job AND state IN (<states>)")
                    .bind("now", now.toEpochMilli())
                    .bind("job", job.value())
                    .bindList("states", states.stream().map(EntryState::name).toList())
                    .execute();
        }
        refresh(handle, List.of(job), Optional.empty(), now);
    }

    /// An entry that waits for a certificate.
    record Waiting(JobId job, int number, int shard) {}

    /// @param certificateArns at most as many as a statement has parameters, not none
    static List<Waiting> waitingFor(Handle handle, List<String> certificateArns) {
        return handle.createQuery(
                        """
                        SELECT job_id, number, shard FROM saas_entry
                        WHERE certificate_arn IN (<arns>) AND state = :state
                        """)
                .bindList("arns", certificateArns)
                .bind("state", EntryState.PROOF.name())
                .map((row, _) ->
                        new Waiting(
                                new JobId(row.getString("job_id")),
                                row.getInt("number"),
                                row.getInt("shard")))
                .list();
    }

    /// Makes these entries due at once, those that still wait.
    static void hurry(Handle handle, List<Waiting> entries, Instant now) {
        PreparedBatch due =
                handle.prepareBatch(
                        """
                        UPDATE saas_entry SET due_at = :now
                        WHERE job_id = :job AND number = :number AND state = :state AND due_at > :now
                        """);
        for (Waiting entry : entries) {
            due.bind("now", now.toEpochMilli())
                    .bind("job", entry.job().value())
                    .bind("number", entry.number())
                    .bind("state", EntryState.PROOF.name())
                    .add();
        }
        due.execute();
        PreparedBatch turns =
                handle.prepareBatch(
                        """
                        UPDATE saas_turn SET due_at = :now
                        WHERE job_id = :job AND shard = :shard AND due_at > :now
                        """);
        entries.stream()
                .map(entry -> new Waiting(entry.job(), 0, entry.shard()))
                .distinct()
                .forEach(turn ->
                        turns.bind("now", now.toEpochMilli())
                                .bind("job", turn.job().value())
                                .bind("shard", turn.shard())
                                .add());
        turns.execute();
    }
}
