package dev.nameplate.issuer.ca;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Issuer;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ca.Lint.Linted;
import dev.nameplate.issuer.ca.revocation.CrlShards;
import dev.nameplate.issuer.ca.revocation.Locations;
import dev.nameplate.issuer.ca.revocation.Signatories;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.Pem;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.net.InetAddress;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// A certificate authority of one's own: a root that users trust once, and intermediates below it, one of which signs.
///
/// Each leaf goes the same way: put together by [LeafProfile], examined by [Lint], recorded in `issuance` by a durable
/// commit, and only then signed. A serial without a row was never signed.
public final class EmbeddedCa implements Issuer {
    /// Where authorities' keys rest, sealed.
    public static final List<SealedColumn> SEALED = CaKeys.SEALED;

    private final Ledger ledger;
    private final SecureRandom random;
    private final InstantSource clock;
    private final CaSettings settings;
    private final Authorities authorities;
    private final CrlShards shards;
    private final Map<String, Desk> desks = new ConcurrentHashMap<>();

    private EmbeddedCa(
            Ledger ledger,
            SecureRandom random,
            InstantSource clock,
            CaSettings settings,
            Authorities authorities,
            CrlShards shards) {
        this.ledger = ledger;
        this.random = random;
        this.clock = clock;
        this.settings = settings;
        this.authorities = authorities;
        this.shards = shards;
    }

    /// Where one authority's leaves are put together and examined. Made once for each: the throw-away key takes time.
    private record Desk(Signer signer, LeafProfile profile, Lint lint) {}

    /// Opens the authorities of this store, making them if there are none yet. Nodes that start at the same time end with
    /// the same ones.
    ///
    /// @param wakeup told of the lists that new leaves name
    public static EmbeddedCa open(
            Database database,
            Vault vault,
            KeyPairs keyPairs,
            SecureRandom random,
            InstantSource clock,
            CaSettings settings,
            Wakeup wakeup) {
        return new EmbeddedCa(
                new Ledger(database),
                random,
                clock,
                settings,
                Authorities.open(database, vault, keyPairs, random, clock, settings),
                new CrlShards(
                        database, clock, wakeup, Duration.ofDays(settings.maxValidityDays())));
    }

    @Override
    public List<String> caaNames() {
        return settings.caaNames();
    }

    public Authorities authorities() {
        return authorities;
    }

    /// DER of an authority's certificate.
    ///
    /// @param serial in hex, without leading zeros
    public Optional<byte[]> certificate(String serial) {
        return authorities.hierarchy().all().stream()
                .filter(known -> known.serial().equals(serial))
                .findFirst()
                .map(known -> {
                    try {
                        return known.certificate().getEncoded();
                    } catch (CertificateEncodingException e) {
                        throw new IllegalStateException("a parsed certificate has an encoding", e);
                    }
                });
    }

    /// The authorities whose keys are at hand, for what they say about the certificates below them.
    public Signatories signatories() {
        return new KnownSignatories(authorities, new CaSigning(ledger, clock), random, clock);
    }

    /// What a user puts into a trust store.
    public X509Certificate root() {
        return authorities.root();
    }

    /// Whose key signs now.
    public X509Certificate intermediate() {
        return authorities.signing().certificate();
    }

    public String rootPem() {
        return Pem.of(root());
    }

    private Desk desk() {
        Signer signer = authorities.signing();
        return desks.computeIfAbsent(
                signer.known().id(),
                _ ->
                        new Desk(
                                signer,
                                new LeafProfile(
                                        signer.authority(),
                                        settings.publicUrl()
                                                .map(Locations::new)
                                                .map(locations ->
                                                        new LeafProfile.Places(
                                                                locations, signer.serial()))),
                                new Lint(signer.authority())));
    }

