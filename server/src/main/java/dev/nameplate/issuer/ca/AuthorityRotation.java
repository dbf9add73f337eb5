package dev.nameplate.issuer.ca;

import dev.nameplate.pki.ImportedKey;
import dev.nameplate.pki.KeyPairs;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Puts another intermediate in the place of the one that signs. Earlier ones stay: their leaves verify to their end.
public final class AuthorityRotation {
    /// A year of warnings, should the root's key have to be fetched from where it is kept.
    private static final Duration USUAL_LEAD = Duration.ofDays(365);

    /// Between the last leaf's end and its issuer's, so that renewals never meet a shortened validity.
    private static final Duration MARGIN = Duration.ofDays(30);

    private final Authorities authorities;

    public AuthorityRotation(Authorities authorities) {
        this.authorities = authorities;
    }

    /// How long an intermediate lasts at least: half of it for signing, half for the leaves.
    static Duration shortest(CaSettings settings) {
        return longestLeaf(settings).multipliedBy(2);
    }

    private static Duration longestLeaf(CaSettings settings) {
        return Duration.ofDays(settings.validityDays()).plus(MARGIN);
    }

    /// From when `signing` is to be replaced: early enough that no leaf is cut short by its end.
    static Instant dueFrom(KnownAuthority signing, CaSettings settings) {
        Duration leaf = longestLeaf(settings);
        return signing.notAfter().minus(leaf.compareTo(USUAL_LEAD) > 0 ? leaf : USUAL_LEAD);
    }

    /// When the authority that signs now is due to be replaced.
    public Instant due() {
        return dueFrom(authorities.hierarchy().signing(), authorities.settings());
    }

    /// What is to be done about the end of the authority that signs now, and when; a sentence or two for its operator.
    ///
    /// @param urgent whether its time has come already
    public record Outlook(boolean urgent, String says) {}

    public Outlook outlook() {
        Hierarchy hierarchy = authorities.hierarchy();
        KnownAuthority signing = hierarchy.signing();
        Instant now = authorities.now();
        Instant due = dueFrom(signing, authorities.settings());
        if (due.isAfter(now)) {
            return new Outlook(false, "a new intermediate is due from " + due);
        }
        boolean cut =
                signing.notAfter()
                        .isBefore(now.plus(Duration.ofDays(authorities.settings().validityDays())));
        KnownAuthority root = hierarchy.rootOf(signing);
        return new Outlook(
                true,
                "a new intermediate is due now: the one that signs ends at %s%s. %s"
                        .formatted(
                                signing.notAfter(),
                                cut
                                        ? ", and the certificates that it signs end no later, however long they would last"
                                        : "",
                                remedy(root, signing)));
    }

    private static String remedy(KnownAuthority root, KnownAuthority signing) {
        if (!root.notAfter().isAfter(signing.notAfter())) {
            return "The root above it ends no later: './nameplate ca rotate --new-root' makes a new one, which users must then trust; or import another ('./nameplate ca import')";
        }
        return root.hasKey()
                ? "A running server makes it by itself within a day; './nameplate ca rotate' does at once"
                : "The root's key is not here, so it needs you: './nameplate ca rotate --root-key FILE', or './nameplate ca csr' and 'ca import'";
    }

    /// Has the root above the present intermediate sign a new one, which signs from now on.
    ///
    /// @throws CaProblem if the root's key is not here, or the root ends too soon
    public KnownAuthority rotate() {
        return authorities.decide(before -> rotate(before, authorities::key));
    }

    /// The same with a root's key that is kept elsewhere. It is used once and not stored.
    public KnownAuthority rotate(PrivateKey rootKey) {
        return authorities.decide(before -> rotate(before, root -> matching(root, rootKey)));
    }

    private PrivateKey matching(KnownAuthority root, PrivateKey key) {
        boolean matches =
                KeyPairs.algorithmOf(key)
                        .filter(algorithm ->
                                new ImportedKey(key, algorithm)
                                        .matches(
                                                root.certificate().getPublicKey(),
                                                authorities.random()))
                        .isPresent();
        if (!matches) {
            throw new CaProblem(
                    "this is not the key of " + root.certificate().getSubjectX500Principal());
        }
        return key;
    }

    private Optional<String> rotate(
            Hierarchy before, Function<KnownAuthority, PrivateKey> keyOfRoot) {
        KnownAuthority root = before.rootOf(before.signing());
        Instant now = authorities.now();
        requireLastingRoot(root, now);
        CaCreation.Part made = below(root.certificate(), keyOfRoot.apply(root), now);
        AuthorityRows.New row =
                made.sealed(authorities.keys(), now, Optional.of(before.nextActivation(now)));
        return authorities.change(before, List.of(row), _ -> {})
                ? Optional.of(row.id())
                : Optional.empty();
    }

    private void requireLastingRoot(KnownAuthority root, Instant now) {
        if (root.notAfter().isBefore(now.plus(longestLeaf(authorities.settings())))) {
            throw new CaProblem(
                    "%s ends at %s, too soon for another intermediate; './nameplate ca rotate --new-root' makes a new root, which users must then trust"
                            .formatted(
                                    root.certificate().getSubjectX500Principal(), root.notAfter()));
        }
    }

    /// An intermediate signed by this root.
    CaCreation.Part below(X509Certificate root, PrivateKey rootKey, Instant now) {
        // Where basic constraints set no limit this is the largest integer.
        if (root.getBasicConstraints() < 1) {
            throw new CaProblem(
                    root.getSubjectX500Principal()
                            + " allows no intermediate below it: its path length is "
                            + root.getBasicConstraints());
        }
        return authorities
                .creation()
                .intermediate(
                        Authority.of(root, rootKey, authorities.keyPairs()),
                        root,
                        now,
                        shortest(authorities.settings()));
    }

    /// Makes a root and an intermediate below it that signs from now on. Whoever verifies leaves must trust the new root
    /// before they are renewed; leaves under the old one stay as they are.
    public KnownAuthority rotateToNewRoot() {
        return authorities.decide(before -> {
            Instant now = authorities.now();
            CaCreation.Made made =
                    authorities
                            .creation()
                            .rootAndIntermediate(now, shortest(authorities.settings()));
            AuthorityRows.New intermediate =
                    made.intermediate()
                            .sealed(
                                    authorities.keys(),
                                    now,
                                    Optional.of(before.nextActivation(now)));
            return authorities.change(
                            before,
                            List.of(
                                    made.root().sealed(authorities.keys(), now, Optional.empty()),
                                    intermediate),
                            _ -> {})
                    ? Optional.of(intermediate.id())
                    : Optional.empty();
        });
    }

    /// Lets an authority that is known here with its key sign again.
    ///
    /// @param serial in hex
    public KnownAuthority activate(String serial) {
        return authorities.decide(before -> {
            KnownAuthority chosen =
                    before.issuingBySerial(serial)
                            .orElseThrow(() ->
                                    new CaProblem(
                                            "no intermediate here has the serial number "
                                                    + serial
                                                    + "; './nameplate ca list' shows them"));
            Instant now = authorities.now();
            if (!chosen.notAfter().isAfter(now)) {
                throw new CaProblem(
                        chosen.certificate().getSubjectX500Principal()
                                + " ended at "
                                + chosen.notAfter());
            }
            return authorities.change(
                            before,
                            List.of(),
                            handle ->
                                    AuthorityRows.activate(
                                            handle, chosen.id(), before.nextActivation(now)))
                    ? Optional.of(chosen.id())
                    : Optional.empty();
        });
    }
}
