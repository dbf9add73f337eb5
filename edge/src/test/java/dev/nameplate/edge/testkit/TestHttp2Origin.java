package dev.nameplate.edge.testkit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.DefaultHttp2WindowUpdateFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLContext;

/// An origin that speaks HTTP/2 over TLS, as a script tells it.
@SuppressWarnings("FutureReturnValueIgnored") // tests see what became of a write at the other end
public final class TestHttp2Origin implements AutoCloseable {
    /// Answers a request whose body is there.
    @FunctionalInterface
    public interface Script {
        void answer(Request request);
    }

    /// A request, and what can be done about it.
    public record Request(Http2Headers headers, String body, Http2StreamChannel stream) {
        public String path() {
            return headers.path().toString();
        }

        public String header(String name) {
            CharSequence value = headers.get(name);
            return value == null ? "" : value.toString();
        }

        public void respond(String status, String body) {
            head(status, false);
            data(body.getBytes(StandardCharsets.UTF_8), true);
        }

        public void head(String status, boolean end, String... namesAndValues) {
            Http2Headers answer = new DefaultHttp2Headers(false).status(status);
            for (int i = 0; i < namesAndValues.length; i += 2) {
                answer.add(namesAndValues[i], namesAndValues[i + 1]);
            }
            stream.writeAndFlush(new DefaultHttp2HeadersFrame(answer, end));
        }

        public void trailers(String... namesAndValues) {
            Http2Headers fields = new DefaultHttp2Headers(false);
            for (int i = 0; i < namesAndValues.length; i += 2) {
                fields.add(namesAndValues[i], namesAndValues[i + 1]);
            }
            stream.writeAndFlush(new DefaultHttp2HeadersFrame(fields, true));
        }

        public void data(byte[] bytes, boolean end) {
            stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), end));
        }

        public void reset(Http2Error error) {
            stream.writeAndFlush(new DefaultHttp2ResetFrame(error));
        }

        /// Says which stream is the last one answered on this connection.
        public void goAway(int extraStreams) {
            stream.parent()
                    .writeAndFlush(
                            new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR)
                                    .setExtraStreamIds(extraStreams));
        }

        public void closeConnection() {
            stream.parent().close();
        }
    }

    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Channel> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong written = new AtomicLong();
    private final Channel listener;
    private volatile Script script = request -> request.respond("200", "h2 " + request.path());

    /// @param maxStreams that it allows at a time
    public TestHttp2Origin(SSLContext tls, long maxStreams) {
        this(tls, maxStreams, 65_535);
    }

    /// @param window what it takes of a request before it has looked at it
    public TestHttp2Origin(SSLContext tls, long maxStreams, int window) {
        SslContext context =
                new JdkSslContext(
                        tls,
                        false,
                        null,
                        IdentityCipherSuiteFilter.INSTANCE,
                        new ApplicationProtocolConfig(
                                ApplicationProtocolConfig.Protocol.ALPN,
                                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                                "h2"),
                        ClientAuth.NONE,
                        null,
                        false);
        listener =
                new ServerBootstrap()
                        .group(loops)
                        .channel(NioServerSocketChannel.class)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        connections.incrementAndGet();
                                        open.add(channel);
                                        channel.pipeline()
                                                .addLast(
                                                        context.newHandler(channel.alloc()),
                                                        Http2FrameCodecBuilder.forServer()
                                                                .initialSettings(
                                                                        Http2Settings
                                                                                .defaultSettings()
                                                                                .maxConcurrentStreams(
                                                                                        maxStreams)
                                                                                .initialWindowSize(
                                                                                        window))
                                                                .build(),
                                                        new Http2MultiplexHandler(new Streams()));
                                    }
                                })
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .syncUninterruptibly()
                        .channel();
    }

    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    public void script(Script newScript) {
        script = newScript;
    }

    public List<Request> requests() {
        return requests;
    }

    public int connections() {
        return connections.get();
    }

    /// Bytes that went through [#pour] so far.
    public AtomicLong written() {
        return written;
    }

    public void closeConnections() {
        open.forEach(channel -> channel.close().syncUninterruptibly());
        open.clear();
    }

    /// Sends a long body no faster than it is taken.
    public void pour(Request request, int size) {
        request.head("200", false);
        pour(request, size, 0);
    }

    private void pour(Request request, int size, int sent) {
        byte[] piece = new byte[Math.min(16 * 1024, size - sent)];
        boolean end = sent + piece.length == size;
        request.stream()
                .writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(piece), end))
                .addListener(done -> {
                    if (done.isSuccess()) {
                        written.addAndGet(piece.length);
                        if (!end) {
                            pour(request, size, sent + piece.length);
                        }
                    }
                });
    }

    private final class Streams extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            channel.pipeline()
                    .addLast(
                            new ChannelInboundHandlerAdapter() {
                                private Http2Headers headers = new DefaultHttp2Headers();
                                private final StringBuilder body = new StringBuilder();

                                @Override
                                public void channelRead(ChannelHandlerContext ctx, Object frame) {
                                    boolean end = false;
                                    if (frame instanceof Http2HeadersFrame head) {
                                        headers = head.headers();
                                        end = head.isEndStream();
                                    } else if (frame instanceof Http2DataFrame data) {
                                        body.append(
                                                data.content().toString(StandardCharsets.UTF_8));
                                        end = data.isEndStream();
                                        int consumed = data.initialFlowControlledBytes();
                                        data.release();
                                        ctx.writeAndFlush(
                                                new DefaultHttp2WindowUpdateFrame(consumed)
                                                        .stream(
                                                                ((Http2StreamChannel) ctx.channel())
                                                                        .stream()));
                                    }
                                    if (end) {
                                        Request request =
                                                new Request(
                                                        headers,
                                                        body.toString(),
                                                        (Http2StreamChannel) ctx.channel());
                                        requests.add(request);
                                        script.answer(request);
                                    }
                                }

                                @Override
                                public void exceptionCaught(
                                        ChannelHandlerContext ctx, Throwable cause) {
                                    ctx.close();
                                }
                            });
        }
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
