package dev.nameplate.issuer.ca;

import dev.nameplate.issuer.ca.revocation.Locations;
import dev.nameplate.names.DomainName;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What a server certificate of ours looks like: a domain-validated subscriber certificate of the Baseline Requirements,
/// section 7.1.2.7.
///
/// @param places what its leaves say about where they are checked; empty where nobody could reach such a place
record LeafProfile(Authority issuer, Optional<Places> places) {
    /// @param issuer the issuer's part of those addresses
    record Places(Locations locations, String issuer) {}

    /// CA/Browser Forum reserved policy: domain validated.
    static final ASN1ObjectIdentifier DOMAIN_VALIDATED = new ASN1ObjectIdentifier("2.23.140.1.2.1");

    /// What differs from leaf to leaf.
    ///
    /// @param dnsNames primary first
    /// @param crlShard whose list will tell of it, should it be revoked
    record Content(
            BigInteger serial,
            List<String> dnsNames,
            List<InetAddress> addresses,
            SubjectPublicKeyInfo key,
            Instant notBefore,
            Instant notAfter,
            int crlShard) {}

    TBSCertificate toBeSigned(Content content) {
        X500Name subject = subject(content);
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        try {
            extensions.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    new AuthorityKeyIdentifier(issuer.keyId()));
            extensions.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new SubjectKeyIdentifier(Authority.keyId(content.key())));
            extensions.addExtension(
                    Extension.keyUsage, true, new KeyUsage(keyUsage(content.key())));
            extensions.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            // RFC 5280 section 4.2.1.6: the names are critical where the subject says nothing.
            extensions.addExtension(
                    Extension.subjectAlternativeName,
                    subject.getRDNs().length == 0,
                    alternativeNames(content));
            extensions.addExtension(
                    Extension.certificatePolicies,
                    false,
                    new CertificatePolicies(new PolicyInformation(DOMAIN_VALIDATED)));
            if (places.isPresent()) {
                addLocations(extensions, places.get(), content.crlShard());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("an extension cannot be encoded", e);
        }
        return new CertificateBody(
                        content.serial(),
                        subject,
                        content.key(),
                        content.notBefore(),
                        content.notAfter())
                .under(issuer, extensions);
    }

    private static X500Name subject(Content content) {
        X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
        content.dnsNames().stream()
                .findFirst()
                .filter(name -> name.length() <= DomainName.MAX_COMMON_NAME)
                .ifPresent(name -> subject.addRDN(BCStyle.CN, name));
        return subject.build();
    }

    /// An RSA key also takes part in TLS 1.2's RSA key exchange; an EC key can only sign.
    static int keyUsage(SubjectPublicKeyInfo key) {
        return isRsa(key)
                ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                : KeyUsage.digitalSignature;
    }

    static boolean isRsa(SubjectPublicKeyInfo key) {
        return key.getAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption);
    }

    private static GeneralNames alternativeNames(Content content) {
        return new GeneralNames(
                Stream.concat(
                                content.dnsNames().stream()
                                        .map(name -> new GeneralName(GeneralName.dNSName, name)),
                                content.addresses().stream()
                                        .map(address ->
                                                new GeneralName(
                                                        GeneralName.iPAddress,
                                                        address.getHostAddress())))
                        .toArray(GeneralName[]::new));
    }

    private static void addLocations(ExtensionsGenerator extensions, Places places, int crlShard)
            throws IOException {
        Locations locations = places.locations();
        extensions.addExtension(
                Extension.authorityInfoAccess,
                false,
                new AuthorityInformationAccess(
                        new AccessDescription[] {
                            new AccessDescription(
                                    AccessDescription.id_ad_ocsp, uri(locations.ocsp())),
                            new AccessDescription(
                                    AccessDescription.id_ad_caIssuers,
                                    uri(locations.certificate(places.issuer())))
                        }));
        extensions.addExtension(
                Extension.cRLDistributionPoints,
                false,
                new CRLDistPoint(
                        new DistributionPoint[] {
                            new DistributionPoint(
                                    new DistributionPointName(
                                            new GeneralNames(
                                                    uri(locations.crl(places.issuer(), crlShard)))),
                                    null,
                                    null)
                        }));
    }

    private static GeneralName uri(String text) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, text);
    }
}
