package dev.nameplate.issuer.acme;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.IssuerAway;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Actor;
import dev.nameplate.pki.Pem;
import dev.nameplate.pki.X509;
import dev.nameplate.vault.SealedColumn;

import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.toolbox.AcmeUtils;

import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An ACME authority as an issuer. It stores an order with its key and answers that it is under way; [AcmeOrderWork] does the rest, and
/// the order is forgotten once its answer is stored.
public final class AcmeIssuer implements Issuer, AutoCloseable {
    /// The columns of this package that hold sealed values.
    public static final List<SealedColumn> SEALED =
            List.of(AccountRows.KEY, AccountRows.NEXT_KEY, OrderRows.KEY);

    /// Decisions are told at once; this is for one that was not heard.
    private static final Duration NEXT_LOOK = Duration.ofMinutes(1);

    /// An authority that could not be used for so long counts as unavailable: another may be tried, while this one's order goes on.
    static final Duration TROUBLE = Duration.ofMinutes(30);

    /// The kinds of challenges (RFC 8555 section 8) that are met, where an authority offers them.
    public static final List<String> CHALLENGES = ChallengeChoice.ALL;

    private static final Duration USUAL_LOOK = Duration.ofHours(6);
    private static final Duration SOONEST_LOOK = Duration.ofMinutes(1);

    private final AcmeCa ca;
    private final AcmeParts parts;
    private final AcmeClient client;
    private final AcmeAccount account;
    private final Outcomes outcomes;
    private final OrderSteps steps;
    private final OrderForgetting forgetting;

    public AcmeIssuer(AcmeCa ca, AcmeParts parts) {
        this(ca, parts, AcmeClient.LIMIT);
    }

    /// @param limit for one call
    AcmeIssuer(AcmeCa ca, AcmeParts parts, Duration limit) {
        this.ca = ca;
        this.parts = parts;
        this.client = new AcmeClient(ca, limit, parts.clock());
        this.account = new AcmeAccount(parts, ca, client);
        this.outcomes = new Outcomes(parts, ca);
        this.steps = new OrderSteps(parts, ca, client, account, outcomes);
        this.forgetting = new OrderForgetting(parts.challenges(), parts.pacing());
    }

    @Override
    public IssuerName name() {
        return ca.name();
    }

    public AcmeCa ca() {
        return ca;
    }

    public AcmeAccount account() {
        return account;
    }

    OrderSteps steps() {
        return steps;
    }

    /// What the authority says of itself; it is asked where that was read long ago.
    ///
    /// @throws CallFailed if it cannot be read and never was
    public Offer offer() {
        if (account.view()
                .flatMap(AcmeAccount.View::problem)
                .filter(AcmeProblem::stays)
                .isPresent()) {
            client.readDirectoryAgain();
        }
        return client.metadata(AcmeIssuer::offer);
    }

    private static Offer offer(Metadata said) {
        Map<String, String> profiles = new TreeMap<>();
        said.getProfiles()
                .forEach(name -> profiles.put(name, said.getProfileDescription(name).orElse("")));
        return new Offer(
                said.getTermsOfService().map(URI::toString),
                said.getWebsite().map(URL::toString),
                said.isExternalAccountRequired(),
                said.getCaaIdentities().stream().sorted().toList(),
                profiles);
    }

    /// How its orders fare.
    public Standing standing() {
        return outcomes.standing();
    }

    /// Those the operator named, else those of the authority's directory.
    ///
    /// @throws IssuerAway if the directory was never seen and cannot be read now
    @Override
    public List<String> caaNames() {
        if (!ca.caaNames().isEmpty()) {
            return ca.caaNames();
        }
        try {
            return client.metadata(Metadata::getCaaIdentities).stream().sorted().toList();
        } catch (CallFailed failed) {
            throw new IssuerAway(
                    new Answer.Unavailable(
                            Words.refused(ca.name(), failed.problem()),
                            failed.problem().actor(),
                            Optional.empty()),
                    failed);
        }
    }

    @Override
    public ProofForm proofForm() {
        return ProofForm.ACME_CHALLENGE;
    }

    @Override
    public Map<OrderId, Answer> underWay(Collection<OrderId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        List<OrderRow> rows =
                parts.database().read(handle -> OrderRows.find(handle, ca.name(), ids));
        Map<OrderId, Answer> answers = new LinkedHashMap<>();
        rows.forEach(row -> answers.put(row.id(), answer(row)));
        return answers;
    }

