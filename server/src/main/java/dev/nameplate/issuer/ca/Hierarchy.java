package dev.nameplate.issuer.ca;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// All authorities of a store at one version of it: who is above whom, and who signs.
///
/// @param all oldest first
public record Hierarchy(long version, List<KnownAuthority> all) {
    public Hierarchy {
        all = List.copyOf(all);
    }

    /// The one that signs leaves now: the last that was told to.
    public KnownAuthority signing() {
        return issuing().stream()
                .max(
                        Comparator.comparing(
                                authority -> authority.activatedAt().orElse(authority.createdAt())))
                .orElseThrow(() -> new IllegalStateException("no authority was told to sign"));
    }

    /// A moment that makes whoever is told to sign at it the last that was told to.
    Instant nextActivation(Instant now) {
        Instant last = signing().activatedAt().orElse(Instant.MIN);
        return now.isAfter(last) ? now : last.plusMillis(1);
    }

    /// Those that sign leaves or once did.
    public List<KnownAuthority> issuing() {
        return all.stream().filter(authority -> authority.activatedAt().isPresent()).toList();
    }

    public Optional<KnownAuthority> byId(String id) {
        return all.stream().filter(authority -> authority.id().equals(id)).findFirst();
    }

    /// Whoever issued the leaves that name this serial number of their issuer.
    public Optional<KnownAuthority> issuingBySerial(String serial) {
        return issuing().stream()
                .filter(authority -> authority.serial().equals(serial))
                .findFirst();
    }

    public KnownAuthority parent(KnownAuthority of) {
        return byId(of.parentId())
                .orElseThrow(() ->
                        new IllegalStateException(
                                "the store lacks the certificate above "
                                        + of.certificate().getSubjectX500Principal()));
    }

    public KnownAuthority rootOf(KnownAuthority authority) {
        KnownAuthority above = authority;
        while (!above.isRoot()) {
            above = parent(above);
        }
        return above;
    }

    /// The roots that leaves may still hang from, the present one first: whoever is moved to another root trusts both until
    /// the last leaf of before is gone.
    public List<KnownAuthority> trustedAt(Instant now) {
        return Stream.concat(
                        Stream.of(signing()),
                        issuing().stream().filter(issuer -> issuer.notAfter().isAfter(now)))
                .map(this::rootOf)
                .distinct()
                .toList();
    }

    /// What a server sends after a leaf: `issuer` and everything above it but the root.
    public List<X509Certificate> chainOf(KnownAuthority issuer) {
        List<X509Certificate> chain = new ArrayList<>();
        for (KnownAuthority above = issuer; !above.isRoot(); above = parent(above)) {
            chain.add(above.certificate());
        }
        return List.copyOf(chain);
    }
}
