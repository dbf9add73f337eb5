package dev.nameplate.certificate;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Actor;
import dev.nameplate.dns.Cause;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the issuers of a certificate said, and whose turn it is by that.
///
/// | an issuer | |
/// |---|---|
/// | refuses | the next one that has not refused is asked at once; where all have, it is over |
/// | is not available | it is asked again, until it was so for as long as the operator's patience lasts, or says at once that it will be; then the next one that has not refused is asked, after the last the first; one that was not available itself, not sooner than that patience after it said so |
/// | has the order | it is waited for |
///
/// Decided by what stands in the store, so that neither a restart nor another node changes anything. What signs starts a
/// certificate's next renewal at its first choice again.
public final class IssuerAnswers {
    private IssuerAnswers() {}

    public enum Word {
        SIGNED,
        REFUSED,
        UNAVAILABLE,
        UNDER_WAY
    }

    /// @param since when it began to say so
    /// @param past of an attempt that is over
    public record Said(
            IssuerName issuer,
            OrderId.Slot slot,
            Word word,
            String message,
            Actor actor,
            Instant since,
            Instant at,
            boolean past) {}

    /// The last word of each issuer, in the order in which they were given.
    public static List<Said> of(Handle handle, CertificateId id) {
        return handle.createQuery(
                        "SELECT * FROM certificate_answer WHERE certificate_id = :id ORDER BY at, issuer")
                .bind("id", id.toString())
                .map((rs, _) -> said(rs))
                .list();
    }

    private static Said said(ResultSet rs) throws SQLException {
        return new Said(
                new IssuerName(rs.getString("issuer")),
                OrderId.Slot.valueOf(rs.getString("slot")),
                Word.valueOf(rs.getString("said")),
                rs.getString("message"),
                Actor.valueOf(rs.getString("actor")),
                Instant.ofEpochMilli(rs.getLong("since")),
                Instant.ofEpochMilli(rs.getLong("at")),
                rs.getInt("past") == 1);
    }

    /// What comes of an answer that is no certificate.
    sealed interface Turn {
        /// The same issuer is asked again, or waited for.
        record Stay() implements Turn {}

        /// @param from when it is asked
        record Next(IssuerChoice choice, Instant from) implements Turn {}

        /// All have refused.
        record Over() implements Turn {}
    }

    /// Keeps what the issuer whose turn it is has said, and says whose turn it is now.
    static Turn keep(
            Write write,
            OrderId id,
            IssuerChoice choice,
            Answer answer,
            Duration patience,
            Instant now) {
        Optional<Said> said =
                switch (answer) {
                    case Answer.Signed _ -> Optional.empty();
                    case Answer.Refused(String message, Actor actor) ->
                            Optional.of(said(id, choice, Word.REFUSED, message, actor, now));
                    case Answer.Unavailable(String message, Actor actor, _) ->
                            Optional.of(said(id, choice, Word.UNAVAILABLE, message, actor, now));
                    case Answer.UnderWay(String message, _, Actor actor) ->
                            Optional.of(said(id, choice, Word.UNDER_WAY, message, actor, now));
                };
        said.ifPresent(each -> put(write.handle(), id, each));
        return switch (answer) {
            case Answer.Signed _, Answer.UnderWay _ -> new Turn.Stay();
            case Answer.Refused _ ->
                    next(write, id, choice, Duration.ZERO, now).orElseGet(Turn.Over::new);
            case Answer.Unavailable(_, _, Optional<Instant> until) ->
                    isTooLong(write, id, choice, patience, now)
                                    || until.filter(now.plus(patience)::isBefore).isPresent()
                            ? next(write, id, choice, patience, now).orElseGet(Turn.Stay::new)
                            : new Turn.Stay();
        };
    }

    private static Said said(
            OrderId id, IssuerChoice choice, Word word, String message, Actor actor, Instant now) {
        return new Said(choice.current(), id.slot(), word, message, actor, now, now, false);
    }

    private static boolean isTooLong(
            Write write, OrderId id, IssuerChoice choice, Duration patience, Instant now) {
        return Optional.ofNullable(current(write.handle(), id).get(choice.current()))
                .filter(said -> !said.since().plus(patience).isAfter(now))
                .isPresent();
    }

    /// @param rest how long one is left alone that was not available itself: were all to say that they will be away for long,
    ///     the turn would go round among them without a pause
    private static Optional<Turn> next(
            Write write, OrderId id, IssuerChoice choice, Duration rest, Instant now) {
        Map<IssuerName, Said> said = current(write.handle(), id);
        int many = choice.order().size();
        for (int step = 1; step < many; step++) {
            int place = (choice.turn() + step) % many;
            IssuerName name = choice.order().get(place);
            Optional<Said> before = Optional.ofNullable(said.get(name));
            if (before.filter(each -> each.word() == Word.REFUSED).isEmpty()) {
                forget(write.handle(), id, name);
                Instant from =
                        before.map(each -> each.at().plus(rest)).filter(now::isBefore).orElse(now);
                return Optional.of(new Turn.Next(choice.at(place), from));
            }
        }
        return Optional.empty();
    }

