package dev.nameplate.edge.proxy;

import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.net.Transport;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;

/// Sends requests to origins.
///
/// Each event loop has connections of its own, so that a request and its answer stay on the visitor's loop.
public final class OriginClient implements AutoCloseable {
    private final EdgeSettings settings;
    private final Transport transport;
    private final OriginAddresses addresses;
    private final OriginTls tls;
    private final FastThreadLocal<OriginPool> pools;

    public OriginClient(
            EdgeSettings settings,
            Transport transport,
            HostResolver resolver,
            Executor loads,
            InstantSource clock) {
        this.settings = settings;
        this.transport = transport;
        this.addresses = new OriginAddresses(resolver, settings.originPolicy(), loads, clock);
        this.tls = new OriginTls(settings.extraOriginRoots());
        this.pools =
                new FastThreadLocal<>() {
                    @Override
                    protected OriginPool initialValue() {
                        return new OriginPool(settings().idleOriginConnections());
                    }
                };
    }

    private EdgeSettings settings() {
        return settings;
    }

    /// Starts a call. To be called on `loop`, which is where the listener hears of it.
    public OriginCall send(EventLoop loop, OriginRequest request, OriginListener listener) {
        OriginPool pool = pools.get();
        OriginConnector connector = new OriginConnector(loop, transport, addresses, tls, pool);
        OriginCall call = new OriginCall(request, listener, connector);
        Optional<OriginConnection> idle = pool.take(OriginPool.Key.of(request));
        if (idle.isPresent()) {
            call.runOn(idle.get(), true);
        } else {
            connector.connect(call);
        }
        return call;
    }

    @Override
    public void close() {
        tls.close();
    }
}
