package dev.nameplate.edge;

import dev.nameplate.edge.compress.Compression;
import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.http.Viewers;
import dev.nameplate.edge.name.ChangedNames;
import dev.nameplate.edge.net.ConnectionGate;
import dev.nameplate.edge.net.DirectMemory;
import dev.nameplate.edge.net.MissLimit;
import dev.nameplate.edge.net.Transport;
import dev.nameplate.edge.proxy.OriginClient;
import dev.nameplate.edge.route.SiteTable;
import dev.nameplate.edge.rules.Countries;
import dev.nameplate.edge.serve.ChallengeFiles;
import dev.nameplate.edge.serve.Means;
import dev.nameplate.edge.serve.SiteHandler;
import dev.nameplate.edge.tls.QuicTls;
import dev.nameplate.edge.tls.ServerTls;
import dev.nameplate.edge.warm.WarmUp;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// A running edge: two listeners, a few event loops, and what they share.
///
/// Every connection lives on one event loop with the origin connections it uses. Blocking calls (the source, name
/// resolution) run on virtual threads, and only for what is not in memory.
public final class Edge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Edge.class);

    /// Bursts of new connections wait here while the loops are busy.
    private static final int BACKLOG = 4_096;

    /// Keys are known to every node long before tickets are sealed under them, so a minute is soon enough.
    private static final long TICKET_KEYS_SECONDS = 60;

    private final EdgeSettings settings;
    private final ExecutorService loads;
    private final EventLoopGroup loops;
    private final ServerTls tls;
    private final SiteTable sites;
    private final Content content;
    private final boolean contentIsOurs;
    private final OriginClient origins;
    private final Viewers viewers;
    private final Channel https;
    private final Channel http;
    private @Nullable QuicTls quic;
    private @Nullable Channel udp;
    private @Nullable WarmUp warmUp;
    private volatile Optional<AsciiString> http3Offer = Optional.empty();

    private Edge(
            EdgeSettings settings,
            Content content,
            boolean contentIsOurs,
            EdgeSource source,
            EdgeEvents events,
            InstantSource clock,
            RandomGenerator random) {
        this.settings = settings;
        this.content = content;
        this.contentIsOurs = contentIsOurs;
        Transport transport = Transport.best(settings.ioUring());
        int loopCount =
                settings.eventLoops() > 0
                        ? settings.eventLoops()
                        : Runtime.getRuntime().availableProcessors();
        this.loads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("edge-load-", 0).factory());
        this.tls = ServerTls.start(settings, source, events, loads, clock, random.nextLong());
        this.sites = new SiteTable(settings, source, events, loads, clock);
        this.origins =
                new OriginClient(
                        settings,
                        transport,
                        host -> List.of(InetAddress.getAllByName(host)),
                        loads,
                        clock);
        String via = "1.1 " + settings.nodeName() + " (CloudFront)";
        SiteHandler handler =
                new SiteHandler(
                        sites,
                        new Means(
                                origins,
                                content.store(),
                                Compression.available(),
                                clock,
                                settings.maxObjectBytes(),
                                settings.countries().map(Countries::read).orElse(Countries.NONE),
                                settings.heuristicFreshness(),
                                settings.nodeName(),
                                settings.location(),
                                via,
                                settings.webSocketIdle()),
                        new ChallengeFiles(
                                source,
                                loads,
                                new MissLimit(
                                        settings.tls().missesPerSecond(), clock, random.nextLong()),
                                clock,
                                via),
                        () -> httpsAddress().getPort(),
                        () -> http3Offer,
                        new Random(
                                random.nextLong())); // for many threads, as not all generators are
        this.viewers = new Viewers(settings, handler, events, clock, random);
        this.loops = transport.newEventLoops(loopCount);
        content.begin();
        ConnectionGate gate =
                new ConnectionGate(
                        settings.connections().total(),
                        settings.connections().perAddress(),
                        events::connectionRefused);
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(loops)
                        .channel(transport.server())
                        .handler(gate)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true);
        try {
            this.https = bind(bootstrap, viewers.secure(tls::newHandler), settings.https());
            this.http = bind(bootstrap, viewers.plain(), settings.http());
            if (settings.http3()) {
                startHttp3(transport, source, random, gate);
            }
        } catch (RuntimeException e) {
            release();
            throw e;
        }
        var _ =
                loops.next()
                        .scheduleAtFixedRate(
                                () -> loads.execute(tls::askForTicketKeys),
                                TICKET_KEYS_SECONDS,
                                TICKET_KEYS_SECONDS,
                                TimeUnit.SECONDS);
    }

    /// One UDP socket on one event loop: what QUIC gains in speed by more of them it would lose when a visitor changes
    /// address and the kernel picks another.
    private void startHttp3(
            Transport transport, EdgeSource source, RandomGenerator random, ConnectionGate gate) {
        byte[] secret = new byte[32];
        random.nextBytes(secret);
        QuicTls started = new QuicTls(source);
        quic = started;
        InetSocketAddress address =
                new InetSocketAddress(httpsAddress().getAddress(), httpsAddress().getPort());
        ChannelFuture bound =
                new Bootstrap()
                        .group(loops)
                        .channel(transport.datagram())
                        .handler(viewers.quic(started.context(), loads, secret, gate))
                        .bind(address)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw cannotListen(address, bound.cause());
        }
        udp = bound.channel();
        http3Offer =
                Optional.of(
                        AsciiString.cached("h3=\":" + httpsAddress().getPort() + "\"; ma=86400"));
    }

    /// As the other one, with content of its own, which ends with it. What an earlier process kept on disk is served as if
    /// nothing had been invalidated since.
    public static Edge start(
            EdgeSettings settings,
            EdgeSource source,
            EdgeEvents events,
            InstantSource clock,
            RandomGenerator random) {
        return started(
                settings, Content.open(settings, clock), true, source, events, clock, random);
    }

    /// Binds both ports and serves until [#close].
    ///
    /// @param content opened with the same settings; the caller closes it after the edge
    /// @param random seeds the request ids
    /// @throws IllegalStateException when the native TLS library does not work here
    /// @throws UncheckedIOException when a port cannot be bound
    public static Edge start(
            EdgeSettings settings,
            Content content,
            EdgeSource source,
            EdgeEvents events,
            InstantSource clock,
            RandomGenerator random) {
        return started(settings, content, false, source, events, clock, random);
    }

    private static Edge started(
            EdgeSettings settings,
            Content content,
            boolean contentIsOurs,
            EdgeSource source,
            EdgeEvents events,
            InstantSource clock,
            RandomGenerator random) {
        DirectMemory.objection(settings.contentCacheBytes()).ifPresent(LOG::warn);
        Edge edge = new Edge(settings, content, contentIsOurs, source, events, clock, random);
        LOG.info(
                "edge serves https on {} and http on {} ({})",
                edge.httpsAddress(),
                edge.httpAddress(),
                Transport.best(settings.ioUring()));
        if (!settings.warmUp().isZero()) {
            SplittableRandom ids = new SplittableRandom(random.nextLong());
            edge.warmUp =
                    WarmUp.start(
                            settings,
                            clock,
                            (stage, play) -> rehearsed(stage, play, clock, ids),
                            edge.viewers::visited);
        }
        return edge;
    }

    /// Another edge, of which nobody is told.
    private static WarmUp.Stage rehearsed(
            EdgeSettings settings, EdgeSource play, InstantSource clock, RandomGenerator random) {
        Edge stage =
                new Edge(
                        settings,
                        Content.open(settings, clock),
                        true,
                        play,
                        EdgeEvents.NONE,
                        clock,
                        random);
        return new WarmUp.Stage(stage.httpsAddress(), stage::close);
    }

    /// Whether the rehearsal after the start is over, or there is none.
    public boolean isWarm() {
        return warmUp == null || warmUp.isOver();
    }

    /// Until the rehearsal is over; at once where there is none.
    public void awaitWarm() throws InterruptedException {
        WarmUp rehearsal = warmUp;
        if (rehearsal != null) {
            rehearsal.await();
        }
    }

    private static Channel bind(
            ServerBootstrap bootstrap, ChannelHandler connections, InetSocketAddress address) {
        ChannelFuture bound =
                bootstrap.clone().childHandler(connections).bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw cannotListen(address, bound.cause());
        }
        return bound.channel();
    }

    private static UncheckedIOException cannotListen(InetSocketAddress address, Throwable cause) {
        BindException failure =
                new BindException(
                        "the edge cannot listen on %s: %s; choose another port or stop what uses it"
                                .formatted(address, cause.getMessage()));
        failure.initCause(cause);
        return new UncheckedIOException(failure);
    }

    public InetSocketAddress httpsAddress() {
        return (InetSocketAddress) https.localAddress();
    }

    public InetSocketAddress httpAddress() {
        return (InetSocketAddress) http.localAddress();
    }

    /// Forgets certificates and configuration for these host names and this distribution, so that the next visitor
    /// is served from a fresh answer of the source. `*.x` stands for every name below x. Cached content stays, as
    /// CloudFront's does; see [#invalidate].
    public void changed(String distributionId, Set<String> names) {
        ChangedNames changed = new ChangedNames(names);
        tls.changed(changed);
        sites.changed(distributionId, changed);
        if (quic != null) {
            quic.changed(changed);
        }
    }

    /// Asks the source for the keys of session tickets and waits for the answer. Every minute it is asked anyway.
    public void ticketKeysChanged() {
        tls.askForTicketKeys();
    }

    /// See [Content#invalidate].
    public void invalidate(String distributionId, List<String> paths) {
        content.invalidate(distributionId, paths);
    }

    /// Stops accepting, lets requests under way finish within [EdgeSettings#drain], then closes.
    @Override
    public void close() {
        if (warmUp != null) {
            warmUp.close();
        }
        https.close().awaitUninterruptibly();
        http.close().awaitUninterruptibly();
        viewers.drain(settings.drain());
        if (udp != null) {
            udp.close().awaitUninterruptibly();
        }
        release();
    }

    private void release() {
        origins.disconnect();
        if (loops != null) {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
        loads.shutdownNow();
        origins.close();
        if (contentIsOurs) {
            content.close();
        }
        tls.close();
    }
}
