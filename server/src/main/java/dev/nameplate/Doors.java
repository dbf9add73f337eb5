package dev.nameplate;

import dev.nameplate.api.Door;
import dev.nameplate.api.acm.Acm;
import dev.nameplate.api.acm.AcmSettings;
import dev.nameplate.api.cloudfront.CloudFront;
import dev.nameplate.api.cloudfront.CloudFrontSettings;
import dev.nameplate.api.issuer.IssuerJson;
import dev.nameplate.api.issuer.IssuerRoutes;
import dev.nameplate.api.lightsail.Lightsail;
import dev.nameplate.api.lightsail.LightsailSettings;
import dev.nameplate.api.notification.WebhookRoutes;
import dev.nameplate.api.ops.Operations;
import dev.nameplate.api.pki.Repository;
import dev.nameplate.api.rest.ApiDocument;
import dev.nameplate.api.rest.BudgetRoutes;
import dev.nameplate.api.rest.CertificateIssuerRoutes;
import dev.nameplate.api.rest.CertificateRoutes;
import dev.nameplate.api.rest.HttpProofFiles;
import dev.nameplate.api.rest.ImportRoutes;
import dev.nameplate.api.rest.QuotaRoutes;
import dev.nameplate.api.rest.RenewalRoutes;
import dev.nameplate.api.rest.RestApi;
import dev.nameplate.api.rest.RevocationRoutes;
import dev.nameplate.api.rest.Route;
import dev.nameplate.api.rest.SpareRoutes;
import dev.nameplate.api.rest.StatusPage;
import dev.nameplate.api.rest.VersionRoutes;
import dev.nameplate.api.sts.StsApi;
import dev.nameplate.api.versions.VersionsApi;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.Reissues;
import dev.nameplate.certificate.StatusLinks;
import dev.nameplate.config.Settings;
import dev.nameplate.distribution.ConfigVersions;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Snapshots;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.domain.DomainWork;
import dev.nameplate.issuer.ca.Authorities;
import dev.nameplate.issuer.ca.KnownAuthority;
import dev.nameplate.issuer.ca.revocation.Crls;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.issuer.ratelimit.IssuerBudgets;
import dev.nameplate.job.Wakeup;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.TrustedRoots;
import dev.nameplate.revocation.MassRevocations;
import dev.nameplate.saas.aws.CallWatch;
import dev.nameplate.tenant.Tenants;
import dev.nameplate.wire.AwsApi;
import dev.nameplate.wire.AwsEndpoint;
import dev.nameplate.wire.Credential;
import dev.nameplate.wire.Service;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.sts.StsClient;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// The APIs over the features. [SaasDoors] are those of the jobs, which drive two of them as any client would.
final class Doors {
    private static final int OPERATIONS_BODY = 0;

    private final Store store;
    private final Features features;
    private final Settings settings;
    private final Lightsail lightsail;
    private final Acm acm;
    private final CloudFront cloudFront;
    private final SaasDoors saas;
    private final StatusLinks links;
    private final Enrolment enrolment;
    private final AcmeAuthorities authorities;
    private final Wakeup wakeup;
    private final ProofLookup lookup;

    /// Of which nothing is certified by others.
    Doors(
            Store store,
            Features features,
            Settings settings,
            ProofLookup lookup,
            TextLookup texts,
            Wakeup engine) {
        this(
                store,
                features,
                settings,
                lookup,
                texts,
                AcmeAuthorities.NONE,
                engine,
                CallWatch.NONE);
    }

