package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.Optional;

/// One call on an HTTP/2 connection.
final class Http2OriginStream implements OriginStream {
    private final Http2Origin connection;
    private final long readTimeoutNanos;
    private final boolean bodiless;

    private @Nullable OriginCall call;
    private @Nullable Http2Stream stream;
    private @Nullable HttpHeaders trailers;
    private boolean requestEnded;
    private boolean headSeen;
    private boolean paused;

    /// The visitor was told to wait with the body, so a word is due as soon as the stream takes more.
    private boolean owed;

    private boolean waking;
    private int held;
    private long startedAt = System.nanoTime();
    private long deadline;

    Http2OriginStream(Http2Origin connection, OriginCall call) {
        this.connection = connection;
        this.call = call;
        this.readTimeoutNanos = call.request().origin().readTimeout().toNanos();
        this.requestEnded = !call.request().hasBody();
        this.bodiless = requestEnded;
        touch();
    }

    void opened(Http2Stream newStream) {
        stream = newStream;
    }

    // ---- the request

    @Override
    public void body(ByteBuf data, boolean last) {
        Http2Stream open = stream;
        if (open == null) {
            data.release();
            return;
        }
        requestEnded |= last;
        touch();
        HttpHeaders after = trailers;
        trailers = null;
        if (last && after != null) {
            connection.write(open, data, false);
            connection.writeTrailers(open, after);
        } else {
            connection.write(open, data, last);
        }
        if (!last && call != null && !connection.writable(open)) {
            owed = true;
            call.bodyWanted(false);
        }
    }

    @Override
    public void trailers(HttpHeaders newTrailers) {
        trailers = newTrailers;
    }

    /// The stream may take more. In a task of its own: this is also called in the middle of a write, where another would go
    /// unnoticed by flow control.
    void wake() {
        if (owed && !waking) {
            waking = true;
            connection.later(this::pay);
        }
    }

    private void pay() {
        waking = false;
        if (call != null && stream != null && !requestEnded && connection.writable(stream)) {
            owed = false;
            call.bodyWanted(true);
        }
    }

    /// What the origin is willing to take was not enough for a beginning.
    void owe() {
        owed = true;
    }

    // ---- the answer

    /// Holds back the window, so that the origin stops after what it was allowed to send.
    @Override
    public void pause(boolean pause) {
        if (paused == pause) {
            return;
        }
        paused = pause;
        touch();
        if (!pause && held > 0 && stream != null) {
            int consumed = held;
            held = 0;
            connection.consumed(stream, consumed);
        }
    }

    @Override
    public void cancel() {
        call = null;
        if (stream != null) {
            connection.reset(stream);
        }
    }

    void head(Http2Headers headers, boolean end) {
        touch();
        OriginCall current = call;
        if (current == null) {
            return;
        }
        if (headSeen) {
            if (end) {
                plain(headers).ifPresent(current::answerTrailers);
                ended(current);
            }
            return;
        }
        int status = status(headers);
        if (status >= 100 && status < 200 && status != 101 && !end) {
            if (status != 100) {
                int interim = status;
                plain(headers).ifPresent(fields -> current.informational(interim, fields));
            }
            return;
        }
        Optional<HttpHeaders> plain = plain(headers);
        if (status < 200 || status > 999 || plain.isEmpty()) {
            fail(OriginFailure.BROKEN);
            return;
        }
        headSeen = true;
        current.head(status, plain.get());
        if (end && call != null) {
            ended(current);
        }
    }

    /// As headers of HTTP/1.1. What cannot be said there could split an answer: empty.
    private static Optional<HttpHeaders> plain(Http2Headers headers) {
        HttpHeaders plain = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        try {
            for (Map.Entry<CharSequence, CharSequence> header : headers) {
                if (header.getKey().charAt(0) != ':') {
                    plain.add(header.getKey(), header.getValue());
                }
            }
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return Optional.of(plain);
    }

    private static int status(Http2Headers headers) {
        CharSequence status = headers.status();
        if (status == null || status.length() != 3) {
            return 0;
        }
        int number = 0;
        for (int i = 0; i < 3; i++) {
            int digit = status.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            number = number * 10 + digit;
        }
        return number;
    }

    /// @return how much of it counts as consumed now
    int data(ByteBuf data, int padding, boolean end) {
        touch();
        OriginCall current = call;
        int length = data.readableBytes();
        if (current == null) {
            return length + padding;
        }
        if (!headSeen) {
            fail(OriginFailure.BROKEN);
            return length + padding;
        }
        if (end) {
            call = null;
        }
        current.data(data.retain(), end);
        if (end || !paused) {
            return length + padding;
        }
        held += length;
        return padding;
    }

    private void ended(OriginCall current) {
        call = null;
        current.data(io.netty.buffer.Unpooled.EMPTY_BUFFER, true);
    }

    void rest() {
        if (call != null) {
            call.rest();
        }
    }

    /// The stream is no more.
    ///
    /// @param untouched whether the origin said that it has not looked at the request
    void closed(boolean reused, boolean untouched) {
        OriginCall current = call;
        call = null;
        stream = null;
        if (current != null) {
            current.lost(reused, untouched && bodiless);
        }
    }

    void fail(OriginFailure failure) {
        OriginCall current = call;
        call = null;
        if (stream != null) {
            connection.reset(stream);
        }
        if (current != null) {
            current.failed(failure);
        }
    }

    // ---- silence

    private void touch() {
        deadline = System.nanoTime() + readTimeoutNanos;
    }

    boolean isSilent(long now) {
        return call != null && !paused && now - deadline >= 0;
    }

    long startedAt() {
        return startedAt;
    }
}
