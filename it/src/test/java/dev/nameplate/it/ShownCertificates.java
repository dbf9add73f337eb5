package dev.nameplate.it;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/// Stands for an edge that serves each name with the certificate that was imported for it.
final class ShownCertificates implements AutoCloseable {
    private final SSLServerSocket listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Shown> shown = new ConcurrentHashMap<>();

    private record Shown(X509Certificate[] chain, PrivateKey key) {}

    private ShownCertificates() throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new ByName()}, null, null);
        this.listener =
                (SSLServerSocket)
                        context.getServerSocketFactory()
                                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    static ShownCertificates start() throws IOException {
        try {
            return new ShownCertificates();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    void show(String name, ForeignCa.Triple triple) throws IOException {
        try {
            X509Certificate leaf =
                    (X509Certificate)
                            AcmeProxy.certificates(ForeignCa.Triple.text(triple.certificate()))[0];
            shown.put(
                    name,
                    new Shown(new X509Certificate[] {leaf}, AcmeProxy.key(triple.privateKey())));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    String authority() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                SSLSocket visitor = (SSLSocket) listener.accept();
                threads.execute(() -> shakeHands(visitor));
            } catch (IOException _) {
                return; // Closed.
            }
        }
    }

    private static void shakeHands(SSLSocket visitor) {
        try (visitor) {
            visitor.startHandshake();
            visitor.getInputStream().read();
        } catch (IOException _) {
            // Whoever only wants to see the certificate hangs up.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
    }

    /// Names are the aliases of keys.
    private final class ByName extends X509ExtendedKeyManager {
        @Override
        public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return ((ExtendedSSLSession) ((SSLSocket) socket).getHandshakeSession())
                    .getRequestedServerNames().stream()
                            .map(name -> new SNIHostName(name.getEncoded()).getAsciiName())
                            .filter(name ->
                                    Optional.ofNullable(shown.get(name))
                                            .filter(each -> each.key().getAlgorithm().equals(type))
                                            .isPresent())
                            .findFirst()
                            .orElse(null);
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return shown.keySet().toArray(String[]::new);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return Objects.requireNonNull(shown.get(alias)).chain();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return Objects.requireNonNull(shown.get(alias)).key();
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            throw new UnsupportedOperationException("a server's keys");
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[0];
        }
    }
}
