package dev.nameplate.edge.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// What an origin does with WebSockets, in frames written by hand. Knows messages of less than 126 bytes.
public final class WebSocketOrigin {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    private final TestOrigin origin;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicLong written = new AtomicLong();

    public WebSocketOrigin(TestOrigin origin) {
        this.origin = origin;
    }

    /// Sends back every message, and the closing one too.
    public void echoes() {
        origin.takeOver((request, in, out) -> {
            accept(request, out);
            try {
                for (int first = in.read(); first >= 0; first = in.read()) {
                    byte[] message = unmask(in);
                    out.write(frame(first, message));
                    out.flush();
                    if (first == CLOSE) {
                        return;
                    }
                }
            } finally {
                ended.countDown();
            }
        });
    }

    public void leavesAfterOneMessage() {
        origin.takeOver((request, in, out) -> {
            accept(request, out);
            in.read();
        });
    }

    /// Writes without end and reads nothing.
    public void floods() {
        origin.takeOver((request, _, out) -> {
            accept(request, out);
            byte[] message = new byte[64 * 1024];
            try {
                while (true) {
                    out.write(message);
                    written.addAndGet(message.length);
                }
            } finally {
                ended.countDown();
            }
        });
    }

    /// Whether the origin has seen the end of its connection.
    public boolean ended(long time, TimeUnit unit) throws InterruptedException {
        return ended.await(time, unit);
    }

    /// Bytes written when for this long no more went.
    public long stuckAfter(long time, TimeUnit unit) throws InterruptedException {
        long before = -1;
        long now = written.get();
        while (now != before) {
            before = now;
            ended.await(time, unit);
            now = written.get();
        }
        return now;
    }

    /// Ends what still runs.
    public void release() {
        origin.closeConnections();
    }

    private static void accept(TestOrigin.Request request, OutputStream out) throws IOException {
        String protocol =
                request.header("sec-websocket-protocol")
                        .map(each -> "Sec-WebSocket-Protocol: " + each + "\r\n")
                        .orElse("");
        TestOrigin.write(
                out,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + protocol
                        + "Sec-WebSocket-Accept: "
                        + answer(request.header("sec-websocket-key").orElseThrow())
                        + "\r\n\r\n");
    }

    private static String answer(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-1")
                                    .digest(
                                            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] frame(int first, byte[] message) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        frame.write(message.length);
        frame.writeBytes(message);
        return frame.toByteArray();
    }

    private static byte[] unmask(InputStream in) throws IOException {
        int length = in.read() & 0x7f;
        byte[] mask = in.readNBytes(4);
        byte[] message = in.readNBytes(length);
        for (int i = 0; i < message.length; i++) {
            message[i] ^= mask[i % 4];
        }
        return message;
    }

    /// A text message as a client sends it.
    public static byte[] masked(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] mask = {1, 2, 3, 4};
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(TEXT);
        out.write(0x80 | bytes.length);
        out.writeBytes(mask);
        for (int i = 0; i < bytes.length; i++) {
            out.write(bytes[i] ^ mask[i % 4]);
        }
        return out.toByteArray();
    }
}
