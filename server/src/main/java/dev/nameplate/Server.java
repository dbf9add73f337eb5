package dev.nameplate;

import dev.nameplate.accesslog.AccessLog;
import dev.nameplate.api.ApiServer;
import dev.nameplate.api.PublicServer;
import dev.nameplate.api.ops.Operations;
import dev.nameplate.config.DataFolder;
import dev.nameplate.config.Endpoints;
import dev.nameplate.config.Settings;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.dns.AuthoritativeLookup;
import dev.nameplate.dns.DnsServer;
import dev.nameplate.edge.Content;
import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.job.JobEngine;
import dev.nameplate.ondemand.OnDemand;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.RsaPool;
import dev.nameplate.publish.ChangeFollower;
import dev.nameplate.publish.HandshakeCheck;
import dev.nameplate.ticket.TicketKeys;
import dev.nameplate.traffic.TrafficRecorder;
import dev.nameplate.traffic.TrafficRegistry;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;

/// One running process: the only place that sees every package. Parts start from the store upwards, are stopped in the opposite
/// order, and the addresses in use are published once every port accepts.
final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    /// What requests under way at the API port get at stop: with the edge's own drain it stays within five seconds.
    private static final Duration API_DRAIN = Duration.ofSeconds(1);

    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(5);

    private final Parts parts = new Parts();
    private final Settings settings;
    private final Listeners listeners;
    private @Nullable Endpoints endpoints;
    private @Nullable X509Certificate root;
    private @Nullable FirstKeys keys;
    private @Nullable Store store;

    /// Others hear of it before it is up.
    private final AtomicReference<@Nullable Edge> edgeOnceUp = new AtomicReference<>();

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

    /// Until the edge has rehearsed for as long as it was told to.
    void awaitWarm() throws InterruptedException {
        Objects.requireNonNull(edgeOnceUp.get()).awaitWarm();
    }

    private void startParts() {
        // Needs nothing of what follows, and is not needed before the store is open.
        Thread.ofPlatform().daemon().name("load").start(KeyPairs::load);
        DataFolder folder = parts.started("data folder", DataFolder.take(settings.dataDir()));
        Endpoints.remove(folder.path());
        Store opened = parts.started("store", Store.open(settings));
        store = opened;
        JobEngine engine =
                parts.draining(
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

        DnsServer dns = parts.started("dns", startDns(opened, features));
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        EdgeParts edgeParts = new EdgeParts(settings, listeners, opened, features);
        EdgeSettings edgeSettings = edgeParts.settings(folder, features.keyPairs());
        Content content = parts.started("content", Content.open(edgeSettings, opened.clock()));
        KeptContent kept = new KeptContent(content);
        kept.register(metrics);
        ChangeFollower follower =
                parts.started(
                        "change follower",
                        ChangeFollower.start(
                                opened.database(),
                                features.feed(),
                                features.distributions(),
                                features.invalidations(),
                                (id, names) -> {
                                    ifUp(edge -> edge.changed(id, names));
                                    // A command beside this server commits changes and wakes
                                    // nobody.
                                    engine.wake(Distributions.PUBLISH);
                                },
                                kept,
                                opened.clock()));
        RsaPool rsaPool =
                parts.started(
                        "rsa pool", RsaPool.empty(features.keyPairs(), settings.keys().rsaPool()));
        KeyMetrics.register(metrics, rsaPool);
        CertificateMetrics.register(
                metrics, opened.database(), features.certificates().quarantine(), opened.clock());
        AuthoritativeLookup lookup =
                parts.started("lookup", Lookups.lookup(settings, listeners, opened, features, dns));
        SaasMetrics saasMetrics = SaasMetrics.register(metrics, opened.database(), opened.clock());
        IssuerMetrics issuerMetrics = new IssuerMetrics(metrics, opened.clock());
        AcmeAuthorities authorities =
                parts.started(
                        "acme authorities",
                        AcmeAuthorities.of(
                                settings, opened, features, lookup, issuerMetrics, engine));
        issuerMetrics.register(authorities.all());
        Doors doors =
                new Doors(
                        opened,
                        features,
                        settings,
                        lookup,
                        lookup,
                        authorities,
                        engine,
                        saasMetrics);
        parts.started("platforms", doors.saas().platforms());
        PublicServer pki =
                parts.draining(
                        "public door",
                        PublicServer.start(
                                listeners.at(settings.publicDoor().port()),
                                doors.open(),
                                API_DRAIN));
        OwnCertificate ownNames = edgeParts.ownNames();
        TicketKeys ticketKeys = edgeParts.ticketKeys();
        TrafficRegistry traffic =
                TrafficMetrics.registry(
                        metrics,
                        Runtime.getRuntime().availableProcessors(),
                        settings.metrics().named());
        // Stopped after the edge, whose last requests count too.
        parts.started("traffic", TrafficRecorder.start(opened.database(), traffic, opened.clock()));
        Optional<AccessLog> accessLog = edgeParts.accessLog();
        accessLog.ifPresent(log -> parts.started("access log", log));
        EdgeMetrics events = new EdgeMetrics(metrics, traffic, accessLog);
        Optional<OnDemand> onDemand = edgeParts.onDemand();
        onDemand.ifPresent(one -> parts.started("on demand", one));
        Edge edge =
                parts.draining(
                        "edge",
                        edgeParts.start(
                                edgeSettings,
                                content,
                                ownNames,
                                ticketKeys,
                                events,
                                onDemand,
                                pki.port()));
        edgeOnceUp.set(edge);
        parts.started("own names", OwnNames.of(ownNames, edge::changed).start());

        HandshakeCheck handshakes = new HandshakeCheck(edge::httpsAddress, HANDSHAKE_LIMIT);
        Optional<SSLContext> apiTls = ApiTls.context(settings, listeners, features, opened.clock());
        ApiServer api =
                parts.draining(
                        "api",
                        ApiServer.start(
                                listeners.bind(),
                                settings.api().port(),
                                apiTls,
                                doors.all(
                                        new Operations(readiness(opened, edge), metrics),
                                        apiTls.isPresent()),
                                API_DRAIN));
        Works works =
                new Works(
                        opened,
                        features,
                        settings,
                        engine,
                        lookup,
                        rsaPool,
                        doors,
                        handshakes,
                        onDemand,
                        authorities);
        engine.start(works.all(parts, follower, ticketKeys));
        // Not before every port accepts: a start that fails must not use up the one showing of
        // secrets.
        keys = FirstKeys.establish(settings.credentials(), opened.accessKeys(), opened.account());
        Endpoints addresses = listeners.endpoints(api, edge, pki, dns, caRoot);
        endpoints = addresses;
        addresses.write(folder.path());
        parts.started("endpoints.json", () -> Endpoints.remove(folder.path()));
        // Not while the start needs the cores.
        rsaPool.fillFromNowOn();
        LOG.info(
                "serving: api {}, edge {} and {}, pki {}, dns {}",
                addresses.api(),
                addresses.edgeHttps(),
                addresses.edgeHttp(),
                addresses.pki(),
                addresses.dns());
    }

    /// An edge that is not up yet has nothing cached.
    private void ifUp(Consumer<Edge> action) {
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
                                                        .isPresent()),
                target ->
                        opened.database()
                                .read(handle -> features.challenges().texts(handle, target)));
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

    @Override
    public synchronized void close() {
        parts.close();
    }

    /// The server cannot run as configured; the message says why and what to do.
    static final class CannotStart extends RuntimeException {
        CannotStart(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
