package dev.nameplate.issuer.ca;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;

import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A certificate before it is signed, twice: as it was put together, and as a relying party reads it, if it can. What
/// several rules need is taken out of it once.
///
/// @param dnsNames of `names`
/// @param rsa where the key is one
record Candidate(
        TBSCertificate tbs,
        Optional<X509Certificate> parsed,
        Instant notBefore,
        Instant notAfter,
        Map<ASN1ObjectIdentifier, Part> extensions,
        List<GeneralName> names,
        List<String> dnsNames,
        List<RDN> subject,
        Optional<RSAPublicKey> rsa) {

    /// By their encoding. Leaves of one day share both, and reading one is slow: it sets up a SimpleDateFormat.
    private static final Cache<Time, Instant> TIMES =
            Caffeine.newBuilder().maximumSize(64).executor(Runnable::run).build();

    private static Instant read(Time time) {
        return time.getDate().toInstant();
    }

    /// An extension.
    record Part(boolean critical, ASN1Encodable value) {}

    /// @throws IllegalArgumentException if it is no certificate at all
    static Candidate of(TBSCertificate tbs, Optional<X509Certificate> parsed) {
        Map<ASN1ObjectIdentifier, Part> extensions = extensions(tbs);
        List<GeneralName> names =
                Optional.ofNullable(extensions.get(Extension.subjectAlternativeName))
                        .map(part -> List.of(GeneralNames.getInstance(part.value()).getNames()))
                        .orElse(List.of());
        return new Candidate(
                tbs,
                parsed,
                TIMES.get(tbs.getStartDate(), Candidate::read),
                TIMES.get(tbs.getEndDate(), Candidate::read),
                extensions,
                names,
                names.stream()
                        .filter(name -> name.getTagNo() == GeneralName.dNSName)
                        .map(name -> name.getName().toString())
                        .toList(),
                List.of(tbs.getSubject().getRDNs()),
                rsa(tbs.getSubjectPublicKeyInfo()));
    }

    private static Map<ASN1ObjectIdentifier, Part> extensions(TBSCertificate tbs) {
        Map<ASN1ObjectIdentifier, Part> parts = new LinkedHashMap<>();
        Extensions all = tbs.getExtensions();
        if (all != null) {
            for (ASN1ObjectIdentifier oid : all.getExtensionOIDs()) {
                Extension one = all.getExtension(oid);
                parts.put(oid, new Part(one.isCritical(), one.getParsedValue()));
            }
        }
        return parts;
    }

    private static Optional<RSAPublicKey> rsa(SubjectPublicKeyInfo key) {
        if (!key.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return Optional.empty();
        }
        try {
            return Optional.of(RSAPublicKey.getInstance(key.parsePublicKey()));
        } catch (IOException e) {
            throw new IllegalArgumentException("the RSA key does not parse", e);
        }
    }

    BigInteger serial() {
        return tbs.getSerialNumber().getValue();
    }

    SubjectPublicKeyInfo key() {
        return tbs.getSubjectPublicKeyInfo();
    }

    boolean has(ASN1ObjectIdentifier extension) {
        return extensions.containsKey(extension);
    }

    Optional<Part> extension(ASN1ObjectIdentifier oid) {
        return Optional.ofNullable(extensions.get(oid));
    }

    /// What an extension says, or empty without it.
    <T> Optional<T> extension(ASN1ObjectIdentifier oid, Function<Object, T> reader) {
        return extension(oid).map(part -> reader.apply(part.value()));
    }

    boolean isCritical(ASN1ObjectIdentifier oid) {
        return extension(oid).map(Part::critical).orElse(false);
    }

    Optional<ASN1Encodable> commonName() {
        return subject.stream()
                .flatMap(rdn -> Arrays.stream(rdn.getTypesAndValues()))
                .filter(attribute -> attribute.getType().equals(BCStyle.CN))
                .map(attribute -> attribute.getValue())
                .findFirst();
    }
}
