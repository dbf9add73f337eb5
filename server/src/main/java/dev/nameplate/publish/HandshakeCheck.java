package dev.nameplate.publish;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Looks at the edge as a visitor would: a real TLS handshake under a server name, with no request after it. Which chain is
/// served is the question here, not whether anyone trusts it.
public final class HandshakeCheck {
    private final Supplier<InetSocketAddress> edge;
    private final Duration timeout;
    private final SSLContext tls;

    /// @param timeout for connecting, and again for each answer of the edge
    public HandshakeCheck(Supplier<InetSocketAddress> edge, Duration timeout) {
        this.edge = edge;
        this.timeout = timeout;
        try {
            this.tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[] {new ReadsAnyChain()}, null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot speak TLS", e);
        }
    }

    /// The leaf served under `serverName`; empty when the edge cannot be reached, refuses the name or does not answer in time.
    public Optional<X509Certificate> servedLeaf(String serverName) {
        int millis = Math.toIntExact(timeout.toMillis());
        try (Socket plain = new Socket()) {
            plain.connect(edge.get(), millis);
            plain.setSoTimeout(millis);
            try (SSLSocket socket =
                    (SSLSocket)
                            tls.getSocketFactory()
                                    .createSocket(plain, serverName, plain.getPort(), true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setServerNames(List.of(new SNIHostName(serverName)));
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                Certificate leaf = socket.getSession().getPeerCertificates()[0];
                return leaf instanceof X509Certificate x509 ? Optional.of(x509) : Optional.empty();
            }
        } catch (IOException _) {
            // Whatever went wrong, a visitor would not be served either.
            return Optional.empty();
        }
    }

    /// The serial number of [#servedLeaf], in hex.
    public Optional<String> servedSerial(String serverName) {
        return servedLeaf(serverName).map(leaf -> leaf.getSerialNumber().toString(16));
    }

    private static final class ReadsAnyChain extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
