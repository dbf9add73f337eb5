package dev.nameplate.certificate;

import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;

import org.jdbi.v3.core.Handle;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The door to the feature. Every method runs inside the caller's transaction, so that a door's own rows (a Lightsail name,
/// a tag) commit together with the certificate. What takes time (keys, DNS, signing) happens later, in [IssuanceWork].
public final class Certificates {

    /// Asks for a certificate: pending, with its standing records, written to the account's hosted zones where those host
    /// the names. Duplicates in `names` collapse; the first is the primary name.
    public Certificate request(
            Write write,
            AccountId account,
            Region region,
            Origin origin,
            List<DomainName> names,
            KeyAlgorithm keyAlgorithm) {
        throw new UnsupportedOperationException();
    }

    /// An import that passed every check and is ready to be stored; made by [#examine], outside any transaction.
    public interface Examined {
        List<DomainName> names();

        KeyAlgorithm keyAlgorithm();
    }

    /// The import report card: parses, matches key and leaf, orders and verifies the chain.
    ///
    /// @throws UnusableImport with ACM's wording
    public Examined examine(PemTriple pem) {
        throw new UnsupportedOperationException();
    }

    public Certificate store(Write write, AccountId account, Region region, Examined examined) {
        throw new UnsupportedOperationException();
    }

    /// Replaces an import's material under the same id; the edge serves it within a second.
    ///
    /// @throws UnusableImport if the new material breaks a rule of re-import
    public Certificate replace(Write write, Certificate existing, Examined examined) {
        throw new UnsupportedOperationException();
    }

    public Optional<Certificate> find(Handle handle, AccountId account, CertificateId id) {
        throw new UnsupportedOperationException();
    }

    /// Oldest first.
    public List<Certificate> list(Handle handle, AccountId account, Region region) {
        throw new UnsupportedOperationException();
    }

    /// @throws CertificateInUse if anything still uses it
    public void delete(Write write, Certificate certificate) {
        throw new UnsupportedOperationException();
    }

    /// `resource` (a distribution's resource key such as `distribution/E123…`) uses the certificate from now on.
    public void use(Write write, CertificateId id, String resource) {
        throw new UnsupportedOperationException();
    }

    public void release(Write write, CertificateId id, String resource) {
        throw new UnsupportedOperationException();
    }

    /// The resource keys given to [#use].
    public Set<String> usedBy(Handle handle, CertificateId id) {
        throw new UnsupportedOperationException();
    }

    /// The current chain, leaf first, root left out; empty unless issued or imported.
    public List<X509Certificate> chain(Handle handle, CertificateId id) {
        throw new UnsupportedOperationException();
    }

    /// What the edge needs to serve it: the key leaves the vault here and nowhere else.
    public Optional<ServingMaterial> material(Handle handle, CertificateId id) {
        throw new UnsupportedOperationException();
    }

    /// @param version changes whenever the material does
    /// @param chain DER, leaf first
    /// @param privateKey PKCS#8 DER; the receiver wipes it
    public record ServingMaterial(String version, List<byte[]> chain, byte[] privateKey) {
        @Override
        public String toString() {
            return "ServingMaterial[" + version + "]";
        }
    }

    public static final class UnusableImport extends RuntimeException {
        public UnusableImport(String message) {
            super(message);
        }
    }

    public static final class CertificateInUse extends RuntimeException {
        public CertificateInUse(CertificateId id, Set<String> by) {
            super("certificate " + id + " is in use by " + by);
        }
    }
}
