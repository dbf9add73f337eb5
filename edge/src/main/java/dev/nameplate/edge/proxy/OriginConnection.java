package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
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

/// A connection to an origin: one request at a time.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class OriginConnection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(OriginConnection.class);

    private final Channel channel;
    private final OriginPool pool;
    private final OriginPool.Key key;
    private final long keepAliveNanos;

    private @Nullable OriginCall call;
    private boolean requestEnded;
    private boolean headSeen;
    private boolean informational;
    private boolean keepAlive;
    private boolean paused;
    private boolean timing;
    private long deadline;
    private long readTimeoutNanos;
    private long idleSince;

    OriginConnection(Channel channel, OriginPool pool, OriginPool.Key key, long keepAliveNanos) {
        this.channel = channel;
        this.pool = pool;
        this.key = key;
        this.keepAliveNanos = keepAliveNanos;
    }

    boolean isUsable() {
        return channel.isActive() && System.nanoTime() - idleSince < keepAliveNanos;
    }

    void close() {
        channel.close();
    }

    // ---- the request

    void send(OriginCall newCall) {
        OriginRequest request = newCall.request();
        call = newCall;
        requestEnded = !request.hasBody();
        headSeen = false;
        informational = false;
        readTimeoutNanos = request.origin().readTimeout().toNanos();
        channel.write(
                new DefaultHttpRequest(
                        HttpVersion.HTTP_1_1,
                        request.method(),
                        request.target(),
                        request.headers()),
                channel.voidPromise());
        if (requestEnded) {
            channel.write(LastHttpContent.EMPTY_LAST_CONTENT, channel.voidPromise());
        }
        channel.flush();
        touch();
        startTimer();
        if (!requestEnded) {
            newCall.listener().bodyWanted(channel.isWritable());
        }
    }

    void body(ByteBuf data, boolean last) {
        requestEnded |= last;
        touch();
        channel.writeAndFlush(
                last ? new DefaultLastHttpContent(data) : new DefaultHttpContent(data),
                channel.voidPromise());
        if (!last && !channel.isWritable() && call != null) {
            call.listener().bodyWanted(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (call != null && !requestEnded) {
            call.listener().bodyWanted(channel.isWritable());
        }
    }

    /// Stops or resumes reading the answer.
    void pause(boolean pause) {
        if (paused != pause) {
            paused = pause;
            touch();
            channel.config().setAutoRead(!pause);
        }
    }

    /// Gives up on the call; a half-read answer makes the connection worthless.
    void cancel() {
        call = null;
        channel.close();
    }

    // ---- the answer

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        OriginCall current = call;
        if (current == null || ((HttpObject) message).decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            fail(OriginFailure.BROKEN);
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
            } else {
                if (last) {
                    end();
                    current.done();
                }
                current.listener().data(content.content(), last);
            }
        }
    }

    private void head(OriginCall current, HttpResponse response) {
        int status = response.status().code();
        if (status == 101 || status > 999) {
            fail(OriginFailure.BROKEN); // no upgrade was asked for
        } else if (status < 200) {
            informational = true;
        } else {
            headSeen = true;
            keepAlive = HttpUtil.isKeepAlive(response);
            current.listener().head(status, response.headers());
        }
    }

    /// The answer is complete: the connection goes back to the pool if both sides can go on.
    private void end() {
        call = null;
        if (keepAlive && requestEnded && channel.isActive()) {
            pause(false);
            idleSince = System.nanoTime();
            pool.give(key, this, channel.eventLoop());
        } else {
            channel.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (call != null) {
            call.listener().pause();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        pool.remove(key, this);
        OriginCall current = call;
        call = null;
        if (current != null) {
            current.connectionLost(headSeen);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("connection to origin {} broken: {}", key.host(), cause.toString());
        ctx.close();
    }

    private void fail(OriginFailure failure) {
        OriginCall current = call;
        call = null;
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