    @Override
    public List<Answer> issue(List<Order> orders) {
        record Fresh(OrderRow row, byte[] sealedKey) {}
        Instant now = parts.clock().instant();
        List<Fresh> all = new ArrayList<>();
        for (Order order : orders) {
            OrderRow row =
                    new OrderRow(
                            order.id(),
                            ca.name(),
                            order.account(),
                            order.names(),
                            SigningRequest.of(order.hosts(), order.keys()),
                            0,
                            Progress.begin(order.replaces().flatMap(AcmeIssuer::identifier), now));
            all.add(new Fresh(row, sealed(order)));
        }
        List<OrderRow> stored =
                parts.database()
                        .write(write -> {
                            List<OrderRow> rows = new ArrayList<>();
                            for (Fresh each : all) {
                                rows.add(store(write, each.row(), each.sealedKey(), now));
                            }
                            write.afterCommit(() -> parts.wakeup().wake(AcmeOrderWork.NAME));
                            return rows;
                        });
        return stored.stream().map(this::answer).toList();
    }

    /// One that is there for the same names goes on; anything else in its place was given up by whoever orders now.
    private OrderRow store(Write write, OrderRow fresh, byte[] sealedKey, Instant now) {
        Optional<OrderRow> there = OrderRows.find(write.handle(), fresh.id());
        if (there.isPresent()) {
            OrderRow row = there.get();
            if (row.issuer().equals(ca.name()) && row.hosts().equals(fresh.hosts())) {
                return row;
            }
            forgetting.forget(write, row);
        }
        OrderRows.insert(write.handle(), fresh, sealedKey, now);
        return fresh;
    }

    @Override
    public void settled(Write write, Collection<OrderId> ids) {
        OrderRows.find(write.handle(), ca.name(), ids)
                .forEach(row -> forgetting.forget(write, row));
    }

