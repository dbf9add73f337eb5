package dev.nameplate.edge.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A visitor over HTTP/3.
public final class Http3Client implements AutoCloseable {
    /// An answer put together.
    public record Answer(Map<String, String> headers, byte[] body) {
        public int status() {
            return Integer.parseInt(headers.getOrDefault(":status", "0"));
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final MultiThreadIoEventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel socket;
    private final QuicChannel connection;

    /// @throws IOException when the handshake fails
    public Http3Client(InetSocketAddress address, X509Certificate root, String serverName)
            throws IOException {
        QuicSslContext tls =
                QuicSslContextBuilder.forClient()
                        .trustManager(root)
                        .applicationProtocols("h3")
                        .build();
        socket =
                new Bootstrap()
                        .group(loop)
                        .channel(NioDatagramChannel.class)
                        .handler(
                                Http3.newQuicClientCodecBuilder()
                                        .sslEngineProvider(channel ->
                                                tls.newEngine(
                                                        channel.alloc(),
                                                        serverName,
                                                        address.getPort()))
                                        .maxIdleTimeout(10, TimeUnit.SECONDS)
                                        .initialMaxData(10_000_000)
                                        .initialMaxStreamDataBidirectionalLocal(1_000_000)
                                        .build())
                        .bind(0)
                        .syncUninterruptibly()
                        .channel();
        try {
            connection =
                    QuicChannel.newBootstrap(socket)
                            .handler(new Http3ClientConnectionHandler())
                            .remoteAddress(address)
                            .connect()
                            .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            close();
            throw new IOException(e);
        }
    }

    public Answer get(String host, String path) throws IOException {
        return send(head("GET", host, path), new byte[0]);
    }

    public Answer post(String host, String path, byte[] body) throws IOException {
        return send(head("POST", host, path), body);
    }

    public static Http3Headers head(String method, String host, String path) {
        return new DefaultHttp3Headers(false)
                .method(method)
                .scheme("https")
                .authority(host)
                .path(path);
    }

    /// @throws IOException when the stream is reset or the connection ends
    public Answer send(Http3Headers head, byte[] body) throws IOException {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        try {
            QuicStreamChannel stream =
                    Http3.newRequestStream(connection, new Collector(answer))
                            .get(10, TimeUnit.SECONDS);
            ChannelFuture written = stream.write(new DefaultHttp3HeadersFrame(head));
            if (body.length > 0) {
                written = stream.write(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(body)));
            }
            written.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
            stream.flush();
            return answer.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static final class Collector extends Http3RequestStreamInboundHandler {
        private final CompletableFuture<Answer> answer;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();

        Collector(CompletableFuture<Answer> answer) {
            this.answer = answer;
        }

        @Override
        protected void channelRead(ChannelHandlerContext ctx, Http3HeadersFrame frame) {
            frame.headers()
                    .forEach(field ->
                            headers.put(field.getKey().toString(), field.getValue().toString()));
        }

        @Override
        protected void channelRead(ChannelHandlerContext ctx, Http3DataFrame frame) {
            ByteBuf data = frame.content();
            byte[] bytes = new byte[data.readableBytes()];
            data.readBytes(bytes);
            body.writeBytes(bytes);
            frame.release();
        }

        @Override
        protected void channelInputClosed(ChannelHandlerContext ctx) {
            answer.complete(new Answer(headers, body.toByteArray()));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            answer.completeExceptionally(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answer.completeExceptionally(new IOException("the stream was closed"));
        }
    }

    @Override
    public void close() {
        socket.close().syncUninterruptibly();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
