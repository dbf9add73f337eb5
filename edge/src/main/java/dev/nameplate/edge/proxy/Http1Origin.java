package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.concurrent.TimeUnit;

/// An HTTP/1.1 connection to an origin: one request at a time.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class Http1Origin extends ChannelInboundHandlerAdapter implements OriginStream {
    private static final Logger LOG = LoggerFactory.getLogger(Http1Origin.class);

    /// So that a changed address is followed even where the old one keeps answering.
    static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Channel channel;
    private final OriginLane lane;
    private final long retiredAt = System.nanoTime() + MAX_AGE_NANOS;

    private @Nullable OriginCall call;
    private boolean requestEnded;
    private boolean informational;
    private @Nullable HttpHeaders upgrade;
    private @Nullable HttpHeaders trailers;
    private boolean keepAlive;
    private boolean paused;
    private boolean timing;
    private long deadline;
    private long readTimeoutNanos;
    private long keepAliveNanos;
    private long idleSince;
    private boolean reused;
    private boolean freed;

    Http1Origin(Channel channel, OriginLane lane) {
        this.channel = channel;
        this.lane = lane;
    }

    boolean isUsable() {
        long now = System.nanoTime();
        return channel.isActive() && now - idleSince < keepAliveNanos && now - retiredAt < 0;
    }

    void close() {
        channel.close();
    }

    // ---- the request

    /// @param fromPool the origin may just have closed it, which only sending shows
    void send(OriginCall newCall, boolean fromPool) {
        OriginRequest request = newCall.request();
        call = newCall;
        reused = fromPool;
        keepAliveNanos = request.origin().keepAlive().toNanos();
        newCall.runOn(this);
        requestEnded = !request.hasBody();
        informational = false;
        upgrade = null;
        readTimeoutNanos = request.origin().readTimeout().toNanos();
        // In one piece where it is one: a message less on its way, and one buffer for the socket.
        channel.writeAndFlush(
                requestEnded
                        ? new DefaultFullHttpRequest(
                                HttpVersion.HTTP_1_1,
                                request.method(),
                                request.target(),
                                Unpooled.EMPTY_BUFFER,
                                request.headers(),
                                EmptyHttpHeaders.INSTANCE)
                        : new DefaultHttpRequest(
                                HttpVersion.HTTP_1_1,
                                request.method(),
                                request.target(),
                                request.headers()),
                channel.voidPromise());
        touch();
        startTimer();
        if (!requestEnded) {
            newCall.bodyWanted(channel.isWritable());
        }
    }

    @Override
    public void body(ByteBuf data, boolean last) {
        requestEnded |= last;
        touch();
        channel.writeAndFlush(
                last ? lastContent(data) : new DefaultHttpContent(data), channel.voidPromise());
        if (!last && !channel.isWritable() && call != null) {
            call.bodyWanted(false);
        }
    }

    /// Only a chunked body can have them.
    @Override
    public void trailers(HttpHeaders newTrailers) {
        trailers = newTrailers;
    }

    private LastHttpContent lastContent(ByteBuf data) {
        HttpHeaders after = trailers;
        trailers = null;
        return after == null
                ? new DefaultLastHttpContent(data)
                : new DefaultLastHttpContent(data, after);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (call != null && !requestEnded) {
            call.bodyWanted(channel.isWritable());
        }
    }

    /// Stops or resumes reading the answer.
    @Override
    public void pause(boolean pause) {
        if (paused != pause) {
            paused = pause;
            touch();
            channel.config().setAutoRead(!pause);
        }
    }

    /// Gives up on the call; a half-read answer makes the connection worthless.
    @Override
    public void cancel() {
        call = null;
        channel.close();
    }

    // ---- the answer

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        OriginCall current = call;
        if (current == null || ((HttpObject) message).decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            unreadable(current);
            return;
        }
        touch();
        if (message instanceof HttpResponse response) {
            head(current, response);
        } else if (message instanceof HttpContent content) {
            boolean last = message instanceof LastHttpContent;
            if (informational) {
                informational = !last;
                content.release();
                if (last && upgrade != null) {
                    call = null;
                    OriginTunnel.begin(ctx, current, upgrade, () -> lane.closed(this));
                }
            } else {
                if (message instanceof LastHttpContent end && !end.trailingHeaders().isEmpty()) {
                    current.answerTrailers(end.trailingHeaders());
                }
                if (last) {
                    answered(current, content.content());
                } else {
                    current.data(content.content(), false);
                }
            }
        }
    }

    private void head(OriginCall current, HttpResponse response) {
        int status = response.status().code();
        if (status > 999 || (status == 101 && !mayUpgrade(current, response))) {
            fail(OriginFailure.BROKEN);
        } else if (status == 101) {
            informational = true;
            upgrade = response.headers();
        } else if (status < 200) {
            informational = true;
            if (status != 100) { // the edge itself says when a body is wanted
                current.informational(status, response.headers());
            }
        } else {
            keepAlive = HttpUtil.isKeepAlive(response);
            current.head(status, response.headers());
        }
    }

    private static boolean mayUpgrade(OriginCall current, HttpResponse response) {
        return current.request().upgrade()
                && response.headers().contains(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
    }

    /// The answer is complete: the connection is free for others if both sides can go on. Not before the end of this read,
    /// though: bytes behind the answer are no answer to whoever comes next.
    private void answered(OriginCall current, ByteBuf data) {
        call = null;
        boolean goesOn =
                keepAlive
                        && requestEnded
                        && channel.isActive()
                        && System.nanoTime() - retiredAt < 0;
        if (goesOn) {
            pause(false);
            freed = true;
        } else {
            channel.close();
        }
        current.data(data, true);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (call != null) {
            call.rest();
        } else if (freed) {
            freed = false;
            idleSince = System.nanoTime();
            lane.free(this);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        OriginCall current = call;
        call = null;
        freed = false;
        lane.closed(this);
        if (current != null) {
            current.lost(reused, false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("connection to origin {} broken: {}", lane.key().host(), cause.toString());
        ctx.close();
    }

    /// Not HTTP. On a connection used before it may be what was left of an earlier answer, longer than announced: the
    /// visitor whose turn it is has no part in that.
    private void unreadable(@Nullable OriginCall current) {
        call = null;
        freed = false;
        channel.close();
        if (current != null) {
            current.lost(reused, false);
        }
    }

    private void fail(OriginFailure failure) {
        OriginCall current = call;
        call = null;
        freed = false;
        channel.close();
        if (current != null) {
            current.failed(failure);
        }
    }

    // ---- silence. One timer per connection, pushed back by activity without touching the timer
    // queue.

    private void touch() {
        deadline = System.nanoTime() + readTimeoutNanos;
    }

    private void startTimer() {
        if (!timing) {
            timing = true;
            scheduleTimer(readTimeoutNanos);
        }
    }

    private void scheduleTimer(long nanos) {
        channel.eventLoop().schedule(this::checkDeadline, nanos, TimeUnit.NANOSECONDS);
    }

    private void checkDeadline() {
        if (call == null) {
            timing = false;
            return;
        }
        long left = paused ? readTimeoutNanos : deadline - System.nanoTime();
        if (left > 0) {
            scheduleTimer(left);
        } else {
            fail(OriginFailure.READ_TIMEOUT);
        }
    }
}
