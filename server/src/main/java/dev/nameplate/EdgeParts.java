package dev.nameplate;

import dev.nameplate.accesslog.AccessLog;
import dev.nameplate.accesslog.AccessLogSettings;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.TrafficProbe;
import dev.nameplate.config.DataFolder;
import dev.nameplate.config.Settings;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.edge.Content;
import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.ConnectionLimits;
import dev.nameplate.edge.config.DiskCache;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.OcspStaple;
import dev.nameplate.edge.config.TlsSettings;
import dev.nameplate.names.DomainName;
import dev.nameplate.ondemand.OnDemand;
import dev.nameplate.ondemand.OnDemandSettings;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.publish.ChallengeAnswers;
import dev.nameplate.publish.EdgePublisher;
import dev.nameplate.publish.OwnSites;
import dev.nameplate.ticket.TicketKeys;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The edge of one server and what it needs: its settings, its source, its own certificate, its log.
///
/// @param settings of the whole server
/// @param opened where what it serves rests
record EdgeParts(Settings settings, Listeners listeners, Store opened, Features features) {
    /// Where this server gives no tickets, another one on the same store may.
    private static final Duration IDLE_TICKET_KEYS = Duration.ofHours(12);

    EdgeSettings settings(DataFolder folder, KeyPairs keyPairs) {
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
                        .originPolicy(Lookups.originPolicy(settings))
                        .tls(tls(settings.edge().tls(), keyPairs))
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

    OwnCertificate ownNames() {
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

    TicketKeys ticketKeys() {
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

    Optional<AccessLog> accessLog() {
        Settings.AccessLog log = settings.accessLog();
        Optional<AccessLogSettings.Format> format =
                switch (log.format()) {
                    case OFF -> Optional.empty();
                    case JSON -> Optional.of(AccessLogSettings.Format.JSON);
                    case CLOUDFRONT -> Optional.of(AccessLogSettings.Format.CLOUDFRONT);
                };
        return format.map(given ->
                AccessLog.start(
                        new AccessLogSettings(
                                given,
                                log.folder(),
                                settings.edge().location(),
                                log.query(),
                                log.cookies(),
                                log.maxFileBytes(),
                                log.maxTotalBytes(),
                                log.kept())));
    }

    Edge start(
            EdgeSettings edgeSettings,
            Content content,
            OwnCertificate ownNames,
            TicketKeys ticketKeys,
            EdgeMetrics events,
            Optional<OnDemand> onDemand,
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
        EdgePublisher source =
                publisher.withTicketKeys(ticketKeys::keys).withChallenges(challenges());
        return Edge.start(
                edgeSettings,
                content,
                onDemand.map(one -> source.withOnDemand(one, fallbackName())).orElse(source),
                events,
                opened.clock(),
                opened.random());
    }

    /// Where the settings permit any.
    Optional<OnDemand> onDemand() {
        return settings.onDemand()
                .map(given ->
                        new OnDemand(
                                opened.database(),
                                features.certificates(),
                                features.distributions(),
                                new OnDemandSettings(
                                        given.ask(),
                                        given.known(),
                                        given.distribution().map(DistributionId::new),
                                        opened.account(),
                                        Features.names(settings),
                                        new IssuerChoice(
                                                given.issuers().stream()
                                                        .map(IssuerName::new)
                                                        .toList(),
                                                0),
                                        given.perMinute(),
                                        given.perAddress(),
                                        given.hold()),
                                opened.clock()));
    }

    private Optional<String> fallbackName() {
        return settings.onDemand().flatMap(Settings.OnDemand::fallbackName).map(DomainName::ascii);
    }

    private ChallengeAnswers challenges() {
        return new ChallengeAnswers(
                opened.database(),
                features.challenges(),
                new TrafficProbe(opened.vault()),
                features.distributions(),
                opened.account(),
                features.keyPairs(),
                opened.clock());
    }

    private static TlsSettings tls(Settings.EdgeTls tls, KeyPairs keyPairs) {
        TlsSettings standard = TlsSettings.STANDARD;
        return standard.withTickets(!tls.ticketKeys().isZero())
                .withDefaultServerName(tls.defaultName().map(DomainName::ascii))
                .withBounds(tls.handshakes(), standard.lookups(), tls.missesPerSecond())
                .withRsa(keyPairs.provider());
    }
}
