package dev.nameplate.issuer.acme;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Issuer;
import dev.nameplate.challenge.Challenge;
import dev.nameplate.challenge.Challenges;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.issuer.acme.ChallengeChoice.Chosen;
import dev.nameplate.issuer.acme.Progress.Authorized;
import dev.nameplate.issuer.acme.Progress.Placed;
import dev.nameplate.issuer.acme.Progress.State;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.Pem;

import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.toolbox.JSONBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
/// Each change names the version of the row it was made of, so of two processes that work on one order only one is heard.
final class OrderSteps {
    private static final Logger LOG = LoggerFactory.getLogger(OrderSteps.class);

    /// Orders made for one certificate before its owner is told that the authority does not see the proof.
    static final int MOST_ORDERS = 3;

    /// After the first, the second order that did not become valid: a record may take its time to be seen everywhere, and
    /// authorities count failures by the hour.
    private static final List<Duration> AFTER_FAILURE =
            List.of(Duration.ofMinutes(2), Duration.ofMinutes(20));

    private static final Duration FIRST_LOOK = Duration.ofMillis(50);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(15);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(2);
    private static final Duration LONGEST_RETRY = Duration.ofMinutes(10);

    /// How long a row is decided and still there, if nobody ever asks for it.
    private static final Duration KEPT = Duration.ofDays(3650);

    /// Of so many looks, one is for the single names: an authority may have given up one and not told of it in the order.
    private static final int LOOKS_AT_NAMES = 12;

    /// Looks at an order in which nothing moves, with pauses that come to an hour.
    private static final int MOST_LOOKS = 250;

    private final Database database;
    private final Challenges challenges;
    private final TextLookup texts;
    private final Pacing pacing;
    private final InstantSource clock;
    private final BiConsumer<Write, CertificateId> decided;
    private final AcmeCa ca;
    private final AcmeClient client;
    private final AcmeAccount account;

    OrderSteps(
            Database database,
            Challenges challenges,
            TextLookup texts,
            Pacing pacing,
            InstantSource clock,
            BiConsumer<Write, CertificateId> decided,
            AcmeCa ca,
            AcmeClient client,
            AcmeAccount account) {
        this.database = database;
        this.challenges = challenges;
        this.texts = texts;
        this.pacing = pacing;
        this.clock = clock;
        this.decided = decided;
        this.ca = ca;
        this.client = client;
        this.account = account;
    }

    /// What a step came to.
    ///
    /// @param show in the transaction that stores it
    /// @param unproven names that the authority did not see proven
    private record Step(OrderRow next, List<Challenge> show, List<DomainName> unproven) {
        static Step to(OrderRow next) {
            return new Step(next, List.of(), List.of());
        }
    }

    /// In the transaction that marks it as being asked for: whether it is its turn.
    Optional<OrderRow> begin(Write write, OrderRow row) {
        Instant now = clock.instant();
        Progress next =
                switch (pacing.order(write, asking(row))) {
                    case Pacing.Verdict.Go() -> row.progress().in(State.ORDERING, now);
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
            return failed(row, failed.problem(), used);
        } catch (AcmeClient.Unreadable failed) {
            return failed(
                    row, AcmeProblem.of(AcmeProblem.UNREADABLE, "" + failed.getMessage()), used);
        }
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
                    Pacing.Asking asking = asking(next);
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
        return saved ? Optional.of(next.stored()) : Optional.empty();
    }

    static Pacing.Asking asking(OrderRow row) {
        return new Pacing.Asking(
                row.issuer(),
                row.id(),
                row.account(),
                row.hosts(),
                row.progress().replaces().isPresent());
    }

