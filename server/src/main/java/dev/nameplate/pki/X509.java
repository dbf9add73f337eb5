package dev.nameplate.pki;

import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.GeneralName;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;

/// Chains between their stored form (DER certificates one after the other), their parsed form, and what is told of them.
public final class X509 {
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":");
    private static final int MAX_SHOWN = 200;

    private X509() {}

    public static byte[] concatenate(List<X509Certificate> chain) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            for (X509Certificate certificate : chain) {
                out.write(certificate.getEncoded());
            }
            return out.toByteArray();
        } catch (IOException | CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }

    /// Splits by the outermost DER lengths, without parsing: the edge parses natively.
    public static List<byte[]> split(byte[] chain) {
        List<byte[]> parts = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(chain);
        while (in.hasRemaining()) {
            int start = in.position();
            in.get();
            int length = Byte.toUnsignedInt(in.get());
            if (length > 0x80) {
                int octets = length - 0x80;
                length = 0;
                for (int i = 0; i < octets; i++) {
                    length = (length << 8) | Byte.toUnsignedInt(in.get());
                }
            }
            byte[] part = new byte[in.position() - start + length];
            in.get(start, part);
            in.position(start + part.length);
            parts.add(part);
        }
        return parts;
    }

    public static List<X509Certificate> parse(byte[] chain) {
        return split(chain).stream().map(X509::parseOne).toList();
    }

    public static X509Certificate parseOne(byte[] der) {
        try {
            return decode(der);
        } catch (CertificateException e) {
            throw new IllegalStateException("a stored certificate does not parse", e);
        }
    }

    /// @throws CertificateException also for what is nested deeper than any certificate, before a parser sees it
    public static X509Certificate decode(byte[] der) throws CertificateException {
        if (!Der.isSound(der)) {
            throw new CertificateException("the encoding is not sound DER");
        }
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(der));
    }

    /// In hex.
    public static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// Differs for any two chains.
    public static String version(byte[] chain) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(chain), 0, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// The serial number in lower-case hex bytes joined by colons.
    public static String serial(X509Certificate certificate) {
        return serial(certificate.getSerialNumber());
    }

    /// As of [#serial(X509Certificate)].
    public static String serial(BigInteger number) {
        return COLONS.formatHex(number.toByteArray());
    }

    /// The common name, or the whole name where there is none.
    public static String commonName(X500Principal principal) {
        return commonName(principal.getName(X500Principal.RFC2253));
    }

    /// The same of a name in RFC 4514 form.
    public static String commonName(String whole) {
        try {
            for (Rdn rdn : new LdapName(whole).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    return rdn.getValue().toString();
                }
            }
            return whole;
        } catch (InvalidNameException e) {
            return whole;
        }
    }

    /// A name as told in a sentence.
    static String quoted(X500Principal principal) {
        String name = principal.getName(X500Principal.RFC2253);
        return name.isEmpty() ? "a certificate without a name" : "'" + shortened(name) + "'";
    }

    /// What a stranger wrote, fit for a sentence: of bounded length, without control characters.
    static String shortened(String text) {
        String shown = text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
        return shown.codePoints()
                .map(each -> Character.isISOControl(each) ? '\uFFFD' : each)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    static String kind(PublicKey key) {
        return KeyPairs.algorithmOf(key).map(Enum::name).orElse(key.getAlgorithm());
    }

    /// The OCSP responders an authority information access extension names (RFC 5280 section 4.2.2.1); none if it does not parse.
    ///
    /// @param extension as [X509Certificate#getExtensionValue] gives it
    public static List<String> ocspAddresses(byte[] extension) {
        try {
            AuthorityInformationAccess access =
                    AuthorityInformationAccess.getInstance(
                            ASN1OctetString.getInstance(extension).getOctets());
            return Arrays.stream(access.getAccessDescriptions())
                    .filter(each -> each.getAccessMethod().equals(AccessDescription.id_ad_ocsp))
                    .map(AccessDescription::getAccessLocation)
                    .filter(name -> name.getTagNo() == GeneralName.uniformResourceIdentifier)
                    .map(name -> name.getName().toString())
                    .toList();
        } catch (IllegalArgumentException _) {
            return List.of();
        }
    }
}
