package dev.nameplate.issuer.ca;

import dev.nameplate.issuer.ca.revocation.Signatories;
import dev.nameplate.issuer.ca.revocation.Signatory;

import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// The authorities as revocation sees them.
record KnownSignatories(
        Authorities authorities, CaSigning signing, SecureRandom random, InstantSource clock)
        implements Signatories {
    @Override
    public List<Signatory> all() {
        Instant now = clock.instant();
        return authorities.withKeys().stream()
                .filter(signer -> signer.known().notAfter().isAfter(now))
                .<Signatory>map(Known::new)
                .toList();
    }

    private final class Known implements Signatory {
        private final Signer signer;

        Known(Signer signer) {
            this.signer = signer;
        }

        @Override
        public X509Certificate certificate() {
            return signer.certificate();
        }

        @Override
        public Below below() {
            return signer.known().activatedAt().isPresent() ? Below.LEAVES : Below.AUTHORITIES;
        }

        @Override
        public AlgorithmIdentifier signatureAlgorithm() {
            return signer.authority().signatureAlgorithm();
        }

        @Override
        public byte[] sign(byte[] content) {
            return signer.authority().signature(content);
        }

        @Override
        public X509Certificate responder(PublicKey key) {
            Instant now = clock.instant();
            Instant notBefore =
                    latest(now.truncatedTo(ChronoUnit.DAYS), signer.known().notBefore());
            Instant notAfter = now.plus(ResponderProfile.LIFE).truncatedTo(ChronoUnit.SECONDS);
            ResponderProfile.Content content =
                    new ResponderProfile.Content(
                            Serials.next(random),
                            SubjectPublicKeyInfo.getInstance(key.getEncoded()),
                            notBefore,
                            notAfter.isAfter(signer.known().notAfter())
                                    ? signer.known().notAfter()
                                    : notAfter);
            return signing.sign(
                    new CaSigning.Issuer(
                            signer.authority(),
                            signer.serial(),
                            signer.known().notBefore(),
                            signer.known().notAfter()),
                    ResponderProfile.toBeSigned(signer.authority(), content),
                    ResponderProfile.RULES);
        }

        private static Instant latest(Instant one, Instant other) {
            return one.isAfter(other) ? one : other;
        }
    }
}
