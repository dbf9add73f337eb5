package dev.nameplate.edge.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// A visitor who writes bytes and reads answers.
public final class RawClient implements AutoCloseable {
    /// An answer as it stood on the wire, chunks joined.
    public record Answer(int status, List<String> headers, byte[] body, List<String> trailers) {
        public Optional<String> header(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return headers.stream()
                    .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(header -> header.substring(prefix.length()).strip())
                    .findFirst();
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final InputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(15_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    public static RawClient plain(InetSocketAddress address) throws IOException {
        return new RawClient(new Socket(address.getAddress(), address.getPort()));
    }

    /// @param serverName empty for a handshake without SNI
    public static RawClient tls(InetSocketAddress address, SSLContext context, String serverName)
            throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(address.getAddress(), address.getPort());
        SSLParameters parameters = socket.getSSLParameters();
        if (!serverName.isEmpty()) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(15_000);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return new RawClient(socket);
    }

    public X509Certificate certificate() throws IOException {
        return (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
    }

    /// The OCSP responses that came with the handshake.
    public List<byte[]> staples() {
        return ((ExtendedSSLSession) ((SSLSocket) socket).getSession()).getStatusResponses();
    }

    public RawClient send(String raw) throws IOException {
        socket.getOutputStream().write(raw.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return this;
    }

    public Answer get(String host, String target, String... headers) throws IOException {
        return request("GET", host, target, headers);
    }

    public Answer request(String method, String host, String target, String... headers)
            throws IOException {
        send(
                "%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n"
                        .formatted(
                                method,
                                target,
                                host,
                                headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n"));
        return read(method.equals("HEAD"));
    }

    public Answer read(boolean head) throws IOException {
        String line = TestOrigin.line(in);
        if (line.isEmpty()) {
            throw new IOException("the connection was closed instead of an answer");
        }
        int status = Integer.parseInt(line.split(" ")[1]);
        List<String> headers = new ArrayList<>();
        for (String header = TestOrigin.line(in); !header.isEmpty(); header = TestOrigin.line(in)) {
            headers.add(header);
        }
        Answer bare = new Answer(status, headers, new byte[0], List.of());
        if (head || status == 204 || status == 304 || status < 200) {
            return bare;
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> trailers = new ArrayList<>();
        if (bare.header("transfer-encoding").isPresent()) {
            for (int size = chunk(); size > 0; size = chunk()) {
                body.writeBytes(in.readNBytes(size));
                TestOrigin.line(in);
            }
            for (String field = TestOrigin.line(in);
                    !field.isEmpty();
                    field = TestOrigin.line(in)) {
                trailers.add(field);
            }
        } else if (bare.header("content-length").isPresent()) {
            int length = Integer.parseInt(bare.header("content-length").get());
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new IOException("the answer was cut off after " + bytes.length + " bytes");
            }
            body.writeBytes(bytes);
        } else {
            in.transferTo(body);
        }
        return new Answer(status, headers, body.toByteArray(), trailers);
    }

    private int chunk() throws IOException {
        String line = TestOrigin.line(in);
        if (line.isEmpty()) {
            throw new IOException("the answer was cut off between chunks");
        }
        return Integer.parseInt(line, 16);
    }

    /// Whether the edge has closed the connection; waits for it.
    public boolean isClosedByEdge() {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    public InputStream in() {
        return in;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
