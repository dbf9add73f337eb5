package dev.nameplate;

import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;

import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A certificate of the server's own, for a listener: issued by the embedded CA when first asked for, and again when a third of
/// its life is left. Its key is made here and lives in memory alone.
final class OwnCertificate {
    private final EmbeddedCa ca;
    private final KeyPairs keyPairs;
    private final InstantSource clock;
    private final List<String> names;
    private final List<InetAddress> addresses;
    private Instant renewFrom = Instant.MIN;
    private List<X509Certificate> chain = List.of();
    private byte[] privateKey = {};

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

    /// The receiver may wipe the key: it is a copy.
    synchronized ServingMaterial material() {
        if (!clock.instant().isBefore(renewFrom)) {
            issue();
        }
        try {
            List<byte[]> encoded = new ArrayList<>();
            for (X509Certificate certificate : chain) {
                encoded.add(certificate.getEncoded());
            }
            return new ServingMaterial(
                    chain.getFirst().getSerialNumber().toString(16), encoded, privateKey.clone());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("our own certificate does not encode", e);
        }
    }

    synchronized List<X509Certificate> chain() {
        if (!clock.instant().isBefore(renewFrom)) {
            issue();
        }
        return chain;
    }

    private void issue() {
        KeyPair pair = keyPairs.generate(KeyAlgorithm.EC_P256);
        chain = ca.issueInternal(names, addresses, pair.getPublic());
        privateKey = pair.getPrivate().getEncoded();
        Instant from = chain.getFirst().getNotBefore().toInstant();
        Instant to = chain.getFirst().getNotAfter().toInstant();
        renewFrom = from.plus(Duration.between(from, to).dividedBy(3).multipliedBy(2));
    }

    /// For a JSSE listener.
    javax.net.ssl.SSLContext sslContext() {
        try {
            ServingMaterial material = material();
            return TlsFiles.context(material.privateKey(), chain());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("our own certificate cannot be served", e);
        }
    }
}
