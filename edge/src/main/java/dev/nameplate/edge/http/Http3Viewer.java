package dev.nameplate.edge.http;

import dev.nameplate.edge.net.ConnectionGate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http3.DefaultHttp3SettingsFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3ServerConnectionHandler;
import io.netty.handler.codec.http3.Http3Settings;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicTokenHandler;
import io.netty.handler.ssl.SniCompletionEvent;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// A visitor's HTTP/3 connection: streams come and go on it, each with a channel of its own.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class Http3Viewer extends ChannelInboundHandlerAdapter {
    private static final int MAX_STREAMS = 128;

    /// What may be under way towards the edge, for a connection and for a stream of it.
    private static final long CONNECTION_WINDOW = 1 << 20;

    private static final long STREAM_WINDOW = 256 * 1024;

    private final QuicChannel channel;
    private final Viewer.Shared shared;
    private final FrameBudget budget;
    private final Set<Http3Stream> streams = new HashSet<>();
    private String serverName = "";

    private Http3Viewer(QuicChannel channel, Viewer.Shared shared) {
        this.channel = channel;
        this.shared = shared;
        this.budget = new FrameBudget(nanoTime());
    }

    private long nanoTime() {
        return channel.eventLoop().ticker().nanoTime();
    }

    /// The handler of a UDP socket that serves all connections of it. Early data is off: it could be replayed.
    static ChannelHandler codec(
            QuicSslContext tls,
            QuicTokenHandler tokens,
            Executor handshakes,
            ConnectionGate gate,
            Viewer.Shared shared) {
        return Http3.newQuicServerCodecBuilder()
                .sslContext(tls)
                .sslTaskExecutor(handshakes)
                .tokenHandler(tokens)
                .maxIdleTimeout(shared.settings().viewerIdle().toMillis(), TimeUnit.MILLISECONDS)
                .initialMaxData(CONNECTION_WINDOW)
                .initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW)
                .initialMaxStreamDataBidirectionalRemote(STREAM_WINDOW)
                .initialMaxStreamDataUnidirectional(STREAM_WINDOW)
                .initialMaxStreamsBidirectional(MAX_STREAMS)
                .initialMaxStreamsUnidirectional(8)
                .handler(
                        new ChannelInitializer<QuicChannel>() {
                            @Override
                            protected void initChannel(QuicChannel channel) {
                                // The address is proven by now: see RetryTokens.
                                if (gate.admits(channel, channel.remoteSocketAddress())) {
                                    begin(channel, shared);
                                } else {
                                    channel.close(
                                            true,
                                            Http3ErrorCode.H3_EXCESSIVE_LOAD.code(),
                                            Unpooled.EMPTY_BUFFER);
                                }
                            }
                        })
                .build();
    }

    private static void begin(QuicChannel channel, Viewer.Shared shared) {
        Http3Viewer connection = new Http3Viewer(channel, shared);
        IdleWatch.start(channel, shared.settings().viewerIdle(), connection::look);
        Http3Settings settings =
                new Http3Settings()
                        .maxFieldSectionSize(Viewers.MAX_HEADERS)
                        .enableConnectProtocol(true);
        channel.pipeline()
                .addLast(
                        connection,
                        new Http3ServerConnectionHandler(
                                new ChannelInitializer<QuicStreamChannel>() {
                                    @Override
                                    protected void initChannel(QuicStreamChannel stream) {
                                        stream.pipeline().addLast(connection.newStream(stream));
                                    }
                                },
                                null,
                                null,
                                new DefaultHttp3SettingsFrame(settings),
                                true),
                        new LastErrors());
    }

    private Http3Stream newStream(QuicStreamChannel stream) {
        SocketAddress remote = channel.remoteSocketAddress();
        String address =
                remote instanceof InetSocketAddress inet && inet.getAddress() != null
                        ? inet.getAddress().getHostAddress()
                        : "";
        return new Http3Stream(this, new Viewer(stream, true, serverName, address, shared), stream);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SniCompletionEvent sni && sni.hostname() != null) {
            serverName = sni.hostname();
        }
        ctx.fireUserEventTriggered(event);
    }

    /// QUIC's own idle timeout is over the whole connection, which one stream of it can keep busy.
    private void look() {
        for (Http3Stream stream : List.copyOf(streams)) {
            stream.look();
        }
    }

    void opened(Http3Stream stream) {
        streams.add(stream);
    }

    void closed(Http3Stream stream) {
        streams.remove(stream);
    }

    /// For what carries nothing; see [FrameBudget].
    void spend(int tokens) {
        if (!budget.take(tokens, nanoTime()) && channel.isActive()) {
            ByteBuf reason = Unpooled.EMPTY_BUFFER;
            channel.close(true, Http3ErrorCode.H3_EXCESSIVE_LOAD.code(), reason);
        }
    }

    /// Netty's own last handler would log every broken connection as a warning.
    private static final class LastErrors extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ConnectionErrors.log(ctx.channel(), cause);
        }
    }
}
