package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// One request to an origin under way, or to the second of a group where the first fails. Used on its event loop only.
@SuppressWarnings("FutureReturnValueIgnored") // timers end by themselves
public final class OriginCall {
    private final OriginListener listener;
    private final OriginPool pool;
    private final EventLoop loop;

    private OriginRequest request;
    private Optional<Failover> failover;
    private @Nullable OriginStream stream;
    private boolean repeatable;
    private boolean headSeen;
    private boolean paused;
    private boolean over;
    private int turn;

    OriginCall(
            OriginRequest request,
            Optional<Failover> failover,
            OriginListener listener,
            OriginPool pool,
            EventLoop loop) {
        this.request = request;
        this.failover = failover;
        this.listener = listener;
        this.pool = pool;
        this.loop = loop;
    }

    void start() {
        repeatable = request.repeatable();
        if (request.origin().completionTimeout().isPresent()) {
            int timed = turn;
            loop.schedule(
                    () -> tooLong(timed),
                    request.origin().completionTimeout().get().toMillis(),
                    TimeUnit.MILLISECONDS);
        }
        pool.run(this);
    }

    private void tooLong(int timed) {
        if (!over && turn == timed) {
            OriginStream current = stream;
            stream = null;
            if (current != null) {
                current.cancel();
            }
            failed(OriginFailure.COMPLETION_TIMEOUT);
        }
    }

    OriginRequest request() {
        return request;
    }

    boolean isOver() {
        return over;
    }

    /// Which origin is being asked: 0 for the first.
    int turn() {
        return turn;
    }

    void runOn(OriginStream newStream) {
        stream = newStream;
        if (paused) {
            newStream.pause(true);
        }
    }

    // ---- from who asks

    /// A piece of the request body, taken over.
    public void body(ByteBuf data, boolean last) {
        if (over || stream == null) {
            data.release();
        } else {
            stream.body(data, last);
        }
    }

    /// The fields after the body, to be told before its last piece.
    public void trailers(HttpHeaders trailers) {
        if (!over && stream != null) {
            stream.trailers(trailers);
        }
    }

    /// Stops or resumes the answer.
    public void pause(boolean pause) {
        paused = pause;
        if (stream != null && !over) {
            stream.pause(pause);
        }
    }

    /// Nobody listens any more.
    public void cancel() {
        if (!over) {
            over = true;
            if (stream != null) {
                stream.cancel();
            }
        }
    }

    // ---- from the stream

    void informational(int status, HttpHeaders headers) {
        if (!over) {
            listener.informational(status, headers);
        }
    }

    /// Bytes of another protocol follow, for as long as they like.
    void upgraded(OriginTunnel tunnel, HttpHeaders headers) {
        if (over) {
            tunnel.cancel();
            return;
        }
        headSeen = true;
        turn++; // the time to answer in is not the time to stay open
        stream = tunnel;
        tunnel.pause(paused);
        listener.upgraded(headers);
    }

    void answerTrailers(HttpHeaders trailers) {
        if (!over) {
            listener.trailers(trailers);
        }
    }

    void bodyWanted(boolean wanted) {
        if (!over) {
            listener.bodyWanted(wanted);
        }
    }

    void head(int status, HttpHeaders headers) {
        if (over) {
            return;
        }
        if (failover.isPresent() && failover.get().statuses().contains(status)) {
            OriginStream first = stream;
            stream = null;
            askSecond(failover.get());
            if (first != null) {
                first.cancel();
            }
            return;
        }
        headSeen = true;
        listener.head(status, headers);
    }

    /// With the last piece the call is over: a late [#cancel] must not touch a connection that others may use by now.
    void data(ByteBuf data, boolean last) {
        if (over) {
            data.release();
            return;
        }
        if (last) {
            over = true;
            stream = null;
        }
        listener.data(data, last);
    }

    /// Nothing more is at hand.
    void rest() {
        if (!over) {
            listener.pause();
        }
    }

    /// The connection ended without the end of the answer. A used connection that turns out closed is nobody's fault: what can
    /// be repeated is sent once more, afresh.
    ///
    /// @param reused whether the connection had answered before
    /// @param untouched whether the origin said that it has not looked at the request (RFC 9113 §8.7)
    void lost(boolean reused, boolean untouched) {
        stream = null;
        if (over) {
            return;
        }
        if (!headSeen && (reused || untouched) && repeatable) {
            repeatable = false;
            pool.runAfresh(this);
        } else {
            failed(OriginFailure.BROKEN);
        }
    }

    void failed(OriginFailure failure) {
        if (over) {
            return;
        }
        stream = null;
        if (!headSeen && failover.isPresent()) {
            askSecond(failover.get());
        } else {
            over = true;
            listener.failed(failure);
        }
    }

    private void askSecond(Failover second) {
        failover = Optional.empty();
        request = second.request().get();
        turn++;
        start();
    }
}
