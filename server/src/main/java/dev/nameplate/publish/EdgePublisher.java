package dev.nameplate.publish;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.config.Site;

import org.jdbi.v3.core.Handle;

import java.util.Optional;
import java.util.function.Supplier;

/// Answers the edge out of the store: one or two indexed reads a miss, however many names there are.
///
/// A distribution that is disabled keeps its certificate, so that its visitors are told so instead of being refused a
/// connection.
public final class EdgePublisher implements EdgeSource {
    private final Database database;
    private final Distributions distributions;
    private final Certificates certificates;
    private final Supplier<ServingMaterial> ownNames;

    /// @param ownNames the certificate for `*.cdn.<suffix>`, under which every distribution has a name; each time with a key
    ///     array of its own, since the edge wipes the one it is given
    public EdgePublisher(
            Database database,
            Distributions distributions,
            Certificates certificates,
            Supplier<ServingMaterial> ownNames) {
        this.database = database;
        this.distributions = distributions;
        this.certificates = certificates;
        this.ownNames = ownNames;
    }

    @Override
    public Optional<ServedCertificate> certificate(String serverName) {
        return database.read(handle ->
                distributions
                        .serving(handle, serverName)
                        .flatMap(found -> certificate(handle, found, serverName)));
    }

    @Override
    public Optional<Site> site(String host) {
        return database.read(
                handle -> distributions.serving(handle, host).map(SiteTranslation::site));
    }

    private Optional<ServedCertificate> certificate(
            Handle handle, Distribution distribution, String serverName) {
        if (distribution.domainName().equals(serverName)) {
            ServingMaterial material = ownNames.get();
            return Optional.of(
                    new ServedCertificate(
                            "own names, version " + material.version(),
                            material.chain(),
                            material.privateKey()));
        }
        Optional<CertificateId> id = distribution.config().certificate();
        return id.flatMap(one -> certificates.material(handle, one))
                .map(material ->
                        new ServedCertificate(
                                id.orElseThrow() + ", version " + material.version(),
                                material.chain(),
                                material.privateKey()));
    }
}
