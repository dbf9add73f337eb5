package dev.nameplate.edge.http;

import io.netty.handler.codec.Headers;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What HTTP/2 and HTTP/3 have in common: fields in lower case, the request line among them.
abstract class FieldExchange extends Exchange {
    /// Connection-specific fields make a message malformed (RFC 9113 §8.2.2, RFC 9114 §4.2).
    private static final Set<AsciiString> CONNECTION_SPECIFIC =
            Set.of(
                    HttpHeaderNames.CONNECTION,
                    AsciiString.cached("keep-alive"),
                    AsciiString.cached("proxy-connection"),
                    HttpHeaderNames.TRANSFER_ENCODING,
                    HttpHeaderNames.UPGRADE);

    private final RequestHead head;
    private final Headers<CharSequence, CharSequence, ?> request;
    private final boolean hasBody;
    private final Viewer viewer;
    private @Nullable Standstill sending;
    private @Nullable Standstill receiving;

    FieldExchange(
            Viewer viewer,
            RequestHead head,
            Headers<CharSequence, CharSequence, ?> request,
            boolean hasBody) {
        super(viewer, head.method(), head.host(), head.target(), hasBody);
        this.viewer = viewer;
        this.head = head;
        this.request = request;
        this.hasBody = hasBody && !head.webSocket(); // the bytes of a WebSocket are no body
    }

    /// Asked from time to time, each time whether the visitor has been waited for too long.
    ///
    /// @param sends whether something written waits for the visitor
    /// @param sent bytes that do not wait any more
    /// @param maySend whether the visitor is free to send
    final boolean standsStill(boolean sends, long sent, boolean maySend) {
        if (sending == null || receiving == null) {
            sending = new Standstill(viewer.shared().settings().viewerIdle(), viewer.ticker());
            receiving = new Standstill(viewer.shared().settings().viewerIdle(), viewer.ticker());
        }
        boolean receives = maySend && !isOver() && !bodyEnded() && bodyWanted() && !isTunnel();
        boolean sendingStands = sending.look(sends, sent);
        boolean receivingStands = receiving.look(receives, bytesIn());
        return sendingStands || receivingStands;
    }

    @Override
    public HttpHeaders headers() {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        for (Map.Entry<CharSequence, CharSequence> field : request) {
            CharSequence name = field.getKey();
            if (name.charAt(0) == ':') {
                continue;
            }
            if (HttpHeaderNames.COOKIE.contentEquals(name)
                    && headers.contains(HttpHeaderNames.COOKIE)) {
                // The cookies may be split over several fields (RFC 9113 §8.2.3).
                headers.set(name, headers.get(HttpHeaderNames.COOKIE) + "; " + field.getValue());
            } else {
                headers.add(name, field.getValue());
            }
        }
        headers.set(HttpHeaderNames.HOST, head.authority());
        return headers;
    }

    @Override
    public Optional<String> value(AsciiString name) {
        if (name.equals(HttpHeaderNames.HOST)) {
            return Optional.of(head.authority());
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
    public boolean webSocket() {
        return head.webSocket();
    }

    @Override
    public boolean upgradesByConnect() {
        return head.webSocket();
    }

    /// Fields after a body; what HTTP/1.1 cannot carry is left out, since nobody needs them.
    static HttpHeaders trailers(Headers<CharSequence, CharSequence, ?> fields) {
        HttpHeaders trailers = DefaultHttpHeadersFactory.trailersFactory().newHeaders();
        try {
            fields.forEach(field -> trailers.add(field.getKey(), field.getValue()));
        } catch (IllegalArgumentException e) {
            trailers.clear();
        }
        return trailers;
    }

    static void addFields(Headers<CharSequence, CharSequence, ?> out, HttpHeaders headers) {
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            AsciiString name = AsciiString.of(header.getKey()).toLowerCase();
            if (!CONNECTION_SPECIFIC.contains(name)) {
                out.add(name, header.getValue());
            }
        }
    }
}
