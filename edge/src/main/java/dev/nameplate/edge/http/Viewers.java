package dev.nameplate.edge.http;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.net.ConnectionGate;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.util.concurrent.GlobalEventExecutor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// All visitors' connections.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
public final class Viewers {
    /// CloudFront's limits: 8,192 bytes of URL, 20,480 of request without body.
    public static final int MAX_URL = 8_192;

    static final int MAX_HEADERS = 20_480;

    /// Looking a header up costs more the more there are.
    static final int MAX_FIELDS = 256;

    private static final int CUT_OFF_MILLIS = 1_000;

    /// The request line is the URL, a method and a version.
    private static final int MAX_REQUEST_LINE = MAX_URL + 64;

    private final Viewer.Shared shared;
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    public Viewers(
            EdgeSettings settings,
            RequestHandler handler,
            EdgeEvents events,
            InstantSource clock,
            RandomGenerator random) {
        shared =
                new Viewer.Shared(
                        settings,
                        handler,
                        events,
                        clock,
                        new RequestIds(random),
                        new LoopNumbers());
    }

    /// @param tls makes the first handler of a connection
    public ChannelHandler secure(Function<Channel, ChannelHandler> tls) {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                open.add(channel);
                channel.pipeline().addLast(tls.apply(channel), new Negotiation(shared));
            }
        };
    }

    public ChannelHandler plain() {
        return new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel channel) {
                open.add(channel);
                addHttp1(Viewer.of(channel, false, "", shared));
            }
        };
    }

    /// The handler of a UDP socket for HTTP/3.
    ///
    /// @param handshakes runs what a handshake may block on
    /// @param secret of 32 bytes; binds visitors to their addresses
    /// @param gate counts the connections, which have no listener before them that could
    public ChannelHandler quic(
            QuicSslContext tls, Executor handshakes, byte[] secret, ConnectionGate gate) {
        return Http3Viewer.codec(
                tls, new RetryTokens(secret, shared.clock()), handshakes, gate, shared);
    }

    static HttpRequestDecoder newDecoder() {
        return new HttpRequestDecoder(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(MAX_REQUEST_LINE)
                        .setMaxHeaderSize(MAX_HEADERS)
                        .setMaxChunkSize(64 * 1024));
    }

    static void addHttp1(Viewer viewer) {
        HttpResponseEncoder encoder = new HttpResponseEncoder();
        ChannelPipeline pipeline = viewer.channel().pipeline();
        pipeline.addLast(newDecoder(), encoder);
        pipeline.addLast(new Http1Connection(viewer, pipeline.context(encoder)));
    }

    /// Whether any connection is open.
    public boolean visited() {
        return !open.isEmpty();
    }

    /// Closes idle connections, lets busy ones finish what they do, for as long as `bound`, and cuts off what is still
    /// open then.
    public void drain(Duration bound) {
        for (Channel channel : open) {
            channel.eventLoop()
                    .execute(() -> {
                        Http1Connection http1 = channel.pipeline().get(Http1Connection.class);
                        if (http1 == null) {
                            channel.close(); // HTTP/2 says GOAWAY and waits for its streams
                        } else {
                            http1.drain();
                        }
                    });
        }
        awaitClosed(bound.toMillis());
        for (Channel channel : open) {
            channel.eventLoop().execute(() -> cutOff(channel));
        }
        awaitClosed(CUT_OFF_MILLIS);
    }

    private void awaitClosed(long millis) {
        open.newCloseFuture().awaitUninterruptibly(millis, TimeUnit.MILLISECONDS);
    }

    /// Says no good-bye: no handler is asked, since one of them may be what the connection waits for.
    static void cutOff(Channel channel) {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (first != null) {
            first.close();
        }
    }
}
