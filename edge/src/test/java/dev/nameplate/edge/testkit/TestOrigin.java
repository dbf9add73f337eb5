package dev.nameplate.edge.testkit;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ServerSocketFactory;

/// An origin that writes what it is told, byte by byte, and remembers what it was asked.
public final class TestOrigin implements AutoCloseable {
    /// A request as it stood on the wire.
    public record Request(String line, List<String> headers, byte[] body, List<String> trailers) {
        public Optional<String> header(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return headers.stream()
                    .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(header -> header.substring(prefix.length()).strip())
                    .findFirst();
        }

        public String target() {
            return line.split(" ")[1];
        }

        public String method() {
            return line.split(" ")[0];
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /// Answers requests on the raw connection.
    @FunctionalInterface
    public interface Script {
        /// @return whether the connection goes on
        boolean answer(Request request, OutputStream out) throws IOException;
    }

    /// Has the connection to itself after a request.
    @FunctionalInterface
    public interface TakeOver {
        void run(Request request, InputStream in, OutputStream out) throws IOException;
    }

    private final ServerSocket listener;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile @Nullable TakeOver takeOver;
    private volatile Script script =
            (request, out) -> write(out, ok("text/plain", "hello " + request.target()));

    public TestOrigin() {
        this(ServerSocketFactory.getDefault());
    }

    public TestOrigin(ServerSocketFactory sockets) {
        try {
            listener = sockets.createServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    public List<Request> requests() {
        return requests;
    }

    public Request lastRequest() {
        return requests.getLast();
    }

    public int connections() {
        return connections.get();
    }

    public void script(Script newScript) {
        script = newScript;
        takeOver = null;
    }

    /// Gives the connection of each request away.
    public void takeOver(TakeOver newTakeOver) {
        takeOver = newTakeOver;
    }

    /// Answers every request alike.
    public void answer(String... raw) {
        String all = String.join("\r\n", raw);
        script((_, out) -> write(out, all));
    }

    public static String ok(String type, String body, String... headers) {
        return "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n%s"
                .formatted(
                        type,
                        body.getBytes(StandardCharsets.UTF_8).length,
                        headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n",
                        body);
    }

    public static boolean write(OutputStream out, String raw) throws IOException {
        out.write(raw.getBytes(StandardCharsets.UTF_8));
        out.flush();
        return true;
    }

    /// Writes and lets the connection end.
    public static boolean writeAndClose(OutputStream out, String raw) throws IOException {
        write(out, raw);
        return false;
    }

    public void closeConnections() {
        open.forEach(socket -> {
            try {
                socket.close();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        open.clear();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.incrementAndGet();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                Request request = read(in);
                if (request == null) {
                    return;
                }
                requests.add(request);
                TakeOver taken = takeOver;
                if (taken != null) {
                    taken.run(request, in, socket.getOutputStream());
                    return;
                }
                if (!script.answer(request, socket.getOutputStream())) {
                    return;
                }
            }
        } catch (IOException e) {
            // the edge closed the connection, which tests see elsewhere
        }
    }

    private static @Nullable Request read(InputStream in) throws IOException {
        String line = line(in);
        if (line.isEmpty()) {
            return null;
        }
        List<String> headers = new ArrayList<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            headers.add(header);
        }
        Request head = new Request(line, headers, new byte[0], List.of());
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        List<String> trailers = new ArrayList<>();
        if (head.header("transfer-encoding").isPresent()) {
            for (int size = chunk(in); size > 0; size = chunk(in)) {
                body.writeBytes(in.readNBytes(size));
                line(in);
            }
            for (String field = line(in); !field.isEmpty(); field = line(in)) {
                trailers.add(field);
            }
        } else {
            body.writeBytes(
                    in.readNBytes(Integer.parseInt(head.header("content-length").orElse("0"))));
        }
        return new Request(line, headers, body.toByteArray(), trailers);
    }

    private static int chunk(InputStream in) throws IOException {
        String size = line(in);
        if (size.isEmpty()) {
            throw new IOException("the request was cut off between chunks");
        }
        return Integer.parseInt(size, 16);
    }

    static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        closeConnections();
    }
}
