package dev.nameplate;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A TLS context for the API port from an operator's PEM files.
final class TlsFiles {
    private TlsFiles() {}

    static SSLContext read(Path certificate, Path key) {
        try (InputStream in = Files.newInputStream(certificate)) {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) {
                throw new Server.CannotStart(certificate + " holds no certificate", null);
            }
            return context(pkcs8(key), chain);
        } catch (IOException | GeneralSecurityException e) {
            throw new Server.CannotStart(
                    "cannot serve TLS with %s and %s: %s"
                            .formatted(certificate, key, e.getMessage()),
                    e);
        }
    }

    static SSLContext context(byte[] pkcs8, List<X509Certificate> chain)
            throws GeneralSecurityException {
        try {
            PrivateKey key =
                    KeyFactory.getInstance(chain.getFirst().getPublicKey().getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("api", key, new char[0], chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static byte[] pkcs8(Path key) throws IOException {
        try (Reader reader = Files.newBufferedReader(key);
                PEMParser parser = new PEMParser(reader)) {
            return switch (parser.readObject()) {
                case PrivateKeyInfo info -> info.getEncoded();
                case PEMKeyPair pair -> pair.getPrivateKeyInfo().getEncoded();
                case null, default ->
                        throw new IOException(key + " is not an unencrypted PEM private key");
            };
        }
    }
}
