package dev.nameplate.edge.proxy;

import dev.nameplate.edge.config.OncePerMinute;
import dev.nameplate.edge.net.Transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/// Opens connections for one event loop: a name's addresses, TCP, TLS, then the protocol that was agreed on.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class OriginConnector {
    private static final OncePerMinute WARNINGS = new OncePerMinute();
    private static final Logger LOG = LoggerFactory.getLogger(OriginConnector.class);

    /// An origin may send larger headers than a visitor: cookies and security policies are long.
    static final int MAX_HEADERS = 64 * 1024;

    private final EventLoop loop;
    private final Transport transport;
    private final OriginAddresses addresses;
    private final OriginHealth health;
    private final OriginTls tls;
    private final ChannelGroup open;

    /// @param open gets every connection, until it is closed
    OriginConnector(
            EventLoop loop,
            Transport transport,
            OriginAddresses addresses,
            OriginHealth health,
            OriginTls tls,
            ChannelGroup open) {
        this.loop = loop;
        this.transport = transport;
        this.addresses = addresses;
        this.health = health;
        this.tls = tls;
        this.open = open;
    }

    /// Ends in `opened` or `failedToOpen` of the lane.
    void connect(OriginLane lane, OriginCall call) {
        OriginRequest request = call.request();
        int turn = call.turn();
        addresses
                .of(request.origin().host())
                .whenComplete((found, failure) -> {
                    OriginAddresses.Answer answer = failure == null ? found : OriginAddresses.NONE;
                    if (loop.inEventLoop()) {
                        resolved(lane, call, request, turn, answer);
                    } else {
                        loop.execute(() -> resolved(lane, call, request, turn, answer));
                    }
                });
    }

    private void resolved(
            OriginLane lane,
            OriginCall call,
            OriginRequest request,
            int turn,
            OriginAddresses.Answer answer) {
        List<InetAddress> usable =
                ofWantedKind(request, request.origin().own() ? answer.all() : answer.allowed());
        if (!answer.known()) {
            lane.failedToOpen(call, OriginFailure.UNRESOLVED);
        } else if (usable.isEmpty()) {
            lane.failedToOpen(
                    call,
                    answer.allowed().isEmpty()
                            ? OriginFailure.FORBIDDEN_ADDRESS
                            : OriginFailure.UNRESOLVED);
        } else {
            new Race(
                            loop,
                            transport,
                            health,
                            request,
                            health.ordered(usable, request.port()),
                            () -> call.isOver() || call.turn() != turn,
                            channel -> connected(lane, call, request, channel),
                            failure -> lane.failedToOpen(call, failure))
                    .start();
        }
    }

    private static List<InetAddress> ofWantedKind(OriginRequest request, List<InetAddress> all) {
        return switch (request.origin().addresses()) {
            case ANY -> all;
            case IPV4 -> all.stream().filter(Inet4Address.class::isInstance).toList();
            case IPV6 -> all.stream().filter(a -> !(a instanceof Inet4Address)).toList();
        };
    }

    private void connected(
            OriginLane lane, OriginCall call, OriginRequest request, Channel channel) {
        open.add(channel);
        if (!request.tls()) {
            http1(lane, call, channel);
            return;
        }
        SslHandler ssl;
        try {
            ssl = tls.newHandler(channel.alloc(), request);
        } catch (IllegalArgumentException e) {
            refused(lane, call, request, channel, e);
            return;
        }
        HandshakeErrors errors = new HandshakeErrors();
        channel.pipeline().addLast(ssl, errors);
        ssl.handshakeFuture()
                .addListener(handshake -> {
                    if (!handshake.isSuccess()) {
                        refused(lane, call, request, channel, handshake.cause());
                        return;
                    }
                    channel.pipeline().remove(errors);
                    if (ApplicationProtocolNames.HTTP_2.equals(ssl.applicationProtocol())) {
                        http2(lane, call, request, channel);
                    } else {
                        http1(lane, call, channel);
                    }
                });
    }

    private static void refused(
            OriginLane lane,
            OriginCall call,
            OriginRequest request,
            Channel channel,
            Throwable cause) {
        if (WARNINGS.isDue(channel.eventLoop().ticker().nanoTime())) {
            LOG.warn("no TLS with origin {}: {}", request.origin().host(), cause.toString());
        }
        channel.close();
        lane.failedToOpen(call, OriginFailure.TLS);
    }

    private static void http1(OriginLane lane, OriginCall call, Channel channel) {
        Http1Origin connection = new Http1Origin(channel, lane);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(
                new HttpClientCodec(
                        new HttpDecoderConfig()
                                .setMaxHeaderSize(MAX_HEADERS)
                                .setMaxChunkSize(64 * 1024),
                        false,
                        false),
                connection);
        lane.opened(connection, call);
        if (!channel.isActive()) {
            connection.channelInactive(pipeline.context(connection));
        }
    }

    private static void http2(
            OriginLane lane, OriginCall call, OriginRequest request, Channel channel) {
        Http2Origin connection;
        try {
            connection = Http2Origin.on(channel, lane, request.origin().keepAlive().toNanos());
        } catch (Http2Exception e) {
            refused(lane, call, request, channel, e);
            return;
        }
        lane.opened(connection, call);
    }

    /// The future of a handshake tells how it ended; Netty's own last handler would log each failure with its trace.
    private static final class HandshakeErrors extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("handshake on {}: {}", ctx.channel(), cause.toString());
        }
    }
}
