package dev.nameplate.edge.proxy;

import io.netty.channel.EventLoop;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The connections of one event loop to one origin, and who waits for one.
///
/// Their number is bounded, those being opened included, and so is the number of requests that wait: an origin that is down
/// holds no more than that, and everybody beyond is told at once.
@SuppressWarnings("FutureReturnValueIgnored") // timers end by themselves
final class OriginLane {
    private final OriginPool.Key key;
    private final EventLoop loop;
    private final OriginConnector connector;
    private final int maxIdle;
    private final int maxOpen;

    private final Deque<Http1Origin> idle = new ArrayDeque<>();
    private final List<Http2Origin> shared = new ArrayList<>(1);
    private final Deque<OriginCall> waiting = new ArrayDeque<>();
    private int open;
    private int opening;

    /// What the origin chose last, or may choose: then one connection being opened may be enough for many.
    private boolean maySpeakHttp2;

    OriginLane(
            OriginPool.Key key,
            EventLoop loop,
            OriginConnector connector,
            int maxIdle,
            int maxOpen) {
        this.key = key;
        this.loop = loop;
        this.connector = connector;
        this.maxIdle = maxIdle;
        this.maxOpen = maxOpen;
        this.maySpeakHttp2 = key.tls() && key.http2();
    }

    OriginPool.Key key() {
        return key;
    }

    void run(OriginCall call) {
        for (Http2Origin connection : shared) {
            if (connection.takesMore()) {
                connection.send(call);
                return;
            }
        }
        // The one used last, since it is the least likely to have been closed by the origin.
        Http1Origin connection;
        while ((connection = idle.pollLast()) != null) {
            if (connection.isUsable()) {
                connection.send(call, true);
                return;
            }
            connection.close();
        }
        if (maySpeakHttp2 && opening > 0) {
            await(call);
        } else {
            open(call);
        }
    }

    /// Not on a connection that was idle.
    void runAfresh(OriginCall call) {
        if (maySpeakHttp2) {
            run(call);
        } else {
            open(call);
        }
    }

    private void open(OriginCall call) {
        if (open < maxOpen) {
            open++;
            opening++;
            connector.connect(this, call);
        } else {
            await(call);
        }
    }

    private void await(OriginCall call) {
        if (waiting.size() >= maxOpen) {
            call.failed(OriginFailure.CROWDED);
            return;
        }
        waiting.add(call);
        loop.schedule(
                () -> {
                    if (waiting.remove(call)) {
                        call.failed(OriginFailure.CONNECT_TIMEOUT);
                    }
                },
                call.request().origin().connectTimeout().toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /// @param call what the connection was opened for; over, if its visitor has left
    void opened(Http1Origin connection, OriginCall call) {
        opening--;
        maySpeakHttp2 = false;
        if (call.isOver()) {
            free(connection);
        } else {
            connection.send(call, false);
        }
        serveWaiting();
    }

    void opened(Http2Origin connection, OriginCall call) {
        opening--;
        maySpeakHttp2 = true;
        shared.add(connection);
        if (!call.isOver()) {
            connection.send(call);
        }
        serveWaiting();
    }

    void failedToOpen(OriginCall call, OriginFailure failure) {
        open--;
        opening--;
        List<OriginCall> together = new ArrayList<>();
        if (maySpeakHttp2 && opening == 0) {
            together.addAll(waiting); // they waited for this very connection
            waiting.clear();
        }
        call.failed(failure);
        together.forEach(other -> other.failed(failure));
        serveWaiting();
    }

    /// The connection has answered and can go on.
    void free(Http1Origin connection) {
        OriginCall next = nextWaiting();
        if (next != null) {
            connection.send(next, true);
        } else if (idle.size() < maxIdle) {
            idle.addLast(connection);
        } else {
            connection.close();
        }
    }

    /// A stream has ended, or the origin allows more of them.
    void roomFor() {
        if (!waiting.isEmpty()) {
            serveWaiting();
        }
    }

    /// New requests are for others; those under way go on.
    void retired(Http2Origin connection) {
        shared.remove(connection);
    }

    void closed(Http1Origin connection) {
        idle.remove(connection);
        gone();
    }

    void closed(Http2Origin connection) {
        shared.remove(connection);
        gone();
    }

    private void gone() {
        open--;
        serveWaiting();
    }

    private void serveWaiting() {
        while (!waiting.isEmpty() && hasRoom()) {
            OriginCall next = nextWaiting();
            if (next != null) {
                run(next);
            }
        }
    }

    private boolean hasRoom() {
        return !idle.isEmpty()
                || shared.stream().anyMatch(Http2Origin::takesMore)
                || (open < maxOpen && !(maySpeakHttp2 && opening > 0));
    }

    private @org.jspecify.annotations.Nullable OriginCall nextWaiting() {
        OriginCall next = waiting.poll();
        while (next != null && next.isOver()) {
            next = waiting.poll();
        }
        return next;
    }

    /// Closes what was idle for too long.
    ///
    /// @return whether nothing is left
    boolean sweptEmpty() {
        Http1Origin oldest;
        while ((oldest = idle.peekFirst()) != null && !oldest.isUsable()) {
            idle.pollFirst();
            oldest.close();
        }
        for (Iterator<Http2Origin> each = List.copyOf(shared).iterator(); each.hasNext(); ) {
            each.next().closeIfIdle();
        }
        return open == 0 && waiting.isEmpty();
    }
}
