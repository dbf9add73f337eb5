package dev.nameplate.publish;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.db.Database;
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
        return database.read(handle -> named(handle, serverName)).flatMap(this::served);
    }

    @Override
    public Optional<Site> site(String host) {
        return database.read(
                handle -> distributions.serving(handle, host).map(SiteTranslation::site));
    }

    /// Which certificate a name is served with.
    private sealed interface Named {
        /// The name is a distribution's own.
        record Own() implements Named {}

        record Stored(CertificateId id, Optional<ServingMaterial> material) implements Named {}
    }

    private Optional<Named> named(Handle handle, String serverName) {
        return distributions
                .serving(handle, serverName)
                .flatMap(found ->
                        found.domainName().equals(serverName)
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
            case Named.Own() -> {
                ServingMaterial material = ownNames.get();
                yield Optional.of(
                        new ServedCertificate(
                                "own names, version " + material.version(),
                                material.chain(),
                                material.privateKey()));
            }
            case Named.Stored(CertificateId id, Optional<ServingMaterial> stored) ->
                    stored.map(material ->
                            new ServedCertificate(
                                    id + ", version " + material.version(),
                                    material.chain(),
                                    material.privateKey()));
        };
    }
}
