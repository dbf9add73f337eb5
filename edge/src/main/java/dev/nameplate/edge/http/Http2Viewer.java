package dev.nameplate.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/// A visitor's HTTP/2 connection: listens to frames and writes frames, without a channel or frame object per stream.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class Http2Viewer extends Http2EventAdapter implements Http2Codec.Owner {
    /// How many streams cut short are remembered: more than can be open at a time.
    private static final int REMEMBERED = 256;

    /// How many whole answers may wait for others to share a record and a system call with.
    private static final int TOGETHER = 16;

    private final Viewer viewer;
    private final Http2Codec handler;
    private final ChannelHandlerContext context;
    private final Http2Connection.PropertyKey exchangeKey;
    private final FrameBudget budget;
    private final Progress progress;
    private int @Nullable [] cutShort;
    private int cutShortCount;
    private boolean reading;
    private boolean flushing;
    private int whole;

    /// Requests of the read under way, handed on at its end: one that is given up in the same breath costs no look-up, no call to
    /// an origin and no line in a log.
    private final Deque<Http2Exchange> begun = new ArrayDeque<>(4);

    private Http2Viewer(Viewer viewer) {
        this.viewer = viewer;
        this.progress = new Progress(viewer.shared().settings().viewerIdle(), viewer.ticker());
        this.budget = new FrameBudget(viewer.ticker().nanoTime());
        this.handler = Http2Codec.of(this, viewer.shared().settings().drain().toMillis());
        this.exchangeKey = handler.connection().newKey();
        handler.connection().addListener(this);
        handler.encoder().flowController().listener(this::writabilityChanged);
        viewer.channel().pipeline().addLast(handler, new ReadCycle(this));
        this.context = viewer.channel().pipeline().context(handler);
    }

    /// Adds the handler of the protocol to the end of the connection's pipeline.
    static void addTo(Viewer viewer) {
        Http2Viewer connection = new Http2Viewer(viewer);
        IdleWatch.start(
                viewer.channel(), viewer.shared().settings().viewerIdle(), connection::look);
    }

    /// Knows whether more frames of this read are to come, so that one flush serves them all.
    private static final class ReadCycle extends io.netty.channel.ChannelInboundHandlerAdapter {
        private final Http2Viewer connection;

        ReadCycle(Http2Viewer connection) {
            this.connection = connection;
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext ctx) {
            connection.begin();
            connection.reading = false;
            ctx.fireChannelReadComplete();
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            if (ctx.channel().isWritable()) {
                connection.begin();
                connection.channelTakesMore();
            }
            ctx.fireChannelWritabilityChanged();
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
        reading = true;
        progress.made();
        Http2Stream stream = handler.connection().stream(streamId);
        Http2Exchange known = exchange(stream);
        if (known != null) {
            known.receiveTrailers(FieldExchange.trailers(headers));
            known.receive(Unpooled.EMPTY_BUFFER, true);
            return;
        }
        if (headers.size() > Viewers.MAX_FIELDS) {
            headersTooLarge(stream);
            return;
        }
        Optional<RequestHead> head = RequestHead.of(headers);
        if (head.isEmpty()) {
            cutOff(stream, Http2Error.PROTOCOL_ERROR);
            return;
        }
        Http2Exchange exchange = new Http2Exchange(this, viewer, stream, head.get(), headers, !end);
        stream.setProperty(exchangeKey, exchange);
        begun.add(exchange);
    }

    /// Not while the connection takes nothing more: whoever reads no answers gets no more of them, and the number of streams
    /// bounds what waits.
    private void begin() {
        while (!begun.isEmpty() && viewer.channel().isWritable()) {
            Http2Exchange next = begun.poll();
            if (!next.isOver()) {
                next.begin();
                next.handTo(viewer.shared().handler());
            }
        }
    }

    @Override
    public void headersTooLarge(Http2Stream stream) {
        ErrorPage page =
                ErrorPage.of(
                        viewer.shared(),
                        413,
                        "The request's headers are too large",
                        viewer.shared().ids().next());
        writeHeaders(stream, Http2Exchange.answerFields(413, page.headers()), false);
        ChannelHandlerContext ctx = context;
        handler.encoder()
                .writeData(ctx, stream.id(), page.body(), 0, true, ctx.newPromise())
                .addListener(_ -> {
                    if (stream.state() != Http2Stream.State.CLOSED) {
                        cutOff(stream, Http2Error.NO_ERROR); // a body may follow; nobody wants it
                    }
                });
        flush();
    }

    @Override
    public int onDataRead(
            ChannelHandlerContext ctx, int streamId, ByteBuf data, int padding, boolean end)
            throws Http2Exception {
        reading = true;
        int length = data.readableBytes();
        progress.made(length);
        if (length == 0 && !end) {
            spend(FrameBudget.EMPTY_DATA);
        }
        Http2Exchange exchange = exchange(handler.connection().stream(streamId));
        if (exchange == null) {
            return length + padding;
        }
        exchange.receive(data.retain(), end);
        return padding; // the data itself counts once somebody has taken it
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int streamId, long errorCode)
            throws Http2Exception {
        reading = true;
        spend(FrameBudget.RESET);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext ctx, int streamId, int increment)
            throws Http2Exception {
        if (viewer.channel().isWritable()) {
            progress.made(increment);
        }
        spend(FrameBudget.CONTROL);
    }

    @Override
    public void onPingRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        reading = true;
        spend(FrameBudget.CONTROL);
    }

    @Override
    public void onPingAckRead(ChannelHandlerContext ctx, long data) throws Http2Exception {
        spend(FrameBudget.CONTROL);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings settings)
            throws Http2Exception {
        reading = true;
        spend(FrameBudget.SETTINGS);
    }

    @Override
    public void onSettingsAckRead(ChannelHandlerContext ctx) throws Http2Exception {
        spend(FrameBudget.CONTROL);
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext ctx,
            int streamId,
            int dependency,
            short weight,
            boolean exclusive)
            throws Http2Exception {
        spend(FrameBudget.CONTROL);
    }

    @Override
    public void onUnknownFrame(
            ChannelHandlerContext ctx,
            byte frameType,
            int streamId,
            Http2Flags flags,
            ByteBuf payload)
            throws Http2Exception {
        spend(FrameBudget.CONTROL);
    }

    @Override
    public void streamFailed(ChannelHandlerContext ctx) {
        if (!budget.take(FrameBudget.RESET, viewer.ticker().nanoTime())) {
            handler.onError(ctx, false, FrameBudget.exceeded());
        }
    }

    private void spend(int tokens) throws Http2Exception {
        if (!budget.take(tokens, viewer.ticker().nanoTime())) {
            throw FrameBudget.exceeded();
        }
    }

    @Override
    public boolean isHandled(Http2Stream stream) {
        return exchange(stream) != null;
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        Http2Exchange exchange = exchange(stream);
        if (exchange != null) {
            exchange.left();
        }
    }

    private void writabilityChanged(Http2Stream stream) {
        Http2Exchange exchange = exchange(stream);
        if (exchange != null) {
            exchange.wake();
        }
    }

    /// Flow control looks at the channel now when asked, but hears of its changes by events, which TLS delays: a channel
    /// that filled and emptied in between has not changed for it, and nobody would be woken who was told to wait.
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

    private @Nullable Http2Exchange exchange(@Nullable Http2Stream stream) {
        return stream == null ? null : stream.getProperty(exchangeKey);
    }

    // ---- frames out

    void writeHeaders(Http2Stream stream, Http2Headers headers, boolean end) {
        ChannelHandlerContext ctx = context;
        handler.encoder().writeHeaders(ctx, stream.id(), headers, 0, end, ctx.newPromise());
    }

    /// @param ended the exchange that ends with this data, if any
    void writeData(Http2Stream stream, ByteBuf data, boolean end, @Nullable Http2Exchange ended) {
        ChannelHandlerContext ctx = context;
        budget.earn(data.readableBytes());
        ChannelFuture written =
                handler.encoder().writeData(ctx, stream.id(), data, 0, end, ctx.newPromise());
        if (ended != null && !ended.bodyEnded()) {
            written.addListener(_ -> endsEarly(stream, ended));
        }
    }

    /// The answer is complete but the request is not: the rest is unwanted (RFC 9113 §8.1).
    void endsEarly(Http2Stream stream, Http2Exchange exchange) {
        if (!exchange.bodyEnded()) {
            cutOff(stream, Http2Error.NO_ERROR);
            flush();
        }
    }

    void reset(Http2Stream stream) {
        if (viewer.channel().isActive()) {
            cutOff(stream, Http2Error.INTERNAL_ERROR);
            context.flush();
        }
    }

    private void cutOff(Http2Stream stream, Http2Error error) {
        int[] ids = cutShort == null ? new int[REMEMBERED] : cutShort;
        cutShort = ids;
        ids[cutShortCount++ % REMEMBERED] = stream.id();
        ChannelHandlerContext ctx = context;
        handler.resetStream(ctx, stream.id(), error.code(), ctx.newPromise());
    }

    @Override
    public boolean wasCutShort(int streamId) {
        return cutShort != null && Arrays.stream(cutShort).anyMatch(id -> id == streamId);
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
            whole = 0;
            handler.flush(context);
        }
    }

    /// An answer is whole: it leaves once the event loop has seen what else has arrived, which may end other answers.
    void flushSoon() {
        if (reading) {
            return;
        }
        whole++;
        if (whole >= TOGETHER) {
            flush();
        } else if (!flushing) {
            flushing = true;
            viewer.channel().eventLoop().execute(this::flushWhole);
        }
    }

    private void flushWhole() {
        flushing = false;
        if (whole > 0 && viewer.channel().isActive()) {
            flush();
        }
    }

    void finished() {
        progress.made();
    }

    // ---- silence

    private void look() {
        if (progress.isOver()
                && (handler.connection().numActiveStreams() == 0 || waitsForVisitor())) {
            viewer.channel().close();
            return;
        }
        try {
            handler.connection()
                    .forEachActiveStream(stream -> {
                        Http2Exchange exchange = exchange(stream);
                        if (exchange != null
                                && exchange.standsStill(
                                        waitsToBeRead(stream), exchange.written(), maySend())) {
                            cutOff(stream, Http2Error.CANCEL);
                        }
                        return true;
                    });
        } catch (Http2Exception e) {
            handler.onError(context, true, e);
        }
        flush();
    }

    /// Whether an answer waits for a window that the visitor keeps shut; what waits for other streams is not its fault.
    private boolean waitsToBeRead(Http2Stream stream) {
        Http2RemoteFlowController windows = handler.encoder().flowController();
        return windows.hasFlowControlled(stream)
                && (windows.windowSize(stream) <= 0
                        || windows.windowSize(handler.connection().connectionStream()) <= 0);
    }

    /// Whether the connection's window is open to the visitor: one upload that is held back may fill it for all.
    private boolean maySend() {
        return handler.decoder()
                        .flowController()
                        .windowSize(handler.connection().connectionStream())
                > 0;
    }

    void written(Http2Stream stream, int bytes) {
        Http2Exchange exchange = exchange(stream);
        if (exchange != null) {
            exchange.written(bytes);
        }
    }

    /// Whether some stream cannot go on because the visitor neither reads nor sends.
    private boolean waitsForVisitor() {
        try {
            return handler.connection()
                            .forEachActiveStream(stream -> {
                                Http2Exchange exchange = exchange(stream);
                                return exchange != null
                                        && writable(stream)
                                        && (exchange.bodyEnded()
                                                || !exchange.bodyWanted()
                                                || exchange.isTunnel());
                            })
                    != null;
        } catch (Http2Exception e) {
            return true;
        }
    }
}
