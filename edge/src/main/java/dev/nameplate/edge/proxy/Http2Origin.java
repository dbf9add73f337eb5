package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// An HTTP/2 connection to an origin: many calls at a time.
///
/// A visitor who does not read holds back the window of one stream only: the connection's window covers the windows of all
/// streams, so that one stalled answer cannot stall another.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class Http2Origin extends Http2EventAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Origin.class);

    private static final int MAX_STREAMS = 100;
    private static final int STREAM_WINDOW = 256 * 1024;
    private static final int CONNECTION_WINDOW = MAX_STREAMS * STREAM_WINDOW;
    private static final long TICK_MILLIS = 100;

    private final Channel channel;
    private final OriginLane lane;
    private final long keepAliveNanos;
    private final long retiredAt = System.nanoTime() + Http1Origin.MAX_AGE_NANOS;
    private final Http2ConnectionHandler handler;
    private final ChannelHandlerContext context;
    private final Http2Connection.PropertyKey callKey;
    private final List<Http2OriginStream> touched = new ArrayList<>();

    private long idleSince = System.nanoTime();
    private long lastRead = System.nanoTime();
    private int lastAllowed = Integer.MAX_VALUE;

    /// How many streams it allows is known.
    private boolean settled;

    private boolean retired;
    private boolean gone;
    private boolean answeredOnce;
    private boolean reading;
    private boolean ticking;
    private boolean flushing;

    private Http2Origin(Channel channel, OriginLane lane, long keepAliveNanos)
            throws Http2Exception {
        this.channel = channel;
        this.lane = lane;
        this.keepAliveNanos = keepAliveNanos;
        this.handler =
                new Http2ConnectionHandlerBuilder()
                        .server(false)
                        .frameListener(this)
                        .initialSettings(
                                Http2Settings.defaultSettings()
                                        .pushEnabled(false)
                                        .initialWindowSize(STREAM_WINDOW)
                                        .maxHeaderListSize(OriginConnector.MAX_HEADERS))
                        .gracefulShutdownTimeoutMillis(0)
                        .build();
        Http2Connection connection = handler.connection();
        this.callKey = connection.newKey();
        connection.addListener(this);
        handler.encoder().flowController().listener(this::writabilityChanged);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(handler, new ReadCycle());
        this.context = pipeline.context(handler);
        handler.decoder()
                .flowController()
                .incrementWindowSize(
                        connection.connectionStream(), CONNECTION_WINDOW - (64 * 1024 - 1));
        context.flush();
    }

    static Http2Origin on(Channel channel, OriginLane lane, long keepAliveNanos)
            throws Http2Exception {
        return new Http2Origin(channel, lane, keepAliveNanos);
    }

    /// Knows when a read is over, and when the connection is.
    private final class ReadCycle extends ChannelInboundHandlerAdapter {
        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            reading = false;
            for (Http2OriginStream stream : touched) {
                stream.rest();
            }
            touched.clear();
        }

        /// Flow control hears of the channel's changes by events, which TLS delays: a channel that filled and emptied in between
        /// has not changed for it, and nobody would be woken who was told to wait.
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable()) {
                channelTakesMore();
            }
            ctx.fireChannelWritabilityChanged();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            closed();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("connection to origin {} broken: {}", lane.key().host(), cause.toString());
            ctx.close();
        }
    }

    // ---- the life of the connection

    boolean takesMore() {
        return settled
                && !retired
                && channel.isActive()
                && System.nanoTime() - retiredAt < 0
                && active() < MAX_STREAMS
                && handler.connection().local().canOpenStream()
                && handler.connection().local().lastStreamCreated() < Integer.MAX_VALUE - 2;
    }

    private int active() {
        return handler.connection().local().numActiveStreams();
    }

    void closeIfIdle() {
        long now = System.nanoTime();
        if (active() == 0
                && (retired || now - retiredAt >= 0 || now - idleSince >= keepAliveNanos)) {
            retire();
            channel.close();
        }
    }

    private void retire() {
        if (!retired) {
            retired = true;
            lane.retired(this);
        }
    }

    private void closed() {
        if (!gone) {
            gone = true;
            retired = true;
            lane.closed(this);
        }
    }

    // ---- requests

    void send(OriginCall call) {
        OriginRequest request = call.request();
        Http2OriginStream started = new Http2OriginStream(this, call);
        int id = handler.connection().local().incrementAndGetNextStreamId();
        handler.encoder()
                .writeHeaders(
                        context,
                        id,
                        Http2RequestHead.of(request),
                        0,
                        !request.hasBody(),
                        context.newPromise());
        Http2Stream stream = handler.connection().stream(id);
        if (stream == null) {
            retire();
            call.lost(true, true);
            return;
        }
        stream.setProperty(callKey, started);
        started.opened(stream);
        call.runOn(started);
        flushSoon();
        startTicking();
        if (request.hasBody()) {
            boolean wanted = writable(stream);
            if (!wanted) {
                started.owe();
            }
            call.bodyWanted(wanted);
        }
    }

    void write(Http2Stream stream, ByteBuf data, boolean end) {
        handler.encoder().writeData(context, stream.id(), data, 0, end, context.newPromise());
        flushSoon();
    }

    void writeTrailers(Http2Stream stream, HttpHeaders trailers) {
        Http2Headers fields = new DefaultHttp2Headers(false, trailers.size());
        trailers.forEach(
                field -> fields.add(field.getKey().toLowerCase(Locale.ROOT), field.getValue()));
        handler.encoder().writeHeaders(context, stream.id(), fields, 0, true, context.newPromise());
        flushSoon();
    }

    boolean writable(Http2Stream stream) {
        return handler.encoder().flowController().isWritable(stream);
    }

    void reset(Http2Stream stream) {
        if (channel.isActive()) {
            handler.resetStream(
                    context, stream.id(), Http2Error.CANCEL.code(), context.newPromise());
            flushSoon();
        }
    }

    void consumed(Http2Stream stream, int bytes) {
        if (stream.state() == Http2Stream.State.CLOSED) {
            return; // closing a stream returns its share to the connection
        }
        try {
            if (handler.decoder().flowController().consumeBytes(stream, bytes)) {
                flushSoon();
            }
        } catch (Http2Exception e) {
            handler.onError(context, true, e);
        }
    }

    /// Once for all that is written in this turn of the loop; a read under way ends with a flush anyway.
    private void flushSoon() {
        if (!reading && !flushing) {
            flushing = true;
            channel.eventLoop()
                    .execute(() -> {
                        flushing = false;
                        handler.flush(context);
                    });
        }
    }

    private void channelTakesMore() {
        try {
            handler.connection()
                    .forEachActiveStream(stream -> {
                        writabilityChanged(stream);
                        return true;
                    });
        } catch (Http2Exception e) {
            handler.onError(context, true, e);
        }
    }

    void later(Runnable task) {
        channel.eventLoop().execute(task);
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2OriginStream call = call(stream);
        if (call != null) {
            call.wake();
        }
    }

    // ---- answers

    private @Nullable Http2OriginStream call(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(callKey);
    }

    private @Nullable Http2OriginStream read(int streamId) {
        reading = true;
        lastRead = System.nanoTime();
        Http2OriginStream call = call(handler.connection().stream(streamId));
        if (call != null && (touched.isEmpty() || touched.getLast() != call)) {
            touched.add(call);
        }
        return call;
    }

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
        Http2OriginStream call = read(streamId);
        if (call != null) {
            call.head(headers, end);
        }
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end) {
        Http2OriginStream call = read(streamId);
        return call == null ? data.readableBytes() + padding : call.data(data, padding, end);
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode) {
        Http2OriginStream call = read(streamId);
        if (call != null) {
            call.closed(false, errorCode == Http2Error.REFUSED_STREAM.code());
        }
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings) {
        reading = true;
        settled = true;
        lane.roomFor();
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) {
        lastRead = System.nanoTime();
    }

    @Override
    public void onGoAwayReceived(int lastStreamId, long errorCode, ByteBuf debugData) {
        lastAllowed = lastStreamId;
        retire();
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        Http2OriginStream call = call(stream);
        if (call == null) {
            return;
        }
        stream.removeProperty(callKey);
        if (!channel.isActive()) {
            closed();
        }
        call.closed(answeredOnce, stream.id() > lastAllowed);
        answeredOnce = true;
        idleSince = System.nanoTime();
        if (retired && active() == 0) {
            channel.eventLoop().execute(this::closeIfIdle);
        } else if (!retired) {
            lane.roomFor();
        }
    }

    // ---- silence

    private void startTicking() {
        if (!ticking) {
            ticking = true;
            channel.eventLoop().schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void tick() {
        ticking = false;
        if (active() == 0 || !channel.isActive()) {
            return;
        }
        long now = System.nanoTime();
        List<Http2OriginStream> silent = new ArrayList<>();
        try {
            handler.connection()
                    .forEachActiveStream(stream -> {
                        Http2OriginStream call = call(stream);
                        if (call != null && call.isSilent(now)) {
                            silent.add(call);
                        }
                        return true;
                    });
        } catch (Http2Exception e) {
            handler.onError(context, true, e);
        }
        for (Http2OriginStream call : silent) {
            if (lastRead - call.startedAt() < 0) {
                retire(); // nothing at all came since: the connection may be dead
            }
            call.fail(OriginFailure.READ_TIMEOUT);
        }
        startTicking();
    }
}
