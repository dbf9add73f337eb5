package dev.nameplate.edge.proxy;

import dev.nameplate.edge.net.Transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslHandler;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// Opens connections for one event loop.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class OriginConnector {
    private static final Logger LOG = LoggerFactory.getLogger(OriginConnector.class);

    /// An origin may send larger headers than a visitor: cookies and security policies are long.
    private static final int MAX_HEADERS = 64 * 1024;

    private final EventLoop loop;
    private final Transport transport;
    private final OriginAddresses addresses;
    private final OriginTls tls;
    private final OriginPool pool;

    OriginConnector(
            EventLoop loop,
            Transport transport,
            OriginAddresses addresses,
            OriginTls tls,
            OriginPool pool) {
        this.loop = loop;
        this.transport = transport;
        this.addresses = addresses;
        this.tls = tls;
        this.pool = pool;
    }

    void connect(OriginCall call) {
        addresses
                .of(call.request().origin().host())
                .whenComplete((answer, failure) ->
                        loop.execute(() -> {
                            if (failure != null || !answer.known()) {
                                call.failed(OriginFailure.UNRESOLVED);
                            } else if (candidates(call, answer).isEmpty()) {
                                call.failed(OriginFailure.FORBIDDEN_ADDRESS);
                            } else {
                                attempt(call, candidates(call, answer), 0);
                            }
                        }));
    }

    private static List<InetAddress> candidates(OriginCall call, OriginAddresses.Answer answer) {
        return call.request().origin().own() ? answer.all() : answer.allowed();
    }

    private void attempt(OriginCall call, List<InetAddress> candidates, int attempt) {
        if (call.isOver()) {
            return;
        }
        OriginRequest request = call.request();
        InetAddress address = candidates.get(attempt % candidates.size());
        new Bootstrap()
                .group(loop)
                .channel(transport.client())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) request.origin().connectTimeout().toMillis())
                .handler(new Initializer(call))
                .connect(new InetSocketAddress(address, request.port()))
                .addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        connected(call, connected.channel());
                    } else if (attempt + 1 < request.origin().connectionAttempts()) {
                        attempt(call, candidates, attempt + 1);
                    } else {
                        unreachable(call, connected.cause());
                    }
                });
    }

    private static void unreachable(OriginCall call, Throwable cause) {
        LOG.debug(
                "origin {} cannot be reached: {}",
                call.request().origin().host(),
                cause.toString());
        call.failed(
                cause instanceof ConnectTimeoutException
                        ? OriginFailure.CONNECT_TIMEOUT
                        : OriginFailure.REFUSED);
    }

    private static void connected(OriginCall call, Channel channel) {
        SslHandler ssl = channel.pipeline().get(SslHandler.class);
        if (ssl == null) {
            run(call, channel);
            return;
        }
        ssl.handshakeFuture()
                .addListener(handshake -> {
                    if (handshake.isSuccess()) {
                        run(call, channel);
                    } else {
                        LOG.warn(
                                "no TLS with origin {}: {}",
                                call.request().origin().host(),
                                handshake.cause().toString());
                        channel.close();
                        call.failed(OriginFailure.TLS);
                    }
                });
    }

    private static void run(OriginCall call, Channel channel) {
        if (call.isOver()) {
            channel.close();
        } else {
            call.runOn(channel.pipeline().get(OriginConnection.class), false);
        }
    }

    private final class Initializer extends ChannelInitializer<Channel> {
        private final OriginCall call;

        Initializer(OriginCall call) {
            this.call = call;
        }

        @Override
        protected void initChannel(Channel channel) {
            OriginRequest request = call.request();
            if (request.tls()) {
                channel.pipeline().addLast(tls.newHandler(channel.alloc(), request));
            }
            channel.pipeline()
                    .addLast(
                            new HttpClientCodec(
                                    new HttpDecoderConfig()
                                            .setMaxHeaderSize(MAX_HEADERS)
                                            .setMaxChunkSize(64 * 1024),
                                    false,
                                    false),
                            new OriginConnection(
                                    channel,
                                    pool,
                                    OriginPool.Key.of(request),
                                    request.origin().keepAlive().toNanos()));
        }
    }
}
