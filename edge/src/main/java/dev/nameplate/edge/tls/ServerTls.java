package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.SecurityPolicy;
import dev.nameplate.edge.name.ChangedNames;

import io.netty.channel.ChannelHandler;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;

/// TLS for every name the edge serves.
///
/// One native context is shared by all names of a security policy, so a name costs no context of its own: after the
/// ClientHello, [SniHandler] gives the connection's engine the credentials of its name. A million names start as fast as one.
public final class ServerTls implements AutoCloseable {
    private final Contexts contexts;
    private final CertificateCache certificates;
    private final SniHandler.Shared shared;

    private ServerTls(Contexts contexts, CertificateCache certificates, SniHandler.Shared shared) {
        this.contexts = contexts;
        this.certificates = certificates;
        this.shared = shared;
    }

    /// @param loads runs the source's blocking calls
    /// @throws IllegalStateException when the native library is missing or does not behave as expected
    public static ServerTls start(
            EdgeSettings settings,
            EdgeSource source,
            EdgeEvents events,
            Executor loads,
            InstantSource clock) {
        NativeTls.requireAvailable();
        Contexts contexts = new Contexts();
        SelfTest.run(contexts.of(SecurityPolicy.STANDARD, true), clock.instant());
        CertificateCache certificates =
                new CertificateCache(settings, source, contexts, loads, clock);
        return new ServerTls(
                contexts,
                certificates,
                new SniHandler.Shared(
                        certificates,
                        events,
                        Optional.empty(),
                        settings.handshakeTimeout().toMillis()));
    }

    /// The first handler of a TLS connection.
    public ChannelHandler newHandler() {
        return new SniHandler(shared);
    }

    public void changed(ChangedNames names) {
        certificates.changed(names);
    }

    @Override
    public void close() {
        certificates.clear();
        contexts.close();
    }
}
