package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/// A visitor's HTTP/1 connection: one exchange at a time, pipelined requests wait for their turn.
///
/// Stands behind a plain request decoder and response encoder, not Netty's combined codec, because stored answers are
/// written past the encoder as ready-made bytes.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class Http1Connection extends ChannelInboundHandlerAdapter {
    /// How long a visitor may go on sending a body nobody wants, so that our answer reaches it before a reset does.
    private static final long LINGER_MILLIS = 1_000;

    private final Viewer viewer;
    private final ChannelHandlerContext encoder;

    /// Of what nobody wants is read this much, and then no more until the connection is closed.
    private static final int MOST_DISCARDED = 256 * 1024;

    private final Deque<HttpObject> waiting = new ArrayDeque<>(2);

    private @Nullable Http1Exchange current;
    private @Nullable StoredBody streaming;
    private boolean skipEnd;
    private boolean closing;
    private boolean draining;
    private boolean dirty;
    private boolean reading;
    private boolean accepting;
    private int discarded;
    private final Progress progress;

    /// @param encoder the context of the response encoder; what is written to it goes past it
    Http1Connection(Viewer viewer, ChannelHandlerContext encoder) {
        this.viewer = viewer;
        this.progress = new Progress(viewer.shared().settings().viewerIdle(), viewer.ticker());
        this.encoder = encoder;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        IdleWatch.start(viewer.channel(), viewer.shared().settings().viewerIdle(), this::look);
    }

    // ---- reading

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        reading = true;
        if (message instanceof HttpContent content && !(message instanceof LastHttpContent)) {
            progress.made(content.content().readableBytes());
        } else {
            progress.made();
        }
        if (closing) {
            discard(message);
        } else if (message instanceof ByteBuf bytes) {
            receiveRaw(bytes);
        } else if (!waiting.isEmpty()
                || (message instanceof HttpRequest && (current != null || !writable()))) {
            waiting.add((HttpObject) message);
            updateReading();
        } else {
            accept((HttpObject) message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        reading = false;
        flushNow();
    }

    /// Bytes of the protocol that the exchange has changed to.
    private void receiveRaw(ByteBuf bytes) {
        if (current != null) {
            current.receive(bytes, false);
        } else {
            bytes.release();
        }
    }

    private void discard(Object message) {
        boolean end = message instanceof LastHttpContent;
        if (message instanceof ByteBuf bytes) {
            discarded += bytes.readableBytes();
        } else if (message instanceof HttpContent content) {
            discarded += content.content().readableBytes();
        }
        ReferenceCountUtil.release(message);
        if (end) {
            viewer.channel().close();
        } else if (discarded > MOST_DISCARDED) {
            viewer.channel().config().setAutoRead(false);
        }
    }

    private void accept(HttpObject message) {
        if (message instanceof HttpRequest request) {
            begin(request);
        } else if (message instanceof HttpContent content) {
            boolean last = message instanceof LastHttpContent;
            if (content.decoderResult().isFailure()) {
                content.release();
                abandon();
            } else if (skipEnd) {
                skipEnd = !last;
                content.release();
            } else if (current != null) {
                if (content instanceof LastHttpContent end) {
                    current.receiveTrailers(end.trailingHeaders());
                }
                current.receive(content.content(), last);
            } else {
                content.release();
            }
        }
    }

    private void begin(HttpRequest request) {
        Http1Head head = Http1Head.of(request);
        if (head.refusal() != 0) {
            ReferenceCountUtil.release(request);
            refuse(head.refusal());
            return;
        }
        skipEnd = !head.hasBody();
        Http1Exchange exchange = new Http1Exchange(this, viewer, request, head);
        if (draining) {
            exchange.closeAfterwards();
        }
        current = exchange;
        viewer.shared().handler().handle(exchange);
        updateReading();
    }

    /// Answers what cannot become an exchange, and closes: after a misread request nothing can be trusted.
    private void refuse(int status) {
        if (closing) {
            return;
        }
        closing = true;
        ErrorPage page =
                ErrorPage.of(
                        viewer.shared(),
                        status,
                        "The request is malformed",
                        viewer.shared().ids().next());
        page.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        writeHead(status, page.headers(), false);
        writeData(page.body(), true);
        flushNow();
        viewer.channel()
                .pipeline()
                .remove(HttpRequestDecoder.class); // it would drop what comes, unseen
        closeSoon();
    }

    /// The body became unreadable halfway.
    private void abandon() {
        Http1Exchange exchange = current;
        if (exchange != null) {
            exchange.gone();
        }
        cutOff();
    }

    /// Reads on unless the body is held back or another request already waits.
    void updateReading() {
        Http1Exchange exchange = current;
        boolean wanted =
                closing
                        ? discarded <= MOST_DISCARDED
                        : (waiting.isEmpty()
                                && writable()
                                && (exchange == null
                                        || (exchange.bodyEnded() && !exchange.webSocket())
                                        || exchange.bodyWanted()));
        if (viewer.channel().config().isAutoRead() != wanted) {
            viewer.channel().config().setAutoRead(wanted);
        }
    }

    // ---- writing

    void writeContinue() {
        encoder.write(
                viewer.channel()
                        .alloc()
                        .directBuffer(32)
                        .writeBytes(Http1Bytes.CONTINUE, 0, Http1Bytes.CONTINUE.length));
        dirty = true;
        flush();
    }

    /// Leaves HTTP, as the visitor wished. It had to wait for this, so bytes that came early are a fault.
    void open(HttpHeaders headers) {
        writeHead(101, headers, true);
        flushNow();
        if (waiting.isEmpty()) {
            viewer.channel().pipeline().remove(HttpRequestDecoder.class);
        } else {
            abandon();
        }
    }

    void writeHead(int status, HttpHeaders headers, boolean last) {
        write(
                new DefaultHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), headers));
        if (last) {
            write(LastHttpContent.EMPTY_LAST_CONTENT);
        }
    }

    void writeData(ByteBuf data, boolean last) {
        write(last ? new DefaultLastHttpContent(data) : new DefaultHttpContent(data));
    }

    void writeLast(ByteBuf data, HttpHeaders trailers) {
        write(new DefaultLastHttpContent(data, trailers));
    }

    void writeRaw(ByteBuf data) {
        dirty = true;
        encoder.write(data, viewer.channel().voidPromise());
    }

    private void write(Object message) {
        dirty = true;
        viewer.channel().write(message, viewer.channel().voidPromise());
    }

    /// Status line, headers and a small body in one buffer; a large body follows in slices as the socket takes them.
    void writeStored(
            Http1Exchange exchange,
            StoredResponse response,
            StoredResponse.Head head,
            CacheVerdict verdict,
            long ageSeconds) {
        ByteBuf body = response.body();
        int length = exchange.isHead() ? 0 : body.readableBytes();
        boolean whole = length <= StoredBody.SLICE;
        ByteBuf out =
                Http1Bytes.head(
                        viewer.channel().alloc(),
                        exchange,
                        head,
                        verdict,
                        ageSeconds,
                        whole ? length : 0);
        if (whole && length > 0) {
            out.writeBytes(body, body.readerIndex(), length);
        }
        dirty = true;
        encoder.write(out, viewer.channel().voidPromise());
        if (whole) {
            exchange.finish(true);
        } else {
            streaming = new StoredBody(response.body().retainedDuplicate());
            stream();
        }
    }

    private void stream() {
        StoredBody body = streaming;
        if (body == null) {
            return;
        }
        while (body.hasMore() && viewer.channel().isWritable()) {
            encoder.write(body.next(), viewer.channel().voidPromise());
            encoder.flush();
        }
        if (!body.hasMore()) {
            body.release();
            streaming = null;
            if (current != null) {
                current.finish(true);
            }
        }
    }

    boolean writable() {
        return viewer.channel().isWritable();
    }

    /// Leaves the flush to the end of the reading when that is near.
    void flush() {
        if (!reading) {
            flushNow();
        }
    }

    private void flushNow() {
        if (dirty) {
            dirty = false;
            encoder.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        progress.made();
        if (streaming != null) {
            stream();
        } else if (current != null) {
            current.writabilityChanged();
        }
        if (!closing && !accepting) {
            if (current == null && writable()) {
                acceptWaiting();
            } else {
                updateReading();
            }
        }
        ctx.fireChannelWritabilityChanged();
    }

    // ---- ends

    /// The exchange is over; the connection goes on to the next or closes.
    void finished(Http1Exchange exchange) {
        if (current != exchange) {
            return;
        }
        current = null;
        if (closing || !viewer.channel().isActive()) {
            return;
        }
        if (!exchange.keepAlive()) {
            closing = true;
            releaseWaiting();
            flushNow();
            if (exchange.bodyEnded() || exchange.isTunnel()) {
                closeWhenFlushed();
            } else {
                closeSoon();
            }
            return;
        }
        if (!accepting) {
            acceptWaiting();
        }
    }

    private void acceptWaiting() {
        accepting = true;
        try {
            while (!closing
                    && !waiting.isEmpty()
                    && ((current == null && writable())
                            || !(waiting.peek() instanceof HttpRequest))) {
                accept(waiting.poll());
            }
        } finally {
            accepting = false;
        }
        updateReading();
        flush();
    }

    private void closeWhenFlushed() {
        viewer.channel()
                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                .addListener(ChannelFutureListener.CLOSE);
    }

    /// Says that nothing more comes, and goes on reading for a while: closing with unread bytes would reset the
    /// connection, and the answer with it (RFC 9112 §9.6).
    private void closeSoon() {
        updateReading();
        SslHandler tls = viewer.channel().pipeline().get(SslHandler.class);
        if (tls != null) {
            tls.closeOutbound();
        } else if (viewer.channel() instanceof DuplexChannel duplex) {
            viewer.channel()
                    .writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(_ -> duplex.shutdownOutput());
        }
        viewer.channel()
                .eventLoop()
                .schedule(
                        () -> Viewers.cutOff(viewer.channel()),
                        LINGER_MILLIS,
                        TimeUnit.MILLISECONDS);
    }

    void cutOff() {
        closing = true;
        releaseWaiting();
        viewer.channel().close();
    }

    /// Lets the exchange under way finish, then closes.
    void drain() {
        draining = true;
        if (current == null) {
            viewer.channel().close();
        } else {
            current.closeAfterwards();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing = true;
        releaseWaiting();
        if (streaming != null) {
            streaming.release();
            streaming = null;
        }
        if (current != null) {
            current.gone();
        }
        ctx.fireChannelInactive();
    }

    private void releaseWaiting() {
        waiting.forEach(ReferenceCountUtil::release);
        waiting.clear();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ConnectionErrors.log(ctx.channel(), cause);
        ctx.close();
    }

    /// Progress counts in whole messages, so a visitor who drips single bytes of a header is idle too.
    private void look() {
        Http1Exchange exchange = current;
        boolean waitsForVisitor =
                exchange == null
                        || !viewer.channel().isWritable()
                        || (!exchange.bodyEnded() && exchange.bodyWanted() && !exchange.isTunnel());
        if (progress.isOver() && waitsForVisitor) {
            cutOff();
        }
    }
}