    /// It is asked anew: what it said before counts for nothing.
    private static void forget(Handle handle, OrderId id, IssuerName issuer) {
        handle.execute(
                "UPDATE certificate_answer SET past = 1 WHERE certificate_id = ? AND slot = ? AND issuer = ?",
                id.certificate().toString(),
                id.slot().name(),
                issuer.text());
    }

    /// It is signed, or given up: the next attempt begins with nothing held against anybody.
    static void over(Handle handle, OrderId id) {
        handle.execute(
                "UPDATE certificate_answer SET past = 1 WHERE certificate_id = ? AND slot = ?",
                id.certificate().toString(),
                id.slot().name());
    }

    /// The issuer whose turn it is has signed. Not kept where there was never anything else to tell.
    static void signed(Handle handle, OrderId id, IssuerChoice choice, Instant now) {
        if (choice.equals(IssuerChoice.EMBEDDED)) {
            return;
        }
        over(handle, id);
        put(
                handle,
                id,
                new Said(
                        choice.current(),
                        id.slot(),
                        Word.SIGNED,
                        "",
                        Actor.NOBODY,
                        now,
                        now,
                        true));
    }

    private static Map<IssuerName, Said> current(Handle handle, OrderId id) {
        Map<IssuerName, Said> current = new LinkedHashMap<>();
        of(handle, id.certificate()).stream()
                .filter(said -> said.slot() == id.slot() && !said.past())
                .forEach(said -> current.put(said.issuer(), said));
        return current;
    }

    private static void put(Handle handle, OrderId id, Said said) {
        handle.createUpdate(
                        """
                        INSERT INTO certificate_answer
                            (certificate_id, slot, issuer, said, message, actor, since, at, past)
                        SELECT id, :slot, :issuer, :said, :message, :actor, :at, :at, :past
                            FROM certificate WHERE id = :id
                        ON CONFLICT (certificate_id, slot, issuer) DO UPDATE SET
                            since = CASE WHEN certificate_answer.said = excluded.said AND certificate_answer.past = 0
                                THEN certificate_answer.since ELSE excluded.since END,
                            said = excluded.said, message = excluded.message, actor = excluded.actor,
                            at = excluded.at, past = excluded.past
                        """)
                .bind("id", id.certificate().toString())
                .bind("slot", id.slot().name())
                .bind("issuer", said.issuer().text())
                .bind("said", said.word().name())
                .bind("message", said.message())
                .bind("actor", said.actor().name())
                .bind("at", said.at().toEpochMilli())
                .bind("past", said.past() ? 1 : 0)
                .execute();
    }

    /// Why nothing was signed. Who was alone to be asked speaks for itself.
    static String refusals(Handle handle, OrderId id, IssuerChoice choice) {
        Map<IssuerName, Said> said = current(handle, id);
        return choice.order().size() == 1
                ? Optional.ofNullable(said.get(choice.current())).map(Said::message).orElse("")
                : choice.order().stream()
                        .flatMap(name -> Optional.ofNullable(said.get(name)).stream())
                        .map(each -> each.issuer() + ": " + each.message())
                        .collect(Collectors.joining(" "));
    }

    static void delete(Handle handle, String certificate) {
        handle.execute("DELETE FROM certificate_answer WHERE certificate_id = ?", certificate);
    }

    /// What a certificate waits for, where its issuer is what it waits for.
    static Cause cause(Answer answer) {
        return switch (answer) {
            case Answer.Signed _ -> Cause.NONE;
            case Answer.Refused(_, Actor actor) -> cause(actor, Cause.ISSUER_PAUSED);
            case Answer.Unavailable(_, Actor actor, _) -> cause(actor, Cause.ISSUER_UNAVAILABLE);
            case Answer.UnderWay(_, _, Actor actor) -> cause(actor, Cause.ISSUER_WORKING);
        };
    }

    private static Cause cause(Actor actor, Cause ofIssuer) {
        return switch (actor) {
            case ISSUER -> ofIssuer;
            case SERVER_OPERATOR -> Cause.ISSUER_WANTS_OPERATOR;
            case NAME_OWNER, DNS_OPERATOR -> Cause.ISSUER_WANTS_OWNER;
            case NOBODY -> Cause.ISSUER_PAUSED;
        };
    }
}
