package dev.nameplate.demo;

import dev.nameplate.http.Trust;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// An HTTPS client that trusts one root and nothing else, asks the edge's address for any name by SNI, and checks the name
/// against the certificate: what a visitor's browser does once DNS points here.
final class VerifiedFetch {
    private static final int TIMEOUT_MILLIS = 5_000;

    private final InetSocketAddress edge;
    private final SSLContext trust;

    VerifiedFetch(InetSocketAddress edge, X509Certificate root) {
        this.edge = edge;
        this.trust = Trust.only(List.of(root));
    }

    /// @param headers by lower-case name, the last one wins
    record Page(int status, Map<String, String> headers, String body, X509Certificate certificate) {
        String header(String name) {
            return headers.getOrDefault(name, "");
        }
    }

    /// @throws IOException also when the chain does not verify or does not name the host
    Page get(String host, String path) throws IOException {
        try (Socket plain = new Socket()) {
            plain.connect(edge, TIMEOUT_MILLIS);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            try (SSLSocket socket =
                    (SSLSocket)
                            trust.getSocketFactory()
                                    .createSocket(plain, host, edge.getPort(), true)) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                socket.getOutputStream()
                        .write(
                                "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                        .formatted(path, host)
                                        .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().flush();
                X509Certificate leaf =
                        (X509Certificate) socket.getSession().getPeerCertificates()[0];
                return read(new BufferedInputStream(socket.getInputStream()), leaf);
            }
        }
    }

    private static Page read(InputStream in, X509Certificate leaf) throws IOException {
        String[] status = line(in).split(" ", 3);
        if (status.length < 2) {
            throw new IOException("the edge closed the connection without an answer");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        byte[] body =
                headers.containsKey("content-length")
                        ? in.readNBytes(Integer.parseInt(headers.get("content-length")))
                        : in.readAllBytes();
        return new Page(
                Integer.parseInt(status[1]),
                headers,
                new String(body, StandardCharsets.UTF_8),
                leaf);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != -1 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }
}
