package dev.nameplate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

import javax.net.ssl.SSLSocket;

/// What strangers do to a server that this process can do itself, each until a deadline and again whenever they are cut off.
final class Abuse {
    /// A few connections that pour saturate the load's core.
    private static final int POURING = 8;

    private static final int FRAMES_AT_ONCE = 50;
    private static final int SILENT = 3_000;
    private static final int NOT_READING = 500;
    private static final int HELD_MILLIS = 200;

    private final Visitor visitor;
    private final InetSocketAddress https;
    private final InetSocketAddress http;
    private final String host;
    private final AtomicLong connections = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    Abuse(Visitor visitor, InetSocketAddress https, InetSocketAddress http, String host) {
        this.visitor = visitor;
        this.https = https;
        this.http = http;
        this.host = host;
    }

    /// What went out since this was last asked.
    String sent() {
        return "%,d connections, %,d KB"
                .formatted(connections.getAndSet(0), bytes.getAndSet(0) / 1024);
    }

    /// Blocks until the server hangs up or the connection fails.
    private interface Attack {
        void run(long deadline) throws IOException, InterruptedException;
    }

    void headerFlood(long deadline) throws InterruptedException {
        byte[] fields = "X-Abuse: yes\r\n".repeat(100).getBytes(StandardCharsets.US_ASCII);
        inParallel(
                POURING,
                deadline,
                until -> {
                    try (SSLSocket socket = visitor.connect(https, host)) {
                        pour(
                                socket,
                                until,
                                "GET / HTTP/1.1\r\nHost: %s\r\n"
                                        .formatted(host)
                                        .getBytes(StandardCharsets.US_ASCII),
                                _ -> fields);
                    }
                });
    }

    void rapidReset(long deadline) throws InterruptedException {
        frames(deadline, new byte[0], n -> Frames.requestAndReset(1 + 2 * n, host));
    }

    void continuationFlood(long deadline) throws InterruptedException {
        frames(deadline, Frames.openRequest(1, host), n -> Frames.continuation(1, n));
    }

    void settingsFlood(long deadline) throws InterruptedException {
        frames(deadline, new byte[0], _ -> Frames.settings());
    }

    void pingFlood(long deadline) throws InterruptedException {
        frames(deadline, new byte[0], _ -> Frames.ping());
    }

    private void frames(long deadline, byte[] first, IntFunction<byte[]> each)
            throws InterruptedException {
        inParallel(
                POURING,
                deadline,
                until -> {
                    try (SSLSocket socket = visitor.connect(https, host, "h2")) {
                        pour(
                                socket,
                                until,
                                Frames.joined(Frames.preface(), first),
                                round -> {
                                    byte[][] frames = new byte[FRAMES_AT_ONCE][];
                                    for (int i = 0; i < FRAMES_AT_ONCE; i++) {
                                        frames[i] = each.apply(round * FRAMES_AT_ONCE + i);
                                    }
                                    return Frames.joined(frames);
                                });
                    }
                });
    }

    /// Connections that send nothing, as many as are let in, on both ports.
    void silence(long deadline) throws InterruptedException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < SILENT && System.nanoTime() < deadline; i++) {
                open.add(open(i % 2 == 0 ? https : http));
            }
        } catch (IOException e) {
            // no more are let in
        }
        hold(open, deadline);
    }

    /// Requests for bodies of 1 MB, of which nothing is read.
    void unreadAnswers(long deadline) throws InterruptedException {
        byte[] request =
                "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n"
                        .formatted(PeerOrigin.MEGABYTE, host)
                        .repeat(4)
                        .getBytes(StandardCharsets.US_ASCII);
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < NOT_READING && System.nanoTime() < deadline; i++) {
                SSLSocket socket = visitor.connect(https, host);
                open.add(socket);
                connections.incrementAndGet();
                socket.getOutputStream().write(request);
                bytes.addAndGet(request.length);
            }
        } catch (IOException e) {
            // no more are let in
        }
        hold(open, deadline);
    }

    private static void hold(List<Socket> open, long deadline) throws InterruptedException {
        while (System.nanoTime() < deadline) {
            Thread.sleep(HELD_MILLIS);
        }
        for (Socket socket : open) {
            try {
                socket.setSoLinger(true, 0);
                socket.close();
            } catch (IOException e) {
                // it was closed by the server
            }
        }
    }

    void noiseOnHttps(long deadline) throws InterruptedException {
        noise(https, deadline);
    }

    void noiseOnHttp(long deadline) throws InterruptedException {
        noise(http, deadline);
    }

    private void noise(InetSocketAddress server, long deadline) throws InterruptedException {
        Random random = new Random(1);
        inParallel(
                POURING,
                deadline,
                _ -> {
                    byte[] noise = new byte[1 + random.nextInt(4096)];
                    random.nextBytes(noise);
                    try (Socket socket = open(server)) {
                        socket.getOutputStream().write(noise);
                        bytes.addAndGet(noise.length);
                        socket.shutdownOutput();
                        socket.getInputStream().readAllBytes();
                    }
                });
    }

    private Socket open(InetSocketAddress server) throws IOException {
        Socket socket = new Socket();
        socket.connect(server, 1_000);
        socket.setSoTimeout(1_000);
        connections.incrementAndGet();
        return socket;
    }

    private void pour(Socket socket, long deadline, byte[] first, IntFunction<byte[]> each)
            throws IOException {
        connections.incrementAndGet();
        socket.getOutputStream().write(first);
        for (int round = 0; System.nanoTime() < deadline; round++) {
            byte[] piece = each.apply(round);
            socket.getOutputStream().write(piece);
            bytes.addAndGet(piece.length);
        }
    }

    private static void inParallel(int count, long deadline, Attack attack)
            throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofPlatform().daemon().start(() -> again(deadline, attack)));
        }
        for (Thread thread : threads) {
            thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000 + 2_000));
        }
    }

    private static void again(long deadline, Attack attack) {
        while (System.nanoTime() < deadline) {
            try {
                attack.run(deadline);
            } catch (IOException e) {
                // cut off, as it should be
            } catch (InterruptedException e) {
                return;
            }
        }
    }
}
