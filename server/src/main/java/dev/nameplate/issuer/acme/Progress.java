package dev.nameplate.issuer.acme;

import dev.nameplate.dns.Actor;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far an order is.
///
/// @param replaces the identifier of the certificate whose place it takes (RFC 9773 section 4.1), as long as the authority goes by it
/// @param placed what the authority has of it
/// @param asked how many orders were made for it
/// @param looks in this state
/// @param problem the last one; kept while it goes on
/// @param chain in PEM
record Progress(
        State state,
        Instant due,
        Optional<String> replaces,
        Optional<Placed> placed,
        int asked,
        int looks,
        Trouble trouble,
        Optional<AcmeProblem> problem,
        Optional<String> chain) {
    /// How long a row is decided and still there, if nobody ever asks for it.
    private static final Duration KEPT = Duration.ofDays(3650);

    enum State {
        /// The authority knows nothing of it.
        NEW,
        /// It is being asked for an order. Whoever finds this later must look whether there is one.
        ORDERING,
        /// There is an order; what has to be proven for it is not known yet.
        ORDERED,
        /// What the authority wants to see is shown.
        CHALLENGED,
        /// The authority was told to look.
        VALIDATING,
        /// Everything is proven.
        READY,
        /// The authority has the request to sign.
        FINALIZING,
        /// There is a certificate, to be fetched.
        ISSUED,
        VALID,
        FAILED;

        boolean decided() {
            return this == VALID || this == FAILED;
        }
    }

    /// An order at the authority.
    ///
    /// @param account it is under
    /// @param certificate where the certificate is
    record Placed(
            String account,
            String order,
            String finalizeUrl,
            Optional<String> certificate,
            List<Authorized> authorizations) {
        Placed {
            authorizations = List.copyOf(authorizations);
        }

        Placed proving(List<Authorized> chosen) {
            return new Placed(account, order, finalizeUrl, certificate, chosen);
        }

        Placed issuedAt(String url) {
            return new Placed(account, order, finalizeUrl, Optional.of(url), authorizations);
        }
    }

    /// What one name has to be proven by.
    ///
    /// @param name without the asterisk
    /// @param type of the challenge chosen; empty while none is, and for a name that counts as proven
    /// @param challenge where the authority is told to look
    record Authorized(String url, String name, boolean wildcard, String type, String challenge) {
        boolean open() {
            return !type.isEmpty();
        }
    }

    /// Calls in a row that did not succeed.
    record Trouble(int failures, Optional<Instant> since) {
        static final Trouble NONE = new Trouble(0, Optional.empty());

        Trouble more(Instant now) {
            return new Trouble(failures + 1, Optional.of(since.orElse(now)));
        }
    }

    static Progress begin(Optional<String> replaces, Instant due) {
        return new Progress(
                State.NEW,
                due,
                replaces,
                Optional.empty(),
                0,
                0,
                Trouble.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /// A step that went well. A limit that held it up before does not any more.
    Progress in(State next, Instant at) {
        return new Progress(
                next,
                at,
                replaces,
                placed,
                asked,
                next == state ? looks + 1 : 0,
                Trouble.NONE,
                problem.filter(each -> each.actor() != Actor.NOBODY),
                chain);
    }

    /// On to a call that may have failed before: what it cost until now is forgotten once it succeeds.
    Progress trying(State next, Instant at) {
        return new Progress(next, at, replaces, placed, asked, 0, trouble, problem, chain);
    }

    Progress at(Placed there) {
        return new Progress(
                state, due, replaces, Optional.of(there), asked, looks, trouble, problem, chain);
    }

    Progress askedOnceMore() {
        return new Progress(
                state, due, replaces, placed, asked + 1, looks, trouble, problem, chain);
    }

    Progress replacingNothing() {
        return new Progress(
                state, due, Optional.empty(), placed, asked, looks, trouble, problem, chain);
    }

    /// What the authority had of it counts no more: another order is asked for.
    Progress anew(Optional<AcmeProblem> why, Instant at) {
        return new Progress(
                State.NEW,
                at,
                replaces,
                Optional.empty(),
                asked,
                0,
                trouble,
                why.or(() -> problem),
                Optional.empty());
    }

    /// The same again later, since it did not succeed.
    Progress again(State in, AcmeProblem why, Instant now, Instant at) {
        return new Progress(
                in, at, replaces, placed, asked, looks, trouble.more(now), Optional.of(why), chain);
    }

    /// It is not its turn yet.
    Progress held(AcmeProblem why, Instant until) {
        return new Progress(
                state,
                until,
                replaces,
                placed,
                asked,
                looks,
                Trouble.NONE,
                Optional.of(why),
                chain);
    }

    Progress valid(String pem, Instant now) {
        return new Progress(
                State.VALID,
                now.plus(KEPT),
                replaces,
                placed,
                asked,
                0,
                Trouble.NONE,
                Optional.empty(),
                Optional.of(pem));
    }

    Progress failed(AcmeProblem why, Instant now) {
        return new Progress(
                State.FAILED,
                now.plus(KEPT),
                replaces,
                placed,
                asked,
                0,
                Trouble.NONE,
                Optional.of(why),
                Optional.empty());
    }
}
