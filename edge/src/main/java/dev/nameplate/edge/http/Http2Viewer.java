package dev.nameplate.edge.http;

import dev.nameplate.edge.name.HostNames;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A visitor's HTTP/2 connection: listens to frames and writes frames, without a channel or frame object per stream.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class Http2Viewer extends Http2EventAdapter {
    /// What CloudFront announces.
    private static final int MAX_STREAMS = 128;

    private final Viewer viewer;
    private final Http2ConnectionHandler handler;
    private final ChannelHandlerContext context;
    private final Http2Connection.PropertyKey exchangeKey;
    private boolean reading;
    private long lastProgress = System.nanoTime();

    private Http2Viewer(Viewer viewer) {
        this.viewer = viewer;
        this.handler =
                new Http2ConnectionHandlerBuilder()
                        .frameListener(this)
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .maxConcurrentStreams(MAX_STREAMS)
                                        .maxHeaderListSize(Viewers.MAX_HEADERS))
                        .gracefulShutdownTimeoutMillis(
                                viewer.shared().settings().drain().toMillis())
                        .build();
        this.exchangeKey = handler.connection().newKey();
        handler.connection().addListener(this);
        handler.encoder().flowController().listener(this::writabilityChanged);
        viewer.channel().pipeline().addLast(handler, new ReadCycle(this));
        this.context = viewer.channel().pipeline().context(handler);
    }

    /// Adds the handler of the protocol to the end of the connection's pipeline.
    static void addTo(Viewer viewer) {
        Http2Viewer connection = new Http2Viewer(viewer);
        connection.scheduleIdleCheck(viewer.shared().settings().viewerIdle().toNanos());
    }

    /// Knows whether more frames of this read are to come, so that one flush serves them all.
    private static final class ReadCycle extends io.netty.channel.ChannelInboundHandlerAdapter {
        private final Http2Viewer connection;

        ReadCycle(Http2Viewer connection) {
            this.connection = connection;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            connection.reading = false;
            ctx.fireChannelReadComplete();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ConnectionErrors.log(ctx.channel(), cause);
            ctx.close();
        }
    }

    // ---- frames in

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean end) {
        onHeadersRead(ctx, streamId, headers, padding, end);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int streamId,
            Http2Headers headers,
            int padding,
            boolean end) {
        progress();
        Http2Stream stream = handler.connection().stream(streamId);
        Http2Exchange known = exchange(stream);
        if (known != null) {
            if (end) {
                known.receive(Unpooled.EMPTY_BUFFER, true); // trailers; their fields are dropped
            }
            return;
        }
        Optional<String> host = host(headers);
        CharSequence path = headers.path();
        CharSequence method = headers.method();
        if (host.isEmpty()
                || path == null
                || method == null
                || path.isEmpty()
                || path.charAt(0) != '/'
                || !Targets.isClean(path)
                || !isToken(method)) {
            handler.resetStream(ctx, streamId, Http2Error.PROTOCOL_ERROR.code(), ctx.newPromise());
            return;
        }
        Http2Exchange exchange =
                new Http2Exchange(
                        this,
                        viewer,
                        stream,
                        headers,
                        HttpMethod.valueOf(method.toString()),
                        host.get(),
                        path.toString(),
                        !end);
        stream.setProperty(exchangeKey, exchange);
        viewer.shared().handler().handle(exchange);
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
        progress();
        Http2Exchange exchange = exchange(handler.connection().stream(streamId));
        if (exchange == null) {
            return data.readableBytes() + padding;
        }
        exchange.receive(data.retain(), end);
        return padding; // the data itself counts once somebody has taken it
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        progress();
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment) {
        lastProgress = System.nanoTime();
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) {
        reading = true;
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        Http2Exchange exchange = exchange(stream);
        if (exchange != null) {
            exchange.gone();
        }
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2Exchange exchange = exchange(stream);
        if (exchange != null) {
            exchange.writabilityChanged();
        }
    }

    private void progress() {
        lastProgress = System.nanoTime();
        reading = true;
    }

    private @Nullable Http2Exchange exchange(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(exchangeKey);
    }

    /// `:authority` and `Host` must agree where both are sent (RFC 9113 §8.3.1).
    private static Optional<String> host(Http2Headers headers) {
        CharSequence authority = headers.authority();
        CharSequence host = headers.get(HttpHeaderNames.HOST);
        if (authority == null) {
            return host == null ? Optional.empty() : HostNames.ofAuthority(host.toString());
        }
        Optional<String> name = HostNames.ofAuthority(authority.toString());
        return host == null || HostNames.ofAuthority(host.toString()).equals(name)
                ? name
                : Optional.empty();
    }

    private static boolean isToken(CharSequence method) {
        for (int i = 0; i < method.length(); i++) {
            char c = method.charAt(i);
            if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && c != '-' && c != '_') {
                return false;
            }
        }
        return method.length() > 0;
    }

    // ---- frames out

    void writeHeaders(Http2Stream stream, Http2Headers headers, boolean end) {
        ChannelHandlerContext ctx = context;
        handler.encoder().writeHeaders(ctx, stream.id(), headers, 0, end, ctx.newPromise());
    }

    /// @param ended the exchange that ends with this data, if any
    void writeData(Http2Stream stream, ByteBuf data, boolean end, @Nullable Http2Exchange ended) {
        ChannelHandlerContext ctx = context;
        ChannelFuture written =
                handler.encoder().writeData(ctx, stream.id(), data, 0, end, ctx.newPromise());
        if (ended != null && !ended.bodyEnded()) {
            written.addListener(_ -> endsEarly(stream, ended));
        }
    }

    /// The answer is complete but the request is not: the rest is unwanted (RFC 9113 §8.1).
    void endsEarly(Http2Stream stream, Http2Exchange exchange) {
        if (!exchange.bodyEnded()) {
            ChannelHandlerContext ctx = context;
            handler.resetStream(ctx, stream.id(), Http2Error.NO_ERROR.code(), ctx.newPromise());
            flush();
        }
    }

    void reset(Http2Stream stream) {
        if (viewer.channel().isActive()) {
            ChannelHandlerContext ctx = context;
            handler.resetStream(
                    ctx, stream.id(), Http2Error.INTERNAL_ERROR.code(), ctx.newPromise());
            ctx.flush();
        }
    }

    void consumed(Http2Stream stream, int bytes) {
        if (bytes == 0 || stream.state() == Http2Stream.State.CLOSED) {
            return; // closing a stream returns its share to the connection
        }
        try {
            if (handler.decoder().flowController().consumeBytes(stream, bytes) && !reading) {
                context.flush();
            }
        } catch (Http2Exception e) {
            handler.onError(context, false, e);
        }
    }

    boolean writable(Http2Stream stream) {
        return handler.encoder().flowController().isWritable(stream);
    }

    /// Leaves the flush to the end of the reading when that is near.
    void flush() {
        if (!reading) {
            handler.flush(context);
        }
    }

    void finished() {
        lastProgress = System.nanoTime();
    }

    // ---- silence

    private void scheduleIdleCheck(long nanos) {
        viewer.channel().eventLoop().schedule(this::checkIdle, nanos, TimeUnit.NANOSECONDS);
    }

    private void checkIdle() {
        if (!viewer.channel().isActive()) {
            return;
        }
        long limit = viewer.shared().settings().viewerIdle().toNanos();
        long idle = System.nanoTime() - lastProgress;
        if (idle >= limit && (handler.connection().numActiveStreams() == 0 || waitsForVisitor())) {
            viewer.channel().close();
        }
        scheduleIdleCheck(idle >= limit ? limit : limit - idle);
    }

    /// Whether some stream cannot go on because the visitor neither reads nor sends.
    private boolean waitsForVisitor() {
        try {
            return handler.connection()
                            .forEachActiveStream(stream -> {
                                Http2Exchange exchange = exchange(stream);
                                return exchange != null
                                        && writable(stream)
                                        && (exchange.bodyEnded() || !exchange.bodyWanted());
                            })
                    != null;
        } catch (Http2Exception e) {
            return true;
        }
    }
}
