package dev.nameplate.issuer.status;

import static org.assertj.core.api.Assertions.assertThat;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CRLHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Random;

final class RevokedSerialsTest {
    private static final Instant AT = Instant.parse("2026-01-15T12:00:00Z");
    private static final X500Name ISSUER = new X500Name("CN=Issuer");

    private static X509v2CRLBuilder list() {
        return new X509v2CRLBuilder(ISSUER, Date.from(AT));
    }

    private static RevokedSerials read(X509v2CRLBuilder list) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        ContentSigner signer =
                new JcaContentSignerBuilder("SHA256withECDSA")
                        .build(generator.generateKeyPair().getPrivate());
        byte[] encoded = list.build(signer).getEncoded();
        return RevokedSerials.of(
                new X509CRLHolder(new ByteArrayInputStream(encoded))
                        .toASN1Structure()
                        .getTBSCertList());
    }

    @Test
    void eachIsFoundWithItsTimeWhateverItsLengthAndNoOtherIs() throws Exception {
        Random random = new Random(7);
        List<BigInteger> serials = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            serials.add(new BigInteger(1 + random.nextInt(159), random));
        }
        serials.add(BigInteger.valueOf(-129));
        X509v2CRLBuilder list = list();
        List<BigInteger> revoked = serials.stream().distinct().toList();
        for (int i = 0; i < revoked.size(); i++) {
            list.addCRLEntry(revoked.get(i), Date.from(AT.minusSeconds(i)), CRLReason.superseded);
        }
        RevokedSerials read = read(list);
        for (int i = 0; i < revoked.size(); i++) {
            assertThat(read.since(revoked.get(i))).contains(AT.minusSeconds(i));
        }
        for (int i = 0; i < 2000; i++) {
            BigInteger other = new BigInteger(170, random);
            assertThat(read.since(other).isPresent()).isEqualTo(revoked.contains(other));
        }
        assertThat(read.bytes()).isEqualTo(28L * revoked.size());
    }

    @Test
    void aListThatRevokesNothingHasNothing() throws Exception {
        RevokedSerials read = read(list());
        assertThat(read.since(BigInteger.ONE)).isEmpty();
        assertThat(read.since(BigInteger.ZERO)).isEmpty();
        assertThat(read.bytes()).isZero();
    }

    @Test
    void whatAnIndirectListSaysOfAnotherIssuerIsNotTakenForItsOwn() throws Exception {
        X509v2CRLBuilder list = list();
        list.addCRLEntry(BigInteger.ONE, Date.from(AT), CRLReason.superseded);
        list.addCRLEntry(BigInteger.TWO, Date.from(AT), of(new X500Name("CN=Other")).generate());
        list.addCRLEntry(BigInteger.valueOf(3), Date.from(AT), CRLReason.superseded);
        list.addCRLEntry(BigInteger.valueOf(4), Date.from(AT), of(ISSUER).generate());
        RevokedSerials read = read(list);
        assertThat(read.since(BigInteger.ONE)).isPresent();
        assertThat(read.since(BigInteger.TWO)).isEmpty();
        assertThat(read.since(BigInteger.valueOf(3))).isEmpty();
        assertThat(read.since(BigInteger.valueOf(4))).isPresent();
    }

    private static ExtensionsGenerator of(X500Name issuer) throws Exception {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(
                Extension.certificateIssuer, true, new GeneralNames(new GeneralName(issuer)));
        return extensions;
    }
}
