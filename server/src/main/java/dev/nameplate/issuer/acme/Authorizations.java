package dev.nameplate.issuer.acme;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.Issuer;
import dev.nameplate.challenge.Challenge;
import dev.nameplate.challenge.Challenges;
import dev.nameplate.db.Database;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.issuer.acme.ChallengeChoice.Chosen;
import dev.nameplate.issuer.acme.Progress.Authorized;
import dev.nameplate.issuer.acme.Progress.Placed;
import dev.nameplate.issuer.acme.Progress.State;
import dev.nameplate.names.DomainName;

import org.shredzone.acme4j.toolbox.JSONBuilder;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The calls about the authorizations of an order, one for each name (RFC 8555 section 7.5): which challenge is met, that what it wants
/// is to be seen before the authority is told to look, and why the authority gave one up.
final class Authorizations {
    private final Database database;
    private final Challenges challenges;
    private final TextLookup texts;
    private final Pacing pacing;
    private final InstantSource clock;
    private final AcmeClient client;
    private final RetryPolicy retries;

    Authorizations(AcmeParts parts, AcmeClient client, RetryPolicy retries) {
        this.database = parts.database();
        this.challenges = parts.challenges();
        this.texts = parts.texts();
        this.pacing = parts.pacing();
        this.clock = parts.clock();
        this.client = client;
        this.retries = retries;
    }

    /// Chooses a challenge for each name that is not proven yet.
    Step challenged(OrderRow row, Credentials with, Placed there) {
        List<Authorized> chosen = new ArrayList<>();
        List<Challenge> show = new ArrayList<>();
        for (Authorized each : there.authorizations()) {
            JsonNode authorization = client.get(with, each.url()).body();
            String name = authorization.path("identifier").path("value").asText();
            boolean wildcard = authorization.path("wildcard").asBoolean();
            String status = authorization.path("status").asText();
            if (status.equals("valid")) {
                chosen.add(new Authorized(each.url(), name, wildcard, "", ""));
            } else if (status.equals("pending")) {
                Chosen challenge = choice(row, with, authorization, name, wildcard);
                chosen.add(
                        new Authorized(
                                each.url(), name, wildcard, challenge.type(), challenge.url()));
                show.add(challenge.shown());
            } else {
                return retries.spent(row, "an authorization for " + name + " is " + status);
            }
        }
        State next = show.isEmpty() ? State.VALIDATING : State.CHALLENGED;
        Progress progress = row.progress().in(next, clock.instant());
        return new Step(row.with(progress.at(there.proving(chosen))), show, List.of());
    }

    private Chosen choice(
            OrderRow row, Credentials with, JsonNode authorization, String name, boolean wildcard) {
        String identifier = wildcard ? "*." + name : name;
        Issuer.Name ours =
                row.names().stream()
                        .filter(each -> each.name().ascii().equals(identifier))
                        .findFirst()
                        .orElseThrow(() ->
                                new AcmeClient.Unreadable(
                                        "it wants '"
                                                + identifier
                                                + "' proven, which was not ordered"));
        JsonNode offered = authorization.path("challenges");
        return ChallengeChoice.of(offered, ours, with, row.progress().asked() - 1)
                .orElseThrow(() ->
                        new CallFailed(
                                AcmeProblem.of(
                                        AcmeProblem.NO_CHALLENGE,
                                        "The authority offers no way to prove %s that the record of its owner, or its traffic, allows. It offers: %s"
                                                .formatted(identifier, types(offered)))));
    }

    private static String types(JsonNode offered) {
        List<String> types = offered.findValuesAsText("type");
        return types.isEmpty() ? "nothing" : String.join(", ", types);
    }

    /// Tells the authority to look at each name, once what it would look for is there.
    Step validating(OrderRow row, Credentials with, Placed there) {
        Instant now = clock.instant();
        Optional<AcmeProblem> unseen = unseen(row, there).or(() -> missing(row, with, there));
        if (unseen.isPresent()) {
            return retries.later(row, unseen.get());
        }
        for (Authorized each : there.authorizations()) {
            if (each.open()) {
                DomainName host = new DomainName(each.name());
                Pacing.Verdict verdict =
                        database.write(write -> pacing.validation(write, row.issuer(), host));
                if (verdict instanceof Pacing.Verdict.NotBefore(Instant at, String reason)) {
                    return Step.to(
                            row.with(
                                    row.progress()
                                            .held(AcmeProblem.of(AcmeProblem.BUDGET, reason), at)));
                }
            }
        }
        for (Authorized each : there.authorizations()) {
            if (each.open()) {
                look(with, each);
            }
        }
        return Step.to(
                row.with(row.progress().in(State.VALIDATING, now.plus(Backoff.POLLING.first()))));
    }

