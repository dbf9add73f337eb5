package dev.nameplate.enrolment.validation;

import dev.nameplate.enrolment.Problem;
import dev.nameplate.names.DomainName;

import org.bouncycastle.asn1.ASN1OctetString;

import java.io.IOException;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLSocket;

/// RFC 8737 section 3.
final class TlsAlpnChallenge {
    private static final String PROTOCOL = "acme-tls/1";

    /// id-pe-acmeIdentifier.
    private static final String IDENTIFIER = "1.3.6.1.5.5.7.1.31";

    private static final int DNS_NAME = 2;

    private final Reach reach;
    private final ValidationSettings settings;

    TlsAlpnChallenge(Reach reach, ValidationSettings settings) {
        this.reach = reach;
        this.settings = settings;
    }

    Optional<Problem> look(DomainName name, byte[] digest) {
        Reach.Deadline deadline = Reach.Deadline.in(settings.patience());
        try (Socket plain = reach.connect(name.ascii(), settings.tlsPort(), deadline)) {
            return handshake(plain, name, digest, deadline);
        } catch (Reach.Unreachable e) {
            return Optional.of(
                    new Problem(
                            e.isNamed() ? Problem.Kind.CONNECTION : Problem.Kind.DNS,
                            String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return Optional.of(
                    new Problem(
                            Problem.Kind.CONNECTION,
                            "the connection to " + name + " failed: " + e.getMessage()));
        }
    }

    private static Optional<Problem> handshake(
            Socket plain, DomainName name, byte[] digest, Reach.Deadline deadline) {
        try (SSLSocket tls = AnyTls.over(plain, name.ascii(), deadline, PROTOCOL)) {
            if (!PROTOCOL.equals(tls.getApplicationProtocol())) {
                return wrong("the server of " + name + " does not speak " + PROTOCOL);
            }
            return tls.getSession().getPeerCertificates()[0] instanceof X509Certificate shown
                    ? judge(shown, name, digest)
                    : wrong("the server of " + name + " shows no X.509 certificate");
        } catch (IOException e) {
            return Optional.of(
                    new Problem(
                            Problem.Kind.TLS,
                            "the handshake with the server of "
                                    + name
                                    + " failed: "
                                    + e.getMessage()));
        }
    }

    private static Optional<Problem> judge(X509Certificate shown, DomainName name, byte[] digest) {
        if (!isForAlone(shown, name)) {
            return wrong("the certificate that is shown is not for " + name + " alone");
        }
        byte[] extension = shown.getExtensionValue(IDENTIFIER);
        if (extension == null
                || !Optional.ofNullable(shown.getCriticalExtensionOIDs())
                        .filter(critical -> critical.contains(IDENTIFIER))
                        .isPresent()) {
            return wrong("the certificate that is shown has no critical acmeIdentifier extension");
        }
        try {
            byte[] value =
                    ASN1OctetString.getInstance(ASN1OctetString.getInstance(extension).getOctets())
                            .getOctets();
            return MessageDigest.isEqual(value, digest)
                    ? Optional.empty()
                    : wrong("the certificate that is shown has another acmeIdentifier");
        } catch (IllegalArgumentException _) {
            return wrong("the acmeIdentifier of the certificate that is shown cannot be read");
        }
    }

    private static boolean isForAlone(X509Certificate shown, DomainName name) {
        try {
            Collection<List<?>> names = shown.getSubjectAlternativeNames();
            return names != null
                    && names.size() == 1
                    && names.stream()
                            .allMatch(each ->
                                    each.get(0).equals(DNS_NAME)
                                            && String.valueOf(each.get(1))
                                                    .equalsIgnoreCase(name.ascii()));
        } catch (CertificateParsingException _) {
            return false;
        }
    }

    private static Optional<Problem> wrong(String message) {
        return Optional.of(new Problem(Problem.Kind.INCORRECT_RESPONSE, message));
    }
}
