package dev.nameplate.edge.proxy;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

/// One request to an origin under way. Used on its event loop only.
public final class OriginCall {
    private final OriginRequest request;
    private final OriginListener listener;
    private final OriginConnector connector;

    private @Nullable OriginConnection connection;
    private boolean reused;
    private boolean paused;
    private boolean over;

    OriginCall(OriginRequest request, OriginListener listener, OriginConnector connector) {
        this.request = request;
        this.listener = listener;
        this.connector = connector;
    }

    OriginRequest request() {
        return request;
    }

    OriginListener listener() {
        return listener;
    }

    boolean isOver() {
        return over;
    }

    /// @param fromPool the origin may just have closed it, which only sending shows
    void runOn(OriginConnection newConnection, boolean fromPool) {
        connection = newConnection;
        reused = fromPool;
        newConnection.send(this);
        newConnection.pause(paused);
    }

    /// A piece of the request body, taken over.
    public void body(ByteBuf data, boolean last) {
        if (over || connection == null) {
            data.release();
        } else {
            connection.body(data, last);
        }
    }

    /// Stops or resumes the answer.
    public void pause(boolean pause) {
        paused = pause;
        if (connection != null && !over) {
            connection.pause(pause);
        }
    }

    /// Nobody listens any more.
    public void cancel() {
        if (!over) {
            over = true;
            if (connection != null) {
                connection.cancel();
            }
        }
    }

    /// The last piece is here: a late [#cancel] must not close a connection that others may use by now.
    void done() {
        over = true;
    }

    /// A pooled connection that turns out closed is nobody's fault: what can be repeated is sent once more, afresh.
    void connectionLost(boolean headSeen) {
        connection = null;
        if (!headSeen && reused && request.repeatable() && !over) {
            reused = false;
            connector.connect(this);
        } else {
            failed(OriginFailure.BROKEN);
        }
    }

    void failed(OriginFailure failure) {
        if (!over) {
            over = true;
            listener.failed(failure);
        }
    }
}
