package dev.nameplate.api.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ratelimit.Budget;
import dev.nameplate.issuer.ratelimit.IssuerBudgets;
import dev.nameplate.issuer.ratelimit.Pause;
import dev.nameplate.issuer.ratelimit.RateLimits;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import java.util.List;
import java.util.Optional;

/// What each issuer's rate limits leave, under `/v1/issuers/{name}/budget`.
public final class BudgetRoutes {
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1000;

    private final Database database;
    private final IssuerBudgets budgets;
    private final AccountId operator;

    /// @param operator who may see what all accounts together have used
    public BudgetRoutes(Database database, IssuerBudgets budgets, AccountId operator) {
        this.operator = operator;
        this.database = database;
        this.budgets = budgets;
    }

    public List<Route> all() {
        return List.of(
                Route.get("/v1/issuers/{name}/budget", this::budget, "domain", "limit")
                        .onlyFor(operator));
    }

    private record Shown(List<Budget> used, List<Pause> pauses) {}

    private Answer budget(Call call) {
        IssuerName issuer = issuer(call.segment("name"));
        Optional<DomainName> domain = domain(call);
        int limit = call.number("limit", 1, LARGEST_PAGE, PAGE);
        Shown shown =
                database.read(handle ->
                        new Shown(
                                budgets.used(handle, issuer, domain, limit),
                                budgets.pauses(handle, issuer)));
        RateLimits rules = budgets.limits(issuer);
        ObjectNode answer = Json.object().put("issuer", issuer.text());
        ObjectNode limits = answer.putObject("limits");
        rules.limits().forEach((kind, rate) -> limits.put(kind.key(), rate.toString()));
        rules.pendingAuthorizations()
                .ifPresent(most -> limits.put("pendingAuthorizations", most.toString()));
        limits.put("renewalsExempt", Boolean.toString(rules.renewalsExempt()))
                .put("ariExempt", Boolean.toString(rules.ariExempt()));
        put(answer.putArray("used"), shown.used());
        ArrayNode pauses = answer.putArray("pauses");
        for (Pause pause : shown.pauses()) {
            ObjectNode each =
                    pauses.addObject()
                            .put("until", pause.until().toString())
                            .put("since", pause.since().toString())
                            .put("message", pause.message());
            pause.domain().ifPresent(name -> each.put("domain", name));
        }
        return Answer.ok(answer);
    }

    private static void put(ArrayNode list, List<Budget> used) {
        for (Budget budget : used) {
            ObjectNode each =
                    list.addObject()
                            .put("kind", budget.kind().key())
                            .put("meaning", budget.kind().meaning())
                            .put("limit", budget.limit().burst())
                            .put("periodSeconds", budget.limit().period().toSeconds())
                            .put("used", budget.used())
                            .put("waiting", budget.waiting());
            if (!budget.scope().isEmpty()) {
                each.put("scope", budget.scope());
            }
            budget.next().ifPresent(at -> each.put("nextAt", at.toString()));
            budget.fullAt().ifPresent(at -> each.put("unusedAgainAt", at.toString()));
        }
    }

    private IssuerName issuer(String text) {
        try {
            IssuerName name = new IssuerName(text);
            if (name.equals(IssuerName.EMBEDDED) || budgets.knows(name)) {
                return name;
            }
        } catch (IllegalArgumentException _) {
            // Not found below.
        }
        throw Problem.notFound("there is no issuer " + text + " in the settings");
    }

    private static Optional<DomainName> domain(Call call) {
        try {
            return call.query("domain").map(DomainName::parse);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("domain: " + e.getMessage());
        }
    }
}