    /// @param authorities those of the settings
    /// @param watch of calls to AWS
    Doors(
            Store store,
            Features features,
            Settings settings,
            ProofLookup lookup,
            TextLookup texts,
            AcmeAuthorities authorities,
            Wakeup engine,
            CallWatch watch) {
        this.store = store;
        this.features = features;
        this.settings = settings;
        this.authorities = authorities;
        this.wakeup = engine;
        this.lookup = lookup;
        this.lightsail =
                new Lightsail(
                        store.database(),
                        features.certificates(),
                        features.zones(),
                        features.distributions(),
                        features.invalidations(),
                        features.tags(),
                        new LightsailSettings(
                                Features.key(settings.certificates().keyAlgorithm()),
                                LightsailSettings.DEFAULT.operationsKept(),
                                settings.lightsail().maxNames(),
                                settings.lightsail().maxDomains()),
                        store.clock(),
                        store.random());
        this.acm = acm(Optional.empty(), AcmSettings.DEFAULT.key());
        this.cloudFront =
                new CloudFront(
                        store.database(),
                        features.distributions(),
                        features.certificates(),
                        features.invalidations(),
                        features.tenants(),
                        features.connectionGroups(),
                        lookup,
                        features.tags(),
                        texts,
                        new CloudFrontSettings(
                                settings.edge().countries().isPresent(), trustedRoots()),
                        store.clock(),
                        store.random());
        this.links = new StatusLinks(store.vault());
        this.enrolment = new Enrolment(store, features, settings, lookup, engine);
        this.saas =
                new SaasDoors(
                        store,
                        features,
                        settings,
                        acm(
                                Optional.of(Features.choice(settings.issuers().saas())),
                                Features.key(settings.certificates().keyAlgorithm())),
                        cloudFront,
                        lookup,
                        texts,
                        engine,
                        watch);
    }

    /// @param issuers of whoever comes this way and does not choose; empty for ACM's
    /// @param key of whoever comes this way and names none, where the issuer has none either
    private Acm acm(Optional<IssuerChoice> issuers, KeyAlgorithm key) {
        return new Acm(
                store.database(),
                features.certificates(),
                features.tags(),
                new AcmSettings(settings.acm().maxNames(), issuers, key),
                store.clock(),
                store.random());
    }

    private TrustedRoots trustedRoots() {
        Authorities own = features.ca().authorities();
        TrustedRoots always =
                TrustedRoots.ofTheJdk()
                        .and(
                                TrustedRoots.of(() ->
                                        own.hierarchy().trustedAt(store.clock().instant()).stream()
                                                .map(KnownAuthority::certificate)
                                                .toList()));
        try {
            return settings.certificates()
                    .trustedRoots()
                    .map(path -> always.and(TrustedRoots.read(path)))
                    .orElse(always);
        } catch (IllegalArgumentException e) {
            throw new Server.CannotStart("certificates.trustedRoots: " + e.getMessage(), e);
        }
    }

    /// In the order they are asked: the last one takes what is left.
    ///
    /// @param tls whether the port speaks TLS
    List<Door> all(Operations operations, boolean tls) {
        AwsEndpoint aws =
                new AwsEndpoint(
                        List.of(
                                new Service<>(
                                        AwsApi.LIGHTSAIL, LightsailClient.class, lightsail::as),
                                new Service<>(
                                        AwsApi.ACM, AcmClient.class, acm::as, acm.documents()),
                                new Service<>(
                                        AwsApi.CLOUDFRONT, CloudFrontClient.class, cloudFront::as),
                                new Service<>(AwsApi.STS, StsClient.class, StsApi::new)),
                        id ->
                                store.accessKeys()
                                        .find(id)
                                        .map(found ->
                                                new Credential(
                                                        found.key().account().value(),
                                                        found.key().id(),
                                                        found.secret())),
                        store.clock(),
                        () -> UUID.randomUUID().toString(),
                        awsSettings());
        RestApi rest = new RestApi(store.accessKeys()::accountOfApiKey, routes());
        return List.of(
                new Door("operations", operations::accepts, OPERATIONS_BODY, operations::handle),
                saas.originalApi(),
                enrolment.door(tls),
                archive(tls),
                statusPage(),
                new Door(
                        "api document", ApiDocument::accepts, OPERATIONS_BODY, ApiDocument::handle),
                saas.jobsApi(),
                saas.domainsApi(),
                new Door("rest", RestApi::accepts, RestApi.MAX_BODY, rest::handle)
                        .withSecrets(request ->
                                SaasDoors.isPost(request) && ImportRoutes.accepts(request)),
                new Door("aws", _ -> true, awsSettings().maxBodyBytes(), aws::handle));
    }

    /// All that [ApiDocument] describes.
    List<Route> restRoutes() {
        return Stream.of(saas.jobRoutes(), saas.domainRoutes(), routes())
                .flatMap(List::stream)
                .toList();
    }

    private Door archive(boolean tls) {
        VersionsApi api =
                new VersionsApi(
                        store.accessKeys()::accountOfApiKey,
                        store.database(),
                        configVersions(),
                        new Snapshots(store.clock()),
                        tls);
        return new Door(
                "snapshots and versions", VersionsApi::accepts, VersionsApi.MAX_BODY, api::handle);
    }

