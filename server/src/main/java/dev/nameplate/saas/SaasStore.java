package dev.nameplate.saas;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The SQL of jobs and entries; when which entry has its turn is that of [Turns].
final class SaasStore {
    /// Rows for [#entry].
    static final String ENTRIES =
            """
            SELECT e.*, j.account, j.operation, j.auto_creation, j.created_at, j.standing,
                j.platform
            FROM saas_entry e JOIN saas_job j ON j.job_id = e.job_id
            """;

    void insert(Handle handle, Job job, Optional<RequestKey> key) {
        insertJob(handle, job, key);
        insertEntries(handle, job.entries());
        Turns.begin(handle, job);
    }

    /// Without its entries and turns.
    void insertJob(Handle handle, Job job, Optional<RequestKey> key) {
        handle.createUpdate(
                        """
                        INSERT INTO saas_job (job_id, account, operation, auto_creation, created_at,
                            request_key, request_digest, platform)
                        VALUES (:id, :account, :operation, :auto, :created, :key, :digest, :platform)
                        """)
                .bind("id", job.id().value())
                .bind("account", job.account().value())
                .bind("operation", job.operation().name())
                .bind("auto", job.autoCreation() ? 1 : 0)
                .bind("created", job.createdAt().toEpochMilli())
                .bind("platform", job.platform().name())
                .bind("key", key.map(RequestKey::key).orElse(null))
                .bind("digest", key.map(RequestKey::digest).orElse(null))
                .execute();
        handle.createUpdate("INSERT INTO saas_input (job_id, input) VALUES (:id, :input)")
                .bind("id", job.id().value())
                .bind("input", job.input())
                .execute();
    }

    /// Whose job may come later.
    void insertEntries(Handle handle, List<Entry> entries) {
        PreparedBatch rows =
                handle.prepareBatch(
                        """
                        INSERT INTO saas_entry (job_id, number, shard, names, template_id, template_version,
                            tenancy, issuers, state, due_at, since, attempts, tried, shares_with, records)
                        VALUES (:job, :number, :shard, :names, :template, :version,
                            :tenancy, :issuers, :state, :due, :since, 0, 0, :shares, '')
                        """);
        for (Entry entry : entries) {
            Progress progress = entry.progress();
            rows.bind("job", entry.job().value())
                    .bind("number", entry.number())
                    .bind("shard", Turns.shardOf(entry))
                    .bind("names", joined(entry.names()))
                    .bind("template", entry.template().map(Template::distributionId).orElse(null))
                    .bind("version", entry.template().flatMap(Template::version).orElse(null))
                    .bind(
                            "tenancy",
                            entry.template()
                                    .flatMap(Template::tenancy)
                                    .map(TenancyJson::write)
                                    .orElse(null))
                    .bind(
                            "issuers",
                            entry.issuers().isEmpty() ? null : String.join(" ", entry.issuers()))
                    .bind("state", progress.state().name())
                    .bind("due", millis(progress.due()))
                    .bind("since", progress.since().toEpochMilli())
                    .bind("shares", progress.sharesWith().orElse(null))
                    .add();
        }
        rows.execute();
    }

    Optional<JobId> madeUnder(Handle handle, AccountId account, RequestKey key) {
        record Made(JobId job, String digest) {}
        Optional<Made> made =
                handle.createQuery(
                                """
                                SELECT job_id, request_digest FROM saas_job
                                WHERE account = :account AND request_key = :key
                                """)
                        .bind("account", account.value())
                        .bind("key", key.key())
                        .map((row, _) ->
                                new Made(
                                        new JobId(row.getString("job_id")),
                                        row.getString("request_digest")))
                        .findOne();
        if (made.isPresent() && !made.get().digest().equals(key.digest())) {
            throw new SaasJobs.KeyReused(made.get().job());
        }
        return made.map(Made::job);
    }

    List<JobSummary> page(
            Handle handle, AccountId account, Optional<SaasJobs.Position> after, int limit) {
        return handle.createQuery(
                        """
                        SELECT * FROM saas_job WHERE account = :account
                          AND (created_at < :time OR (created_at = :time AND job_id > :id))
                        ORDER BY created_at DESC, job_id LIMIT :limit
                        """)
                .bind("account", account.value())
                .bind(
                        "time",
                        after.map(place -> place.createdAt().toEpochMilli()).orElse(Long.MAX_VALUE))
                .bind("id", after.map(SaasJobs.Position::id).orElse(""))
                .bind("limit", limit)
                .map((row, _) -> summary(handle, row))
                .list();
    }

