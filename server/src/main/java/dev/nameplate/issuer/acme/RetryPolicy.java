package dev.nameplate.issuer.acme;

import dev.nameplate.db.Database;
import dev.nameplate.issuer.acme.Progress.State;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// What becomes of an order when a call did not succeed, or what it asked for came to nothing: the same step later, another order, or
/// the end.
final class RetryPolicy {
    private static final Logger LOG = LoggerFactory.getLogger(RetryPolicy.class);

    /// Orders made for one certificate before its owner is told that the authority does not see the proof.
    private static final int MOST_ORDERS = 3;

    /// After the first, the second order that did not become valid: a record may take its time to be seen everywhere, and
    /// authorities count failures by the hour.
    private static final List<Duration> AFTER_FAILURE =
            List.of(Duration.ofMinutes(2), Duration.ofMinutes(20));

    private static final String UNKNOWN = "the authority does not know it any more";

    private final Database database;
    private final Pacing pacing;
    private final InstantSource clock;
    private final AcmeCa ca;
    private final AcmeAccount account;

    RetryPolicy(AcmeParts parts, AcmeCa ca, AcmeAccount account) {
        this.database = parts.database();
        this.pacing = parts.pacing();
        this.clock = parts.clock();
        this.ca = ca;
        this.account = account;
    }

    /// After a call that was refused, or had no answer.
    ///
    /// @param used what it was signed with; empty if the account was not ready for any
    Step failed(OrderRow row, AcmeProblem problem, Optional<Credentials> used) {
        Instant now = clock.instant();
        Progress progress = row.progress();
        State state = progress.state();
        if (used.isEmpty()) {
            return later(row, problem);
        }
        if (problem.refusal() && otherKey(used.get())) {
            return Step.to(row.with(progress.again(back(row, problem), problem, now, now)));
        }
        return switch (problem.type()) {
            case "accountDoesNotExist" -> {
                account.lost(used.get().url());
                Instant again =
                        progress.trouble().failures() == 0 ? now : now.plus(pause(row, problem));
                yield Step.to(
                        row.with(
                                progress.again(state, problem, now, again)
                                        .anew(Optional.of(problem), again)));
            }
            case AcmeProblem.TERMS, "externalAccountRequired" -> {
                account.blocked(problem);
                yield later(row, problem);
            }
            case "unauthorized" -> {
                if (state == State.READY) {
                    yield spent(row, problem.detail());
                }
                account.blocked(problem.as(AcmeProblem.ACCOUNT_NOT_READY));
                yield later(row, problem.as(AcmeProblem.ACCOUNT_NOT_READY));
            }
            case "caa", "connection", "dns", "incorrectResponse", "tls" -> {
                // Some look before they make an order, so that there is none to be counted.
                OrderRow counted =
                        state == State.ORDERING ? row.with(progress.askedOnceMore()) : row;
                yield Step.to(row.with(afterFailure(counted, problem)));
            }
            case "rateLimited" -> limited(row, problem);
            case "orderNotReady" ->
                    Step.to(
                            row.with(
                                    progress.again(
                                            State.VALIDATING,
                                            problem,
                                            now,
                                            progress.trouble().failures() == 0
                                                    ? now
                                                    : now.plus(pause(row, problem)))));
            case "badNonce", "serverInternal", AcmeProblem.UNREACHABLE, AcmeProblem.NOT_SHOWN ->
                    later(row, problem);
            case AcmeProblem.HTTP -> {
                if (problem.status() == 404 && progress.placed().isPresent()) {
                    yield spent(row, UNKNOWN);
                }
                // Without a problem document it is the word of something in front of the authority.
                yield problem.status() == 429 ? limited(row, problem) : later(row, problem);
            }
            default -> {
                if (state == State.ORDERING
                        && progress.replaces().isPresent()
                        && problem.refusal()) {
                    LOG.info(
                            "issuer '{}' does not take order {} as a renewal ({}); it is ordered as a new one",
                            ca.name(),
                            row.id(),
                            problem.text());
                    yield Step.to(
                            row.with(progress.replacingNothing().anew(Optional.of(problem), now)));
                }
                if (problem.status() == 404 && progress.placed().isPresent()) {
                    yield spent(row, UNKNOWN);
                }
                yield problem.refusal() || problem.type().equals(AcmeProblem.NO_CHALLENGE)
                        ? Step.to(row.with(progress.failed(problem, now)))
                        : later(row, problem);
            }
        };
    }

    /// Whether the account's key was changed since a request was signed with the old one.
    private boolean otherKey(Credentials used) {
        try {
            Credentials now = account.ready();
            return now.url().equals(used.url())
                    && !now.keys().getPublic().equals(used.keys().getPublic());
        } catch (CallFailed _) {
            return false;
        }
    }

    private Step limited(OrderRow row, AcmeProblem problem) {
        Instant now = clock.instant();
        Optional<Instant> until = problem.retryAfter().map(_ -> now.plus(pause(row, problem)));
        Instant again =
                database.write(
                        write -> pacing.limited(write, row.asking(), until, problem.detail(), now));
        return Step.to(row.with(row.progress().again(back(row, problem), problem, now, again)));
    }

    /// The same step later: when the authority says, else ever more seldom.
    Step later(OrderRow row, AcmeProblem problem) {
        Instant now = clock.instant();
        Instant at = now.plus(pause(row, problem));
        return Step.to(row.with(row.progress().again(back(row, problem), problem, now, at)));
    }

    /// An authority may say "at once" as often as it is asked, so what it says is a lower bound.
    private static Duration pause(OrderRow row, AcmeProblem problem) {
        Duration usual = Backoff.RETRYING.after(row.progress().trouble().failures());
        return problem.retryAfter().filter(told -> told.compareTo(usual) > 0).orElse(usual);
    }

    /// What was refused did not happen, so there is nothing to look for.
    private static State back(OrderRow row, AcmeProblem problem) {
        State state = row.progress().state();
        return state == State.ORDERING && problem.refusal() ? State.NEW : state;
    }

    /// The authority did not see what proves a name: another order, after a while, until there were too many.
    Progress afterFailure(OrderRow row, AcmeProblem problem) {
        Instant now = clock.instant();
        int asked = row.progress().asked();
        return asked >= MOST_ORDERS
                ? row.progress().failed(problem, now)
                : row.progress()
                        .anew(
                                Optional.of(problem),
                                now.plus(
                                        AFTER_FAILURE.get(
                                                Math.clamp(
                                                        asked - 1L, 0, AFTER_FAILURE.size() - 1))));
    }

    /// The order came to nothing, and nobody's proof is to blame: another one is asked for.
    Step spent(OrderRow row, String why) {
        LOG.info("order {} at issuer '{}' begins anew: {}", row.id(), ca.name(), why);
        AcmeProblem problem = AcmeProblem.of(AcmeProblem.UNREADABLE, why);
        Instant now = clock.instant();
        return Step.to(
                row.with(
                        row.progress().asked() >= MOST_ORDERS
                                ? afterFailure(row, problem)
                                : row.progress().anew(Optional.of(problem), now)));
    }
}
