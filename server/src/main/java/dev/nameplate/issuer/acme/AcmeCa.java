package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.IssuerName;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// What the operator says of an ACME authority.
///
/// @param directory where its directory is (RFC 8555 section 7.1.1)
/// @param contacts as URIs; an address alone is taken for e-mail
/// @param termsAgreed whether the operator has read its terms of service and agrees
/// @param externalAccount what binds the account to one the operator has there already
/// @param preferredChain the common name of the issuer at the top of the chain that is wanted, where several are offered
/// @param profile which of its profiles certificates are ordered with
/// @param caaNames the CAA `issue` values that permit it; none: those it names itself
/// @param trust the roots its own TLS certificate is under; none: those the JDK trusts
public record AcmeCa(
        IssuerName name,
        URI directory,
        List<String> contacts,
        boolean termsAgreed,
        Optional<ExternalAccount> externalAccount,
        Optional<String> preferredChain,
        Optional<String> profile,
        List<String> caaNames,
        List<X509Certificate> trust) {

    public AcmeCa {
        contacts =
                contacts.stream()
                        .map(each -> each.contains(":") ? each : "mailto:" + each)
                        .sorted()
                        .toList();
        caaNames = List.copyOf(caaNames);
        trust = List.copyOf(trust);
        if (!"https".equals(directory.getScheme()) || directory.getHost() == null) {
            throw new IllegalArgumentException(
                    "the directory of issuer '"
                            + name
                            + "' must be an https URL, not "
                            + directory);
        }
        if (name.equals(IssuerName.EMBEDDED)) {
            throw new IllegalArgumentException(
                    "'" + name + "' is our own authority; an ACME one must be called otherwise");
        }
    }

    /// External account binding (RFC 8555 section 7.3.4).
    public record ExternalAccount(String keyId, SecretKey mac) {
        /// @param hmac in base64url, as authorities hand it out
        public static ExternalAccount of(String keyId, String hmac) {
            byte[] key = Base64.getUrlDecoder().decode(hmac.strip());
            return new ExternalAccount(keyId, new SecretKeySpec(key, "HMAC"));
        }

        @Override
        public String toString() {
            return "ExternalAccount[keyId=" + keyId + "]";
        }
    }
}
