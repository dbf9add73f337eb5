package dev.nameplate.notification.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// One connection, one request, the head of one answer. Runs on a thread of its own, so that [#giveUp] can end it whatever it
/// waits for.
final class Attempt implements Runnable {
    /// Longer heads are not read to their end.
    private static final int LONGEST_HEAD = 16 * 1024;

    private static final int CONNECT_MILLIS = 5000;

    /// Addresses tried of a name that has many.
    private static final int MOST_ADDRESSES = 3;

    /// Heads of interim answers, such as 103, before the answer itself.
    private static final int MOST_INTERIM = 5;

    private static final Pattern STATUS =
            Pattern.compile("HTTP/1\\.[01] ([1-9][0-9][0-9])(?: .*)?");
    private static final Pattern RETRY_AFTER =
            Pattern.compile("(?im)^retry-after:[ \t]*([0-9]{1,9})[ \t]*$");

    private final HttpPost.Target target;
    private final Map<String, String> headers;
    private final byte[] body;
    private final Duration limit;
    private final SSLContext tls;
    private final Addresses addresses;
    private volatile HttpPost.Answer answer = new HttpPost.Answer.None("it did not begin");
    private volatile Optional<Socket> open = Optional.empty();
    private volatile boolean givenUp;

    /// Resolves, and leaves out what must not be connected to.
    interface Addresses {
        List<InetAddress> permitted() throws UnknownHostException;
    }

    Attempt(
            HttpPost.Target target,
            Map<String, String> headers,
            byte[] body,
            Duration limit,
            SSLContext tls,
            Addresses addresses) {
        this.target = target;
        this.headers = headers;
        this.body = body;
        this.limit = limit;
        this.tls = tls;
        this.addresses = addresses;
    }

    HttpPost.Answer answer() {
        return answer;
    }

    void giveUp() {
        givenUp = true;
        open.ifPresent(Attempt::closeQuietly);
    }

    @Override
    public void run() {
        answer = made();
    }

    private HttpPost.Answer made() {
        try {
            IOException last = new IOException("no address");
            for (InetAddress address :
                    addresses.permitted().stream().limit(MOST_ADDRESSES).toList()) {
                Socket socket = new Socket();
                open = Optional.of(socket);
                if (givenUp) {
                    closeQuietly(socket);
                    return new HttpPost.Answer.None("given up");
                }
                try {
                    socket.connect(new InetSocketAddress(address, target.port()), CONNECT_MILLIS);
                } catch (IOException e) {
                    closeQuietly(socket);
                    last = e;
                    continue;
                }
                return exchange(socket);
            }
            return new HttpPost.Answer.None(
                    "no connection to %s, port %d: %s"
                            .formatted(
                                    target.host(),
                                    target.port(),
                                    last instanceof SocketTimeoutException
                                            ? "no answer"
                                            : "refused or unreachable"));
        } catch (UnknownHostException e) {
            return new HttpPost.Answer.None(String.valueOf(e.getMessage()));
        }
    }

    private HttpPost.Answer exchange(Socket connected) {
        try (Socket plain = connected;
                Socket socket = target.secure() ? secured(plain) : plain) {
            socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
            write(socket);
            return read(new BufferedInputStream(socket.getInputStream()));
        } catch (SSLException _) {
            return new HttpPost.Answer.None(
                    "no TLS with "
                            + target.host()
                            + ": its certificate is not trusted, is for another name or has ended, or the handshake broke off");
        } catch (IOException _) {
            return new HttpPost.Answer.None(
                    target.host() + " closed the connection without a whole answer");
        }
    }

    private Socket secured(Socket plain) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        tls.getSocketFactory()
                                .createSocket(plain, target.host(), target.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(Math.toIntExact(limit.toMillis()));
        socket.startHandshake();
        return socket;
    }

    private void write(Socket socket) throws IOException {
        StringBuilder head =
                new StringBuilder("POST ")
                        .append(target.pathAndQuery())
                        .append(" HTTP/1.1\r\nHost: ")
                        .append(target.authority())
                        .append(
                                "\r\nUser-Agent: nameplate\r\nConnection: close\r\nContent-Length: ")
                        .append(body.length)
                        .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.append("\r\n").toString().getBytes(ISO_8859_1));
        request.writeBytes(body);
        socket.getOutputStream().write(request.toByteArray());
        socket.getOutputStream().flush();
    }

    private HttpPost.Answer read(InputStream in) throws IOException {
        for (int i = 0; i <= MOST_INTERIM; i++) {
            Optional<String> head = head(in);
            if (head.isEmpty()) {
                return new HttpPost.Answer.None(
                        "the head of the answer is longer than " + LONGEST_HEAD + " bytes");
            }
            String text = head.get();
            Matcher status = STATUS.matcher(text.lines().findFirst().orElse(""));
            if (!status.matches()) {
                return new HttpPost.Answer.None("the answer is not HTTP/1.1");
            }
            int code = Integer.parseInt(status.group(1));
            if (code >= 200) {
                Matcher after = RETRY_AFTER.matcher(text);
                return new HttpPost.Answer.Status(
                        code,
                        after.find()
                                ? Optional.of(Long.valueOf(after.group(1)))
                                : Optional.empty());
            }
        }
        return new HttpPost.Answer.None("there is no end of interim answers");
    }

    /// @return empty if it is too long
    private static Optional<String> head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int last = 0;
        while (head.size() < LONGEST_HEAD) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended within the head");
            }
            head.write(next);
            // The line that ends a head is empty; CR LF as a rule, LF alone is understood.
            last = next == '\n' ? last + 1 : next == '\r' ? last : 0;
            if (last == 2) {
                return Optional.of(head.toString(ISO_8859_1));
            }
        }
        return Optional.empty();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // Nothing more can be done with it.
        }
    }
}