    private Step step(OrderRow row, Credentials with, Optional<LeftOrders> left) {
        Progress progress = row.progress();
        if (progress.placed().filter(there -> !there.account().equals(with.url())).isPresent()) {
            return Step.to(row.with(progress.anew(Optional.empty(), clock.instant())));
        }
        return switch (progress.state()) {
            case ORDERING -> Step.to(row.with(ordered(row, with, left)));
            case ORDERED -> challenged(row, with, placed(row));
            case CHALLENGED -> validating(row, with, placed(row));
            case VALIDATING, FINALIZING -> looked(row, with, placed(row));
            case READY -> Step.to(row.with(finalized(row, with, placed(row))));
            case ISSUED -> Step.to(row.with(fetched(row, with, placed(row))));
            case NEW, VALID, FAILED ->
                    throw new IllegalStateException(
                            "there is no step from " + progress.state() + " of order " + row.id());
        };
    }

    private static Placed placed(OrderRow row) {
        return row.progress()
                .placed()
                .orElseThrow(() ->
                        new IllegalStateException(
                                "order " + row.id() + " is nowhere in " + row.progress().state()));
    }

    private Progress ordered(OrderRow row, Credentials with, Optional<LeftOrders> left) {
        Optional<LeftOrders.Left> adopted =
                left.flatMap(orders -> orders.take(client, with, row.hosts()));
        if (adopted.isPresent()) {
            LOG.info(
                    "order {} at issuer '{}' goes on with {}, which was made before a restart",
                    row.id(),
                    ca.name(),
                    adopted.get().url());
            return placed(row, with, adopted.get().url(), adopted.get().body());
        }
        AcmeClient.Got got = client.post(with, Resource.NEW_ORDER, claims(row));
        return placed(
                row,
                with,
                got.location()
                        .orElseThrow(() -> new AcmeClient.Unreadable("a new order has no address")),
                got.body());
    }

    private JSONBuilder claims(OrderRow row) {
        List<Map<String, String>> identifiers =
                row.hosts().stream()
                        .map(host -> Map.of("type", "dns", "value", host.ascii()))
                        .toList();
        JSONBuilder claims = new JSONBuilder();
        claims.put("identifiers", identifiers);
        ca.profile().ifPresent(profile -> claims.put("profile", profile));
        row.progress()
                .replaces()
                .filter(_ -> client.offers(Resource.RENEWAL_INFO))
                .ifPresent(replaced -> claims.put("replaces", replaced));
        return claims;
    }

    private Progress placed(OrderRow row, Credentials with, String url, JsonNode order) {
        List<Authorized> toLookAt = new ArrayList<>();
        order.path("authorizations")
                .forEach(each -> toLookAt.add(new Authorized(each.asText(), "", false, "", "")));
        String finalizeUrl = order.path("finalize").asText();
        if (toLookAt.isEmpty() || finalizeUrl.isEmpty()) {
            throw new AcmeClient.Unreadable(
                    "a new order says neither what it wants proven nor where it ends");
        }
        Placed there = new Placed(with.url(), url, finalizeUrl, Optional.empty(), toLookAt);
        State next = order.path("status").asText().equals("ready") ? State.READY : State.ORDERED;
        return row.progress().in(next, clock.instant()).askedOnceMore().at(there);
    }

