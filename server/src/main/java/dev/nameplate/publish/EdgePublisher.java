package dev.nameplate.publish;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.certificate.HttpProofs;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.OcspStaple;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.config.Site;
import dev.nameplate.pki.X509;
import dev.nameplate.tenant.Tenants;

import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Answers the edge out of the store: one or two indexed reads a miss (one more for a tenant), however many names there are.
///
/// A distribution that is disabled keeps its certificate, so that its visitors are told so instead of being refused a
/// connection.
public final class EdgePublisher implements EdgeSource {
    private static final Logger LOG = LoggerFactory.getLogger(EdgePublisher.class);
    private static final Duration STAPLE_PAUSE = Duration.ofMinutes(1);

    private final Database database;
    private final ServedHosts hosts;
    private final Certificates certificates;
    private final Supplier<ServingMaterial> ownNames;
    private final OwnSites ownSites;
    private final Staples staples;
    private final InstantSource clock;

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
        this.database = database;
        this.hosts = new ServedHosts(distributions, tenants);
        this.certificates = certificates;
        this.ownNames = ownNames;
        this.ownSites = ownSites;
        this.staples = staples;
        this.clock = clock;
    }

    @Override
    public Optional<ServedCertificate> certificate(String serverName) {
        Optional<Named> named =
                ownSites.has(serverName)
                        ? Optional.of(new Named.Own())
                        : database.read(handle -> named(handle, serverName));
        return named.flatMap(this::served);
    }

    @Override
    public Optional<Site> site(String host) {
        return ownSites.site(host).or(() -> database.read(handle -> served(handle, host)));
    }

    /// A name that is proven over HTTP shows its proof even where no distribution serves it yet.
    private Optional<Site> served(Handle handle, String host) {
        Optional<Site> site = hosts.find(handle, host).flatMap(ServedHosts.Found::site);
        List<String> proofs = HttpProofs.paths(handle, host);
        return proofs.isEmpty() ? site : Optional.of(ownSites.withProofs(site, host, proofs));
    }

    /// Which certificate a name is served with.
    private sealed interface Named {
        /// The name is the installation's own, or one it gave a distribution.
        record Own() implements Named {}

        record Stored(CertificateId id, Optional<ServingMaterial> material) implements Named {}
    }

    private Optional<Named> named(Handle handle, String serverName) {
        return hosts.find(handle, serverName)
                .flatMap(found ->
                        found.isOwn()
                                ? Optional.of(new Named.Own())
                                : found.config()
                                        .certificate()
                                        .map(id ->
                                                new Named.Stored(
                                                        id, certificates.material(handle, id))));
    }

    /// Outside the read: the own certificate may have to be issued first, and an issuance is written down.
    private Optional<ServedCertificate> served(Named named) {
        return switch (named) {
            case Named.Own() -> Optional.of(served("own names", ownNames.get()));
            case Named.Stored(CertificateId id, Optional<ServingMaterial> stored) ->
                    stored.map(material -> served(id.toString(), material));
        };
    }

    private ServedCertificate served(String name, ServingMaterial material) {
        return new ServedCertificate(
                name + ", version " + material.version(),
                material.chain(),
                material.privateKey(),
                staple(name, X509.parseOne(material.chain().getFirst())));
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
