package dev.nameplate.issuer.ca.revocation;

import dev.nameplate.db.Database;

import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Optional;

/// One authority without the embedded CA around it: it signs, and writes down what it signed.
final class TestAuthority implements Signatory {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KeyPair keys = newKeys();
    private final X500Name name;
    private final X509Certificate certificate;
    private final Below below;
    private final InstantSource clock;

    TestAuthority(String commonName, Below below, InstantSource clock) {
        this.name = new X500Name("CN=" + commonName);
        this.below = below;
        this.clock = clock;
        this.certificate =
                build(name, keys.getPublic(), Duration.ofDays(3650), Optional.empty(), true, false);
    }

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public X509Certificate certificate() {
        return certificate;
    }

    @Override
    public Below below() {
        return below;
    }

    @Override
    public AlgorithmIdentifier signatureAlgorithm() {
        return new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    }

    @Override
    public byte[] sign(byte[] content) {
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(keys.getPrivate());
            signature.update(content);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public X509Certificate responder(PublicKey key) {
        return build(
                new X500Name("CN=OCSP responder"),
                key,
                Duration.ofDays(30),
                Optional.empty(),
                false,
                true);
    }

    /// A leaf of a shard, recorded as the embedded CA records it.
    X509Certificate leaf(Database database, Locations locations, int shard, Duration life) {
        X509Certificate leaf =
                build(
                        new X500Name("CN=www.example.com"),
                        newKeys().getPublic(),
                        life,
                        Optional.of(locations.crl(id(), shard)),
                        false,
                        false);
        database.write(write -> record(write.handle(), leaf, shard));
        return leaf;
    }

    private int record(org.jdbi.v3.core.Handle handle, X509Certificate leaf, int shard) {
        return handle.execute(
                """
                INSERT INTO issuance (serial, names, key_fingerprint, not_before, not_after, issuer_serial, recorded_at,
                    crl_shard)
                VALUES (?, 'www.example.com', 'test', ?, ?, ?, ?, ?)
                """,
                leaf.getSerialNumber().toString(16),
                leaf.getNotBefore().toInstant().toEpochMilli(),
                leaf.getNotAfter().toInstant().toEpochMilli(),
                id(),
                clock.millis(),
                shard);
    }

    private X509Certificate build(
            X500Name subject,
            PublicKey key,
            Duration life,
            Optional<String> crl,
            boolean authority,
            boolean responder) {
        Instant now = clock.instant();
        try {
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(120, RANDOM).setBit(126),
                            Date.from(now.minus(Duration.ofHours(1))),
                            Date.from(now.plus(life)),
                            subject,
                            key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(
                            authority
                                    ? KeyUsage.keyCertSign | KeyUsage.cRLSign
                                    : KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(key));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    ids.createAuthorityKeyIdentifier(keys.getPublic()));
            if (responder) {
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        false,
                        new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning));
                builder.addExtension(
                        OCSPObjectIdentifiers.id_pkix_ocsp_nocheck,
                        false,
                        org.bouncycastle.asn1.DERNull.INSTANCE);
            }
            if (crl.isPresent()) {
                builder.addExtension(
                        Extension.cRLDistributionPoints,
                        false,
                        new CRLDistPoint(
                                new DistributionPoint[] {
                                    new DistributionPoint(
                                            new DistributionPointName(
                                                    new GeneralNames(
                                                            new GeneralName(
                                                                    GeneralName
                                                                            .uniformResourceIdentifier,
                                                                    crl.get()))),
                                            null,
                                            null)
                                }));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(keys.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
