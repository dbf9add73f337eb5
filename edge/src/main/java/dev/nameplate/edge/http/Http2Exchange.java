package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// An exchange over one stream of an HTTP/2 connection.
final class Http2Exchange extends Exchange {
    private static final AsciiString AGE = HttpHeaderNames.AGE;

    private final Http2Viewer connection;
    private final Http2Stream stream;
    private final Http2Headers request;
    private final boolean hasBody;

    Http2Exchange(
            Http2Viewer connection,
            Viewer viewer,
            Http2Stream stream,
            Http2Headers request,
            HttpMethod method,
            String host,
            String target,
            boolean hasBody) {
        super(viewer, method, host, target, hasBody);
        this.connection = connection;
        this.stream = stream;
        this.request = request;
        this.hasBody = hasBody;
    }

    @Override
    public String protocol() {
        return "HTTP/2.0";
    }

    @Override
    public HttpHeaders headers() {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        for (Map.Entry<CharSequence, CharSequence> header : request) {
            CharSequence name = header.getKey();
            if (name.charAt(0) == ':') {
                continue;
            }
            if (HttpHeaderNames.COOKIE.contentEquals(name)
                    && headers.contains(HttpHeaderNames.COOKIE)) {
                // HTTP/2 may split the cookies over several fields (RFC 9113 §8.2.3).
                headers.set(name, headers.get(HttpHeaderNames.COOKIE) + "; " + header.getValue());
            } else {
                headers.add(name, header.getValue());
            }
        }
        if (request.authority() != null) {
            headers.set(HttpHeaderNames.HOST, request.authority());
        }
        return headers;
    }

    @Override
    public Optional<String> value(AsciiString name) {
        if (name.equals(HttpHeaderNames.HOST) && request.authority() != null) {
            return Optional.of(request.authority().toString());
        }
        CharSequence first = request.get(name);
        if (first == null) {
            return Optional.empty();
        }
        List<CharSequence> all = request.getAll(name);
        String separator = name.equals(HttpHeaderNames.COOKIE) ? "; " : ", ";
        return Optional.of(all.size() == 1 ? first.toString() : String.join(separator, all));
    }

    @Override
    public OptionalLong contentLength() {
        long length = request.getLong(HttpHeaderNames.CONTENT_LENGTH, -1);
        return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
    }

    @Override
    public boolean hasBody() {
        return hasBody;
    }

    @Override
    public boolean expectsContinue() {
        CharSequence expect = request.get(HttpHeaderNames.EXPECT);
        return expect != null && AsciiString.contentEqualsIgnoreCase(expect, "100-continue");
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
        connection.flush();
    }

    @Override
    public boolean writable() {
        return connection.writable(stream);
    }

    @Override
    void writeHead(int status, HttpHeaders headers, boolean last) {
        Http2Headers out = new DefaultHttp2Headers(false, headers.size() + 1);
        out.status(Integer.toString(status));
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            out.add(AsciiString.of(header.getKey()).toLowerCase(), header.getValue());
        }
        for (AsciiString name : HOP_BY_HOP) {
            out.remove(name);
        }
        connection.writeHeaders(stream, out, last);
        if (last) {
            connection.endsEarly(stream, this);
        }
    }

    /// Connection-specific fields make an HTTP/2 message malformed (RFC 9113 §8.2.2).
    private static final List<AsciiString> HOP_BY_HOP =
            List.of(
                    HttpHeaderNames.CONNECTION,
                    HttpConversionUtil.ExtensionHeaderNames.STREAM_ID.text(),
                    AsciiString.cached("keep-alive"),
                    AsciiString.cached("proxy-connection"),
                    HttpHeaderNames.TRANSFER_ENCODING,
                    HttpHeaderNames.UPGRADE);

    @Override
    void writeData(ByteBuf data, boolean last) {
        connection.writeData(stream, data, last, last ? this : null);
    }

    @Override
    void writeStored(
            StoredResponse response,
            StoredResponse.Head head,
            CacheVerdict verdict,
            long ageSeconds) {
        AsciiString[] fixed = head.fields();
        int n = fixed.length;
        AsciiString[] all = Arrays.copyOf(fixed, n + 6);
        all[n] = AGE;
        all[n + 1] = new AsciiString(Long.toString(ageSeconds));
        all[n + 2] = AnswerHeaders.X_CACHE;
        all[n + 3] = AnswerHeaders.xCache(verdict);
        all[n + 4] = AnswerHeaders.X_AMZ_CF_ID;
        all[n + 5] = new AsciiString(requestId());
        boolean empty = isHead() || !response.body().isReadable();
        connection.writeHeaders(
                stream,
                ReadOnlyHttp2Headers.serverHeaders(
                        false, new AsciiString(Integer.toString(response.status())), all),
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
