package dev.nameplate;

import dev.nameplate.api.Door;
import dev.nameplate.api.acme.AcmeServer;
import dev.nameplate.api.acme.AcmeSettings;
import dev.nameplate.api.acme.CredentialRoutes;
import dev.nameplate.api.rest.Route;
import dev.nameplate.certificate.ProvenNames;
import dev.nameplate.config.Settings;
import dev.nameplate.dns.ChallengeLookup;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.edge.config.OriginPolicy;
import dev.nameplate.enrolment.Accounts;
import dev.nameplate.enrolment.CertificateAuthority;
import dev.nameplate.enrolment.Credentials;
import dev.nameplate.enrolment.EnrolledCertificates;
import dev.nameplate.enrolment.EnrolmentRetention;
import dev.nameplate.enrolment.Nonces;
import dev.nameplate.enrolment.Orders;
import dev.nameplate.enrolment.SigningWork;
import dev.nameplate.enrolment.ValidationWork;
import dev.nameplate.enrolment.validation.Challenges;
import dev.nameplate.enrolment.validation.ValidationSettings;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.job.DueWork;
import dev.nameplate.job.Wakeup;

import java.util.List;
import java.util.concurrent.Executors;

/// ACME for the customers' own servers: the feature, its door and its work.
final class Enrolment {
    private final Store store;
    private final Features features;
    private final Settings settings;
    private final CertificateAuthority authority;
    private final Credentials credentials;
    private final Accounts accounts;
    private final Orders orders;
    private final EnrolledCertificates certificates;

    Enrolment(
            Store store, Features features, Settings settings, ProofLookup lookup, Wakeup engine) {
        this.store = store;
        this.features = features;
        this.settings = settings;
        this.authority = new EnrolmentAuthority(features.ca(), new Revocations(engine), lookup);
        this.credentials = credentials(store);
        this.accounts =
                new Accounts(store.database(), store.account(), store.random(), store.clock());
        this.orders =
                new Orders(
                        store.database(),
                        Features.names(settings),
                        (handle, account, name) ->
                                features.zones().hosting(handle, account, name).isPresent()
                                        || ProvenNames.has(
                                                handle, account, name, store.clock().instant()),
                        authority,
                        store.random(),
                        store.clock(),
                        engine);
        this.certificates = new EnrolledCertificates(store.database(), authority, store.clock());
    }

    static Credentials credentials(Store store) {
        return new Credentials(store.database(), store.vault(), store.random(), store.clock());
    }

    /// @param tls whether the port speaks TLS
    Door door(boolean tls) {
        AcmeServer server =
                new AcmeServer(
                        new AcmeSettings(
                                settings.acme().url(),
                                tls,
                                settings.acme().termsOfService(),
                                settings.acme().website(),
                                features.ca().caaNames(),
                                settings.acme().binding()),
                        new Nonces(store.database(), store.vault(), store.random(), store.clock()),
                        credentials,
                        accounts,
                        orders,
                        certificates);
        return new Door("acme", AcmeServer::accepts, AcmeServer.MAX_BODY, server::handle);
    }

    List<Route> routes() {
        return new CredentialRoutes(credentials, certificates, store.clock()).all();
    }

    /// @param parts gets what has to be stopped
    List<DueWork> works(Parts parts, ChallengeLookup lookup) {
        OriginPolicy policy =
                new OriginPolicy(settings.acme().allowLoopback(), settings.acme().allowPrivate());
        return List.of(
                parts.started(
                        "challenges",
                        new ValidationWork(
                                store.database(),
                                new Challenges(
                                        lookup,
                                        new ValidationSettings(
                                                settings.acme().httpPort(),
                                                settings.acme().tlsPort(),
                                                policy::allows,
                                                ValidationSettings.USUAL_PATIENCE)),
                                store.clock(),
                                Executors.newVirtualThreadPerTaskExecutor())),
                new SigningWork(store.database(), authority),
                new EnrolmentRetention(store.database()));
    }
}
