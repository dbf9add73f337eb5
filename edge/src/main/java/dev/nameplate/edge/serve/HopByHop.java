package dev.nameplate.edge.serve;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Headers that belong to one connection and are never passed on (RFC 9110 §7.6.1).
final class HopByHop {
    private static final Set<String> ALWAYS =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-authenticate",
                    "proxy-authentication-info",
                    "proxy-authorization",
                    "proxy-connection",
                    "http2-settings",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade");

    private HopByHop() {}

    /// @param name in lower case
    static boolean is(String name) {
        return ALWAYS.contains(name);
    }

    /// The names that a message's own `Connection` header adds, in lower case.
    static Set<String> listedIn(HttpHeaders headers) {
        List<String> values = headers.getAll(HttpHeaderNames.CONNECTION);
        if (values.isEmpty()) {
            return Set.of();
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
