package dev.nameplate.issuer.ca.revocation;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ocsp.CertID;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.ocsp.OCSPRequest;
import org.bouncycastle.asn1.ocsp.Request;
import org.bouncycastle.asn1.ocsp.TBSRequest;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A question for the status of some certificates (RFC 6960 section 4.1). A signature on it is not looked at.
record OcspRequest(List<CertID> certificates, Optional<Extension> nonce) {
    /// Clients ask for one (RFC 5019 section 2.1.1); more than a chain has is no honest question.
    private static final int MOST_CERTIFICATES = 16;

    /// RFC 9654 section 2.1.
    private static final int LONGEST_NONCE = 128;

    OcspRequest {
        certificates = List.copyOf(certificates);
    }

    /// @throws Malformed if it is no such question
    static OcspRequest parse(byte[] der) throws Malformed {
        try {
            return read(OCSPRequest.getInstance(ASN1Primitive.fromByteArray(der)).getTbsRequest());
        } catch (IOException | RuntimeException e) {
            // The parser fails on strangers' bytes with exceptions of many kinds.
            throw new Malformed(e);
        }
    }

    private static OcspRequest read(TBSRequest request) throws Malformed {
        if (request.getVersion().intValueExact() != 0) {
            throw new Malformed("version");
        }
        ASN1Sequence list = request.getRequestList();
        if (list.size() < 1 || list.size() > MOST_CERTIFICATES) {
            throw new Malformed("number of certificates");
        }
        List<CertID> certificates = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            Request one = Request.getInstance(list.getObjectAt(i));
            refuseCritical(Optional.ofNullable(one.getSingleRequestExtensions()));
            certificates.add(one.getReqCert());
        }
        Optional<Extensions> extensions = Optional.ofNullable(request.getRequestExtensions());
        refuseCritical(extensions);
        Optional<Extension> nonce =
                extensions.map(all -> all.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce));
        if (nonce.isPresent()) {
            int length =
                    ASN1OctetString.getInstance(nonce.get().getParsedValue()).getOctetsLength();
            if (length < 1 || length > LONGEST_NONCE) {
                throw new Malformed("nonce");
            }
        }
        return new OcspRequest(certificates, nonce);
    }

    private static void refuseCritical(Optional<Extensions> extensions) throws Malformed {
        if (extensions.isEmpty()) {
            return;
        }
        for (ASN1ObjectIdentifier critical : extensions.get().getCriticalExtensionOIDs()) {
            if (!critical.equals(OCSPObjectIdentifiers.id_pkix_ocsp_nonce)) {
                throw new Malformed("critical extension " + critical);
            }
        }
    }

    static final class Malformed extends Exception {
        Malformed(String what) {
            super(what);
        }

        Malformed(Exception cause) {
            super(cause);
        }
    }
}
