package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.challenge.Challenges;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.issuer.acme.Progress.State;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Takes an order of one issuer from state to state.
///
/// | state | the call | what is stored with the next state | killed between call and store |
/// |---|---|---|---|
/// | `ORDERING` | a new order | its addresses | the order is looked for in the account's list; where there is none, the authority is asked again, and may give the same |
/// | `ORDERED` | what each name needs | the challenges chosen, and what they show | asked again |
/// | `CHALLENGED` | told to look, for each name | – | told again, which changes nothing |
/// | `VALIDATING` | how is the order? | – | asked again |
/// | `READY` | sign this request | – | asked again with the same request; an authority that has it already says so by the order's state |
/// | `FINALIZING` | how is the order? | the certificate's address | asked again |
/// | `ISSUED` | the certificate | the chain, once it was checked | fetched again |
///
/// The calls are in [OrderCalls] and [Authorizations]; what one that did not succeed comes to, [RetryPolicy] says. Each change names the version of the row it was made of, so of two processes that work on one order only one is heard.
final class OrderSteps {
    private final Database database;
    private final Challenges challenges;
    private final Pacing pacing;
    private final InstantSource clock;
    private final BiConsumer<Write, CertificateId> decided;
    private final AcmeAccount account;
    private final OrderCalls order;
    private final Authorizations authorizations;
    private final RetryPolicy retries;
    private final Outcomes outcomes;

    OrderSteps(
            AcmeParts parts, AcmeCa ca, AcmeClient client, AcmeAccount account, Outcomes outcomes) {
        this.database = parts.database();
        this.challenges = parts.challenges();
        this.pacing = parts.pacing();
        this.clock = parts.clock();
        this.decided = parts.decided();
        this.account = account;
        this.outcomes = outcomes;
        this.retries = new RetryPolicy(parts, ca, account);
        this.authorizations = new Authorizations(parts, client, retries);
        this.order = new OrderCalls(parts.clock(), ca, client, authorizations, retries);
    }

    /// In the transaction that marks it as being asked for: whether it is its turn.
    Optional<OrderRow> begin(Write write, OrderRow row) {
        Instant now = clock.instant();
        Progress next =
                switch (pacing.order(write, row.asking())) {
                    case Pacing.Verdict.Go() -> row.progress().trying(State.ORDERING, now);
                    case Pacing.Verdict.NotBefore(Instant at, String reason) ->
                            row.progress().held(AcmeProblem.of(AcmeProblem.BUDGET, reason), at);
                };
        OrderRow begun = row.with(next);
        return OrderRows.save(write.handle(), begun, now)
                ? Optional.of(begun.stored())
                : Optional.empty();
    }

    /// Goes on until the order has to wait or is decided.
    ///
    /// @param left what an earlier run left behind is looked for there first
    void run(OrderRow row, Optional<LeftOrders> left) {
        OrderRow current = row;
        Optional<LeftOrders> search = left;
        while (!current.progress().state().decided()
                && current.progress().state() != State.NEW
                && !current.progress().due().isAfter(clock.instant())) {
            Optional<OrderRow> stored = one(current, search);
            if (stored.isEmpty()) {
                return;
            }
            search = Optional.empty();
            current = stored.get();
        }
    }

    /// @return the row after one step; empty if somebody else had it
    Optional<OrderRow> one(OrderRow row, Optional<LeftOrders> left) {
        return record(row, taken(row, left));
    }

    private Step taken(OrderRow row, Optional<LeftOrders> left) {
        Optional<Credentials> used = Optional.empty();
        try {
            used = Optional.of(account.ready());
            return step(row, used.get(), left);
        } catch (CallFailed failed) {
            return retries.failed(row, failed.problem(), used);
        } catch (AcmeClient.Unreadable failed) {
            return retries.failed(
                    row, AcmeProblem.of(AcmeProblem.UNREADABLE, "" + failed.getMessage()), used);
        }
    }

    private Step step(OrderRow row, Credentials with, Optional<LeftOrders> left) {
        Progress progress = row.progress();
        if (progress.placed().filter(there -> !there.account().equals(with.url())).isPresent()) {
            return Step.to(row.with(progress.anew(Optional.empty(), clock.instant())));
        }
        return switch (progress.state()) {
            case ORDERING -> Step.to(row.with(order.ordered(row, with, left)));
            case ORDERED -> authorizations.challenged(row, with, row.placed());
            case CHALLENGED -> authorizations.validating(row, with, row.placed());
            case VALIDATING, FINALIZING -> order.looked(row, with, row.placed());
            case READY -> Step.to(row.with(order.finalized(row, with, row.placed())));
            case ISSUED -> Step.to(row.with(order.fetched(row, with, row.placed())));
            case NEW, VALID, FAILED ->
                    throw new IllegalStateException(
                            "there is no step from " + progress.state() + " of order " + row.id());
        };
    }

    private Optional<OrderRow> record(OrderRow before, Step step) {
        Instant now = clock.instant();
        OrderRow next = step.next();
        State state = next.progress().state();
        boolean saved =
                database.write(write -> {
                    if (!OrderRows.save(write.handle(), next, now)) {
                        return false;
                    }
                    Pacing.Asking asking = next.asking();
                    if (before.progress().state() == State.ORDERING && state == State.ORDERED) {
                        pacing.ordered(write, asking);
                    }
                    step.unproven()
                            .forEach(host -> pacing.validationFailed(write, next.issuer(), host));
                    step.show().forEach(each -> challenges.show(write, next.owner(), each));
                    if (state == State.VALID) {
                        pacing.issued(write, asking);
                    }
                    boolean givenUp = state == State.NEW && before.progress().placed().isPresent();
                    if (state == State.FAILED || givenUp) {
                        pacing.withdrawn(write, asking);
                    }
                    if (state.decided()) {
                        decided.accept(write, next.id().certificate());
                    }
                    if (state.decided() || state == State.NEW) {
                        challenges.hide(write, next.owner());
                    }
                    return true;
                });
        if (!saved) {
            return Optional.empty();
        }
        if (before.progress().state() == State.ORDERING && next.progress().placed().isPresent()) {
            account.accepted();
        }
        outcomes.saw(before, next);
        return Optional.of(next.stored());
    }
}
