package dev.nameplate.notification.source;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.CertificateNotices;
import dev.nameplate.certificate.CertificateNotices.Described;
import dev.nameplate.certificate.CertificateNotices.Noticed;
import dev.nameplate.certificate.SpareNotices;
import dev.nameplate.db.Database;
import dev.nameplate.job.DueWork;
import dev.nameplate.names.AccountId;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;
import dev.nameplate.notification.Outbox;

import org.jdbi.v3.core.Handle;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The events of certificates. Their notices are rows that were stored with what they tell of, so nothing is lost if they are read
/// afterwards; an event's id follows from its notice, so reading one twice tells it once.
public final class CertificateEvents implements DueWork {
    private static final Duration LOOK = Duration.ofSeconds(5);

    /// A notice is there for a day, when the next takes its place. Who looks for the first time looks back so far.
    private static final Duration FIRST_LOOK = Duration.ofHours(26);

    /// A notice may be committed that much later than the time it bears.
    private static final Duration OVERLAP = Duration.ofMinutes(5);

    private static final int BATCH = 500;

    private final Database database;
    private final Outbox outbox;
    private final Map<AccountId, Instant> lookedUntil = new HashMap<>();

    /// Ids of events that are recorded, with the times of their notices: what the next look comes upon again.
    private final Map<String, Instant> recorded = new HashMap<>();

    public CertificateEvents(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    @Override
    public String name() {
        return "notification-certificates";
    }

    @Override
    public Optional<Instant> advance(int shard, Instant now) {
        for (AccountId account : database.read(outbox::accounts)) {
            Instant from = lookedUntil.getOrDefault(account, now.minus(FIRST_LOOK));
            tell(account, from, now);
            lookedUntil.put(account, now.minus(OVERLAP));
        }
        recorded.values().removeIf(at -> at.isBefore(now.minus(OVERLAP)));
        return Optional.of(now.plus(LOOK));
    }

    private interface Pages {
        List<Noticed> next(Handle handle, Optional<Noticed> after);
    }

    private void tell(AccountId account, Instant from, Instant now) {
        tell(
                account,
                (handle, after) -> CertificateNotices.since(handle, account, from, after, BATCH));
        tell(
                account,
                (handle, after) ->
                        CertificateNotices.unproven(handle, account, from, after, BATCH));
        tell(
                account,
                (handle, after) -> SpareNotices.switches(handle, account, from, after, BATCH));
        tell(
                account,
                (handle, after) -> SpareNotices.missing(handle, account, from, now, after, BATCH));
    }

    private void tell(AccountId account, Pages pages) {
        Optional<Noticed> last = Optional.empty();
        boolean more = true;
        while (more) {
            Optional<Noticed> after = last;
            List<Noticed> found = database.read(handle -> pages.next(handle, after));
            record(account, found);
            more = found.size() == BATCH;
            last = found.isEmpty() ? last : Optional.of(found.getLast());
        }
    }

    /// What was recorded before is found again as long as [#OVERLAP] reaches back, and costs no more than that.
    private void record(AccountId account, List<Noticed> found) {
        List<Noticed> news = new ArrayList<>();
        for (Noticed each : found) {
            if (recorded.computeIfPresent(id(account, each), (_, at) -> later(at, each.at()))
                    == null) {
                news.add(each);
            }
        }
        if (news.isEmpty()) {
            return;
        }
        List<Event> events =
                database.read(handle -> CertificateNotices.described(handle, news)).stream()
                        .map(each -> event(account, each))
                        .toList();
        database.write(write -> {
            outbox.record(write, events);
            return events.size();
        });
        events.forEach(each -> recorded.put(each.id(), each.at()));
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static String id(AccountId account, Noticed noticed) {
        return Event.id(account, type(noticed), subject(noticed), noticed.occurrence());
    }

    private static String subject(Noticed noticed) {
        return "certificates/" + noticed.certificate();
    }

    private static EventType type(Noticed noticed) {
        return switch (noticed.kind()) {
            case EXPIRY -> EventType.EXPIRING;
            case REVOKED_IN_USE -> EventType.REVOKED_IN_USE;
            case UNPROVEN -> EventType.DNS_BROKEN;
            case SPARE_SWITCHED -> EventType.SPARE_SWITCHED;
            case SPARE_MISSING -> EventType.SPARE_MISSING;
        };
    }

    private static Event event(AccountId account, Described described) {
        Noticed noticed = described.notice();
        ObjectNode data =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("certificate", noticed.certificate().toString())
                        .put("region", noticed.region().name())
                        .put("notAfter", noticed.notAfter().toString())
                        .put("reason", noticed.message());
        noticed.more().forEach(data::put);
        ArrayNode names = data.putArray("names");
        described.names().forEach(names::add);
        if (!described.missing().isEmpty()) {
            ArrayNode records = data.putArray("records");
            described
                    .missing()
                    .forEach(each ->
                            JobEvents.add(records, "PROOF", each.name(), "CNAME", each.value()));
        }
        return Event.of(
                account, type(noticed), subject(noticed), noticed.occurrence(), noticed.at(), data);
    }
}
