package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.Conditions;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.http.ExchangeListener;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;

/// One visitor who gets the answer of a [Flight], at the visitor's own pace and on the visitor's own event loop.
///
/// The flight calls the methods named after what happens on its own loop; they are carried over where the loops differ.
final class Follower implements ExchangeListener {
    private final Visit visit;
    private final Exchange exchange;
    private final CacheKey key;
    private final RequestHeaders view;
    private final Deque<ByteBuf> waiting = new ArrayDeque<>(2);
    private final AtomicLong backlog = new AtomicLong();

    private @Nullable Flight flight;
    private boolean lastIsHere;
    private boolean answering;
    private boolean done;

    Follower(Visit visit, CacheKey key, RequestHeaders view) {
        this.visit = visit;
        this.exchange = visit.exchange();
        this.key = key;
        this.view = view;
    }

    Visit visit() {
        return visit;
    }

    CacheKey key() {
        return key;
    }

    RequestHeaders view() {
        return view;
    }

    /// Bytes handed over and not yet taken by the visitor's connection. Readable on any loop.
    long backlog() {
        return backlog.get();
    }

    /// Whether the visitor needs nothing more. To be called on the visitor's loop.
    boolean isDone() {
        return done;
    }

    /// To be called on the visitor's loop.
    void follow(Flight newFlight) {
        flight = newFlight;
        exchange.verdict(CacheVerdict.MISS);
        exchange.listen(this);
    }

    private void onItsLoop(Runnable step) {
        if (exchange.loop().inEventLoop()) {
            step.run();
        } else {
            exchange.loop().execute(step);
        }
    }

    // ---- from the flight

    /// @param headers this visitor's own copy
    /// @param mayBeUnmodified whether the visitor's conditions can be judged by these headers
    void head(int status, HttpHeaders headers, CacheVerdict verdict, boolean mayBeUnmodified) {
        onItsLoop(() -> begin(status, headers, verdict, mayBeUnmodified));
    }

    private void begin(
            int status, HttpHeaders headers, CacheVerdict verdict, boolean mayBeUnmodified) {
        if (done) {
            return;
        }
        answering = true;
        exchange.verdict(verdict);
        headers.set(AnswerHeaders.X_CACHE, verdict.header());
        headers.set(AnswerHeaders.X_AMZ_CF_ID, exchange.requestId());
        boolean unmodified = mayBeUnmodified && Conditions.notModified(exchange, headers);
        if (unmodified) {
            headers.remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.CONTENT_TYPE);
        }
        if (unmodified || exchange.isHead()) {
            finish();
            exchange.head(unmodified ? 304 : status, headers, true);
            exchange.flush();
        } else {
            exchange.head(status, headers, false);
        }
    }

    /// A piece of the body, taken over.
    void piece(ByteBuf data, boolean last) {
        backlog.addAndGet(data.readableBytes());
        try {
            onItsLoop(() -> take(data, last));
        } catch (RejectedExecutionException e) {
            data.release(); // the edge closes, and the visitor's loop ended first
        }
    }

    private void take(ByteBuf data, boolean last) {
        if (done) {
            backlog.addAndGet(-data.readableBytes());
            data.release();
            return;
        }
        waiting.add(data);
        lastIsHere = last;
        drain();
    }

    private void drain() {
        while (!waiting.isEmpty() && writable(exchange)) {
            ByteBuf next = waiting.poll();
            if (next == null) {
                break; // the flush made room, and was told so in the middle of it
            }
            boolean last = lastIsHere && waiting.isEmpty();
            backlog.addAndGet(-next.readableBytes());
            done |= last;
            exchange.data(next, last);
            if (last) {
                exchange.flush();
            }
        }
        Flight source = flight;
        if (source != null && !source.isOn(exchange.loop())) {
            exchange.flush(); // the flight's pauses are not heard here
        }
    }

    /// What is unflushed counts as unwritable, so it is sent before giving up.
    private static boolean writable(Exchange exchange) {
        if (exchange.writable()) {
            return true;
        }
        exchange.flush();
        return exchange.writable();
    }

    /// Nothing more is at hand. Called on the flight's loop for followers on it.
    void flush() {
        if (!done) {
            exchange.flush();
        }
    }

    /// @param response with a reference that this takes over
    void stored(StoredResponse response, CacheVerdict verdict, long nowMillis) {
        onItsLoop(() -> {
            if (!done) {
                finish();
                StoredAnswer.send(exchange, response, verdict, nowMillis);
            }
            response.release();
        });
    }

    /// @param status for the visitor's error page, unless the answer has begun
    void failed(int status, String sentence) {
        onItsLoop(() -> {
            if (done) {
                return;
            }
            finish();
            if (answering) {
                exchange.breakOff();
            } else {
                exchange.fail(status, sentence);
            }
        });
    }

    /// Nothing came of following.
    void instead(Runnable other) {
        onItsLoop(() -> {
            if (!done) {
                other.run();
            }
        });
    }

    private void finish() {
        done = true;
        lastIsHere = false;
        for (ByteBuf data : waiting) {
            backlog.addAndGet(-data.readableBytes());
            data.release();
        }
        waiting.clear();
    }

    // ---- from the visitor

    @Override
    public void requestData(ByteBuf data, boolean last) {
        data.release(); // what is cached has no body in its request
    }

    @Override
    public void writable() {
        drain();
        if (!done && flight != null) {
            flight.drained();
        }
    }

    @Override
    public void viewerGone() {
        finish();
        if (flight != null) {
            flight.left(this);
        }
    }
}
