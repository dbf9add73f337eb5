package dev.nameplate;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.db.Write;
import dev.nameplate.issuer.acme.Pacing;
import dev.nameplate.issuer.ratelimit.Admission;
import dev.nameplate.issuer.ratelimit.Demand;
import dev.nameplate.issuer.ratelimit.Demand.Occasion;
import dev.nameplate.issuer.ratelimit.IssuerBudgets;
import dev.nameplate.names.DomainName;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Has ACME orders keep to the budgets of their issuers.
record BudgetPacing(IssuerBudgets budgets, InstantSource clock) implements Pacing {
    /// Whoever has nothing yet is patient for so long; a renewal began with more time than that.
    private static final Duration PATIENCE = Duration.ofDays(3);

    private static final Duration RENEWALS_PATIENCE = Duration.ofDays(7);

    @Override
    public Verdict account(Write write, IssuerName issuer) {
        return verdict(budgets.admitAccount(write, issuer));
    }

    @Override
    public Verdict order(Write write, Asking asking) {
        Instant now = clock.instant();
        return verdict(
                budgets.admit(
                        write,
                        asking.issuer(),
                        asking.owner(),
                        new Demand(
                                Set.copyOf(asking.names()),
                                asking.replaces() ? Occasion.ARI_RENEWAL : Occasion.NEW,
                                now.plus(asking.replaces() ? RENEWALS_PATIENCE : PATIENCE))));
    }

    private static Verdict verdict(Admission admission) {
        return switch (admission) {
            case Admission.Granted() -> new Verdict.Go();
            case Admission.NotBefore(Instant at, String message) ->
                    new Verdict.NotBefore(at, message);
        };
    }

    @Override
    public void ordered(Write write, Asking asking) {
        budgets.ordered(write, asking.issuer(), asking.owner());
    }

    @Override
    public void issued(Write write, Asking asking) {
        budgets.issued(write, asking.issuer(), asking.owner());
    }

    @Override
    public void withdrawn(Write write, Asking asking) {
        budgets.withdrawn(write, asking.issuer(), asking.owner());
    }

    @Override
    public Verdict validation(Write write, IssuerName issuer, DomainName host) {
        return verdict(budgets.admitValidation(write, issuer, host));
    }

    @Override
    public void validationFailed(Write write, IssuerName issuer, DomainName host) {
        budgets.validationFailed(write, issuer, host);
    }

    /// Authorities name the domain in their words when a limit is a domain's own.
    @Override
    public Instant limited(
            Write write, Asking asking, Optional<Instant> until, String detail, Instant now) {
        String words = detail.toLowerCase(Locale.ROOT);
        Optional<DomainName> domain =
                asking.names().stream()
                        .filter(name -> words.contains(name.registeredDomain()))
                        .findFirst();
        return budgets.limited(write, asking.issuer(), domain, until, detail);
    }
}
