package dev.nameplate.issuer.ca.revocation;

import dev.nameplate.certificate.RevocationReason;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.TBSCertList;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V2TBSCertListGenerator;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One signed list: RFC 5280 section 5 within the Baseline Requirements, section 7.2.
///
/// @param number one more than the list before it had
record Crl(long number, Instant thisUpdate, Instant nextUpdate, List<Revocations.Entry> entries) {
    /// Baseline Requirements section 7.2.2: no reason is written where there is none to tell, and *removeFromCRL* belongs to
    /// delta lists, which we do not make.
    private static final Map<RevocationReason, Extensions> REASONS =
            new EnumMap<>(RevocationReason.class);

    static {
        for (RevocationReason reason : RevocationReason.values()) {
            code(reason).ifPresent(code -> REASONS.put(reason, reasonExtension(code)));
        }
    }

    /// What is told about a reason; empty where nothing may be.
    static Optional<CRLReason> code(RevocationReason reason) {
        return switch (reason) {
            case UNSPECIFIED, REMOVE_FROM_CRL -> Optional.empty();
            case KEY_COMPROMISE,
                    CA_COMPROMISE,
                    AFFILIATION_CHANGED,
                    SUPERSEDED,
                    CESSATION_OF_OPERATION,
                    CERTIFICATE_HOLD,
                    PRIVILEGE_WITHDRAWN,
                    AA_COMPROMISE ->
                    Optional.of(CRLReason.lookup(reason.code()));
        };
    }

    /// @param location what the certificates of the shard name, and so what makes this list theirs alone (RFC 5280 section
    ///     5.2.5); empty for a list of everything the issuer revoked
    byte[] sign(Signatory issuer, Optional<String> location) {
        V2TBSCertListGenerator tbs = new V2TBSCertListGenerator();
        tbs.setSignature(issuer.signatureAlgorithm());
        tbs.setIssuer(
                X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded()));
        tbs.setThisUpdate(new Time(Date.from(thisUpdate)));
        tbs.setNextUpdate(new Time(Date.from(nextUpdate)));
        for (Revocations.Entry entry : entries) {
            ASN1Integer serial = new ASN1Integer(new BigInteger(entry.serial(), 16));
            Time at = new Time(Date.from(entry.at()));
            // A null is how the generator is told of an entry without extensions.
            tbs.addCRLEntry(serial, at, REASONS.get(entry.reason()));
        }
        try {
            tbs.setExtensions(extensions(issuer.certificate(), location));
            TBSCertList list = tbs.generateTBSCertList();
            return new DERSequence(
                            new ASN1Encodable[] {
                                list,
                                issuer.signatureAlgorithm(),
                                new DERBitString(issuer.sign(list.getEncoded("DER")))
                            })
                    .getEncoded("DER");
        } catch (IOException e) {
            throw new UncheckedIOException("a revocation list cannot be encoded", e);
        }
    }

    private Extensions extensions(X509Certificate issuer, Optional<String> location)
            throws IOException {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new AuthorityKeyIdentifier(keyIdentifier(issuer)));
        extensions.addExtension(
                Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(number)));
        if (location.isPresent()) {
            extensions.addExtension(
                    Extension.issuingDistributionPoint,
                    true,
                    new IssuingDistributionPoint(
                            new DistributionPointName(
                                    new GeneralNames(
                                            new GeneralName(
                                                    GeneralName.uniformResourceIdentifier,
                                                    location.get()))),
                            true,
                            false,
                            null,
                            false,
                            false));
        }
        return extensions.generate();
    }

    private static byte[] keyIdentifier(X509Certificate issuer) throws IOException {
        byte[] value = issuer.getExtensionValue(Extension.subjectKeyIdentifier.getId());
        if (value == null) {
            throw new IllegalStateException(
                    "the CA certificate "
                            + issuer.getSubjectX500Principal()
                            + " has no subject key identifier");
        }
        return SubjectKeyIdentifier.getInstance(JcaX509ExtensionUtils.parseExtensionValue(value))
                .getKeyIdentifier();
    }

    private static Extensions reasonExtension(CRLReason code) {
        try {
            return new Extensions(
                    new Extension(Extension.reasonCode, false, code.getEncoded("DER")));
        } catch (IOException e) {
            throw new UncheckedIOException("a reason cannot be encoded", e);
        }
    }
}
