package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// An exchange over HTTP/1.1 or HTTP/1.0.
final class Http1Exchange extends Exchange {
    private final Http1Connection connection;
    private final HttpRequest request;
    private final boolean hasBody;
    private final boolean webSocket;
    private boolean chunked;
    private boolean keepAlive;

    Http1Exchange(Http1Connection connection, Viewer viewer, HttpRequest request, Http1Head head) {
        super(viewer, request.method(), head.host(), head.target(), head.hasBody());
        this.connection = connection;
        this.request = request;
        this.hasBody = head.hasBody();
        this.webSocket = head.webSocket();
        this.keepAlive = HttpUtil.isKeepAlive(request) || webSocket;
    }

    @Override
    public String protocol() {
        return request.protocolVersion().text();
    }

    @Override
    public HttpHeaders headers() {
        return request.headers();
    }

    @Override
    public Optional<String> value(AsciiString name) {
        String first = request.headers().get(name);
        if (first == null) {
            return Optional.empty();
        }
        List<String> all = request.headers().getAll(name);
        return Optional.of(all.size() == 1 ? first : String.join(separator(name), all));
    }

    private static String separator(AsciiString name) {
        return name.equals(HttpHeaderNames.COOKIE) ? "; " : ", ";
    }

    @Override
    public OptionalLong contentLength() {
        long length = HttpUtil.getContentLength(request, -1L);
        return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
    }

    @Override
    public boolean hasBody() {
        return hasBody;
    }

    @Override
    public boolean expectsContinue() {
        return HttpUtil.is100ContinueExpected(request);
    }

    @Override
    public boolean webSocket() {
        return webSocket;
    }

    @Override
    public boolean upgradesByConnect() {
        return false;
    }

    boolean isHttp10() {
        return request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }

    boolean keepAlive() {
        return keepAlive;
    }

    void closeAfterwards() {
        keepAlive = false;
    }

    @Override
    void bodyConsumed(int bytes) {
        // HTTP/1 has no flow control of its own: not reading is enough.
    }

    @Override
    void bodyWantedChanged() {
        connection.updateReading();
    }

    @Override
    public void sayContinue() {
        connection.writeContinue();
    }

    @Override
    public void flush() {
        connection.flush();
    }

    @Override
    boolean takesMore() {
        return connection.writable();
    }

    @Override
    void writeHead(int status, HttpHeaders headers, boolean last) {
        boolean bodyPossible = !isHead() && status != 204 && status != 304;
        if (!bodyEnded()) {
            keepAlive = false; // what is left of the body stands between us and the next request
        }
        if (status == 204) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        } else if (bodyPossible && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            if (last) {
                headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
            } else if (isHttp10()) {
                keepAlive = false; // the end of the connection is the end of the body
            } else {
                headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
                chunked = true;
            }
        }
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        } else if (isHttp10()) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
        }
        connection.writeHead(status, headers, last);
    }

    @Override
    void writeData(ByteBuf data, boolean last) {
        HttpHeaders trailers = answerTrailers();
        if (isTunnel()) {
            connection.writeRaw(data);
        } else if (last && chunked && trailers != null) {
            connection.writeLast(data, trailers);
        } else {
            connection.writeData(data, last);
        }
    }

    @Override
    void writeOpening(HttpHeaders headers) {
        keepAlive = false;
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        connection.open(headers);
    }

    @Override
    void writeInformational(int status, HttpHeaders headers) {
        connection.writeHead(status, headers, true);
    }

    @Override
    void writeStored(
            StoredResponse response,
            StoredResponse.Head head,
            CacheVerdict verdict,
            long ageSeconds) {
        if (!bodyEnded()) {
            keepAlive = false;
        }
        connection.writeStored(this, response, head, verdict, ageSeconds);
    }

    @Override
    void cutOff() {
        connection.cutOff();
    }

    @Override
    void finished() {
        connection.finished(this);
    }
}
