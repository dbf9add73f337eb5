package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distributions.Position;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;
import software.amazon.awssdk.services.cloudfront.model.IllegalDeleteException;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// The configurations of one [Kind]: an account's own in the store, CloudFront's in memory. Names are unique in an account.
final class KeptConfigs<C extends SdkPojo> {
    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Terms<C> terms;
    private final List<Kept<C>> managed;

    /// @param managed CloudFront's own
    KeptConfigs(
            Database database,
            InstantSource clock,
            Ids ids,
            Terms<C> terms,
            List<Kept<C>> managed) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.terms = terms;
        this.managed =
                managed.stream()
                        .sorted(
                                Comparator.comparing((Kept<C> one) -> one.createdAt())
                                        .thenComparing(Kept::id))
                        .toList();
    }

    /// What differs between kinds.
    ///
    /// @param quota how many an account may have
    /// @param accepted completes a configuration as it will be echoed, and throws the first rule it breaks
    /// @param read from [ModelJson]
    /// @param inUse the refusal to delete one that a distribution names
    record Terms<C>(
            Kind kind,
            int quota,
            Function<Ids, String> newId,
            UnaryOperator<C> accepted,
            Function<C, String> name,
            Function<String, C> read,
            Function<String, CloudFrontException> missing,
            Function<String, CloudFrontException> nameTaken,
            Supplier<CloudFrontException> inUse,
            Function<Integer, CloudFrontException> tooMany) {}

    /// What else is done with a change, in its transaction.
    interface Consequence<C> {
        void follow(Write write, AccountId account, Kept<C> changed);
    }

    Kept<C> create(AccountId account, C sent) {
        return create(account, sent, (_, _, _) -> {});
    }

    Kept<C> create(AccountId account, C sent, Consequence<C> consequence) {
        C config = terms.accepted.apply(sent);
        return database.write(write -> {
            Handle handle = write.handle();
            requireFree(handle, account, terms.name.apply(config), "");
            int had = count(handle, account);
            require(had < terms.quota, () -> terms.tooMany.apply(terms.quota));
            Instant now = now();
            Kept<C> created =
                    new Kept<>(terms.newId.apply(ids), false, ids.etag(), now, now, config);
            insert(handle, account, created);
            consequence.follow(write, account, created);
            return created;
        });
    }

    Kept<C> get(AccountId account, String id) {
        return database.read(handle -> get(handle, account, id));
    }

    Kept<C> get(Handle handle, AccountId account, String id) {
        return find(handle, account, id).orElseThrow(() -> terms.missing.apply(id));
    }

    boolean isManaged(String id) {
        return managed.stream().anyMatch(one -> one.id().equals(id));
    }

    Optional<Kept<C>> find(Handle handle, AccountId account, String id) {
        return managed.stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .or(() ->
                        handle.createQuery(
                                        """
                                        SELECT id, etag, created_at, modified_at, document FROM cloudfront_config
                                        WHERE kind = :kind AND id = :id AND account = :account
                                        """)
                                .bind("kind", terms.kind.name())
                                .bind("id", id)
                                .bind("account", account.value())
                                .map((row, _) -> kept(row))
                                .findOne());
    }

    Kept<C> update(
            AccountId account,
            String id,
            @Nullable String ifMatch,
            C sent,
            Consequence<C> consequence) {
        C config = terms.accepted.apply(sent);
        return database.write(write -> {
            Handle handle = write.handle();
            Kept<C> existing = get(handle, account, id);
            require(
                    !existing.managed(),
                    () ->
                            IllegalUpdateException.builder()
                                    .message(
                                            "The update contains modifications that are not allowed: "
                                                    + id
                                                    + " is managed by CloudFront.")
                                    .build());
            IfMatch.require(existing.etag(), ifMatch);
            requireFree(handle, account, terms.name.apply(config), id);
            Kept<C> changed = replace(write, existing, config);
            consequence.follow(write, account, changed);
            return changed;
        });
    }

    /// Without the checks of an update.
    Kept<C> replace(Write write, Kept<C> existing, C config) {
        Kept<C> changed = existing.changed(ids.etag(), now(), config);
        write.handle()
                .createUpdate(
                        """
                        UPDATE cloudfront_config
                        SET name = :name, etag = :etag, modified_at = :now, document = :document
                        WHERE kind = :kind AND id = :id
                        """)
                .bind("name", terms.name.apply(config))
                .bind("etag", changed.etag())
                .bind("now", changed.modifiedAt().toEpochMilli())
                .bind("document", ModelJson.write(config))
                .bind("kind", terms.kind.name())
                .bind("id", existing.id())
                .execute();
        return changed;
    }

    void delete(AccountId account, String id, @Nullable String ifMatch) {
        delete(account, id, ifMatch, (_, _, _) -> {});
    }

    void delete(
            AccountId account, String id, @Nullable String ifMatch, Consequence<C> consequence) {
        database.write(write -> {
            Handle handle = write.handle();
            Kept<C> existing = get(handle, account, id);
            require(
                    !existing.managed(),
                    () ->
                            IllegalDeleteException.builder()
                                    .message("You cannot delete a managed policy: " + id + ".")
                                    .build());
            IfMatch.require(existing.etag(), ifMatch);
            require(!Uses.any(handle, account, terms.kind, id), terms.inUse);
            consequence.follow(write, account, existing);
            return handle.createUpdate(
                            "DELETE FROM cloudfront_config WHERE kind = :kind AND id = :id")
                    .bind("kind", terms.kind.name())
                    .bind("id", id)
                    .execute();
        });
    }

    /// Those that follow the paging's position: CloudFront's own, which are older than any other, then the account's.
    ///
    /// @param managedOnes whether those of CloudFront are asked for; empty for all
    Paging.Page<Kept<C>> page(AccountId account, Paging paging, Optional<Boolean> managedOnes) {
        int wanted = paging.size() + 1;
        List<Kept<C>> found = new ArrayList<>();
        if (managedOnes.orElse(true)) {
            managed.stream()
                    .filter(one ->
                            paging.after().map(position -> follows(one, position)).orElse(true))
                    .limit(wanted)
                    .forEach(found::add);
        }
        if (!managedOnes.orElse(false) && found.size() < wanted) {
            found.addAll(
                    database.read(
                            handle -> own(handle, account, paging.after(), wanted - found.size())));
        }
        return paging.page(found, last -> Paging.marker(last.id(), last.createdAt()));
    }

    private List<Kept<C>> own(
            Handle handle, AccountId account, Optional<Position> after, int limit) {
        Position start = after.orElse(new Position(-1, ""));
        return handle.createQuery(
                        """
                        SELECT id, etag, created_at, modified_at, document FROM cloudfront_config
                        WHERE kind = :kind AND account = :account
                          AND (created_at > :time OR (created_at = :time AND id > :id))
                        ORDER BY created_at, id LIMIT :limit
                        """)
                .bind("kind", terms.kind.name())
                .bind("account", account.value())
                .bind("time", start.createdAtMillis())
                .bind("id", start.id())
                .bind("limit", limit)
                .map((row, _) -> kept(row))
                .list();
    }

    private static boolean follows(Kept<?> one, Position position) {
        int age = Long.compare(one.createdAt().toEpochMilli(), position.createdAtMillis());
        return age > 0 || (age == 0 && one.id().compareTo(position.id()) > 0);
    }

    private void requireFree(Handle handle, AccountId account, String name, String but) {
        boolean taken =
                managed.stream().anyMatch(one -> terms.name.apply(one.config()).equals(name))
                        || !Set.of(but)
                                .containsAll(
                                        handle.createQuery(
                                                        """
                                                        SELECT id FROM cloudfront_config
                                                        WHERE kind = :kind AND account = :account AND name = :name
                                                        """)
                                                .bind("kind", terms.kind.name())
                                                .bind("account", account.value())
                                                .bind("name", name)
                                                .mapTo(String.class)
                                                .list());
        require(!taken, () -> terms.nameTaken.apply(name));
    }

    private int count(Handle handle, AccountId account) {
        return handle.createQuery(
                        "SELECT COUNT(*) FROM cloudfront_config WHERE kind = :kind AND account = :account")
                .bind("kind", terms.kind.name())
                .bind("account", account.value())
                .mapTo(Integer.class)
                .one();
    }

    private void insert(Handle handle, AccountId account, Kept<C> created) {
        handle.createUpdate(
                        """
                        INSERT INTO cloudfront_config
                            (kind, id, account, name, etag, created_at, modified_at, document)
                        VALUES (:kind, :id, :account, :name, :etag, :now, :now, :document)
                        """)
                .bind("kind", terms.kind.name())
                .bind("id", created.id())
                .bind("account", account.value())
                .bind("name", terms.name.apply(created.config()))
                .bind("etag", created.etag())
                .bind("now", created.createdAt().toEpochMilli())
                .bind("document", ModelJson.write(created.config()))
                .execute();
    }

    private Kept<C> kept(ResultSet row) throws SQLException {
        return new Kept<>(
                row.getString("id"),
                false,
                row.getString("etag"),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("modified_at")),
                terms.read.apply(row.getString("document")));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS); // as the store keeps it
    }
}
