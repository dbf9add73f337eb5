package dev.nameplate;

import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;

/// A certificate of the server's own, for a listener: issued by the embedded CA when first asked for, and again when a third of
/// its life is left. Its key is made here and lives in memory alone.
final class OwnCertificate {
    private static final Logger LOG = LoggerFactory.getLogger(OwnCertificate.class);

    /// Between attempts of an issuer that cannot sign, while the current certificate lasts.
    private static final Duration RETRY = Duration.ofMinutes(5);

    private final EmbeddedCa ca;
    private final KeyPairs keyPairs;
    private final InstantSource clock;
    private final List<String> names;
    private final List<InetAddress> addresses;

    /// Guarded by this.
    private Optional<Issued> current = Optional.empty();

    /// Guarded by this.
    private Instant renewFrom = Instant.MIN;

    OwnCertificate(
            EmbeddedCa ca,
            KeyPairs keyPairs,
            InstantSource clock,
            List<String> names,
            List<InetAddress> addresses) {
        this.ca = ca;
        this.keyPairs = keyPairs;
        this.clock = clock;
        this.names = List.copyOf(names);
        this.addresses = List.copyOf(addresses);
    }

    /// @param version the serial number, in hex
    /// @param chain leaf first
    record Issued(String version, List<X509Certificate> chain, PrivateKey key) {
        @Override
        public String toString() {
            return "Issued[" + version + "]";
        }
    }

    List<String> names() {
        return names;
    }

    /// What is served now: renewed first if it is time.
    synchronized Issued now() {
        Instant now = clock.instant();
        if (!now.isBefore(renewFrom)) {
            try {
                issue();
            } catch (RuntimeException e) {
                Issued last = current.orElseThrow(() -> e);
                LOG.error(
                        "our own certificate for {} cannot be renewed and ends at {}; next attempt in {} minutes",
                        names,
                        last.chain().getFirst().getNotAfter().toInstant(),
                        RETRY.toMinutes(),
                        e);
                renewFrom = now.plus(RETRY);
            }
        }
        return current.orElseThrow();
    }

    private void issue() {
        KeyPair pair = keyPairs.generate(KeyAlgorithm.EC_P256);
        List<X509Certificate> chain = ca.issueInternal(names, addresses, pair.getPublic());
        X509Certificate leaf = chain.getFirst();
        current =
                Optional.of(
                        new Issued(leaf.getSerialNumber().toString(16), chain, pair.getPrivate()));
        Instant from = leaf.getNotBefore().toInstant();
        Instant to = leaf.getNotAfter().toInstant();
        renewFrom = from.plus(Duration.between(from, to).dividedBy(3).multipliedBy(2));
    }

    /// The receiver may wipe the key: it is a copy.
    ServingMaterial material() {
        Issued issued = now();
        try {
            List<byte[]> encoded = new ArrayList<>();
            for (X509Certificate certificate : issued.chain()) {
                encoded.add(certificate.getEncoded());
            }
            return new ServingMaterial(issued.version(), encoded, issued.key().getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("our own certificate does not encode", e);
        }
    }

    /// For a JSSE listener, whose every handshake asks for what is served now.
    SSLContext sslContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new OwnKeyManager(this)}, null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot speak TLS", e);
        }
    }
}