    /// Tells the authority to look; it may have been told already.
    private void look(Credentials with, Authorized authorized) {
        try {
            AcmeClient.Got got = client.post(with, authorized.challenge(), new JSONBuilder());
            // What says nothing of a challenge does not say that the authority will look.
            if (!got.body().path("status").isTextual()) {
                throw new AcmeClient.Unreadable("the answer for a challenge has no status");
            }
        } catch (CallFailed failed) {
            if (!failed.problem().refusal()
                    || failed.problem().type().equals("rateLimited")
                    || client.get(with, authorized.url())
                            .body()
                            .path("status")
                            .asText()
                            .equals("pending")) {
                throw failed;
            }
        }
    }

    /// An authority that looks too early remembers what it did not see.
    private Optional<AcmeProblem> unseen(OrderRow row, Placed there) {
        if (there.authorizations().stream().noneMatch(each -> each.type().startsWith("dns-"))) {
            return Optional.empty();
        }
        for (String target : row.names().stream().map(Issuer.Name::target).distinct().toList()) {
            for (String text : database.read(handle -> challenges.texts(handle, target))) {
                String name =
                        target.endsWith(".") ? target.substring(0, target.length() - 1) : target;
                if (!texts.shows(name, text)) {
                    return Optional.of(
                            AcmeProblem.of(
                                    AcmeProblem.NOT_SHOWN,
                                    "This server's own DNS does not show the TXT record at %s that the authority would look for. The operator of this server must see that its name servers answer."
                                            .formatted(name)));
                }
            }
        }
        return Optional.empty();
    }

    /// Some challenges are looked for elsewhere than where the standing record is: then the owner has to set one more.
    private Optional<AcmeProblem> missing(OrderRow row, Credentials with, Placed there) {
        for (Authorized each : there.authorizations()) {
            Optional<String> owners = ChallengeChoice.owners(each.type(), each.name(), with);
            Optional<String> target =
                    row.names().stream()
                            .filter(name -> name.name().base().ascii().equals(each.name()))
                            .map(Issuer.Name::target)
                            .findFirst();
            if (owners.isPresent() && target.isPresent()) {
                List<String> shown =
                        database.read(handle -> challenges.texts(handle, target.get()));
                if (!shown.stream().allMatch(text -> texts.shows(owners.get(), text))) {
                    return Optional.of(
                            AcmeProblem.of(
                                    AcmeProblem.RECORD_MISSING,
                                    "The authority offers %s alone and looks at %s, where what this server shows is not to be seen. Set the record %s. CNAME %s and leave it there: renewals need it."
                                            .formatted(
                                                    each.type(),
                                                    owners.get(),
                                                    owners.get(),
                                                    target.get())));
                }
            }
        }
        return Optional.empty();
    }

    /// Whether there is a name that the authority will not see proven any more.
    boolean givenUp(Credentials with, Placed there) {
        return there.authorizations().stream()
                .filter(Authorized::open)
                .anyMatch(each -> isGivenUp(client.get(with, each.url()).body(), each));
    }

    /// Some authorities do not give up what they did not see, and look again only when they are told to (RFC 8555 section 8.2): then
    /// the challenge is pending, and has an error.
    private static boolean isGivenUp(JsonNode authorization, Authorized each) {
        return switch (authorization.path("status").asText()) {
            case "valid" -> false;
            case "pending" ->
                    authorization
                            .path("challenges")
                            .valueStream()
                            .anyMatch(challenge ->
                                    challenge.path("url").asText().equals(each.challenge())
                                            && challenge.path("status").asText().equals("pending")
                                            && challenge.path("error").isObject());
            default -> true;
        };
    }

    /// The authority gave the order up; why, it says of each name.
    Step invalid(OrderRow row, Credentials with, Placed there, JsonNode error) {
        List<AcmeProblem.About> about = new ArrayList<>();
        List<DomainName> unproven = new ArrayList<>();
        for (Authorized each : there.authorizations()) {
            JsonNode authorization = client.get(with, each.url()).body();
            for (JsonNode challenge : authorization.path("challenges")) {
                JsonNode why = challenge.path("error");
                if (why.isObject()) {
                    about.add(
                            new AcmeProblem.About(
                                    each.name(),
                                    why.path("type").asText("about:blank"),
                                    why.path("detail").asText("")));
                    unproven.add(
                            new DomainName(
                                    authorization.path("identifier").path("value").asText()));
                }
            }
        }
        if (about.isEmpty() && !error.isObject()) {
            return retries.spent(row, "the authority gave the order up and does not say why");
        }
        AcmeProblem problem =
                about.isEmpty()
                        ? AcmeProblem.of(error, 0, Optional.empty())
                        : new AcmeProblem(
                                about.getFirst().type(),
                                "The authority did not see what proves the name",
                                0,
                                Optional.empty(),
                                about);
        return new Step(row.with(retries.afterFailure(row, problem)), List.of(), unproven);
    }
}
