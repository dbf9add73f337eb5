package dev.nameplate.edge.http;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Ticker;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.InstantSource;
import java.util.Optional;

import javax.net.ssl.SSLSession;

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
            RequestIds ids,
            LoopNumbers loops) {}

    static Viewer of(Channel channel, boolean secure, String serverName, Shared shared) {
        SocketAddress remote = channel.remoteAddress();
        String address =
                remote instanceof InetSocketAddress inet && inet.getAddress() != null
                        ? inet.getAddress().getHostAddress()
                        : "";
        return new Viewer(channel, secure, serverName, address, shared);
    }

    /// The event loop's time, by which everything about the connection is measured.
    Ticker ticker() {
        return channel.eventLoop().ticker();
    }

    int port() {
        return channel.remoteAddress() instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /// Of the handshake; empty without TLS.
    Optional<SSLSession> tls() {
        return Optional.ofNullable(channel.pipeline().get(SslHandler.class))
                .map(handler -> handler.engine().getSession());
    }

    String scheme() {
        return secure ? "https" : "http";
    }
}
