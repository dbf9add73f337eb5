package dev.nameplate.edge.http;

import dev.nameplate.edge.name.HostNames;

import io.netty.handler.codec.Headers;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// What the pseudo-header fields of HTTP/2 and HTTP/3 say, checked (RFC 9113 §8.3.1, RFC 9114 §4.3.1).
///
/// @param host in comparable form
/// @param authority as it was sent
/// @param target path and query
/// @param webSocket whether this is an extended CONNECT for it (RFC 8441, RFC 9220)
record RequestHead(
        HttpMethod method, String host, String authority, String target, boolean webSocket) {
    private static final AsciiString METHOD = AsciiString.cached(":method");
    private static final AsciiString PATH = AsciiString.cached(":path");
    private static final AsciiString AUTHORITY = AsciiString.cached(":authority");
    private static final AsciiString SCHEME = AsciiString.cached(":scheme");
    private static final AsciiString PROTOCOL = AsciiString.cached(":protocol");
    private static final AsciiString WEBSOCKET = AsciiString.cached("websocket");

    /// Empty when the request is malformed, or a CONNECT to anything but a WebSocket.
    static Optional<RequestHead> of(Headers<CharSequence, CharSequence, ?> fields) {
        CharSequence method = fields.get(METHOD);
        CharSequence path = fields.get(PATH);
        CharSequence protocol = fields.get(PROTOCOL);
        boolean connect = method != null && HttpMethod.CONNECT.asciiName().contentEquals(method);
        if (method == null
                || path == null
                || path.isEmpty()
                || path.charAt(0) != '/'
                || !Targets.isClean(path)
                || !Targets.isToken(method)
                || !isHttp(fields.get(SCHEME))
                || connect != (protocol != null)
                || (protocol != null && !WEBSOCKET.contentEquals(protocol))) {
            return Optional.empty();
        }
        CharSequence sent = fields.get(AUTHORITY);
        CharSequence header = fields.get(HttpHeaderNames.HOST);
        CharSequence authority = sent == null ? header : sent;
        if (authority == null || fields.getAll(HttpHeaderNames.HOST).size() > 1) {
            return Optional.empty();
        }
        Optional<String> host = HostNames.ofAuthority(authority.toString());
        if (host.isEmpty()
                || (header != null
                        && sent != null
                        && !HostNames.ofAuthority(header.toString()).equals(host))) {
            return Optional.empty();
        }
        return Optional.of(
                new RequestHead(
                        connect ? HttpMethod.GET : HttpMethod.valueOf(method.toString()),
                        host.get(),
                        authority.toString(),
                        path.toString(),
                        connect));
    }

    private static boolean isHttp(@Nullable CharSequence scheme) {
        return scheme != null
                && (AsciiString.contentEquals("https", scheme)
                        || AsciiString.contentEquals("http", scheme));
    }
}
