package dev.nameplate.issuer.acme;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.issuer.acme.Progress.Authorized;
import dev.nameplate.issuer.acme.Progress.Placed;
import dev.nameplate.issuer.acme.Progress.State;
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

/// The calls about an order itself (RFC 8555 section 7.4): asking for one, looking at it, having it signed, fetching the certificate.
final class OrderCalls {
    private static final Logger LOG = LoggerFactory.getLogger(OrderCalls.class);

    /// Of so many looks, one is for the single names: an authority may have given up one and not told of it in the order.
    private static final int LOOKS_AT_NAMES = 12;

    /// Looks at an order in which nothing moves, with pauses that come to an hour.
    private static final int MOST_LOOKS = 250;

    /// So often an authority may want to be asked again sooner than we would.
    private static final int LOOKS_AT_ITS_WORD = 60;

    private static final Duration SOONEST = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final AcmeCa ca;
    private final AcmeClient client;
    private final Authorizations authorizations;
    private final RetryPolicy retries;

    OrderCalls(
            InstantSource clock,
            AcmeCa ca,
            AcmeClient client,
            Authorizations authorizations,
            RetryPolicy retries) {
        this.clock = clock;
        this.ca = ca;
        this.client = client;
        this.authorizations = authorizations;
        this.retries = retries;
    }

    /// @param left what an earlier run left behind is looked for there first
    Progress ordered(OrderRow row, Credentials with, Optional<LeftOrders> left) {
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

    Step looked(OrderRow row, Credentials with, Placed there) {
        Instant now = clock.instant();
        Progress progress = row.progress();
        AcmeClient.Got got = client.get(with, there.order());
        String status = got.body().path("status").asText();
        Instant next = now.plus(pause(got, progress.looks()));
        return switch (status) {
            case "ready" -> Step.to(row.with(progress.trying(State.READY, now)));
            case "processing" -> waiting(row, State.FINALIZING, next);
            case "valid" -> {
                String certificate = got.body().path("certificate").asText();
                if (certificate.isEmpty()) {
                    throw new AcmeClient.Unreadable("a valid order has no certificate");
                }
                yield Step.to(
                        row.with(progress.in(State.ISSUED, now).at(there.issuedAt(certificate))));
            }
            case "invalid" -> authorizations.invalid(row, with, there, got.body().path("error"));
            case "pending" ->
                    progress.looks() % LOOKS_AT_NAMES == LOOKS_AT_NAMES - 1
                                    && authorizations.givenUp(with, there)
                            ? authorizations.invalid(row, with, there, got.body().path("error"))
                            : waiting(row, State.VALIDATING, next);
            default -> throw new AcmeClient.Unreadable("an order is '" + status + "'");
        };
    }

    /// As long as the authority says; one that goes on saying "at once" or "in a second" is not believed for ever.
    private static Duration pause(AcmeClient.Got got, int looks) {
        Duration usual = Backoff.POLLING.after(looks);
        return got.pause()
                .filter(told ->
                        told.compareTo(usual) > 0
                                || (looks < LOOKS_AT_ITS_WORD && told.compareTo(SOONEST) >= 0))
                .orElse(usual);
    }

    private Step waiting(OrderRow row, State in, Instant next) {
        if (row.progress().looks() >= MOST_LOOKS) {
            return retries.spent(row, "the authority did not come to an end with the order");
        }
        return Step.to(row.with(row.progress().in(in, next)));
    }

    Progress finalized(OrderRow row, Credentials with, Placed there) {
        AcmeClient.Got got =
                client.post(with, there.finalizeUrl(), new JSONBuilder().put("csr", row.csr()));
        Instant now = clock.instant();
        String certificate = got.body().path("certificate").asText();
        if (got.body().path("status").asText().equals("valid") && !certificate.isEmpty()) {
            return row.progress().in(State.ISSUED, now).at(there.issuedAt(certificate));
        }
        return row.progress().in(State.FINALIZING, now.plus(pause(got, 0)));
    }

    Progress fetched(OrderRow row, Credentials with, Placed there) {
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
                            now);
        }
        List<X509Certificate> wanted =
                ca.preferredChain()
                        .filter(name -> !ReturnedCertificate.leadsTo(chain, name))
                        .flatMap(name -> alternate(row, with, got, name, now))
                        .orElse(chain);
        return row.progress().valid(Pem.of(ReturnedCertificate.served(wanted)), now);
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
}
