package dev.nameplate.edge.proxy;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

import java.util.Iterator;
import java.util.Map;
import java.util.Set;

/// A request's head as HTTP/2 has it.
final class Http2RequestHead {
    /// Belongs to one connection, or is said by a pseudo header (RFC 9113 §8.2.2, §8.3.1).
    private static final Set<String> NOT_SENT =
            Set.of(
                    "host",
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "transfer-encoding",
                    "upgrade");

    private Http2RequestHead() {}

    static Http2Headers of(OriginRequest request) {
        Http2Headers out = new DefaultHttp2Headers(false, request.headers().size() + 4);
        out.method(request.method().asciiName())
                .scheme(request.tls() ? "https" : "http")
                .path(request.target());
        String host = request.headers().get(HttpHeaderNames.HOST);
        if (host != null) {
            out.authority(host);
        }
        Iterator<Map.Entry<CharSequence, CharSequence>> all =
                request.headers().iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            AsciiString name = AsciiString.of(header.getKey()).toLowerCase();
            if (!NOT_SENT.contains(name.toString())) {
                out.add(name, header.getValue());
            } else if (HttpHeaderNames.TE.equals(name)
                    && HttpHeaderValues.TRAILERS.contentEqualsIgnoreCase(header.getValue())) {
                out.add(name, HttpHeaderValues.TRAILERS); // the one value it may have here
            }
        }
        return out;
    }
}
