package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.SecurityPolicy;
import dev.nameplate.edge.config.TicketKey;
import dev.nameplate.edge.config.TlsSettings;
import dev.nameplate.edge.name.ChangedNames;
import dev.nameplate.edge.net.MissLimit;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.util.concurrent.FastThreadLocal;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// TLS for every name the edge serves.
///
/// One native context is shared by all names of a security policy, so a name costs no context of its own: after the
/// ClientHello, [SniHandler] gives the connection's engine the credentials of its name. A million names start as fast as one.
public final class ServerTls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final Contexts contexts;
    private final CertificateCache certificates;
    private final SniHandler.Shared shared;
    private final Supplier<List<TicketKey>> ticketKeys;
    private final InstantSource clock;

    private ServerTls(
            Contexts contexts,
            CertificateCache certificates,
            SniHandler.Shared shared,
            Supplier<List<TicketKey>> ticketKeys,
            InstantSource clock) {
        this.contexts = contexts;
        this.certificates = certificates;
        this.shared = shared;
        this.ticketKeys = ticketKeys;
        this.clock = clock;
    }

    /// @param loads runs the source's blocking calls
    /// @throws IllegalStateException when the native library is missing or does not behave as expected
    public static ServerTls start(
            EdgeSettings settings,
            EdgeSource source,
            EdgeEvents events,
            Executor loads,
            InstantSource clock,
            long seed) {
        NativeTls.requireAvailable();
        Contexts contexts = new Contexts(settings.tls().rsa().map(RsaSigner::new));
        SelfTest.run(contexts.of(SecurityPolicy.STANDARD, true), clock.instant());
        CertificateCache certificates =
                new CertificateCache(settings, source, contexts, loads, clock);
        TlsSettings tls = settings.tls();
        long timeout = settings.handshakeTimeout().toMillis();
        ServerTls started =
                new ServerTls(
                        contexts,
                        certificates,
                        new SniHandler.Shared(
                                certificates,
                                new MissLimit(tls.missesPerSecond(), clock, seed),
                                events,
                                tls.defaultServerName(),
                                new FastThreadLocal<>() {
                                    @Override
                                    protected Handshakes initialValue() {
                                        return new Handshakes(tls.handshakes(), timeout);
                                    }
                                }),
                        tls.sessionTickets() ? source::ticketKeys : List::of,
                        clock);
        started.askForTicketKeys();
        return started;
    }

    /// The first handler of a TLS connection; call on its event loop.
    public ChannelHandler newHandler(Channel channel) {
        return new SniHandler(channel, shared);
    }

    public void changed(ChangedNames names) {
        certificates.changed(names);
    }

    /// Takes the source's keys over; waits for it.
    public void askForTicketKeys() {
        try {
            contexts.ticketKeys(inOrder(ticketKeys.get(), clock.instant()));
        } catch (RuntimeException e) {
            LOG.warn("the keys of session tickets cannot be read; those in use stay in use", e);
        }
    }

    /// The newest that may seal first, then those that only open.
    private static List<TicketKey> inOrder(List<TicketKey> keys, Instant now) {
        return keys.stream()
                .sorted(
                        Comparator.<TicketKey, Boolean>comparing(key -> key.from().isAfter(now))
                                .thenComparing(TicketKey::from, Comparator.reverseOrder()))
                .toList();
    }

    @Override
    public void close() {
        certificates.clear();
        contexts.close();
    }
}