    private byte[] sealed(Order order) {
        byte[] pkcs8 = order.keys().getPrivate().getEncoded();
        try {
            return parts.vault().seal(pkcs8, OrderRows.context(order.id()));
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private Answer answer(OrderRow row) {
        Progress progress = row.progress();
        return switch (progress.state()) {
            case VALID -> signed(row);
            case FAILED -> {
                AcmeProblem problem = progress.problem().orElseThrow();
                yield new Answer.Refused(Words.refused(ca.name(), problem), problem.actor());
            }
            case NEW, ORDERING, ORDERED, CHALLENGED, VALIDATING, READY, FINALIZING, ISSUED -> {
                Instant now = parts.clock().instant();
                String words = Words.underWay(ca.name(), progress);
                boolean unavailable =
                        progress.trouble()
                                .since()
                                .filter(since -> since.plus(TROUBLE).isBefore(now))
                                .isPresent();
                Actor actor = progress.problem().map(AcmeProblem::actor).orElse(Actor.ISSUER);
                yield unavailable
                        ? new Answer.Unavailable(words, actor, Optional.empty())
                        : new Answer.UnderWay(
                                words, later(progress.due(), now).plus(NEXT_LOOK), actor);
            }
        };
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private Answer signed(OrderRow row) {
        List<X509Certificate> chain =
                Pem.read(row.progress().chain().orElseThrow().getBytes(StandardCharsets.US_ASCII))
                        .stream()
                        .map(block -> X509.parseOne(block.der()))
                        .toList();
        Optional<byte[]> sealed =
                parts.database().read(handle -> OrderRows.sealedKey(handle, row.id()));
        if (sealed.isEmpty()) {
            return new Answer.Unavailable("The order was given up meanwhile.");
        }
        byte[] pkcs8 = parts.vault().open(sealed.get(), OrderRows.context(row.id()));
        try {
            PublicKey certified = chain.getFirst().getPublicKey();
            KeyPair keys =
                    new KeyPair(
                            certified,
                            KeyFactory.getInstance(certified.getAlgorithm())
                                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
            return new Answer.Signed(chain, keys);
        } catch (GeneralSecurityException damaged) {
            throw new IllegalStateException(
                    "the key of order " + row.id() + " does not load", damaged);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    /// How orders for these are, for whoever shows them; those that are not there are left out.
    public List<OrderView> orders(Collection<OrderId> ids) {
        return parts.database().read(handle -> OrderRows.find(handle, ca.name(), ids)).stream()
                .map(row ->
                        new OrderView(
                                row.id(),
                                row.progress().state().name(),
                                row.progress().placed().map(Progress.Placed::order),
                                row.progress().asked(),
                                row.progress().due(),
                                row.progress().problem()))
                .toList();
    }

    /// @param state in a word
    /// @param url of the order at the authority
    /// @param asked how many orders were made for it
    /// @param due when the next step is taken
    /// @param problem the last one that was met
    public record OrderView(
            OrderId id,
            String state,
            Optional<String> url,
            int asked,
            Instant due,
            Optional<AcmeProblem> problem) {}

    /// When the authority would like the certificate to be renewed; empty where it has no say in that.
    ///
    /// @throws CallFailed if it does not answer, or does not know the certificate
    public Optional<RenewalWindow> renewalWindow(X509Certificate certificate) {
        Optional<String> base =
                client.call(line ->
                        line.resourceUrlOptional(Resource.RENEWAL_INFO).map(Object::toString));
        Optional<String> id = identifier(certificate);
        if (base.isEmpty() || id.isEmpty()) {
            return Optional.empty();
        }
        String url = base.get().endsWith("/") ? base.get() + id.get() : base.get() + "/" + id.get();
        AcmeClient.Got got = client.open(url);
        JsonNode window = got.body().path("suggestedWindow");
        try {
            Instant start = AcmeUtils.parseTimestamp(window.path("start").asText());
            Instant end = AcmeUtils.parseTimestamp(window.path("end").asText());
            if (!start.isBefore(end)) {
                throw new CallFailed(
                        AcmeProblem.of(
                                AcmeProblem.UNREADABLE,
                                "A window for renewal ends before it begins"));
            }
            Optional<URI> explanation =
                    Optional.of(got.body().path("explanationURL").asText())
                            .filter(text -> text.startsWith("https://"))
                            .map(URI::create);
            Duration pause = got.pause().orElse(USUAL_LOOK);
            return Optional.of(
                    new RenewalWindow(
                            start,
                            end,
                            explanation,
                            pause.compareTo(SOONEST_LOOK) < 0 ? SOONEST_LOOK : pause));
        } catch (DateTimeException | IllegalArgumentException broken) {
            throw new CallFailed(
                    AcmeProblem.of(AcmeProblem.UNREADABLE, "A window for renewal cannot be read"),
                    broken);
        }
    }

    /// RFC 9773 section 4.1; a certificate that does not name its issuer's key has none.
    private static Optional<String> identifier(X509Certificate certificate) {
        try {
            return Optional.of(AcmeUtils.getRenewalUniqueIdentifier(certificate));
        } catch (IllegalArgumentException | IllegalStateException _) {
            return Optional.empty();
        }
    }

    /// Revokes by the account's word. One that is revoked already is none the less revoked.
    ///
    /// @throws CallFailed if the authority refuses or does not answer
    public void revoke(X509Certificate certificate, RevocationReason reason) {
        Credentials with = account.ready();
        revoked(line ->
                Certificate.revoke(AcmeClient.login(line, with), certificate, reason(reason)));
    }

    /// Revokes by the word of whoever has the certificate's own key, whatever became of the account.
    ///
    /// @throws CallFailed if the authority refuses or does not answer
    public void revoke(X509Certificate certificate, KeyPair keys, RevocationReason reason) {
        revoked(line -> Certificate.revoke(line, keys, certificate, reason(reason)));
    }

    @FunctionalInterface
    private interface Revoking {
        void on(Line line) throws AcmeException;
    }

    private void revoked(Revoking revoking) {
        try {
            client.call(line -> {
                revoking.on(line);
                return line;
            });
        } catch (CallFailed failed) {
            if (!"alreadyRevoked".equals(failed.problem().type())) {
                throw failed;
            }
        }
    }

    private static org.shredzone.acme4j.RevocationReason reason(RevocationReason reason) {
        return org.shredzone.acme4j.RevocationReason.code(reason.code());
    }

    /// Ends what is under way with the authority.
    @Override
    public void close() {
        client.close();
    }
}
