package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.name.ChangedNames;

import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;

import java.time.InstantSource;
import java.util.concurrent.Executor;

/// TLS for every name the edge serves.
///
/// One native context is shared by all connections, so a name costs no context of its own: after the ClientHello,
/// [SniHandler] gives the connection's engine the key material of its name. A million names start as fast as one.
public final class ServerTls implements AutoCloseable {
    private final SslContext context;
    private final CertificateCache certificates;
    private final EdgeEvents events;
    private final long handshakeMillis;

    private ServerTls(
            SslContext context,
            CertificateCache certificates,
            EdgeEvents events,
            long handshakeMillis) {
        this.context = context;
        this.certificates = certificates;
        this.events = events;
        this.handshakeMillis = handshakeMillis;
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
        SslContext context =
                NativeTls.newServerContext(
                        new ApplicationProtocolConfig(
                                ApplicationProtocolConfig.Protocol.ALPN,
                                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                                ApplicationProtocolNames.HTTP_2,
                                ApplicationProtocolNames.HTTP_1_1));
        SelfTest.run(context, clock.instant());
        return new ServerTls(
                context,
                new CertificateCache(settings, source, context, loads, clock),
                events,
                settings.handshakeTimeout().toMillis());
    }

    /// The first handler of a TLS connection.
    public ChannelHandler newHandler() {
        return new SniHandler(context, certificates, events, handshakeMillis);
    }

    public void changed(ChangedNames names) {
        certificates.changed(names);
    }

    @Override
    public void close() {
        certificates.clear();
        ReferenceCountUtil.release(context);
    }
}
