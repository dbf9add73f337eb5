package dev.nameplate.edge.proxy;

import dev.nameplate.edge.config.Origin;

import io.netty.channel.EventLoop;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// The connections of one event loop to all origins. Only that loop touches it, so nothing is locked.
@SuppressWarnings("FutureReturnValueIgnored") // the sweep schedules itself
final class OriginPool {
    /// What makes two requests able to share a connection.
    record Key(
            String host,
            int port,
            boolean tls,
            String serverName,
            Origin.Verification verification,
            Set<String> tlsProtocols,
            boolean http2,
            Origin.Addresses addresses,
            boolean own) {
        static Key of(OriginRequest request) {
            Origin origin = request.origin();
            return new Key(
                    origin.host(),
                    request.port(),
                    request.tls(),
                    request.tls() ? request.serverName() : "",
                    origin.verification(),
                    origin.tlsProtocols(),
                    origin.http2() && !request.upgrade(),
                    origin.addresses(),
                    origin.own());
        }

        boolean isOf(OriginRequest request) {
            Origin origin = request.origin();
            return host.equals(origin.host())
                    && port == request.port()
                    && tls == request.tls()
                    && (!tls || serverName.equals(request.serverName()))
                    && verification == origin.verification()
                    && http2 == origin.http2()
                    && addresses == origin.addresses()
                    && own == origin.own()
                    && tlsProtocols.equals(origin.tlsProtocols());
        }
    }

    private final Map<Key, OriginLane> lanes = new HashMap<>();
    private final EventLoop loop;
    private final OriginConnector connector;
    private final int maxIdle;
    private final int maxOpen;
    private @Nullable OriginLane last;
    private boolean sweeping;

    OriginPool(EventLoop loop, OriginConnector connector, int maxIdle, int maxOpen) {
        this.loop = loop;
        this.connector = connector;
        this.maxIdle = maxIdle;
        this.maxOpen = maxOpen;
    }

    void run(OriginCall call) {
        lane(call).run(call);
    }

    /// On a connection that nobody has used yet.
    void runAfresh(OriginCall call) {
        lane(call).runAfresh(call);
    }

    /// The lane found last serves a busy origin's next request without its key being made.
    private OriginLane lane(OriginCall call) {
        OriginRequest request = call.request();
        OriginLane latest = last;
        if (latest != null && latest.key().isOf(request)) {
            return latest;
        }
        OriginLane found = lane(Key.of(request));
        last = found;
        return found;
    }

    private OriginLane lane(Key key) {
        OriginLane lane = lanes.get(key);
        if (lane == null) {
            lane = new OriginLane(key, loop, connector, maxIdle, maxOpen);
            lanes.put(key, lane);
            if (!sweeping) {
                sweeping = true;
                loop.schedule(this::sweep, 1, TimeUnit.SECONDS);
            }
        }
        return lane;
    }

    private void sweep() {
        lanes.values().removeIf(OriginLane::sweptEmpty);
        last = null;
        sweeping = !lanes.isEmpty();
        if (sweeping) {
            loop.schedule(this::sweep, 1, TimeUnit.SECONDS);
        }
    }
}