    private Door statusPage() {
        StatusPage page = new StatusPage(store.database(), links);
        return new Door("status page", StatusPage::accepts, StatusPage.MAX_BODY, page::handle);
    }

    /// What is used is in the store; this holds only the limits.
    private IssuerBudgets budgets() {
        return IssuerLimits.budgets(settings, store.clock());
    }

    private IssuerRoutes issuers() {
        Settings.Issuers named = settings.issuers();
        return new IssuerRoutes(
                store.database(),
                store.account(),
                authorities.all(),
                new IssuerJson(
                        budgets(),
                        Map.of(
                                "acm", named.acm(),
                                "default", named.standard(),
                                "lightsail", named.lightsail(),
                                "saas", named.saas()),
                        features.certificates().issuers().keys(),
                        features.ca()::intermediate));
    }

    /// The calls of our own REST API, a class for each feature.
    private List<Route> routes() {
        return Stream.of(
                        enrolment.routes(),
                        certificateRoutes().all(),
                        new CertificateIssuerRoutes(
                                        store.database(),
                                        features.certificates(),
                                        certificateRoutes(),
                                        lookup)
                                .all(),
                        new SpareRoutes(
                                        store.database(),
                                        features.certificates(),
                                        certificateRoutes())
                                .all(),
                        new ImportRoutes(features.certificates().imports(store.database())).all(),
                        new RenewalRoutes(
                                        store.database(),
                                        features.certificates(),
                                        new Reissues(
                                                store.clock(),
                                                store.random(),
                                                wakeup,
                                                settings.certificates().reissuePerSecond(),
                                                budgets()),
                                        budgets(),
                                        store.clock())
                                .all(),
                        new BudgetRoutes(store.database(), budgets(), store.account()).all(),
                        issuers().all(),
                        new RevocationRoutes(
                                        store.database(),
                                        new MassRevocations(
                                                features.certificates(),
                                                Revocations::standing,
                                                store.clock(),
                                                store.random(),
                                                wakeup))
                                .all(),
                        new QuotaRoutes(
                                        store.database(),
                                        features.certificates(),
                                        features.zones(),
                                        settings.lightsail().maxDomains())
                                .all(),
                        new VersionRoutes(store.database(), configVersions()).all(),
                        new WebhookRoutes(
                                        features.notifications().subscriptions(),
                                        features.notifications().channels())
                                .all())
                .flatMap(List::stream)
                .toList();
    }

    private CertificateRoutes certificateRoutes() {
        return new CertificateRoutes(
                store.database(), features.certificates(), links, store.clock());
    }

    Enrolment enrolment() {
        return enrolment;
    }

    /// The jobs, with what carries them out.
    SaasDoors saas() {
        return saas;
    }

    DomainWork domainWork() {
        return saas.domainWork(lightsail.configDoor());
    }

    /// The history of configurations, judged by the door that made each distribution.
    ConfigVersions configVersions() {
        return new ConfigVersions(
                features.distributions(),
                Map.of(
                        Distribution.Kind.CLOUDFRONT,
                        cloudFront.configDoor(),
                        Distribution.Kind.LIGHTSAIL,
                        lightsail.configDoor()));
    }

    /// What strangers ask without a credential, on the public port. In the order they are asked.
    List<Door> open() {
        Repository repository =
                new Repository(
                        features.ca()::rootPem,
                        features.ca()::certificate,
                        new Crls(store.database()),
                        features.ocsp(),
                        store.clock());
        return List.of(
                new Door(
                        "ca repository",
                        Repository::accepts,
                        Repository.MAX_BODY,
                        repository::handle),
                statusPage(),
                new Door(
                        "proofs over HTTP",
                        HttpProofFiles::accepts,
                        HttpProofFiles.MAX_BODY,
                        new HttpProofFiles(store.database(), "validation." + settings.suffix())
                                ::handle),
                new Door("nothing", _ -> true, OPERATIONS_BODY, Repository::nothing));
    }

    /// Decided certificates let the job entries that wait for them go on at once.
    void decided(List<Certificate> certificates) {
        saas.certificatesChanged(certificates);
        wakeup.wake(Tenants.ATTACH);
    }

    private AwsEndpoint.Settings awsSettings() {
        AwsEndpoint.Settings standard = AwsEndpoint.Settings.defaults();
        return new AwsEndpoint.Settings(
                settings.api().skew(), standard.maxBodyBytes(), standard.maxDepth());
    }
}
