package dev.nameplate.issuer.ca;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Issuer;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ca.Lint.Linted;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.Pem;
import dev.nameplate.vault.Vault;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.net.InetAddress;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A certificate authority of one's own: a root that users trust once, and an intermediate below it that signs.
///
/// Each leaf goes the same way: put together by [LeafProfile], examined by [Lint], recorded in `issuance` by a durable
/// commit, and only then signed. A serial without a row was never signed.
public final class EmbeddedCa implements Issuer {
    private final Database database;
    private final SecureRandom random;
    private final InstantSource clock;
    private final CaSettings settings;
    private final X509Certificate root;
    private final X509Certificate intermediate;
    private final Authority authority;
    private final LeafProfile profile;
    private final Lint lint;

    private EmbeddedCa(
            Database database,
            KeyPairs keyPairs,
            SecureRandom random,
            InstantSource clock,
            CaSettings settings,
            X509Certificate root,
            CaRows.Sealed intermediate,
            Vault vault) {
        this.database = database;
        this.random = random;
        this.clock = clock;
        this.settings = settings;
        this.root = root;
        this.intermediate = intermediate.certificate();
        this.authority =
                new Authority(
                        X500Name.getInstance(
                                this.intermediate.getSubjectX500Principal().getEncoded()),
                        this.intermediate.getPublicKey(),
                        intermediate.open(vault),
                        keyPairs);
        this.profile = new LeafProfile(authority, settings.publicUrl());
        this.lint = new Lint(authority, keyPairs);
    }

    /// Opens the authority of this store, making it if there is none yet. Nodes that start at the same time end with the
    /// same one.
    public static EmbeddedCa open(
            Database database,
            Vault vault,
            KeyPairs keyPairs,
            SecureRandom random,
            InstantSource clock,
            CaSettings settings) {
        if (database.read(handle -> CaRows.find(handle, CaRows.ROOT)).isEmpty()) {
            Instant now = clock.instant();
            CaCreation made = CaCreation.make(keyPairs, random, now);
            CaRows.Sealed root = CaRows.Sealed.of(CaRows.ROOT, made.root(), vault);
            CaRows.Sealed intermediate =
                    CaRows.Sealed.of(CaRows.INTERMEDIATE, made.intermediate(), vault);
            database.write(
                    write -> CaRows.insertUnlessThere(write.handle(), root, intermediate, now));
        }
        return database.read(handle ->
                new EmbeddedCa(
                        database,
                        keyPairs,
                        random,
                        clock,
                        settings,
                        CaRows.find(handle, CaRows.ROOT).orElseThrow().certificate(),
                        CaRows.find(handle, CaRows.INTERMEDIATE).orElseThrow(),
                        vault));
    }

    @Override
    public List<String> caaNames() {
        return settings.caaNames();
    }

    /// What a user puts into a trust store.
    public X509Certificate root() {
        return root;
    }

    public X509Certificate intermediate() {
        return intermediate;
    }

    public String rootPem() {
        return Pem.of(root);
    }

    @Override
    public List<Answer> issue(List<Order> orders) {
        List<Examined> examined = new ArrayList<>();
        for (Order order : orders) {
            examined.add(
                    examine(
                            Optional.of(order.id()),
                            order.names().stream().map(DomainName::ascii).toList(),
                            List.of(),
                            order.key()));
        }
        return sign(examined);
    }

    /// A certificate for one of the server's own ports: the API's, or the edge's default. Not behind any certificate id, so
    /// nothing keeps it: issue a new one at each start.
    ///
    /// @param dnsNames may include names of one label such as `localhost`
    /// @return leaf first, then the intermediate
    public List<X509Certificate> issueInternal(
            List<String> dnsNames, List<InetAddress> addresses, PublicKey key) {
        return switch (sign(List.of(examine(Optional.empty(), dnsNames, addresses, key)))
                .getFirst()) {
            case Answer.Signed(List<X509Certificate> chain) -> chain;
            case Answer.Refused(String message) -> throw new IllegalArgumentException(message);
            case Answer.Unavailable(String message) -> throw new IllegalStateException(message);
        };
    }

    /// An order on its way to the signature, or its answer already.
    private sealed interface Examined {
        record Passed(CaRows.Issuance row, Linted linted) implements Examined {}

        record Answered(Answer answer) implements Examined {}
    }

    private Examined examine(
            Optional<CertificateId> id,
            List<String> dnsNames,
            List<InetAddress> addresses,
            PublicKey key) {
        Instant now = clock.instant();
        Instant issuerNotBefore = intermediate.getNotBefore().toInstant();
        Instant issuerNotAfter = intermediate.getNotAfter().toInstant();
        Instant notBefore = latest(now.truncatedTo(ChronoUnit.DAYS), issuerNotBefore);
        Instant notAfter =
                earliest(
                        notBefore.plus(Duration.ofDays(settings.validityDays())).minusSeconds(1),
                        issuerNotAfter);
        if (!notAfter.isAfter(now)) {
            return new Examined.Answered(
                    new Answer.Unavailable(
                            "the intermediate certificate ended at " + issuerNotAfter));
        }
        SubjectPublicKeyInfo subjectKey = SubjectPublicKeyInfo.getInstance(key.getEncoded());
        LeafProfile.Content content =
                new LeafProfile.Content(
                        Serials.next(random), dnsNames, addresses, subjectKey, notBefore, notAfter);
        Lint.Context context =
                new Lint.Context(
                        authority.name(),
                        authority.keyId(),
                        issuerNotBefore,
                        issuerNotAfter,
                        now,
                        Duration.ofDays(settings.maxValidityDays()),
                        id.isEmpty());
        TBSCertificate tbs;
        try {
            tbs = profile.toBeSigned(content);
        } catch (IllegalArgumentException e) {
            return new Examined.Answered(
                    new Answer.Refused(
                            "The certificate cannot be put together: " + e.getMessage()));
        }
        return switch (lint.examine(tbs, context)) {
            case Lint.Result.Clean(Linted linted) ->
                    new Examined.Passed(
                            CaRows.Issuance.of(id, content, intermediate.getSerialNumber(), now),
                            linted);
            case Lint.Result.Unclean(List<Lint.Finding> findings) ->
                    new Examined.Answered(
                            new Answer.Refused(
                                    "The certificate would break a rule of its profile: "
                                            + findings));
        };
    }

    private List<Answer> sign(List<Examined> examined) {
        List<CaRows.Issuance> rows = new ArrayList<>();
        for (Examined one : examined) {
            if (one instanceof Examined.Passed(CaRows.Issuance row, _)) {
                rows.add(row);
            }
        }
        if (!rows.isEmpty()) {
            database.write(write -> CaRows.record(write.handle(), rows));
        }
        List<Answer> answers = new ArrayList<>();
        for (Examined one : examined) {
            answers.add(
                    switch (one) {
                        case Examined.Answered(Answer answer) -> answer;
                        case Examined.Passed(_, Linted linted) ->
                                new Answer.Signed(
                                        List.of(linted.signedBy(authority), intermediate));
                    });
        }
        return answers;
    }

    private static Instant latest(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earliest(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
