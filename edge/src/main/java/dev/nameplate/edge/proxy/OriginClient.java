package dev.nameplate.edge.proxy;

import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.net.Transport;

import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.GlobalEventExecutor;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Sends requests to origins.
///
/// Each event loop has connections of its own, so that a request and its answer stay on the visitor's loop.
public final class OriginClient implements AutoCloseable {
    private static final int DISCONNECT_MILLIS = 1_000;

    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final OriginTls tls;
    private final FastThreadLocal<OriginPool> pools;
    private final Function<EventLoop, OriginPool> newPool;

    public OriginClient(
            EdgeSettings settings,
            Transport transport,
            HostResolver resolver,
            Executor loads,
            InstantSource clock) {
        this.tls = new OriginTls(settings.extraOriginRoots());
        OriginAddresses addresses =
                new OriginAddresses(resolver, settings.originPolicy(), loads, clock);
        OriginHealth health = new OriginHealth(clock);
        OriginTls shared = tls;
        this.pools = new FastThreadLocal<>();
        this.newPool =
                loop ->
                        new OriginPool(
                                loop,
                                new OriginConnector(
                                        loop, transport, addresses, health, shared, open),
                                settings.idleOriginConnections(),
                                settings.originConnections());
    }

    /// Starts a call. To be called on `loop`, which is where the listener hears of it.
    ///
    /// @param failover where to turn if this one fails
    public OriginCall send(
            EventLoop loop,
            OriginRequest request,
            Optional<Failover> failover,
            OriginListener listener) {
        OriginPool pool = pools.getIfExists();
        if (pool == null) {
            pool = newPool.apply(loop);
            pools.set(pool);
        }
        OriginCall call = new OriginCall(request, failover, listener, pool, loop);
        call.start();
        return call;
    }

    /// Closes every connection. To be called while the event loops still run, or what they have read and not yet used is lost.
    public void disconnect() {
        open.close().awaitUninterruptibly(DISCONNECT_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        tls.close();
    }
}
