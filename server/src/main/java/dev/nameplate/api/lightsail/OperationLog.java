package dev.nameplate.api.lightsail;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.invalidation.Invalidation;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.names.RandomUuid;

import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.lightsail.model.Operation;
import software.amazon.awssdk.services.lightsail.model.OperationStatus;
import software.amazon.awssdk.services.lightsail.model.ResourceType;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The records that answer "what became of my call?". What is done when the call returns is recorded as succeeded; a change
/// of a distribution is recorded as started, and settles when somebody looks after the edge serves it.
final class OperationLog {
    /// One in so many appends also deletes what is older than the retention time.
    private static final int APPENDS_PER_SWEEP = 64;

    private static final String LIST = "operations";

    /// Stands before what an operation waits for when that is not a distribution's version.
    private static final String INVALIDATION = "invalidation/";

    private final Database database;
    private final Distributions distributions;
    private final Invalidations invalidations;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Duration kept;

    OperationLog(
            Database database,
            Distributions distributions,
            Invalidations invalidations,
            InstantSource clock,
            RandomGenerator random,
            Duration kept) {
        this.database = database;
        this.distributions = distributions;
        this.invalidations = invalidations;
        this.clock = clock;
        this.random = random;
        this.kept = kept;
    }

    /// Records what is done as soon as `write` commits.
    ///
    /// @param details the other resource's name, where two take part; else empty
    Operation succeeded(
            Write write, Call call, String type, ResourceType of, String name, String details) {
        return append(
                write,
                call,
                new Row(
                        RandomUuid.from(random).toString(),
                        name,
                        of,
                        LightsailArn.location(of, call.region().name()),
                        type,
                        details,
                        OperationStatus.SUCCEEDED,
                        now(),
                        now(),
                        "",
                        0));
    }

    /// Records a change that is done once the edge serves `version` of the distribution, or no longer serves it at all.
    Operation started(
            Write write,
            Call call,
            String type,
            String name,
            String details,
            DistributionId distribution,
            long version) {
        return append(
                write,
                call,
                new Row(
                        RandomUuid.from(random).toString(),
                        name,
                        ResourceType.DISTRIBUTION,
                        call.region().name(),
                        type,
                        details,
                        OperationStatus.STARTED,
                        now(),
                        now(),
                        distribution.value(),
                        version));
    }

    /// Records a reset of a distribution's cache, which is done once every edge has forgotten.
    Operation resetting(Write write, Call call, String name, String invalidation) {
        return append(
                write,
                call,
                new Row(
                        RandomUuid.from(random).toString(),
                        name,
                        ResourceType.DISTRIBUTION,
                        call.region().name(),
                        "ResetDistributionCache",
                        "",
                        OperationStatus.STARTED,
                        now(),
                        now(),
                        INVALIDATION + invalidation,
                        0));
    }

    Operation get(Call call, String id) {
        return settled(handle -> byId(handle, call, id)).stream()
                .findFirst()
                .map(Row::view)
                .orElseThrow(() -> Refusal.notFound("The Operation does not exist: " + id));
    }

    /// Newest first.
    PageToken.Page<Operation> all(Call call, @Nullable String pageToken) {
        var after = PageToken.decode(LIST, pageToken, PageToken.Position.NEWEST);
        return page(settled(handle -> newestFirst(handle, call, "", after)));
    }

    /// Newest first; also of resources that are gone.
    PageToken.Page<Operation> of(Call call, String resourceName, @Nullable String pageToken) {
        var after = PageToken.decode(LIST, pageToken, PageToken.Position.NEWEST);
        return page(settled(handle -> newestFirst(handle, call, resourceName, after)));
    }

    private Operation append(Write write, Call call, Row row) {
        write.handle()
                .createUpdate(
                        """
                        INSERT INTO lightsail_operation
                            (id, account, region, resource_name, resource_type, location, type, details,
                             status, created_at, changed_at, distribution, version)
                        VALUES (:id, :account, :region, :name, :resourceType, :location, :type, :details,
                             :status, :created, :changed, :distribution, :version)
                        """)
                .bind("id", row.id())
                .bind("account", call.account().value())
                .bind("region", call.region().name())
                .bind("name", row.resourceName())
                .bind("resourceType", row.resourceType().toString())
                .bind("location", row.location())
                .bind("type", row.type())
                .bind("details", row.details())
                .bind("status", row.status().toString())
                .bind("created", row.createdAt().toEpochMilli())
                .bind("changed", row.changedAt().toEpochMilli())
                .bind("distribution", row.distribution())
                .bind("version", row.version())
                .execute();
        if (random.nextInt(APPENDS_PER_SWEEP) == 0) {
            sweep(write);
        }
        return row.view();
    }

