package dev.nameplate.issuer.ca;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.Validity;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;

/// A good certificate taken apart, so that one part can be spoilt.
final class Parts {
    private int version = 2;
    private BigInteger serial;
    private AlgorithmIdentifier signature;
    private X500Name issuer;
    private Validity validity;
    private X500Name subject;
    private SubjectPublicKeyInfo key;
    private @Nullable DERBitString subjectUniqueId;
    private final List<Extension> extensions = new ArrayList<>();

    private Parts(TBSCertificate good) {
        serial = good.getSerialNumber().getValue();
        signature = good.getSignature();
        issuer = good.getIssuer();
        validity = good.getValidity();
        subject = good.getSubject();
        key = good.getSubjectPublicKeyInfo();
        for (ASN1ObjectIdentifier oid : good.getExtensions().getExtensionOIDs()) {
            extensions.add(good.getExtensions().getExtension(oid));
        }
    }

    static Parts of(TBSCertificate good) {
        return new Parts(good);
    }

    TBSCertificate build() {
        return new TBSCertificate(
                new ASN1Integer(version),
                new ASN1Integer(serial),
                signature,
                issuer,
                validity,
                subject,
                key,
                null,
                subjectUniqueId,
                new Extensions(extensions.toArray(Extension[]::new)));
    }

    Parts version(int other) {
        version = other;
        return this;
    }

    Parts serial(BigInteger other) {
        serial = other;
        return this;
    }

    Parts signature(AlgorithmIdentifier other) {
        signature = other;
        return this;
    }

    Parts issuer(X500Name other) {
        issuer = other;
        return this;
    }

    Parts validity(Instant from, Instant to) {
        return validity(new Time(Date.from(from)), new Time(Date.from(to)));
    }

    Parts validity(Time from, Time to) {
        validity = new Validity(from, to);
        return this;
    }

    Parts subject(X500Name other) {
        subject = other;
        return this;
    }

    Parts key(SubjectPublicKeyInfo other) {
        key = other;
        return this;
    }

    Parts uniqueId(DERBitString id) {
        subjectUniqueId = id;
        return this;
    }

    Parts names(String... dns) {
        return names(
                Stream.of(dns)
                        .map(name -> new GeneralName(GeneralName.dNSName, name))
                        .toArray(GeneralName[]::new));
    }

    Parts names(GeneralName... names) {
        return with(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }

    Parts without(ASN1ObjectIdentifier oid) {
        extensions.removeIf(each -> each.getExtnId().equals(oid));
        return this;
    }

    Parts critical(ASN1ObjectIdentifier oid, boolean critical) {
        extensions.replaceAll(each ->
                each.getExtnId().equals(oid)
                        ? new Extension(oid, critical, each.getExtnValue().getOctets())
                        : each);
        return this;
    }

    Parts with(Extension extension) {
        var _ = without(extension.getExtnId());
        extensions.add(extension);
        return this;
    }

    Parts with(ASN1ObjectIdentifier oid, boolean critical, ASN1Encodable value) {
        try {
            Extension made =
                    new Extension(oid, critical, value.toASN1Primitive().getEncoded("DER"));
            var _ = without(oid);
            extensions.add(made);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
