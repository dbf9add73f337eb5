package dev.nameplate.edge.http;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;

/// How many frames that carry nothing a visitor may send: a bucket of tokens that fills with time and with the data the
/// visitor is sent, since data has to be acknowledged.
///
/// One rule for the floods of CVE-2019-9511 to -9518 (pings, settings, resets, empty data, priorities) and for rapid
/// reset (CVE-2023-44487), also where the visitor makes the edge do the resetting.
final class FrameBudget {
    /// Of a frame that only costs reading.
    static final int CONTROL = 1;

    /// An answer is owed.
    static final int SETTINGS = 10;

    /// A request was begun for nothing: 400 at once, then 10 a second. A browser that leaves a page of a hundred
    /// pictures is far below.
    static final int RESET = 10;

    static final int EMPTY_DATA = 20;

    private static final int CAPACITY = 4_000;
    private static final int PER_SECOND = 100;

    /// A visitor may acknowledge each frame on the stream and on the connection.
    private static final int BYTES_PER_TOKEN = 4_096;

    private long tokens = CAPACITY;
    private long filledAt;

    FrameBudget(long nanoTime) {
        filledAt = nanoTime;
    }

    /// Whether there were enough.
    boolean take(int wanted, long nanoTime) {
        if (tokens < wanted) {
            long filled = (nanoTime - filledAt) / (1_000_000_000 / PER_SECOND);
            tokens = Math.min(CAPACITY, tokens + filled);
            filledAt += filled * (1_000_000_000 / PER_SECOND);
        }
        tokens -= wanted;
        return tokens >= 0;
    }

    void earn(int bytesSent) {
        tokens = Math.min(CAPACITY, tokens + 2 + bytesSent / BYTES_PER_TOKEN);
    }

    static Http2Exception exceeded() {
        return Http2Exception.connectionError(
                Http2Error.ENHANCE_YOUR_CALM, "too many frames that carry nothing");
    }
}
