package dev.nameplate.api.issuer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Answer;
import dev.nameplate.api.rest.Call;
import dev.nameplate.api.rest.Json;
import dev.nameplate.api.rest.Problem;
import dev.nameplate.api.rest.Route;
import dev.nameplate.certificate.IssuerFigures;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.acme.AcmeAccount;
import dev.nameplate.issuer.acme.AcmeIssuer;
import dev.nameplate.issuer.acme.AcmeProblem;
import dev.nameplate.issuer.acme.CallFailed;
import dev.nameplate.names.AccountId;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// The issuers of the settings, and what an operator does with the account at one. What it costs the authority's limits is shown by
/// `/v1/issuers/{name}/budget`.
public final class IssuerRoutes {
    private static final String ROOT = "/v1/issuers";
    private static final String ONE = ROOT + "/{name}";

    private final Database database;
    private final AccountId operator;
    private final List<AcmeIssuer> acme;
    private final IssuerJson json;

    /// @param operator whose the accounts at the authorities are: nobody else sees or touches them
    public IssuerRoutes(
            Database database, AccountId operator, List<AcmeIssuer> acme, IssuerJson json) {
        this.database = database;
        this.operator = operator;
        this.acme = List.copyOf(acme);
        this.json = json;
    }

    public List<Route> all() {
        return Stream.of(
                        Route.get(ROOT, this::list),
                        Route.get(ONE, this::show),
                        Route.post(ONE + "/register", this::register),
                        Route.post(ONE + "/rollover", this::rollOver),
                        Route.post(ONE + "/agree", this::agree),
                        Route.post(ONE + "/deactivate", this::deactivate))
                .map(each -> each.onlyFor(operator))
                .toList();
    }

    /// Asks no authority.
    private Answer list(Call call) {
        Map<IssuerName, IssuerFigures> figures = database.read(IssuerFigures::read);
        ObjectNode answer = Json.object();
        ArrayNode list = answer.putArray("issuers");
        list.add(json.embedded(figures(figures, IssuerName.EMBEDDED)));
        acme.forEach(each -> list.add(json.summary(each, figures(figures, each.name()))));
        return Answer.ok(answer);
    }

    private static IssuerFigures figures(Map<IssuerName, IssuerFigures> all, IssuerName name) {
        return all.getOrDefault(name, IssuerFigures.NONE);
    }

    private IssuerFigures figures(IssuerName name) {
        return figures(database.read(IssuerFigures::read), name);
    }

    private Answer show(Call call) {
        String name = call.segment("name");
        if (name.equals(IssuerName.EMBEDDED.text())) {
            return Answer.ok(json.embedded(figures(IssuerName.EMBEDDED)));
        }
        return shown(found(call));
    }

    private Answer shown(AcmeIssuer issuer) {
        return Answer.ok(json.whole(issuer, figures(issuer.name())));
    }

    private Answer register(Call call) {
        return ordered(call, AcmeAccount::register);
    }

    private Answer rollOver(Call call) {
        return ordered(call, AcmeAccount::rollKey);
    }

    private Answer agree(Call call) {
        ObjectNode body = call.body();
        Json.checkMembers(body, List.of("terms"));
        String terms = text(body, "terms");
        return ordered(call, account -> account.agree(terms));
    }

    private Answer deactivate(Call call) {
        ObjectNode body = call.body();
        Json.checkMembers(body, List.of("confirm", "force"));
        boolean force = Json.flag(body, "force");
        String confirm = text(body, "confirm");
        AcmeIssuer issuer = found(call);
        if (!confirm.equals(issuer.name().text())) {
            throw Problem.badRequest(
                    "confirm must be the issuer's name: a deactivated account never comes back");
        }
        if (!force) {
            refuseIfNeeded(issuer);
        }
        return ordered(call, AcmeAccount::deactivate);
    }

    private void refuseIfNeeded(AcmeIssuer issuer) {
        IssuerFigures figures = figures(issuer.name());
        long open = issuer.standing().open();
        if (figures.named() > 0 || open > 0) {
            throw Problem.conflict(
                    "%d certificates are to come from issuer '%s' now or when they are renewed, %d of them from nobody else; %d orders are open there. Name other issuers for them first, or say \"force\": true."
                            .formatted(figures.named(), issuer.name(), figures.alone(), open));
        }
    }

    private Answer ordered(Call call, Function<AcmeAccount, AcmeAccount.View> order) {
        AcmeIssuer issuer = found(call);
        try {
            var _ = order.apply(issuer.account());
        } catch (CallFailed failed) {
            AcmeProblem problem = failed.problem();
            throw problem.ours()
                    ? Problem.conflict(problem.detail())
                    : Problem.elsewhere(
                            "Issuer '%s': %s".formatted(issuer.name(), problem.text()),
                            problem.retryAfter(),
                            Map.of(
                                    "acmeType",
                                    problem.type(),
                                    "nextStepBy",
                                    problem.actor().name()));
        }
        return shown(issuer);
    }

    private static String text(ObjectNode body, String member) {
        JsonNode value = body.path(member);
        if (!value.isTextual()) {
            throw Problem.badRequest(member + " must be given, as a text");
        }
        return value.textValue();
    }

    private AcmeIssuer found(Call call) {
        String name = call.segment("name");
        if (name.equals(IssuerName.EMBEDDED.text())) {
            throw Problem.conflict(
                    "the embedded CA is our own: it has no account anywhere; its keys are changed by './nameplate ca rotate'");
        }
        Optional<AcmeIssuer> found =
                acme.stream().filter(each -> each.name().text().equals(name)).findFirst();
        return found.orElseThrow(
                () -> Problem.notFound("there is no issuer " + name + " in the settings"));
    }
}
