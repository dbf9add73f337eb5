package dev.nameplate.publish;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.ServingCheck;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.X509;
import dev.nameplate.tenant.Tenants;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Whether this node's edge serves a certificate under every alias of whatever uses it: a handshake for each.
public final class ServedCertificates implements ServingCheck {
    /// Stands for the names below a wildcard; no label that anybody uses.
    private static final String BELOW_WILDCARD = "nameplate-serving-check";

    /// Looked at of those that have the certificate for their own: it may be a million, and the edge asks for each alike.
    private static final int TENANTS = 20;

    private final Database database;
    private final Distributions distributions;
    private final Tenants tenants;
    private final Function<String, Optional<X509Certificate>> servedLeaf;

    /// @param servedLeaf such as [HandshakeCheck#servedLeaf]
    public ServedCertificates(
            Database database,
            Distributions distributions,
            Tenants tenants,
            Function<String, Optional<X509Certificate>> servedLeaf) {
        this.database = database;
        this.distributions = distributions;
        this.tenants = tenants;
        this.servedLeaf = servedLeaf;
    }

    @Override
    public Seen look(CertificateId id, String serial) {
        List<String> names =
                database.read(handle ->
                        Stream.concat(
                                        distributions.using(handle, id).stream()
                                                .flatMap(user -> user.config().aliases().stream()),
                                        tenants.showing(handle, id, TENANTS).stream())
                                .map(ServedCertificates::serverName)
                                .distinct()
                                .toList());
        if (names.isEmpty()) {
            return new Seen.NothingToSee();
        }
        for (String name : names) {
            Optional<String> shown = servedLeaf.apply(name).map(X509::serial);
            if (!shown.equals(Optional.of(serial))) {
                return new Seen.Not(
                        shown.map(other ->
                                        name + " shows serial " + other + ", not " + serial + ".")
                                .orElse(name + " answers no handshake."));
            }
        }
        return new Seen.Everywhere();
    }

    private static String serverName(DomainName alias) {
        return alias.isWildcard() ? BELOW_WILDCARD + "." + alias.base().ascii() : alias.ascii();
    }
}
