package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.util.AsciiString;

import java.nio.charset.StandardCharsets;

/// Ready-made pieces of HTTP/1.1.
final class Http1Bytes {
    static final byte[] CONTINUE = ascii("HTTP/1.1 100 Continue\r\n\r\n");

    private static final byte[] AGE = ascii("age: ");
    private static final byte[] REQUEST_ID = ascii("\r\nx-amz-cf-id: ");
    private static final byte[] X_CACHE = ascii("\r\nx-cache: ");
    private static final byte[] ALT_SVC = ascii("\r\nalt-svc: ");
    private static final byte[] CLOSE = ascii("\r\nconnection: close");
    private static final byte[] KEEP_ALIVE = ascii("\r\nconnection: keep-alive");
    private static final byte[] END = ascii("\r\n\r\n");

    /// The longest of what [#head] adds: a 19-digit age and all the pieces above.
    private static final int MOST_ADDED = 256;

    private Http1Bytes() {}

    /// The head of a stored answer, in a buffer with room for `bodyLength` more bytes.
    static ByteBuf head(
            ByteBufAllocator allocator,
            Http1Exchange exchange,
            StoredResponse.Head head,
            CacheVerdict verdict,
            long ageSeconds,
            int bodyLength) {
        byte[] fixed = head.http1();
        ByteBuf out = allocator.directBuffer(fixed.length + MOST_ADDED + bodyLength);
        out.writeBytes(fixed).writeBytes(AGE);
        writeNumber(out, ageSeconds);
        AsciiString word = AnswerHeaders.xCache(verdict);
        out.writeBytes(X_CACHE)
                .writeBytes(word.array(), word.arrayOffset(), word.length())
                .writeBytes(REQUEST_ID);
        ByteBufUtil.writeAscii(out, exchange.requestId());
        AsciiString alternative = exchange.alternative();
        if (alternative != null) {
            out.writeBytes(ALT_SVC)
                    .writeBytes(
                            alternative.array(), alternative.arrayOffset(), alternative.length());
        }
        if (!exchange.keepAlive()) {
            out.writeBytes(CLOSE);
        } else if (exchange.isHttp10()) {
            out.writeBytes(KEEP_ALIVE);
        }
        return out.writeBytes(END);
    }

    private static void writeNumber(ByteBuf out, long number) {
        long divisor = 1;
        while (number / divisor >= 10) {
            divisor *= 10;
        }
        for (; divisor > 0; divisor /= 10) {
            out.writeByte((int) ('0' + number / divisor % 10));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
