package dev.nameplate.edge.proxy;

import dev.nameplate.edge.config.Origin;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

/// What to ask an origin.
///
/// @param tls whether to speak TLS
/// @param serverName for SNI: the host name that the origin is addressed by
/// @param target path and query, origin path included
/// @param headers complete, with `Host` and the body's framing
/// @param hasBody whether body pieces will follow
public record OriginRequest(
        Origin origin,
        boolean tls,
        String serverName,
        HttpMethod method,
        String target,
        HttpHeaders headers,
        boolean hasBody) {

    int port() {
        return tls ? origin.httpsPort() : origin.httpPort();
    }

    /// Whether the headers ask for another protocol, which only a connection of HTTP/1.1 can change to.
    boolean upgrade() {
        return headers.contains(HttpHeaderNames.UPGRADE);
    }

    /// Whether sending it twice does no more than sending it once.
    boolean repeatable() {
        return !hasBody
                && (method.equals(HttpMethod.GET)
                        || method.equals(HttpMethod.HEAD)
                        || method.equals(HttpMethod.OPTIONS));
    }
}
