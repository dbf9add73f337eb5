package dev.nameplate.edge.serve;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Headers that belong to one connection and are never passed on (RFC 9110 §7.6.1).
final class HopByHop {
    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");

    private static final AsciiString[] ALWAYS = {
        HttpHeaderNames.CONNECTION,
        KEEP_ALIVE,
        HttpHeaderNames.PROXY_AUTHENTICATE,
        AsciiString.cached("proxy-authentication-info"),
        HttpHeaderNames.PROXY_AUTHORIZATION,
        AsciiString.cached("proxy-connection"),
        AsciiString.cached("http2-settings"),
        HttpHeaderNames.TE,
        HttpHeaderNames.TRAILER,
        HttpHeaderNames.TRANSFER_ENCODING,
        HttpHeaderNames.UPGRADE
    };

    /// A bit for each length: most headers are none of these by their length alone.
    private static final long LENGTHS = lengths();

    private HopByHop() {}

    private static long lengths() {
        long all = 0;
        for (AsciiString name : ALWAYS) {
            all |= 1L << name.length();
        }
        return all;
    }

    /// @param name in whatever case
    static boolean is(CharSequence name) {
        int length = name.length();
        if (length >= Long.SIZE || (LENGTHS & (1L << length)) == 0) {
            return false;
        }
        for (AsciiString each : ALWAYS) {
            if (each.length() == length && each.contentEqualsIgnoreCase(name)) {
                return true;
            }
        }
        return false;
    }

    /// The names that a message's own `Connection` header adds, in lower case.
    static Set<String> listedIn(HttpHeaders headers) {
        String first = headers.get(HttpHeaderNames.CONNECTION);
        if (first == null) {
            return Set.of();
        }
        List<String> values = headers.getAll(HttpHeaderNames.CONNECTION);
        if (values.size() == 1 && KEEP_ALIVE.contentEqualsIgnoreCase(first)) {
            return Set.of(); // is among those above
        }
        Set<String> listed = new HashSet<>();
        for (String value : values) {
            for (String name : value.split(",")) {
                listed.add(name.strip().toLowerCase(Locale.ROOT));
            }
        }
        return listed;
    }
}
