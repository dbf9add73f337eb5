package dev.nameplate.testkit;

import dev.nameplate.http.Trust;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Both ends of TLS under a [TestCa].
public final class TlsContexts {
    private TlsContexts() {}

    /// Trusts that authority and no other.
    public static SSLContext trusting(TestCa ca) {
        return Trust.only(List.of(ca.root()));
    }

    /// Shows that certificate.
    public static SSLContext serving(TestCa.Issued issued) {
        try {
            KeyStore keys = empty();
            keys.setKeyEntry(
                    "leaf",
                    issued.keys().getPrivate(),
                    new char[0],
                    new Certificate[] {issued.certificate()});
            KeyManagerFactory managers =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }
}
