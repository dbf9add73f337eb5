package dev.nameplate.edge.proxy;

import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.net.Transport;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;

/// Sends requests to origins.
///
/// Each event loop has connections of its own, so that a request and its answer stay on the visitor's loop.
public final class OriginClient implements AutoCloseable {
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
                                new OriginConnector(loop, transport, addresses, health, shared),
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

    @Override
    public void close() {
        tls.close();
    }
}
