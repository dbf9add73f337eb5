package dev.nameplate.edge.proxy;

import dev.nameplate.edge.config.Origin;

import io.netty.channel.EventLoop;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Idle connections of one event loop. Only that loop touches it, so nothing is locked.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class OriginPool {
    /// What makes two requests able to share a connection.
    record Key(
            String host,
            int port,
            boolean tls,
            String serverName,
            Origin.Verification verification,
            boolean own) {
        static Key of(OriginRequest request) {
            Origin origin = request.origin();
            return new Key(
                    origin.host(),
                    request.port(),
                    request.tls(),
                    request.tls() ? request.serverName() : "",
                    origin.verification(),
                    origin.own());
        }
    }

    private final Map<Key, Deque<OriginConnection>> idle = new HashMap<>();
    private final int maxIdle;
    private boolean sweeping;

    OriginPool(int maxIdle) {
        this.maxIdle = maxIdle;
    }

    /// The connection used last, since it is the least likely to have been closed by the origin.
    Optional<OriginConnection> take(Key key) {
        Deque<OriginConnection> connections = idle.get(key);
        if (connections == null) {
            return Optional.empty();
        }
        OriginConnection connection;
        while ((connection = connections.pollLast()) != null) {
            if (connection.isUsable()) {
                return Optional.of(connection);
            }
            connection.close();
        }
        return Optional.empty();
    }

    void give(Key key, OriginConnection connection, EventLoop loop) {
        Deque<OriginConnection> connections = idle.computeIfAbsent(key, _ -> new ArrayDeque<>());
        if (connections.size() >= maxIdle) {
            connection.close();
            return;
        }
        connections.addLast(connection);
        if (!sweeping) {
            sweeping = true;
            loop.schedule(() -> sweep(loop), 1, TimeUnit.SECONDS);
        }
    }

    void remove(Key key, OriginConnection connection) {
        Deque<OriginConnection> connections = idle.get(key);
        if (connections != null) {
            connections.remove(connection);
        }
    }

    private void sweep(EventLoop loop) {
        for (Deque<OriginConnection> connections : idle.values()) {
            OriginConnection oldest;
            while ((oldest = connections.peekFirst()) != null && !oldest.isUsable()) {
                connections.pollFirst();
                oldest.close();
            }
        }
        idle.values().removeIf(Deque::isEmpty);
        sweeping = !idle.isEmpty();
        if (sweeping) {
            loop.schedule(() -> sweep(loop), 1, TimeUnit.SECONDS);
        }
    }
}
