package dev.nameplate.issuer.ca;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Puts a new intermediate in the place of the one that signs. Earlier ones stay: their leaves verify to their end.
public final class Rotation {
    /// A year of warnings, should the root's key have to be fetched from where it is kept.
    private static final Duration USUAL_LEAD = Duration.ofDays(365);

    /// Between the last leaf's end and its issuer's, so that renewals never meet a shortened validity.
    private static final Duration MARGIN = Duration.ofDays(30);

    /// A rotation raced by others is decided anew this often.
    private static final int ATTEMPTS = 5;

    private final Authorities authorities;

    public Rotation(Authorities authorities) {
        this.authorities = authorities;
    }

    /// How long an intermediate lasts at least: half of it for signing, half for the leaves.
    static Duration shortest(CaSettings settings) {
        return Duration.ofDays(settings.validityDays()).plus(MARGIN).multipliedBy(2);
    }

    /// From when `signing` is to be replaced: early enough that no leaf is cut short by its end.
    static Instant dueFrom(KnownAuthority signing, CaSettings settings) {
        Duration longestLeaf = Duration.ofDays(settings.validityDays()).plus(MARGIN);
        return signing.notAfter()
                .minus(longestLeaf.compareTo(USUAL_LEAD) > 0 ? longestLeaf : USUAL_LEAD);
    }

    /// Has the root above the present intermediate sign a new one, which signs from now on.
    ///
    /// @throws CaProblem if the root's key is not here, or the root ends too soon
    public KnownAuthority rotate() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Hierarchy before = authorities.hierarchy();
            Optional<KnownAuthority> made = rotateFrom(before);
            if (made.isPresent()) {
                return made.get();
            }
        }
        throw new CaProblem("other changes of the authorities came in between; try again");
    }

    private Optional<KnownAuthority> rotateFrom(Hierarchy before) {
        KnownAuthority root = before.rootOf(before.signing());
        Instant now = authorities.now();
        CaCreation.Part made =
                authorities
                        .creation()
                        .intermediate(
                                Authority.of(
                                        root.certificate(),
                                        authorities.key(root),
                                        authorities.keyPairs()),
                                root.certificate(),
                                now,
                                shortest(authorities.settings()));
        AuthorityRows.New row =
                made.sealed(authorities.keys(), now, Optional.of(before.nextActivation(now)));
        return authorities.change(before, List.of(row), _ -> {})
                ? authorities.hierarchy().byId(row.id())
                : Optional.empty();
    }
}