    private void sweep(Write write) {
        write.handle()
                .createUpdate("DELETE FROM lightsail_operation WHERE created_at < :before")
                .bind("before", now().minus(kept).toEpochMilli())
                .execute();
    }

    /// Reads rows; where one still says started although its change is served, writes that down and reads again.
    private List<Row> settled(Function<Handle, List<Row>> query) {
        record Seen(List<Row> rows, List<Row> over) {}
        Seen seen =
                database.read(handle -> {
                    List<Row> rows = query.apply(handle);
                    return new Seen(
                            rows, rows.stream().filter(row -> isOver(handle, row)).toList());
                });
        if (seen.over().isEmpty()) {
            return seen.rows();
        }
        return database.write(write -> {
            seen.over().forEach(row -> settle(write, row));
            return query.apply(write.handle());
        });
    }

    private boolean isOver(Handle handle, Row row) {
        if (row.status() != OperationStatus.STARTED) {
            return false;
        }
        if (row.distribution().startsWith(INVALIDATION)) {
            return invalidations
                    .find(handle, row.distribution().substring(INVALIDATION.length()))
                    .map(reset -> reset.status() == Invalidation.Status.COMPLETED)
                    .orElse(true);
        }
        return distributions
                .find(handle, new DistributionId(row.distribution()))
                .map(distribution ->
                        distribution.version() > row.version()
                                || (distribution.version() == row.version()
                                        && distribution.status() == Distribution.Status.DEPLOYED))
                .orElse(true);
    }

    private void settle(Write write, Row row) {
        write.handle()
                .createUpdate(
                        "UPDATE lightsail_operation SET status = :status, changed_at = :now"
                                + " WHERE id = :id AND status = :open")
                .bind("status", OperationStatus.SUCCEEDED.toString())
                .bind("now", now().toEpochMilli())
                .bind("id", row.id())
                .bind("open", OperationStatus.STARTED.toString())
                .execute();
    }

    private List<Row> byId(Handle handle, Call call, String id) {
        return handle.createQuery(
                        "SELECT * FROM lightsail_operation"
                                + " WHERE id = :id AND account = :account AND region = :region")
                .bind("id", id)
                .bind("account", call.account().value())
                .bind("region", call.region().name())
                .map(Row::of)
                .list();
    }

    private List<Row> newestFirst(
            Handle handle, Call call, String resourceName, PageToken.Position after) {
        String ofResource = resourceName.isEmpty() ? "" : "AND resource_name = :name ";
        var query =
                handle.createQuery(
                                "SELECT * FROM lightsail_operation WHERE account = :account AND"
                                        + " region = :region "
                                        + ofResource
                                        + """
                                        AND (created_at < :at OR (created_at = :at AND id < :id))
                                        ORDER BY created_at DESC, id DESC LIMIT :limit
                                        """)
                        .bind("account", call.account().value())
                        .bind("region", call.region().name())
                        .bind("at", after.at())
                        .bind("id", after.id())
                        .bind("limit", PageToken.PAGE + 1);
        if (!resourceName.isEmpty()) {
            query.bind("name", resourceName);
        }
        return query.map(Row::of).list();
    }

    private static PageToken.Page<Operation> page(List<Row> rows) {
        var page =
                PageToken.page(
                        LIST,
                        rows,
                        row -> new PageToken.Position(row.createdAt().toEpochMilli(), row.id()));
        return new PageToken.Page<>(
                page.items().stream().map(Row::view).toList(), page.nextToken());
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private record Row(
            String id,
            String resourceName,
            ResourceType resourceType,
            String location,
            String type,
            String details,
            OperationStatus status,
            Instant createdAt,
            Instant changedAt,
            String distribution,
            long version) {

        static Row of(ResultSet row, StatementContext context) throws SQLException {
            return new Row(
                    row.getString("id"),
                    row.getString("resource_name"),
                    ResourceType.fromValue(row.getString("resource_type")),
                    row.getString("location"),
                    row.getString("type"),
                    row.getString("details"),
                    OperationStatus.fromValue(row.getString("status")),
                    Instant.ofEpochMilli(row.getLong("created_at")),
                    Instant.ofEpochMilli(row.getLong("changed_at")),
                    row.getString("distribution"),
                    row.getLong("version"));
        }

        Operation view() {
            return Operation.builder()
                    .id(id)
                    .resourceName(resourceName)
                    .resourceType(resourceType)
                    .createdAt(createdAt)
                    .location(at -> at.availabilityZone("all").regionName(location))
                    .isTerminal(status != OperationStatus.STARTED)
                    .operationDetails(details.isEmpty() ? null : details)
                    .operationType(type)
                    .status(status)
                    .statusChangedAt(changedAt)
                    .build();
        }
    }
}