    Optional<JobSummary> summary(Handle handle, AccountId account, JobId id) {
        return handle.createQuery(
                        "SELECT * FROM saas_job WHERE job_id = :id AND account = :account")
                .bind("id", id.value())
                .bind("account", account.value())
                .map((row, _) -> summary(handle, row))
                .findOne();
    }

    private static JobSummary summary(Handle handle, ResultSet row) throws SQLException {
        String id = row.getString("job_id");
        Map<EntryState, Integer> entries = new EnumMap<>(EntryState.class);
        record InState(EntryState state, int entries, int due) {}
        List<InState> counted =
                handle.createQuery(
                                """
                                SELECT state, COUNT(*) AS entries, COUNT(due_at) AS due
                                FROM saas_entry WHERE job_id = :id GROUP BY state
                                """)
                        .bind("id", id)
                        .map((each, _) ->
                                new InState(
                                        EntryState.valueOf(each.getString("state")),
                                        each.getInt("entries"),
                                        each.getInt("due")))
                        .list();
        counted.forEach(each -> entries.put(each.state(), each.entries()));
        return new JobSummary(
                new JobId(id),
                Platform.Name.valueOf(row.getString("platform")),
                Operation.valueOf(row.getString("operation")),
                row.getInt("auto_creation") == 1,
                Order.valueOf(row.getString("standing")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                entries,
                counted.stream().mapToInt(InState::due).sum());
    }

    List<Entry> entries(
            Handle handle,
            AccountId account,
            JobId job,
            int first,
            Optional<EntryState> state,
            int limit) {
        return handle.createQuery(
                        ENTRIES
                                + """
                                WHERE e.job_id = :job AND j.account = :account AND e.number >= :first
                                  AND (:state = '' OR e.state = :state)
                                ORDER BY e.number LIMIT :limit
                                """)
                .bind("job", job.value())
                .bind("account", account.value())
                .bind("first", first)
                .bind("state", state.map(EntryState::name).orElse(""))
                .bind("limit", limit)
                .map((row, _) -> entry(row))
                .list();
    }

    Optional<Job> job(Handle handle, AccountId account, JobId id) {
        return handle.createQuery(
                        """
                        SELECT j.*, i.input FROM saas_job j JOIN saas_input i ON i.job_id = j.job_id
                        WHERE j.job_id = :id AND j.account = :account
                        """)
                .bind("id", id.value())
                .bind("account", account.value())
                .map((row, _) -> job(handle, row))
                .findOne();
    }

    /// Of the newest job among a few that has enough entries done for a pace to show.
    Optional<Pace> pace(Handle handle, AccountId account, Uploads.Kind kind) {
        return handle.createQuery(
                        """
                        SELECT j.job_id, COUNT(*) AS done, MIN(e.since) AS first_done, MAX(e.since) AS last_done
                        FROM saas_entry e JOIN (
                            SELECT job_id, created_at FROM saas_job
                            WHERE account = :account AND platform = :platform AND operation = :operation
                              AND auto_creation = :auto
                            ORDER BY created_at DESC LIMIT 5) j ON j.job_id = e.job_id
                        WHERE e.state = 'DONE'
                        GROUP BY j.job_id, j.created_at HAVING COUNT(*) >= 10
                        ORDER BY j.created_at DESC LIMIT 1
                        """)
                .bind("account", account.value())
                .bind("platform", kind.platform().name())
                .bind("operation", kind.operation().name())
                .bind("auto", kind.autoCreation() ? 1 : 0)
                .map((row, _) -> {
                    int done = row.getInt("done");
                    // The store keeps milliseconds.
                    long millis = Math.max(1, row.getLong("last_done") - row.getLong("first_done"));
                    return new Pace(
                            new JobId(row.getString("job_id")), done, (done - 1) * 1000.0 / millis);
                })
                .findOne();
    }

    /// Newest first.
    List<JobId> jobIds(Handle handle, AccountId account) {
        return handle.createQuery(
                        """
                        SELECT job_id FROM saas_job WHERE account = :account
                        ORDER BY created_at DESC, job_id
                        """)
                .bind("account", account.value())
                .map((row, _) -> new JobId(row.getString("job_id")))
                .list();
    }

    Quota.Wanted planned(Handle handle, Platform.Name platform) {
        return handle.createQuery(
                        """
                        SELECT SUM(CASE WHEN j.operation = 'CREATE' AND e.certificate_arn IS NULL
                                         AND e.shares_with IS NULL THEN 1 ELSE 0 END) AS requested,
                               SUM(CASE WHEN j.operation = 'IMPORT' AND e.certificate_arn IS NULL
                                        THEN 1 ELSE 0 END) AS imported,
                               SUM(CASE WHEN j.auto_creation = 1 AND e.distribution_id IS NULL
                                        THEN 1 ELSE 0 END) AS distributions
                        FROM saas_entry e JOIN saas_job j ON j.job_id = e.job_id
                        WHERE j.platform = :platform AND j.standing IN ('RUN', 'PAUSE')
                          AND e.state IN (<making>)
                        """)
                .bind("platform", platform.name())
                .bindList(
                        "making",
                        Arrays.stream(EntryState.values())
                                .filter(EntryState::makes)
                                .map(EntryState::name)
                                .toList())
                .map((row, _) ->
                        new Quota.Wanted(
                                row.getInt("requested"),
                                row.getInt("imported"),
                                row.getInt("distributions")))
                .one();
    }

    void order(Handle handle, JobId job, Order to) {
        handle.createUpdate("UPDATE saas_job SET standing = :to WHERE job_id = :job")
                .bind("job", job.value())
                .bind("to", to.name())
                .execute();
    }

    Optional<Entry> entry(Handle handle, JobId job, int number) {
        return handle.createQuery(ENTRIES + "WHERE e.job_id = :job AND e.number = :number")
                .bind("job", job.value())
                .bind("number", number)
                .map((row, _) -> entry(row))
                .findOne();
    }

    void markTried(Handle handle, Collection<Entry> entries) {
        PreparedBatch rows =
                handle.prepareBatch(
                        "UPDATE saas_entry SET tried = 1 WHERE job_id = :job AND number = :number");
        for (Entry entry : entries) {
            rows.bind("job", entry.job().value()).bind("number", entry.number()).add();
        }
        rows.execute();
    }

    /// Records what steps led to. An entry whose job was ordered something else meanwhile is due at once.
    ///
    /// @param shard of all these entries, if they have one in common
    void record(
            Handle handle, Collection<StepResult> results, Optional<Integer> shard, Instant now) {
        PreparedBatch rows =
                handle.prepareBatch(
                        """
                        UPDATE saas_entry SET state = :state, since = :since,
                            due_at = CASE WHEN (SELECT standing FROM saas_job j WHERE j.job_id = :job) = :order
                                THEN :due ELSE :now END, round = :round,
                            attempts = :attempts, tried = :tried, shares_with = :shares,
                            distribution_id = :distributionId, distribution_arn = :distributionArn,
                            distribution_domain = :distributionDomain, traffic_target = :target, certificate_arn = :certificate,
                            serial = :serial, records = :records, failed_stage = :stage,
                            next_actor = :actor, reason = :reason
                        WHERE job_id = :job AND number = :number AND state = :from
                        """);
        for (StepResult result : results) {
            Entry entry = result.before();
            Progress after = result.after();
            Optional<Progress.Clone> clone = after.distribution();
            Optional<String> reason = after.failure().map(Failure::reason).or(after::note);
            rows.bind("job", entry.job().value())
                    .bind("number", entry.number())
                    .bind("from", entry.progress().state().name())
                    .bind("state", after.state().name())
                    .bind("due", millis(after.due()))
                    .bind("order", entry.order().name())
                    .bind("now", now.toEpochMilli())
                    .bind("round", after.round())
                    .bind("since", after.since().toEpochMilli())
                    .bind("attempts", after.attempts())
                    .bind("tried", after.tried() ? 1 : 0)
                    .bind("shares", after.sharesWith().orElse(null))
                    .bind("distributionId", clone.map(Progress.Clone::id).orElse(null))
                    .bind("distributionArn", clone.map(Progress.Clone::arn).orElse(null))
                    .bind("distributionDomain", clone.map(Progress.Clone::domainName).orElse(null))
                    .bind("target", after.target().orElse(null))
                    .bind("certificate", after.certificateArn().orElse(null))
                    .bind("serial", after.serial().orElse(null))
                    .bind("records", text(after.records()))
                    .bind("stage", after.failure().map(why -> why.stage().name()).orElse(null))
                    .bind("actor", after.failure().map(why -> why.nextStep().name()).orElse(null))
                    .bind("reason", reason.orElse(null))
                    .add();
        }
        rows.execute();
        Turns.refresh(
                handle, results.stream().map(result -> result.before().job()).toList(), shard, now);
    }

    private static Job job(Handle handle, ResultSet row) throws SQLException {
        String id = row.getString("job_id");
        List<Entry> entries =
                handle.createQuery(ENTRIES + "WHERE e.job_id = :id ORDER BY e.number")
                        .bind("id", id)
                        .map((each, _) -> entry(each))
                        .list();
        return new Job(
                new JobId(id),
                new AccountId(row.getString("account")),
                Platform.Name.valueOf(row.getString("platform")),
                Operation.valueOf(row.getString("operation")),
                row.getInt("auto_creation") == 1,
                Order.valueOf(row.getString("standing")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                row.getString("input"),
                entries);
    }

    /// @param row of [#ENTRIES]
    static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                new JobId(row.getString("job_id")),
                row.getInt("number"),
                new AccountId(row.getString("account")),
                Platform.Name.valueOf(row.getString("platform")),
                Operation.valueOf(row.getString("operation")),
                row.getInt("auto_creation") == 1,
                Order.valueOf(row.getString("standing")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Arrays.stream(row.getString("names").split(" ")).map(DomainName::new).toList(),
                template(row),
                optional(row, "issuers").map(text -> List.of(text.split(" "))).orElse(List.of()),
                progress(row));
    }

    private static Optional<Template> template(ResultSet row) throws SQLException {
        String id = row.getString("template_id");
        Optional<Long> version = optionalLong(row, "template_version");
        Optional<Tenancy> tenancy = optional(row, "tenancy").map(TenancyJson::read);
        return Optional.ofNullable(id)
                .map(distribution -> new Template(distribution, version, tenancy));
    }

    private static Progress progress(ResultSet row) throws SQLException {
        EntryState state = EntryState.valueOf(row.getString("state"));
        Optional<String> reason = optional(row, "reason");
        Optional<Failure> failure = Optional.empty();
        Optional<String> stage = optional(row, "failed_stage");
        if (stage.isPresent()) {
            failure =
                    Optional.of(
                            new Failure(
                                    Stage.valueOf(stage.get()),
                                    reason.orElse(""),
                                    Failure.Actor.valueOf(row.getString("next_actor"))));
        }
        return new Progress(
                state,
                optionalInstant(row, "due_at"),
                Instant.ofEpochMilli(row.getLong("since")),
                row.getInt("attempts"),
                row.getInt("tried") == 1,
                row.getInt("round"),
                optionalLong(row, "shares_with").map(Long::intValue),
                optional(row, "traffic_target"),
                clone(row),
                optional(row, "certificate_arn"),
                optional(row, "serial"),
                records(row.getString("records")),
                failure,
                failure.isPresent() ? Optional.empty() : reason);
    }

    private static Optional<Progress.Clone> clone(ResultSet row) throws SQLException {
        String arn = row.getString("distribution_arn");
        String domainName = row.getString("distribution_domain");
        return optional(row, "distribution_id").map(id -> new Progress.Clone(id, arn, domainName));
    }

    /// One record a line: none of the three words of a CNAME has a blank.
    private static String text(List<WantedRecord> records) {
        return records.stream()
                .map(each -> each.name() + " " + each.type() + " " + each.value())
                .collect(Collectors.joining("\n"));
    }

    private static List<WantedRecord> records(String text) {
        return text.lines()
                .map(line -> line.split(" ", 3))
                .map(words -> new WantedRecord(words[0], words[1], words[2]))
                .toList();
    }

    private static String joined(List<DomainName> names) {
        return names.stream().map(DomainName::ascii).collect(Collectors.joining(" "));
    }

    private static @Nullable Long millis(Optional<Instant> at) {
        return at.map(Instant::toEpochMilli).orElse(null);
    }

    private static Optional<String> optional(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
        return optionalLong(row, column).map(Instant::ofEpochMilli);
    }

    private static Optional<Long> optionalLong(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(value);
    }
}
