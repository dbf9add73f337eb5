package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/// An exchange over one stream of an HTTP/2 connection.
final class Http2Exchange extends FieldExchange {
    private final Http2Viewer connection;
    private final Http2Stream stream;

    /// Somebody was told to wait, so a wake-up is due as soon as the stream takes more.
    private boolean owed;

    private boolean waking;
    private boolean begun;
    private long written;

    Http2Exchange(
            Http2Viewer connection,
            Viewer viewer,
            Http2Stream stream,
            RequestHead head,
            Http2Headers request,
            boolean hasBody) {
        super(viewer, head, request, hasBody);
        this.connection = connection;
        this.stream = stream;
    }

    /// Somebody is going to answer it.
    void begin() {
        begun = true;
    }

    /// Flow control has let out bytes of it.
    void written(int bytes) {
        written += bytes;
    }

    long written() {
        return written;
    }

    /// The stream is gone.
    void left() {
        if (begun) {
            gone();
        } else {
            withdraw();
        }
    }

    @Override
    public String protocol() {
        return "HTTP/2.0";
    }

    @Override
    void bodyConsumed(int bytes) {
        connection.consumed(stream, bytes);
    }

    @Override
    void bodyWantedChanged() {
        // Flow control holds the visitor back while nothing is consumed.
    }

    @Override
    public void sayContinue() {
        connection.writeHeaders(stream, new DefaultHttp2Headers(false, 1).status("100"), false);
        flush();
    }

    @Override
    public void flush() {
        if (isOver()) {
            connection.flushSoon();
        } else {
            connection.flush();
        }
    }

    @Override
    boolean takesMore() {
        boolean more = connection.writable(stream);
        owed |= !more;
        return more;
    }

    /// The stream may take more. In a task of its own: this is also called in the middle of a write, where another would go
    /// unnoticed by flow control, and in the middle of the very call that was told to wait.
    void wake() {
        if (owed && !waking) {
            waking = true;
            loop().execute(this::pay);
        }
    }

    private void pay() {
        waking = false;
        if (connection.writable(stream)) {
            owed = false;
            writabilityChanged();
        }
    }

    @Override
    void writeHead(int status, HttpHeaders headers, boolean last) {
        connection.writeHeaders(stream, answerFields(status, headers), last);
        if (last) {
            connection.endsEarly(stream, this);
        }
    }

    static Http2Headers answerFields(int status, HttpHeaders headers) {
        Http2Headers out = new DefaultHttp2Headers(false, headers.size() + 1);
        out.status(Integer.toString(status));
        addFields(out, headers);
        return out;
    }

    @Override
    void writeData(ByteBuf data, boolean last) {
        HttpHeaders trailers = answerTrailers();
        if (last && trailers != null) {
            connection.writeData(stream, data, false, null);
            Http2Headers fields = new DefaultHttp2Headers(false, trailers.size());
            addFields(fields, trailers);
            connection.writeHeaders(stream, fields, true);
            connection.endsEarly(stream, this);
        } else {
            connection.writeData(stream, data, last, last ? this : null);
        }
    }

    @Override
    void writeOpening(HttpHeaders headers) {
        connection.writeHeaders(stream, answerFields(200, headers), false);
    }

    @Override
    void writeInformational(int status, HttpHeaders headers) {
        connection.writeHeaders(stream, answerFields(status, headers), false);
    }

    @Override
    void writeStored(
            StoredResponse response,
            StoredResponse.Head head,
            CacheVerdict verdict,
            long ageSeconds) {
        boolean empty = isHead() || !response.body().isReadable();
        connection.writeHeaders(
                stream,
                new StoredFields(
                        new StoredFields.Repeated(
                                response.status(), head, verdict, ageSeconds, alternative()),
                        requestId()),
                empty);
        if (!empty) {
            connection.writeData(stream, response.body().retainedDuplicate(), true, this);
        } else {
            connection.endsEarly(stream, this);
        }
        finish(true);
    }

    @Override
    void cutOff() {
        connection.reset(stream);
    }

    @Override
    void finished() {
        connection.finished();
    }
}
