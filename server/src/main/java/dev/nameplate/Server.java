package dev.nameplate;

import dev.nameplate.accesslog.AccessLog;
import dev.nameplate.accesslog.AccessLogSettings;
import dev.nameplate.api.ApiServer;
import dev.nameplate.api.PublicServer;
import dev.nameplate.api.ops.Operations;
import dev.nameplate.certificate.ExaminationWork;
import dev.nameplate.certificate.IssuanceWork;
import dev.nameplate.certificate.ReissueWork;
import dev.nameplate.certificate.RenewalWork;
import dev.nameplate.config.DataFolder;
import dev.nameplate.config.Endpoints;
import dev.nameplate.config.Settings;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.VersionRetention;
import dev.nameplate.dns.AuthoritativeLookup;
import dev.nameplate.dns.DnsServer;
import dev.nameplate.dns.LookupSettings;
import dev.nameplate.dns.VantagePoints;
import dev.nameplate.dns.WebSettings;
import dev.nameplate.edge.Content;
import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.ConnectionLimits;
import dev.nameplate.edge.config.DiskCache;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.OcspStaple;
import dev.nameplate.edge.config.OriginPolicy;
import dev.nameplate.edge.config.TlsSettings;
import dev.nameplate.issuer.ca.RotationWork;
import dev.nameplate.issuer.ca.revocation.CrlWork;
import dev.nameplate.issuer.ca.revocation.Locations;
import dev.nameplate.job.JobEngine;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.RsaPool;
import dev.nameplate.publish.ChangeFollower;
import dev.nameplate.publish.EdgePublisher;
import dev.nameplate.publish.HandshakeCheck;
import dev.nameplate.publish.InvalidationWork;
import dev.nameplate.publish.OwnSites;
import dev.nameplate.publish.PublishWork;
import dev.nameplate.publish.ServedCertificates;
import dev.nameplate.tenant.ManagedCertificateWork;
import dev.nameplate.ticket.TicketKeys;
import dev.nameplate.traffic.TrafficRecorder;
import dev.nameplate.traffic.TrafficRegistry;
import dev.nameplate.traffic.TrafficRetention;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// One running process: the only place that sees every package. Parts start from the store upwards, are stopped in the opposite
/// order, and the addresses in use are published once every port accepts.
final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /// Where this server gives no tickets, another one on the same store may.
    private static final Duration IDLE_TICKET_KEYS = Duration.ofHours(12);

    /// What requests under way at the API port get at stop: with the edge's own drain it stays within five seconds.
    private static final Duration API_DRAIN = Duration.ofSeconds(1);

    /// For everything that drains; what is left of five seconds is for the store.
    private static final Duration DRAIN_LIMIT = Duration.ofSeconds(4);

    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(5);

    private final Deque<Part> parts = new ArrayDeque<>();
    private final Settings settings;
    private final Listeners listeners;
    private @Nullable Endpoints endpoints;
    private @Nullable X509Certificate root;
    private @Nullable FirstKeys keys;
    private @Nullable Store store;

    /// @param drains whether its stop waits for work under way
    private record Part(String name, AutoCloseable closing, boolean drains) {
        void stop() {
            try {
                closing.close();
            } catch (Exception e) {
                LOG.warn("{} did not stop cleanly", name, e);
            }
        }
    }

    private Server(Settings settings) {
        this.settings = settings;
        this.listeners = Listeners.of(settings);
    }

    /// @throws CannotStart if the configuration or the machine does not allow it
    static Server start(Settings settings) {
        Server server = new Server(settings);
        try {
            server.startParts();
            return server;
        } catch (RuntimeException e) {
            server.close();
            if (e instanceof DataFolder.InUse || e instanceof UncheckedIOException) {
                throw new CannotStart(String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    /// Stops the server at SIGTERM or SIGINT.
    ///
    /// @return counted down once everything is stopped
    CountDownLatch closeOnSignal() {
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    close();
                                    stopped.countDown();
                                },
                                "stop"));
        return stopped;
    }

    Endpoints endpoints() {
        return Objects.requireNonNull(endpoints);
    }

    FirstKeys keys() {
        return Objects.requireNonNull(keys);
    }

    Store store() {
        return Objects.requireNonNull(store);
    }

    X509Certificate root() {
        return Objects.requireNonNull(root);
    }

    Settings settings() {
        return settings;
    }

    private void startParts() {
        DataFolder folder = started("data folder", DataFolder.take(settings.dataDir()));
        Endpoints.remove(folder.path());
        Store opened = started("store", Store.open(settings));
        store = opened;
        JobEngine engine =
                draining(
                        "jobs",
                        new JobEngine(
                                opened.database(),
                                opened.clock(),
                                folder.nodeName(opened.random())));
        Features features = Features.over(opened, settings, engine);
        root = features.ca().root();
        CaRootFile caRootFile = new CaRootFile(folder.path());
        Path caRoot = caRootFile.write(features.ca().root());
        features.ca().authorities().whenRootChanges(caRootFile::follow);

        features.certificates()
                .imports(opened.database())
                .know(List.of(features.ca().intermediate(), features.ca().root()));

        DnsServer dns = started("dns", startDns(opened, features));
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        AtomicReference<@Nullable Edge> edgeOnceUp = new AtomicReference<>();
        EdgeSettings edgeSettings = edgeSettings(folder, features.keyPairs());
        Content content = started("content", Content.open(edgeSettings, opened.clock()));
        KeptContent kept = new KeptContent(content);
        kept.register(metrics);
        ChangeFollower follower =
                started(
                        "change follower",
                        ChangeFollower.start(
                                opened.database(),
                                features.feed(),
                                features.distributions(),
                                features.invalidations(),
                                (id, names) -> {
                                    ifUp(edgeOnceUp, edge -> edge.changed(id, names));
                                    // A command beside this server commits changes and wakes
                                    // nobody.
                                    engine.wake(Distributions.PUBLISH);
                                },
                                kept,
                                opened.clock()));
        RsaPool rsaPool =
                started("rsa pool", RsaPool.start(features.keyPairs(), settings.keys().rsaPool()));
        KeyMetrics.register(metrics, rsaPool);
        CertificateMetrics.register(
                metrics, opened.database(), features.certificates().quarantine(), opened.clock());
        AuthoritativeLookup lookup = started("lookup", lookup(opened, features, dns));
        Doors doors = new Doors(opened, features, settings, lookup, lookup, engine);
        PublicServer pki =
                draining(
                        "public door",
                        PublicServer.start(
                                listeners.at(settings.publicDoor().port()),
                                doors.open(),
                                API_DRAIN));
        OwnCertificate ownNames = ownNames(opened, features);
        TicketKeys ticketKeys = ticketKeys(opened);
        TrafficRegistry traffic =
                TrafficMetrics.registry(
                        metrics,
                        Runtime.getRuntime().availableProcessors(),
                        settings.metrics().named());
        // Stopped after the edge, whose last requests count too.
        started("traffic", TrafficRecorder.start(opened.database(), traffic, opened.clock()));
        Optional<AccessLog> accessLog = accessLog(settings.accessLog(), settings.edge().location());
        accessLog.ifPresent(log -> started("access log", log));
        EdgeMetrics events = new EdgeMetrics(metrics, traffic, accessLog);
        Edge edge =
                draining(
                        "edge",
                        startEdge(
                                edgeSettings,
                                content,
                                opened,
                                features,
                                ownNames,
                                ticketKeys,
                                events,
                                pki.port()));
        edgeOnceUp.set(edge);
        started("own names", OwnNames.of(ownNames, edge::changed).start());

        HandshakeCheck handshakes = new HandshakeCheck(edge::httpsAddress, HANDSHAKE_LIMIT);
        IssuanceWork issuance =
                started(
                        "issuance",
                        new IssuanceWork(
                                opened.database(),
                                features.zones(),
                                features.feed(),
                                opened.vault(),
                                lookup,
                                features.ca(),
                                features.keyPairs().takingFrom(rsaPool),
                                opened.clock(),
                                engine,
                                doors::decided));
        RenewalWork renewals =
                started(
                        "renewals",
                        new RenewalWork(
                                opened.database(),
                                features.certificates(),
                                features.feed(),
                                opened.vault(),
                                lookup,
                                features.ca(),
                                features.keyPairs().takingFrom(rsaPool),
                                new ServedCertificates(
                                        opened.database(),
                                        features.distributions(),
                                        features.tenants(),
                                        handshakes::servedLeaf),
                                opened.clock()));
        ApiServer api =
                draining(
                        "api",
                        ApiServer.start(
                                listeners.bind(),
                                settings.api().port(),
                                ApiTls.context(settings, listeners, features, opened.clock()),
                                doors.all(new Operations(readiness(opened, edge), metrics)),
                                API_DRAIN));
        engine.start(
                List.of(
                        issuance,
                        renewals,
                        new ReissueWork(opened.database(), engine),
                        new ExaminationWork(
                                opened.database(), features.certificates(), opened.vault()),
                        new PublishWork(
                                opened.database(),
                                features.feed(),
                                features.distributions(),
                                features.tenants(),
                                features.connectionGroups(),
                                follower),
                        new ManagedCertificateWork(opened.database(), features.tenants()),
                        new InvalidationWork(
                                opened.database(),
                                features.feed(),
                                features.invalidations(),
                                follower),
                        new CrlWork(
                                opened.database(),
                                features.ca().signatories(),
                                new Locations(settings.publicDoor().url())),
                        new RotationWork(features.ca().authorities()),
                        new TrafficRetention(
                                opened.database(),
                                settings.metrics().minutes(),
                                settings.metrics().hours()),
                        new VersionRetention(
                                opened.database(),
                                new VersionRetention.Limits(
                                        settings.versions().newest(), settings.versions().age())),
                        ticketKeys,
                        doors.saasWork(handshakes::servedSerial)));
        // Not before every port accepts: a start that fails must not use up the one showing of
        // secrets.
        keys = FirstKeys.establish(settings.credentials(), opened.accessKeys(), opened.account());
        Endpoints addresses = listeners.endpoints(api, edge, pki, dns, caRoot);
        endpoints = addresses;
        addresses.write(folder.path());
        started("endpoints.json", () -> Endpoints.remove(folder.path()));
        LOG.info(
                "serving: api {}, edge {} and {}, pki {}, dns {}",
                addresses.api(),
                addresses.edgeHttps(),
                addresses.edgeHttp(),
                addresses.pki(),
                addresses.dns());
    }

    private <T extends AutoCloseable> T started(String name, T part) {
        parts.push(new Part(name, part, false));
        return part;
    }

    private <T extends AutoCloseable> T draining(String name, T part) {
        parts.push(new Part(name, part, true));
        return part;
    }

    /// An edge that is not up yet has nothing cached.
    private static void ifUp(AtomicReference<@Nullable Edge> edgeOnceUp, Consumer<Edge> action) {
        Edge edge = edgeOnceUp.get();
        if (edge != null) {
            action.accept(edge);
        }
    }

    private DnsServer startDns(Store opened, Features features) {
        Distributions distributions = features.distributions();
        return DnsServer.start(
                listeners.at(settings.dns().port()),
                opened.database(),
                features.zones(),
                name ->
                        opened.database()
                                .read(handle ->
                                        distributions.named(handle, name).isPresent()
                                                || features.connectionGroups()
                                                        .byEndpoint(handle, name)
                                                        .isPresent()));
    }

    private AuthoritativeLookup lookup(Store opened, Features features, DnsServer dns) {
        return new AuthoritativeLookup(
                opened.database(),
                features.zones(),
                listeners.reachable(dns.address()),
                new LookupSettings(
                        settings.dns().resolvers(),
                        settings.dns().authoritativePort(),
                        settings.dns().rootHints(),
                        LookupSettings.USUAL_PATIENCE,
                        vantagePoints(),
                        trustAnchors(),
                        new WebSettings(settings.dns().proofHttpPort(), originPolicy()::allows)));
    }

    /// Also for web servers asked for proofs: they are chosen by strangers, as origins are.
    private OriginPolicy originPolicy() {
        return new OriginPolicy(
                settings.origins().allowLoopback(), settings.origins().allowPrivate());
    }

    private VantagePoints vantagePoints() {
        List<InetSocketAddress> resolvers = settings.dns().vantagePoints();
        return new VantagePoints(
                resolvers,
                settings.dns()
                        .quorum()
                        .orElseGet(() -> VantagePoints.usualQuorum(resolvers.size())));
    }

    /// An Internet with a root of its own has other keys.
    private List<String> trustAnchors() {
        if (!settings.dns().trustAnchors().isEmpty()) {
            return settings.dns().trustAnchors();
        }
        return settings.dns().rootHints().isEmpty() ? LookupSettings.ROOT_ANCHORS : List.of();
    }

    private OwnCertificate ownNames(Store opened, Features features) {
        return new OwnCertificate(
                features.ca(),
                features.keyPairs(),
                opened.clock(),
                Stream.concat(
                                Stream.of("*.cdn." + settings.suffix()),
                                Features.ownHosts(settings).stream().sorted())
                        .toList(),
                List.of());
    }

    private EdgeSettings edgeSettings(DataFolder folder, KeyPairs keyPairs) {
        long cache = settings.edge().cacheBytes();
        EdgeSettings.Builder builder =
                EdgeSettings.standard(
                                listeners.at(settings.edge().httpsPort()),
                                listeners.at(settings.edge().httpPort()))
                        .toBuilder()
                        .contentCache(cache, cache / 8)
                        .heuristicFreshness(settings.edge().heuristicFreshness())
                        .http3(settings.edge().http3())
                        .drain(settings.edge().drain())
                        .warmUp(settings.edge().warmUp())
                        .countries(settings.edge().countries())
                        .location(settings.edge().location())
                        .originPolicy(originPolicy())
                        .tls(edgeTls(settings.edge().tls(), keyPairs))
                        .connections(
                                new ConnectionLimits(
                                        settings.edge().connections(),
                                        settings.edge().connectionsPerAddress()));
        long disk = settings.edge().diskBytes();
        if (disk > 0) {
            Path dir = settings.edge().diskDir().orElse(folder.file("edge-cache"));
            builder.disk(new DiskCache(dir, disk, disk / 8));
        }
        return builder.build();
    }

    private Edge startEdge(
            EdgeSettings edgeSettings,
            Content content,
            Store opened,
            Features features,
            OwnCertificate ownNames,
            TicketKeys ticketKeys,
            EdgeMetrics events,
            int publicPort) {
        Set<String> ownHosts = Features.ownHosts(settings);
        EdgePublisher publisher =
                new EdgePublisher(
                        opened.database(),
                        features.distributions(),
                        features.tenants(),
                        features.certificates(),
                        ownNames::material,
                        new OwnSites(ownHosts, listeners.reachable().getHostAddress(), publicPort),
                        leaf ->
                                features.ocsp()
                                        .staple(leaf)
                                        .map(staple ->
                                                new OcspStaple(
                                                        staple.der(),
                                                        staple.refreshFrom(),
                                                        staple.end())),
                        opened.clock());
        return Edge.start(
                edgeSettings,
                content,
                publisher.withTicketKeys(ticketKeys::keys),
                events,
                opened.clock(),
                opened.random());
    }

    private TicketKeys ticketKeys(Store opened) {
        Duration rotation = settings.edge().tls().ticketKeys();
        TicketKeys keys =
                new TicketKeys(
                        opened.database(),
                        opened.vault(),
                        opened.random(),
                        rotation.isZero() ? IDLE_TICKET_KEYS : rotation);
        if (!rotation.isZero()) {
            // The first visitors of a new store get tickets too.
            keys.advance(0, opened.clock().instant());
        }
        return keys;
    }

    private static TlsSettings edgeTls(Settings.EdgeTls tls, KeyPairs keyPairs) {
        TlsSettings standard = TlsSettings.STANDARD;
        return standard.withTickets(!tls.ticketKeys().isZero())
                .withDefaultServerName(tls.defaultName().map(DomainName::ascii))
                .withBounds(tls.handshakes(), standard.lookups(), tls.missesPerSecond())
                .withRsa(keyPairs.provider());
    }

    private static Optional<AccessLog> accessLog(Settings.AccessLog settings, String location) {
        Optional<AccessLogSettings.Format> format =
                switch (settings.format()) {
                    case OFF -> Optional.empty();
                    case JSON -> Optional.of(AccessLogSettings.Format.JSON);
                    case CLOUDFRONT -> Optional.of(AccessLogSettings.Format.CLOUDFRONT);
                };
        return format.map(given ->
                AccessLog.start(
                        new AccessLogSettings(
                                given,
                                settings.folder(),
                                location,
                                settings.query(),
                                settings.cookies(),
                                settings.maxFileBytes(),
                                settings.maxTotalBytes(),
                                settings.kept())));
    }

    private Map<String, BooleanSupplier> readiness(Store opened, Edge edge) {
        Map<String, BooleanSupplier> all = new LinkedHashMap<>();
        all.put("store", () -> answers(opened));
        all.put("edge", () -> edge.httpsAddress().getPort() > 0);
        return all;
    }

    private static boolean answers(Store opened) {
        try {
            return opened.database()
                    .read(handle -> handle.createQuery("SELECT 1").mapTo(Integer.class).one() == 1);
        } catch (RuntimeException e) {
            LOG.warn("the store does not answer: {}", e.getMessage());
            return false;
        }
    }

    /// First what drains, all at once, so that the whole stop keeps within five seconds; then the rest in the opposite order of
    /// the start. A part that fails to stop does not keep the others up.
    @Override
    public synchronized void close() {
        List<Thread> draining =
                parts.stream()
                        .filter(Part::drains)
                        .map(part ->
                                Thread.ofVirtual().name("stop " + part.name()).start(part::stop))
                        .toList();
        parts.removeIf(Part::drains);
        try {
            for (Thread each : draining) {
                each.join(DRAIN_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        while (!parts.isEmpty()) {
            parts.pop().stop();
        }
    }

    /// The server cannot run as configured; the message says why and what to do.
    static final class CannotStart extends RuntimeException {
        CannotStart(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
