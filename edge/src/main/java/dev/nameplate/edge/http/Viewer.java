package dev.nameplate.edge.http;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;

import io.netty.channel.Channel;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.InstantSource;

/// What all exchanges of one connection share.
///
/// @param serverName what the visitor's ClientHello named; empty without TLS
record Viewer(Channel channel, boolean secure, String serverName, String address, Shared shared) {

    /// What all connections share.
    record Shared(
            EdgeSettings settings,
            RequestHandler handler,
            EdgeEvents events,
            InstantSource clock,
            RequestIds ids) {}

    static Viewer of(Channel channel, boolean secure, String serverName, Shared shared) {
        SocketAddress remote = channel.remoteAddress();
        String address =
                remote instanceof InetSocketAddress inet && inet.getAddress() != null
                        ? inet.getAddress().getHostAddress()
                        : "";
        return new Viewer(channel, secure, serverName, address, shared);
    }

    String scheme() {
        return secure ? "https" : "http";
    }
}
