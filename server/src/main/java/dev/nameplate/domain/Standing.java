package dev.nameplate.domain;

import dev.nameplate.saas.EntryState;
import dev.nameplate.saas.Failure;
import dev.nameplate.saas.Progress;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A domain with all that decides how it stands.
///
/// @param progress of its job's entry
public record Standing(Domain domain, Progress progress, List<TakeOver> takeOvers) {
    public Standing {
        takeOvers = List.copyOf(takeOvers);
    }

    /// Who takes the next step.
    public enum Actor {
        /// Whoever on-boarded the domain.
        REQUESTER,
        /// The owner of the domain, in its DNS.
        DOMAIN_OWNER,
        OPERATOR,
        SERVER,
        NOBODY
    }

    public DomainState state() {
        EntryState entry = progress.state();
        if (entry == EntryState.REMOVED) {
            return DomainState.REMOVED;
        }
        if (domain.removingAt().isPresent() || entry.removal()) {
            return DomainState.REMOVING;
        }
        if (domain.isLost()) {
            return DomainState.LOST;
        }
        return switch (entry) {
            case VALIDATE, CLONE, CERTIFICATE, DELETE_CERTIFICATE -> DomainState.PREPARING;
            case PROOF -> DomainState.WAITING_FOR_PROOF;
            case BIND ->
                    waiting().findFirst().isPresent()
                            ? DomainState.WAITING_FOR_TAKE_OVER
                            : DomainState.BINDING;
            case VERIFY -> DomainState.VERIFYING;
            case DONE -> DomainState.SERVED;
            case FAILED -> DomainState.FAILED;
            case CANCELLED -> DomainState.CANCELLED;
            case UNSERVE, DELETE_DISTRIBUTION -> DomainState.REMOVING;
            case REMOVED -> DomainState.REMOVED;
        };
    }

    public Actor nextStepBy() {
        return switch (state()) {
            case PREPARING, BINDING, VERIFYING -> Actor.SERVER;
            case WAITING_FOR_PROOF, WAITING_FOR_TAKE_OVER -> Actor.DOMAIN_OWNER;
            case FAILED -> progress.failure().map(Standing::actor).orElse(Actor.REQUESTER);
            case CANCELLED, LOST -> Actor.REQUESTER;
            case REMOVING ->
                    progress.state() == EntryState.FAILED && progress.due().isEmpty()
                            ? Actor.OPERATOR
                            : Actor.SERVER;
            case SERVED, REMOVED -> Actor.NOBODY;
        };
    }

    private static Actor actor(Failure failure) {
        return switch (failure.nextStep()) {
            case REQUESTER -> Actor.REQUESTER;
            case DOMAIN_OWNER -> Actor.DOMAIN_OWNER;
            case OPERATOR -> Actor.OPERATOR;
        };
    }

    public Optional<String> reason() {
        return switch (state()) {
            case LOST ->
                    Optional.of(
                            "its owner moved the name to another holder by a TXT record; see /v1/domain-events,"
                                    + " and off-board the domain to take away what is left of it");
            case WAITING_FOR_PROOF -> Optional.of("the DNS does not show all proofs yet");
            case WAITING_FOR_TAKE_OVER ->
                    waiting()
                            .flatMap(each -> each.reason().stream())
                            .findFirst()
                            .or(() ->
                                    Optional.of(
                                            "the DNS does not show the record that lets the name be taken over"));
            case FAILED, CANCELLED, REMOVING ->
                    progress.failure()
                            .map(Failure::reason)
                            .map(text ->
                                    has(TakeOver.State.EXPIRED)
                                            ? text + " The take-over expired."
                                            : has(TakeOver.State.CALLED_OFF)
                                                    ? text + " The take-over was called off."
                                                    : text);
            case PREPARING, BINDING, VERIFYING, SERVED, REMOVED -> progress.note();
        };
    }

    private boolean has(TakeOver.State state) {
        return takeOvers.stream().anyMatch(each -> each.state() == state);
    }

    public Stream<TakeOver> waiting() {
        return takeOvers.stream().filter(each -> each.state() == TakeOver.State.WAITING);
    }

    public Optional<Instant> nextLook() {
        return Stream.concat(
                        progress.due().stream(), waiting().flatMap(each -> each.due().stream()))
                .min(Instant::compareTo);
    }
}
