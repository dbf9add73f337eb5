package dev.nameplate.issuer.ca;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;

/// What every kind of certificate has besides its extensions.
///
/// @param notAfter the last second of it
record CertificateBody(
        BigInteger serial,
        X500Name subject,
        SubjectPublicKeyInfo key,
        Instant notBefore,
        Instant notAfter) {
    /// Leaves of one day share both times, and making one is slow: it sets up a SimpleDateFormat.
    private static final Cache<Instant, Time> TIMES =
            Caffeine.newBuilder().maximumSize(64).executor(Runnable::run).build();

    TBSCertificate under(Authority issuer, ExtensionsGenerator extensions) {
        V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
        tbs.setSerialNumber(new ASN1Integer(serial));
        tbs.setSignature(issuer.signatureAlgorithm());
        tbs.setIssuer(issuer.name());
        tbs.setStartDate(TIMES.get(notBefore, CertificateBody::time));
        tbs.setEndDate(TIMES.get(notAfter, CertificateBody::time));
        tbs.setSubject(subject);
        tbs.setSubjectPublicKeyInfo(key);
        tbs.setExtensions(extensions.generate());
        return tbs.generateTBSCertificate();
    }

    private static Time time(Instant instant) {
        return new Time(Date.from(instant));
    }
}
