package dev.nameplate.bench;

import dev.nameplate.http.Trust;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// One verified HTTPS visit: what a bench counts later was right before.
final class Visitor {
    private static final int MILLIS = 5_000;

    private final SSLContext trust;

    /// @param root trusted, and nothing else
    Visitor(Path root) throws IOException {
        try (InputStream pem = Files.newInputStream(root)) {
            trust =
                    Trust.only(
                            List.of(
                                    (X509Certificate)
                                            CertificateFactory.getInstance("X.509")
                                                    .generateCertificate(pem)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot trust " + root, e);
        }
    }

    /// @return head and body of a verified answer
    String get(InetSocketAddress server, String host, String path) throws IOException {
        try (SSLSocket socket = connect(server, host)) {
            socket.getOutputStream()
                    .write(
                            "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                    .formatted(path, host)
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    /// What a visitor is shown, verified.
    X509Certificate certificate(InetSocketAddress server, String host) throws IOException {
        try (SSLSocket socket = connect(server, host)) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /// A verified connection.
    ///
    /// @param protocols to be offered by ALPN
    SSLSocket connect(InetSocketAddress server, String host, String... protocols)
            throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(server, MILLIS);
            plain.setSoTimeout(MILLIS);
            SSLSocket socket =
                    (SSLSocket)
                            trust.getSocketFactory()
                                    .createSocket(plain, host, server.getPort(), true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            parameters.setApplicationProtocols(protocols);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    /// Fetches until the answer comes from the cache.
    void fillCache(InetSocketAddress server, String host, String path) throws InterruptedException {
        Patience.until(
                "a cache hit of " + host + path,
                Duration.ofMillis(50),
                () -> {
                    String answer = get(server, host, path).toLowerCase(Locale.ROOT);
                    return answer.startsWith("http/1.1 200") && answer.contains("\r\nx-cache: hit");
                });
    }

    /// Whether the server completes a handshake for the name. Nothing is verified: certificates of a bench's own making have no
    /// root that anybody trusts.
    static boolean shakesHands(InetSocketAddress server, String host) throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(server, MILLIS);
            plain.setSoTimeout(MILLIS);
            SSLContext any = SSLContext.getInstance("TLS");
            any.init(null, new TrustManager[] {new TrustsAll()}, null);
            try (SSLSocket socket =
                    (SSLSocket)
                            any.getSocketFactory()
                                    .createSocket(plain, host, server.getPort(), true)) {
                socket.startHandshake();
                return true;
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS here", e);
        }
    }

    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
