package dev.nameplate.issuer.ca;

import dev.nameplate.pki.ImportedKey;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.Pem;
import dev.nameplate.pki.X509;

import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Takes in an authority from elsewhere: the answer to an [AuthorityRequest], an intermediate with its key, or a root with
/// its key, below which an intermediate is made at once. It signs from then on.
///
/// Everything is checked before anything is stored; what is above it must reach a root that signed itself, for that is
/// what users are told to trust.
public final class AuthorityImport {
    /// Of a file: an enterprise's chain has three or four certificates.
    private static final int MOST_CERTIFICATES = 50;

    private final Authorities authorities;
    private final AuthorityRotation rotation;

    public AuthorityImport(Authorities authorities) {
        this.authorities = authorities;
        this.rotation = new AuthorityRotation(authorities);
    }

    /// @param pem the authority's certificate and those above it, in any order; what this store knows may be left out
    /// @param key of the authority; empty for the answer to a request made here
    /// @throws CaProblem if the authority cannot sign for us; nothing was changed
    public KnownAuthority take(byte[] pem, Optional<PrivateKey> key) {
        List<X509Certificate> given = certificates(pem);
        return authorities.decide(before -> take(before, given, key));
    }

    private static List<X509Certificate> certificates(byte[] pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (Pem.Block block : Pem.read(pem)) {
                if (!block.label().equals("CERTIFICATE")) {
                    throw new CaProblem(
                            "the chain holds a %s; only certificates belong there"
                                    .formatted(block.label()));
                }
                certificates.add(X509.decode(block.der()));
            }
        } catch (IllegalArgumentException | CertificateException e) {
            throw new CaProblem(
                    "certificate %d of the chain does not parse".formatted(certificates.size() + 1),
                    e);
        }
        if (certificates.isEmpty() || certificates.size() > MOST_CERTIFICATES) {
            throw new CaProblem(
                    "the chain holds %d certificates; it needs 1 to %d, in PEM"
                            .formatted(certificates.size(), MOST_CERTIFICATES));
        }
        return List.copyOf(certificates);
    }

    /// @param answered the request whose key this is, if it is one's
    private record Found(X509Certificate certificate, PrivateKey key, Optional<String> answered) {}

    private Optional<String> take(
            Hierarchy before, List<X509Certificate> given, Optional<PrivateKey> key) {
        Found found = key.map(k -> belongingTo(k, given)).orElseGet(() -> answering(given));
        List<X509Certificate> path =
                ChainCheck.path(
                        found.certificate(),
                        Stream.concat(
                                        given.stream(),
                                        before.all().stream().map(KnownAuthority::certificate))
                                .toList());
        Instant now = authorities.now();
        ChainCheck.require(path, now);
        return path.size() == 1
                ? takeRoot(before, found, now)
                : takeIntermediate(before, found, path, now);
    }

    private Found belongingTo(PrivateKey key, List<X509Certificate> given) {
        ImportedKey imported =
                new ImportedKey(
                        key,
                        KeyPairs.algorithmOf(key)
                                .filter(ChainCheck.SIGNING_KEYS::contains)
                                .orElseThrow(() -> new CaProblem(ChainCheck.WANTED_KEY)));
        return given.stream()
                .filter(one -> imported.matches(one.getPublicKey(), authorities.random()))
                .findFirst()
                .map(one -> new Found(one, key, Optional.empty()))
                .orElseThrow(() ->
                        new CaProblem(
                                "none of the %d certificates in the chain is for this key"
                                        .formatted(given.size())));
    }

    private Found answering(List<X509Certificate> given) {
        for (X509Certificate one : given) {
            String fingerprint = CaKeys.fingerprint(one.getPublicKey());
            Optional<byte[]> sealed = authorities.requested(fingerprint);
            if (sealed.isPresent()) {
                return new Found(
                        one,
                        authorities
                                .keys()
                                .openRequested(sealed.get(), one.getPublicKey(), fingerprint),
                        Optional.of(fingerprint));
            }
        }
        throw new CaProblem(
                "none of the %d certificates in the chain answers a request made here by './nameplate ca csr'; an authority made elsewhere needs its key (--key FILE)"
                        .formatted(given.size()));
    }

    private Optional<String> takeRoot(Hierarchy before, Found found, Instant now) {
        CaCreation.Part intermediate = rotation.below(found.certificate(), found.key(), now);
        AuthorityRows.New below =
                intermediate.sealed(
                        authorities.keys(), now, Optional.of(before.nextActivation(now)));
        String id = CaKeys.fingerprint(found.certificate());
        AuthorityRows.New root =
                new CaCreation.Part(found.certificate(), found.key(), id)
                        .sealed(authorities.keys(), now, Optional.empty());
        return store(before, found, List.of(root, below), below.id());
    }

    private Optional<String> takeIntermediate(
            Hierarchy before, Found found, List<X509Certificate> path, Instant now) {
        String id = CaKeys.fingerprint(found.certificate());
        before.issuingBySerial(found.certificate().getSerialNumber().toString(16))
                .filter(other -> !other.id().equals(id))
                .ifPresent(other -> {
                    throw new CaProblem(
                            "%s has the serial number %s too, and revocation tells issuers apart by it; have the certificate issued again"
                                    .formatted(
                                            other.certificate().getSubjectX500Principal(),
                                            other.serial()));
                });
        List<AuthorityRows.New> rows = new ArrayList<>();
        rows.add(
                new CaCreation.Part(
                                found.certificate(), found.key(), CaKeys.fingerprint(path.get(1)))
                        .sealed(authorities.keys(), now, Optional.of(before.nextActivation(now))));
        for (int i = 1; i < path.size(); i++) {
            boolean isRoot = i == path.size() - 1;
            rows.add(
                    new AuthorityRows.New(
                            CaKeys.fingerprint(path.get(i)),
                            CaKeys.fingerprint(path.get(isRoot ? i : i + 1)),
                            path.get(i),
                            Optional.empty(),
                            now,
                            Optional.empty()));
        }
        return store(before, found, rows, id);
    }

    private Optional<String> store(
            Hierarchy before, Found found, List<AuthorityRows.New> rows, String signing) {
        return authorities.change(
                        before,
                        rows,
                        handle ->
                                found.answered()
                                        .ifPresent(request ->
                                                AuthorityRows.removeRequest(handle, request)))
                ? Optional.of(signing)
                : Optional.empty();
    }
}