    @Override
    public List<Answer> issue(List<Order> orders) {
        Desk desk = desk();
        List<Examined> examined = new ArrayList<>();
        for (Order order : orders) {
            examined.add(
                    examine(
                            desk,
                            Optional.of(order.id().certificate()),
                            order.hosts().stream().map(DomainName::ascii).toList(),
                            List.of(),
                            order.keys().getPublic()));
        }
        List<Outcome> outcomes = sign(desk, examined);
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < orders.size(); i++) {
            KeyPair keys = orders.get(i).keys();
            answers.add(
                    switch (outcomes.get(i)) {
                        case Outcome.Signed(List<X509Certificate> chain) ->
                                new Answer.Signed(chain, keys);
                        case Outcome.Refused(String message) -> new Answer.Refused(message);
                        case Outcome.Unavailable(String message) -> new Answer.Unavailable(message);
                    });
        }
        return answers;
    }

    /// A certificate for one of the server's own ports: the API's, or the edge's default. Not behind any certificate id, so
    /// nothing keeps it: issue a new one at each start.
    ///
    /// @param dnsNames may include names of one label such as `localhost`
    /// @return leaf first, then the intermediate
    public List<X509Certificate> issueInternal(
            List<String> dnsNames, List<InetAddress> addresses, PublicKey key) {
        Desk desk = desk();
        Examined examined = examine(desk, Optional.empty(), dnsNames, addresses, key);
        return switch (sign(desk, List.of(examined)).getFirst()) {
            case Outcome.Signed(List<X509Certificate> chain) -> chain;
            case Outcome.Refused(String message) -> throw new IllegalArgumentException(message);
            case Outcome.Unavailable(String message) -> throw new IllegalStateException(message);
        };
    }

    /// What becomes of a public key whose private half is somebody else's.
    public sealed interface Enrolled {
        /// @param chain leaf first, then intermediates; never the root
        record Signed(List<X509Certificate> chain) implements Enrolled {
            public Signed {
                chain = List.copyOf(chain);
            }
        }

        /// It breaks a rule; asking again will not help.
        record Refused(String message) implements Enrolled {}

        record Unavailable(String message) implements Enrolled {}
    }

    /// A certificate for a server that keeps its key to itself. The caller has proven every name and checked CAA.
    ///
    /// @param id names it in the record of what was signed; asked again for the same id after a crash, it signs again
    public Enrolled enrol(CertificateId id, List<DomainName> names, PublicKey key) {
        Desk desk = desk();
        Examined examined =
                examine(
                        desk,
                        Optional.of(id),
                        names.stream().map(DomainName::ascii).toList(),
                        List.of(),
                        key);
        return switch (sign(desk, List.of(examined)).getFirst()) {
            case Outcome.Signed(List<X509Certificate> chain) -> new Enrolled.Signed(chain);
            case Outcome.Refused(String message) -> new Enrolled.Refused(message);
            case Outcome.Unavailable(String message) -> new Enrolled.Unavailable(message);
        };
    }

    /// An order on its way to the signature, or its answer already.
    private sealed interface Examined {
        record Passed(IssuanceRows.Issuance row, Linted linted) implements Examined {}

        record Answered(Outcome outcome) implements Examined {}
    }

    /// What becomes of a public key; whoever has the private one is not asked here.
    private sealed interface Outcome {
        record Signed(List<X509Certificate> chain) implements Outcome {}

        record Refused(String message) implements Outcome {}

        record Unavailable(String message) implements Outcome {}
    }

    private Examined examine(
            Desk desk,
            Optional<CertificateId> id,
            List<String> dnsNames,
            List<InetAddress> addresses,
            PublicKey key) {
        Instant now = clock.instant();
        KnownAuthority issuer = desk.signer().known();
        Authority authority = desk.signer().authority();
        Instant notBefore = latest(now.truncatedTo(ChronoUnit.DAYS), issuer.notBefore());
        Instant notAfter =
                earliest(
                        notBefore.plus(Duration.ofDays(settings.validityDays())).minusSeconds(1),
                        issuer.notAfter());
        if (!notAfter.isAfter(now)) {
            return new Examined.Answered(
                    new Outcome.Unavailable(
                            "the intermediate certificate ended at " + issuer.notAfter()));
        }
        SubjectPublicKeyInfo subjectKey = SubjectPublicKeyInfo.getInstance(key.getEncoded());
        LeafProfile.Content content =
                new LeafProfile.Content(
                        Serials.next(random),
                        dnsNames,
                        addresses,
                        subjectKey,
                        notBefore,
                        notAfter,
                        desk.profile().places().isPresent() ? shards.next(issuer.serial()) : 0);
        Lint.Context context =
                new Lint.Context(
                        authority.name(),
                        authority.keyId(),
                        authority.signatureAlgorithm(),
                        issuer.notBefore(),
                        issuer.notAfter(),
                        now,
                        Duration.ofDays(settings.maxValidityDays()),
                        id.isEmpty());
        TBSCertificate tbs;
        try {
            tbs = desk.profile().toBeSigned(content);
        } catch (IllegalArgumentException e) {
            return new Examined.Answered(
                    new Outcome.Refused(
                            "The certificate cannot be put together: " + e.getMessage()));
        }
        return switch (desk.lint().examine(tbs, context)) {
            case Lint.Result.Clean(Linted linted) ->
                    new Examined.Passed(
                            IssuanceRows.Issuance.of(id, content, issuer.serial(), now), linted);
            case Lint.Result.Unclean(List<Lint.Finding> findings) ->
                    new Examined.Answered(
                            new Outcome.Refused(
                                    "The certificate would break a rule of its profile: "
                                            + findings));
        };
    }

    private List<Outcome> sign(Desk desk, List<Examined> examined) {
        List<IssuanceRows.Issuance> rows = new ArrayList<>();
        for (Examined one : examined) {
            if (one instanceof Examined.Passed(IssuanceRows.Issuance row, _)) {
                rows.add(row);
            }
        }
        Ledger.Recorded recorded = ledger.record(rows);
        List<Outcome> answers = new ArrayList<>();
        for (Examined one : examined) {
            answers.add(
                    switch (one) {
                        case Examined.Answered(Outcome outcome) -> outcome;
                        case Examined.Passed(_, Linted linted) ->
                                new Outcome.Signed(chain(desk.signer(), linted, recorded));
                    });
        }
        return answers;
    }

    private static List<X509Certificate> chain(
            Signer signer, Linted linted, Ledger.Recorded recorded) {
        return Stream.concat(
                        Stream.of(linted.signedBy(signer.authority(), recorded)),
                        signer.chain().stream())
                .toList();
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earliest(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
