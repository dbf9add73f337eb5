package dev.nameplate.publish;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.certificate.HttpProofs;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.OcspStaple;
import dev.nameplate.edge.config.SecurityPolicy;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.config.TicketKey;
import dev.nameplate.ondemand.OnDemand;
import dev.nameplate.pki.X509;
import dev.nameplate.tenant.Tenants;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Answers the edge out of the store: a few indexed reads a miss (one more for a tenant), however many names there are.
///
/// A distribution that is disabled keeps its certificate, so that its visitors are told so instead of being refused a
/// connection.
public final class EdgePublisher implements EdgeSource {
    private static final Logger LOG = LoggerFactory.getLogger(EdgePublisher.class);
    private static final Duration STAPLE_PAUSE = Duration.ofMinutes(1);

    /// How long a pair is served before it is put together anew.
    private static final Duration PAIR_REFRESH = Duration.ofHours(1);

    private final Database database;
    private final ServedHosts hosts;
    private final Certificates certificates;
    private final Supplier<ServingMaterial> ownNames;
    private final OwnSites ownSites;
    private final Staples staples;
    private final InstantSource clock;
    private final Extras extras;

    /// What an edge can do without.
    private record Extras(
            Supplier<List<TicketKey>> ticketKeys,
            Optional<ChallengeAnswers> challenges,
            Optional<OnDemand> onDemand,
            Optional<String> fallback) {
        static final Extras NONE =
                new Extras(List::of, Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// Without session tickets and challenges; see [#withTicketKeys] and [#withChallenges].
    ///
    /// @param ownNames the certificate for `*.cdn.<suffix>`, under which every distribution has a name, and for `ownSites`;
    ///     each time with a key array of its own, since the edge wipes the one it is given
    public EdgePublisher(
            Database database,
            Distributions distributions,
            Tenants tenants,
            Certificates certificates,
            Supplier<ServingMaterial> ownNames,
            OwnSites ownSites,
            Staples staples,
            InstantSource clock) {
        this(
                database,
                new ServedHosts(distributions, tenants),
                certificates,
                ownNames,
                ownSites,
                staples,
                clock,
                Extras.NONE);
    }

    private EdgePublisher(
            Database database,
            ServedHosts hosts,
            Certificates certificates,
            Supplier<ServingMaterial> ownNames,
            OwnSites ownSites,
            Staples staples,
            InstantSource clock,
            Extras extras) {
        this.database = database;
        this.hosts = hosts;
        this.certificates = certificates;
        this.ownNames = ownNames;
        this.ownSites = ownSites;
        this.staples = staples;
        this.clock = clock;
        this.extras = extras;
    }

    public EdgePublisher withTicketKeys(Supplier<List<TicketKey>> keys) {
        return with(new Extras(keys, extras.challenges(), extras.onDemand(), extras.fallback()));
    }

    /// With what authorities and our own probes look for.
    public EdgePublisher withChallenges(ChallengeAnswers challenges) {
        return with(
                new Extras(
                        extras.ticketKeys(),
                        Optional.of(challenges),
                        extras.onDemand(),
                        extras.fallback()));
    }

    /// With certificates for names that nobody configured.
    ///
    /// @param fallback the name whose certificate is shown while there is none for a name that was let in
    public EdgePublisher withOnDemand(OnDemand onDemand, Optional<String> fallback) {
        return with(
                new Extras(
                        extras.ticketKeys(), extras.challenges(), Optional.of(onDemand), fallback));
    }

    private EdgePublisher with(Extras others) {
        return new EdgePublisher(
                database, hosts, certificates, ownNames, ownSites, staples, clock, others);
    }

    @Override
    public Optional<ServedCertificate> challenge(String serverName) {
        return extras.challenges().flatMap(challenges -> challenges.certificate(serverName));
    }

    @Override
    public Optional<String> challengeFile(String host, String token) {
        return extras.challenges().flatMap(challenges -> challenges.file(host, token));
    }

    @Override
    public List<TicketKey> ticketKeys() {
        return extras.ticketKeys().get();
    }

    @Override
    public Optional<ServedCertificate> certificate(String serverName) {
        return certificate(serverName, Optional.empty());
    }

    @Override
    public Optional<ServedCertificate> certificate(
            String serverName, Optional<InetAddress> visitor) {
        Optional<Named> named = configured(serverName);
        return named.isEmpty() && extras.onDemand().isPresent()
                ? onDemand(extras.onDemand().get(), serverName, visitor)
                : named.flatMap(this::served);
    }

    private Optional<Named> configured(String serverName) {
        return ownSites.has(serverName)
                ? Optional.of(new Named.Own(Manner.STANDARD))
                : database.read(handle -> named(handle, serverName));
    }

    /// May wait.
    private Optional<ServedCertificate> onDemand(
            OnDemand onDemand, String serverName, Optional<InetAddress> visitor) {
        return switch (onDemand.certificate(serverName, visitor)) {
            case OnDemand.Outcome.Ready(CertificateId id) ->
                    served(
                            database.<Named>read(handle ->
                                    new Named.Stored(
                                            materials(handle, id), manner(handle, serverName))));
            case OnDemand.Outcome.NotYet() ->
                    extras.fallback()
                            .flatMap(this::configured)
                            .flatMap(this::served)
                            .map(this::forAMoment);
            case OnDemand.Outcome.Refused() -> Optional.empty();
        };
    }

    private Manner manner(Handle handle, String host) {
        return letIn(handle, host)
                .map(ServedHosts.Found::config)
                .map(Manner::of)
                .orElse(Manner.STANDARD);
    }

    private Optional<ServedHosts.Found> letIn(Handle handle, String host) {
        return extras.onDemand()
                .filter(onDemand -> onDemand.has(handle, host))
                .flatMap(onDemand -> hosts.letIn(handle, host, onDemand.distribution()));
    }

    /// The edge asks again soon, also where the certificate that is waited for is never issued.
    private ServedCertificate forAMoment(ServedCertificate other) {
        return new ServedCertificate(
                        other.id(),
                        other.chain(),
                        other.privateKeyPkcs8(),
                        Optional.of(OcspStaple.missing(clock.instant().plus(STAPLE_PAUSE))))
                .under(other.policy(), other.http2());
    }

    @Override
    public Optional<Site> site(String host) {
        return ownSites.site(host).or(() -> database.read(handle -> served(handle, host)));
    }

    /// A name that is proven over HTTP shows its proof even where no distribution serves it yet.
    private Optional<Site> served(Handle handle, String host) {
        Optional<Site> site =
                hosts.find(handle, host)
                        .or(() -> letIn(handle, host))
                        .flatMap(ServedHosts.Found::site);
        List<String> proofs = HttpProofs.paths(handle, host);
        return proofs.isEmpty() ? site : Optional.of(ownSites.withProofs(site, host, proofs));
    }

    /// How a name's handshakes are led.
    private record Manner(SecurityPolicy policy, boolean http2) {
        static final Manner STANDARD = new Manner(SecurityPolicy.STANDARD, true);

        /// Lightsail's names of policies are among CloudFront's.
        static Manner of(ServedConfig config) {
            return new Manner(
                    SecurityPolicy.named(config.minimumTls()).orElse(SecurityPolicy.STANDARD),
                    config.http2());
        }
    }

    /// Which certificate a name is served with.
    private sealed interface Named {
        /// The name is the installation's own, or one it gave a distribution: under the standard policy, as CloudFront's are.
        record Own(Manner manner) implements Named {}

        /// @param material that of the certificate, and of its counterpart
        record Stored(List<Material> material, Manner manner) implements Named {}
    }

    private record Material(String name, ServingMaterial material) {}

    private Optional<Named> named(Handle handle, String serverName) {
        return hosts.find(handle, serverName)
                .flatMap(found -> {
                    Manner manner = Manner.of(found.config());
                    return found.isOwn()
                            ? Optional.of(
                                    new Named.Own(
                                            new Manner(SecurityPolicy.STANDARD, manner.http2())))
                            : found.config()
                                    .certificate()
                                    .map(id -> new Named.Stored(materials(handle, id), manner));
                });
    }

    /// The counterpart costs one indexed read, and its key one opening by the vault, on a miss only. It is no use of the
    /// certificate: whoever deletes it takes it from the edge at the next refresh.
    private List<Material> materials(Handle handle, CertificateId id) {
        Optional<Material> own = material(handle, id);
        return own.isEmpty()
                ? List.of()
                : Stream.concat(
                                own.stream(),
                                certificates
                                        .counterpart(handle, id)
                                        .flatMap(other -> material(handle, other))
                                        .stream())
                        .toList();
    }

    private Optional<Material> material(Handle handle, CertificateId id) {
        return certificates
                .material(handle, id)
                .map(material -> new Material(id.toString(), material));
    }

    /// Outside the read: the own certificate may have to be issued first, and an issuance is written down.
    private Optional<ServedCertificate> served(Named named) {
        return switch (named) {
            case Named.Own(Manner manner) ->
                    Optional.of(
                            served(new Material("own names", ownNames.get()))
                                    .under(manner.policy(), manner.http2()));
            case Named.Stored(List<Material> materials, Manner manner) ->
                    paired(materials.stream().map(this::served).toList())
                            .map(served -> served.under(manner.policy(), manner.http2()));
        };
    }

    /// ECDSA first: it costs the edge a tenth of RSA.
    private Optional<ServedCertificate> paired(List<ServedCertificate> all) {
        if (all.size() < 2) {
            return all.stream().findFirst();
        }
        boolean firstIsEc = isEc(all.getFirst());
        ServedCertificate preferred = firstIsEc ? all.getFirst() : all.getLast();
        ServedCertificate other = firstIsEc ? all.getLast() : all.getFirst();
        return Optional.of(preferred.withAlternative(lookedAtAgain(other)));
    }

    private static boolean isEc(ServedCertificate certificate) {
        return X509.parseOne(certificate.chain().getFirst())
                .getPublicKey()
                .getAlgorithm()
                .equals("EC");
    }

    /// The feed tells the edge when a distribution's certificate changes, not when its counterpart does.
    private ServedCertificate lookedAtAgain(ServedCertificate certificate) {
        Instant soon = clock.instant().plus(PAIR_REFRESH);
        OcspStaple staple =
                certificate
                        .staple()
                        .map(known ->
                                known.refreshFrom().isBefore(soon)
                                        ? known
                                        : new OcspStaple(known.response(), soon, known.end()))
                        .orElse(OcspStaple.missing(soon));
        return new ServedCertificate(
                certificate.id(),
                certificate.chain(),
                certificate.privateKeyPkcs8(),
                Optional.of(staple));
    }

    private ServedCertificate served(Material named) {
        ServingMaterial material = named.material();
        return new ServedCertificate(
                named.name() + ", version " + material.version(),
                material.chain(),
                material.privateKey(),
                staple(named.name(), X509.parseOne(material.chain().getFirst())));
    }

    /// A certificate without a staple serves as well; one that cannot be stapled now is tried again soon.
    private Optional<OcspStaple> staple(String name, X509Certificate leaf) {
        try {
            return staples.of(leaf);
        } catch (RuntimeException e) {
            LOG.warn("certificate {} is served without a staple until there is one", name, e);
            return Optional.of(OcspStaple.missing(clock.instant().plus(STAPLE_PAUSE)));
        }
    }
}
