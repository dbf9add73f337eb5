package dev.nameplate.edge.http;

import dev.nameplate.edge.name.HostNames;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether a request line and its headers can be served, and what of them can be read in one way only.
///
/// @param refusal a status to refuse the request with, or 0
/// @param host in comparable form
/// @param target path and query
record Http1Head(int refusal, String host, String target, boolean hasBody, boolean webSocket) {
    /// Below this the request line is not worth adding to what the decoder has counted of the headers.
    private static final int SHORT_LINE = 512;

    static Http1Head of(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            Throwable cause = request.decoderResult().cause();
            return refused(
                    cause instanceof TooLongHttpLineException
                                    || cause instanceof TooLongHttpHeaderException
                            ? 413
                            : 400);
        }
        int refusal = refusal(request);
        if (refusal != 0) {
            return refused(refusal);
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        Optional<String> host =
                hosts.size() == 1 ? HostNames.ofAuthority(hosts.getFirst()) : Optional.empty();
        Optional<String> target = target(request.uri(), host);
        if (host.isEmpty() || target.isEmpty()) {
            return refused(400);
        }
        boolean hasBody =
                HttpUtil.isTransferEncodingChunked(request)
                        || HttpUtil.getContentLength(request, 0L) > 0;
        return new Http1Head(
                0, host.get(), target.get(), hasBody, !hasBody && asksForWebSocket(request));
    }

    private static Http1Head refused(int status) {
        return new Http1Head(status, "", "", false, false);
    }

    /// Netty's decoder has refused contradicting lengths and `Content-Length` beside `Transfer-Encoding` already.
    private static int refusal(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            return 505;
        }
        HttpHeaders headers = request.headers();
        if (headers.size() > Viewers.MAX_FIELDS || isTooLong(request)) {
            return 413;
        }
        List<String> encodings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!encodings.isEmpty()) {
            if (version.equals(HttpVersion.HTTP_1_0)
                    || headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
                return 400;
            }
            if (encodings.size() != 1
                    || !HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(
                            encodings.getFirst().strip())) {
                return 501;
            }
        }
        String expect = headers.get(HttpHeaderNames.EXPECT);
        return expect == null || HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect)
                ? 0
                : 417;
    }

    private static boolean isTooLong(HttpRequest request) {
        int length = request.uri().length();
        if (length > Viewers.MAX_URL) {
            return true;
        }
        if (length <= SHORT_LINE) {
            return false;
        }
        Iterator<Map.Entry<CharSequence, CharSequence>> all =
                request.headers().iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            length += header.getKey().length() + header.getValue().length() + 4;
        }
        return length > Viewers.MAX_HEADERS;
    }

    /// An absolute form (RFC 9112 §3.2.2) must name the host of the `Host` header.
    private static Optional<String> target(String uri, Optional<String> host) {
        if (uri.startsWith("/")) {
            return Targets.isClean(uri) ? Optional.of(uri) : Optional.empty();
        }
        int from = uri.startsWith("http://") ? 7 : uri.startsWith("https://") ? 8 : 0;
        if (from == 0) {
            return Optional.empty();
        }
        int slash = uri.indexOf('/', from);
        String authority = slash < 0 ? uri.substring(from) : uri.substring(from, slash);
        String target = slash < 0 ? "/" : uri.substring(slash);
        return HostNames.ofAuthority(authority).equals(host) && Targets.isClean(target)
                ? Optional.of(target)
                : Optional.empty();
    }

    /// RFC 6455 §4.2.1. Any other `Upgrade` may be ignored (RFC 9110 §7.8).
    private static boolean asksForWebSocket(HttpRequest request) {
        HttpHeaders headers = request.headers();
        return headers.contains(HttpHeaderNames.UPGRADE)
                && request.method().equals(HttpMethod.GET)
                && request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)
                && headers.containsValue(
                        HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true);
    }
}
