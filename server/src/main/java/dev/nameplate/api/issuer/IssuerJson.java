package dev.nameplate.api.issuer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Json;
import dev.nameplate.certificate.IssuerFigures;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.issuer.acme.AcmeAccount;
import dev.nameplate.issuer.acme.AcmeCa;
import dev.nameplate.issuer.acme.AcmeIssuer;
import dev.nameplate.issuer.acme.AcmeProblem;
import dev.nameplate.issuer.acme.CallFailed;
import dev.nameplate.issuer.acme.Offer;
import dev.nameplate.issuer.acme.Standing;
import dev.nameplate.issuer.ratelimit.IssuerBudgets;
import dev.nameplate.issuer.ratelimit.RateLimits;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.X509;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// How an issuer is shown.
///
/// @param doors who asks which issuers where nobody says, first choice first
/// @param keys of certificates whose requester named none, by the issuer of first choice
/// @param signing the certificate that our own authority signs with now
public record IssuerJson(
        IssuerBudgets budgets,
        Map<String, List<String>> doors,
        Map<IssuerName, KeyAlgorithm> keys,
        Supplier<X509Certificate> signing) {

    ObjectNode embedded(IssuerFigures figures) {
        ObjectNode json = begun(IssuerName.EMBEDDED, "EMBEDDED", figures);
        X509Certificate authority = signing.get();
        json.putObject("authority")
                .put("name", X509.commonName(authority.getSubjectX500Principal()))
                .put("serial", X509.serial(authority))
                .put("notAfter", authority.getNotAfter().toInstant().toString());
        return json;
    }

    /// What is known without asking the authority.
    ObjectNode summary(AcmeIssuer issuer, IssuerFigures figures) {
        ObjectNode json = begun(issuer.name(), "ACME", figures);
        AcmeCa ca = issuer.ca();
        json.put("directory", ca.directory().toString());
        Standing standing = issuer.standing();
        json.putObject("orders").put("open", standing.open());
        standing.success().ifPresent(each -> put(json.putObject("lastSuccess"), each));
        standing.failure().ifPresent(each -> put(json.putObject("lastFailure"), each));
        Optional<AcmeAccount.View> account = issuer.account().view();
        ObjectNode shown =
                json.putObject("account")
                        .put("state", account.map(each -> each.status().name()).orElse("NONE"));
        account.ifPresent(each -> put(shown, each));
        return json;
    }

    /// With what the authority says of itself.
    ObjectNode whole(AcmeIssuer issuer, IssuerFigures figures) {
        ObjectNode json = summary(issuer, figures);
        AcmeCa ca = issuer.ca();
        ca.contacts().forEach(json.putArray("contacts")::add);
        ca.profile().ifPresent(profile -> json.put("profile", profile));
        ca.preferredChain().ifPresent(chain -> json.put("preferredChain", chain));
        json.put("externalAccount", ca.externalAccount().isPresent());
        AcmeIssuer.CHALLENGES.forEach(json.putArray("challenges")::add);
        RateLimits rules = budgets.limits(issuer.name());
        ObjectNode limits = json.putObject("limits");
        rules.limits().forEach((kind, rate) -> limits.put(kind.key(), rate.toString()));
        Optional<Offer> offer = Optional.empty();
        try {
            offer = Optional.of(issuer.offer());
        } catch (CallFailed failed) {
            put(json.putObject("directoryProblem"), failed.problem());
        }
        putTerms(json.putObject("terms"), issuer.account().view(), offer);
        offer.ifPresent(each -> {
            ObjectNode profiles = json.putObject("profiles");
            each.profiles().forEach(profiles::put);
            json.put("externalAccountRequired", each.externalAccountRequired());
            each.website().ifPresent(url -> json.put("website", url));
        });
        ArrayNode caa = json.putArray("caaNames");
        (ca.caaNames().isEmpty()
                        ? offer.stream().flatMap(each -> each.caaNames().stream())
                        : ca.caaNames().stream())
                .forEach(caa::add);
        return json;
    }

    private ObjectNode begun(IssuerName name, String kind, IssuerFigures figures) {
        ObjectNode json = Json.object().put("name", name.text()).put("kind", kind);
        ArrayNode named = json.putArray("doors");
        doors.entrySet().stream()
                .filter(door -> door.getValue().contains(name.text()))
                .map(Map.Entry::getKey)
                .sorted()
                .forEach(named::add);
        Optional.ofNullable(keys.get(name)).ifPresent(key -> json.put("keyType", key.name()));
        json.putObject("certificates")
                .put("signed", figures.signed())
                .put("named", figures.named())
                .put("namedAlone", figures.alone());
        return json;
    }

    private static void put(ObjectNode json, AcmeAccount.View account) {
        account.url().ifPresent(url -> json.put("url", url));
        json.put("since", account.createdAt().toString());
        account.contacts().forEach(json.putArray("contacts")::add);
        json.put("thumbprint", account.thumbprint());
        account.keyAt().ifPresent(at -> json.put("keySince", at.toString()));
        json.put("rollover", account.keyChange() ? "UNDER_WAY" : "NONE");
        account.keyProblem().ifPresent(refused -> put(json.putObject("rolloverRefused"), refused));
        account.problem()
                .ifPresent(problem ->
                        put(
                                json.putObject("problem")
                                        .put("retryAt", account.retryAt().toString()),
                                problem));
    }

    private static void putTerms(
            ObjectNode json, Optional<AcmeAccount.View> account, Optional<Offer> offer) {
        Optional<String> agreed = account.flatMap(AcmeAccount.View::terms);
        Optional<String> current = offer.flatMap(Offer::terms);
        agreed.ifPresent(url -> json.put("agreed", url));
        account.flatMap(AcmeAccount.View::termsAt)
                .ifPresent(at -> json.put("agreedAt", at.toString()));
        current.ifPresent(url -> json.put("current", url));
        boolean others =
                agreed.isPresent() && current.isPresent() && !agreed.get().equals(current.get());
        boolean wanted =
                account.flatMap(AcmeAccount.View::problem).filter(AcmeProblem::stays).isPresent();
        json.put("changed", others || wanted);
    }

    private static void put(ObjectNode json, Standing.Outcome outcome) {
        json.put("at", outcome.at().toString());
        outcome.names().forEach(json.putArray("names")::add);
        outcome.problem().ifPresent(problem -> put(json, problem));
    }

    private static void put(ObjectNode json, AcmeProblem problem) {
        json.put("type", problem.type())
                .put("detail", problem.text())
                .put("nextStepBy", problem.actor().name());
        problem.page().ifPresent(url -> json.put("page", url));
    }
}