    private Step challenged(OrderRow row, Credentials with, Placed there) {
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
                return spent(row, "an authorization for " + name + " is " + status);
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
                                                .formatted(
                                                        identifier,
                                                        String.join(
                                                                ", ",
                                                                offered.findValuesAsText(
                                                                        "type"))))));
    }

    private Step validating(OrderRow row, Credentials with, Placed there) {
        Instant now = clock.instant();
        Optional<AcmeProblem> unseen = unseen(row, there);
        if (unseen.isPresent()) {
            return Step.to(later(row, unseen.get()));
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
        return Step.to(row.with(row.progress().in(State.VALIDATING, now.plus(FIRST_LOOK))));
    }

    /// Tells the authority to look; it may have been told already.
    private void look(Credentials with, Authorized authorized) {
        try {
            client.post(with, authorized.challenge(), new JSONBuilder());
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

    private Step looked(OrderRow row, Credentials with, Placed there) {
        Instant now = clock.instant();
        Progress progress = row.progress();
        AcmeClient.Got got = client.get(with, there.order());
        String status = got.body().path("status").asText();
        Instant next =
                now.plus(got.pause().orElse(pause(FIRST_LOOK, LONGEST_LOOK, progress.looks())));
        return switch (status) {
            case "ready" -> Step.to(row.with(progress.in(State.READY, now)));
            case "processing" -> waiting(row, State.FINALIZING, next);
            case "valid" -> {
                String certificate = got.body().path("certificate").asText();
                if (certificate.isEmpty()) {
                    throw new AcmeClient.Unreadable("a valid order has no certificate");
                }
                yield Step.to(
                        row.with(progress.in(State.ISSUED, now).at(there.issuedAt(certificate))));
            }
            case "invalid" -> invalid(row, with, there, got.body().path("error"));
            case "pending" ->
                    progress.looks() % LOOKS_AT_NAMES == LOOKS_AT_NAMES - 1 && givenUp(with, there)
                            ? invalid(row, with, there, got.body().path("error"))
                            : waiting(row, State.VALIDATING, next);
            default -> throw new AcmeClient.Unreadable("an order is '" + status + "'");
        };
    }

    private Step waiting(OrderRow row, State in, Instant next) {
        if (row.progress().looks() >= MOST_LOOKS) {
            return spent(row, "the authority did not come to an end with the order");
        }
        return Step.to(row.with(row.progress().in(in, next)));
    }

    private boolean givenUp(Credentials with, Placed there) {
        return there.authorizations().stream()
                .filter(Authorized::open)
                .map(each -> client.get(with, each.url()).body().path("status").asText())
                .anyMatch(status -> !status.equals("pending") && !status.equals("valid"));
    }

    /// The authority gave the order up; why, it says of each name.
    private Step invalid(OrderRow row, Credentials with, Placed there, JsonNode error) {
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
            return spent(row, "the authority gave the order up and does not say why");
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
        return new Step(row.with(afterFailure(row, problem)), List.of(), unproven);
    }

    private Progress afterFailure(OrderRow row, AcmeProblem problem) {
        Instant now = clock.instant();
        int asked = row.progress().asked();
        return asked >= MOST_ORDERS
                ? row.progress().failed(problem, now.plus(KEPT))
                : row.progress()
                        .anew(
                                Optional.of(problem),
                                now.plus(
                                        AFTER_FAILURE.get(
                                                Math.clamp(
                                                        asked - 1L, 0, AFTER_FAILURE.size() - 1))));
    }

    /// The order came to nothing, and nobody's proof is to blame: another one is asked for.
    private Step spent(OrderRow row, String why) {
        LOG.info("order {} at issuer '{}' begins anew: {}", row.id(), ca.name(), why);
        AcmeProblem problem = AcmeProblem.of(AcmeProblem.UNREADABLE, why);
        Instant now = clock.instant();
        return Step.to(
                row.with(
                        row.progress().asked() >= MOST_ORDERS
                                ? afterFailure(row, problem)
                                : row.progress().anew(Optional.of(problem), now)));
    }

    private Progress finalized(OrderRow row, Credentials with, Placed there) {
        AcmeClient.Got got =
                client.post(with, there.finalizeUrl(), new JSONBuilder().put("csr", row.csr()));
        Instant now = clock.instant();
        String certificate = got.body().path("certificate").asText();
        if (got.body().path("status").asText().equals("valid") && !certificate.isEmpty()) {
            return row.progress().in(State.ISSUED, now).at(there.issuedAt(certificate));
        }
        return row.progress().in(State.FINALIZING, now.plus(got.pause().orElse(FIRST_LOOK)));
    }

    private Progress fetched(OrderRow row, Credentials with, Placed there) {
        Instant now = clock.instant();
        AcmeClient.Chain got = client.chain(with, there.certificate().orElseThrow());
        List<X509Certificate> chain = got.certificates();
        Optional<String> fault =
                ReturnedCertificate.fault(chain, SigningRequest.key(row.csr()), row.hosts(), now);
        if (fault.isPresent()) {
            return row.progress()
                    .failed(
                            AcmeProblem.of(
                                    AcmeProblem.WRONG_CERTIFICATE,
                                    "The authority returned another certificate than the one ordered: "
                                            + fault.get()),
                            now.plus(KEPT));
        }
        List<X509Certificate> wanted =
                ca.preferredChain()
                        .filter(name -> !ReturnedCertificate.leadsTo(chain, name))
                        .flatMap(name -> alternate(row, with, got, name, now))
                        .orElse(chain);
        return row.progress().valid(Pem.of(ReturnedCertificate.served(wanted)), now.plus(KEPT));
    }

    private Optional<List<X509Certificate>> alternate(
            OrderRow row, Credentials with, AcmeClient.Chain first, String name, Instant now) {
        for (String url : first.alternates()) {
            List<X509Certificate> other = client.chain(with, url).certificates();
            if (ReturnedCertificate.leadsTo(other, name)
                    && ReturnedCertificate.fault(
                                    other, SigningRequest.key(row.csr()), row.hosts(), now)
                            .isEmpty()) {
                return Optional.of(other);
            }
        }
        LOG.info("issuer '{}' offers no chain to '{}'; its first one is served", ca.name(), name);
        return Optional.empty();
    }

    private Step failed(OrderRow row, AcmeProblem problem, Optional<Credentials> used) {
        Instant now = clock.instant();
        Progress progress = row.progress();
        State state = progress.state();
        if (used.isEmpty()) {
            return Step.to(later(row, problem));
        }
        if (problem.refusal() && otherKey(used.get())) {
            return Step.to(row.with(progress.again(back(row, problem), problem, now, now)));
        }
        return switch (problem.type()) {
            case "accountDoesNotExist" -> {
                account.lost(used.get().url());
                yield Step.to(row.with(progress.anew(Optional.of(problem), now)));
            }
            case "userActionRequired", "externalAccountRequired" -> {
                account.blocked(problem);
                yield Step.to(later(row, problem));
            }
            case "unauthorized" -> {
                if (state == State.READY) {
                    yield spent(row, problem.detail());
                }
                account.blocked(problem.as(AcmeProblem.ACCOUNT_NOT_READY));
                yield Step.to(later(row, problem.as(AcmeProblem.ACCOUNT_NOT_READY)));
            }
            case "caa", "connection", "dns", "incorrectResponse", "tls" ->
                    Step.to(row.with(afterFailure(row, problem)));
            case "rateLimited" -> Step.to(limited(row, problem));
            case "orderNotReady" -> Step.to(row.with(progress.in(State.VALIDATING, now)));
            case "badNonce", "serverInternal", AcmeProblem.UNREACHABLE, AcmeProblem.NOT_SHOWN ->
                    Step.to(later(row, problem));
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
                    yield spent(row, "the authority does not know it any more");
                }
                yield problem.refusal() || problem.type().equals(AcmeProblem.NO_CHALLENGE)
                        ? Step.to(row.with(progress.failed(problem, now.plus(KEPT))))
                        : Step.to(later(row, problem));
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

    private OrderRow limited(OrderRow row, AcmeProblem problem) {
        Instant now = clock.instant();
        Optional<Instant> until = problem.retryAfter().map(now::plus);
        Instant again =
                database.write(
                        write -> pacing.limited(write, asking(row), until, problem.detail(), now));
        return row.with(row.progress().again(back(row, problem), problem, now, again));
    }

    /// The same step later: when the authority says, else ever more seldom.
    private OrderRow later(OrderRow row, AcmeProblem problem) {
        Instant now = clock.instant();
        Duration usual = pause(FIRST_RETRY, LONGEST_RETRY, row.progress().trouble().failures());
        Instant at = now.plus(problem.retryAfter().orElse(usual));
        return row.with(row.progress().again(back(row, problem), problem, now, at));
    }

    /// What was refused did not happen, so there is nothing to look for.
    private static State back(OrderRow row, AcmeProblem problem) {
        State state = row.progress().state();
        return state == State.ORDERING && problem.refusal() ? State.NEW : state;
    }

    private static Duration pause(Duration first, Duration longest, int times) {
        Duration pause = first.multipliedBy(1L << Math.min(times, 16));
        return pause.compareTo(longest) > 0 ? longest : pause;
    }
}
