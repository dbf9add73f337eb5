package dev.nameplate;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.Door;
import dev.nameplate.api.acm.Acm;
import dev.nameplate.api.acm.AcmSettings;
import dev.nameplate.api.cloudfront.CloudFront;
import dev.nameplate.api.cloudfront.CloudFrontSettings;
import dev.nameplate.api.cloudfront.StoredConfig;
import dev.nameplate.api.lightsail.Lightsail;
import dev.nameplate.api.lightsail.LightsailSettings;
import dev.nameplate.api.notification.WebhookRoutes;
import dev.nameplate.api.ops.Operations;
import dev.nameplate.api.pki.Repository;
import dev.nameplate.api.rest.ApiDocument;
import dev.nameplate.api.rest.CertificateRoutes;
import dev.nameplate.api.rest.HttpProofFiles;
import dev.nameplate.api.rest.ImportRoutes;
import dev.nameplate.api.rest.Json;
import dev.nameplate.api.rest.QuotaRoutes;
import dev.nameplate.api.rest.RenewalRoutes;
import dev.nameplate.api.rest.RestApi;
import dev.nameplate.api.rest.Route;
import dev.nameplate.api.rest.StatusPage;
import dev.nameplate.api.rest.VersionRoutes;
import dev.nameplate.api.saas.Allowance;
import dev.nameplate.api.saas.DomainRoutes;
import dev.nameplate.api.saas.JobChecks;
import dev.nameplate.api.saas.JobRoutes;
import dev.nameplate.api.saas.SaasApi;
import dev.nameplate.api.sts.StsApi;
import dev.nameplate.api.versions.VersionsApi;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Quotas;
import dev.nameplate.certificate.Reissues;
import dev.nameplate.certificate.StatusLinks;
import dev.nameplate.config.Settings;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.ConfigVersions;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Snapshots;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.domain.DomainEvent;
import dev.nameplate.domain.DomainWork;
import dev.nameplate.domain.Domains;
import dev.nameplate.issuer.ca.Authorities;
import dev.nameplate.issuer.ca.KnownAuthority;
import dev.nameplate.issuer.ca.revocation.Crls;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.TrustedRoots;
import dev.nameplate.saas.AccountCertificates;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.Quota;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.saas.SaasWork;
import dev.nameplate.saas.ServingCheck;
import dev.nameplate.saas.TemplateVersions;
import dev.nameplate.saas.Templates;
import dev.nameplate.saas.Uploads;
import dev.nameplate.saas.aws.CallWatch;
import dev.nameplate.tenant.Tenants;
import dev.nameplate.wire.AwsApi;
import dev.nameplate.wire.AwsEndpoint;
import dev.nameplate.wire.Caller;
import dev.nameplate.wire.Credential;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.Service;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.sts.StsClient;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/// The APIs over the features, and the SaaS jobs that drive two of them as any client would.
final class Doors {
    private static final int OPERATIONS_BODY = 0;

    private final Store store;
    private final Features features;
    private final Settings settings;
    private final Lightsail lightsail;
    private final Acm acm;
    private final CloudFront cloudFront;
    private final SaasPlatforms platforms;
    private final ProofLookup lookup;
    private final SaasJobs jobs;
    private final Domains domains;
    private final TextLookup texts;
    private final StatusLinks links;
    private final Wakeup wakeup;

    Doors(
            Store store,
            Features features,
            Settings settings,
            ProofLookup lookup,
            TextLookup texts,
            Wakeup engine) {
        this(store, features, settings, lookup, texts, engine, CallWatch.NONE);
    }

    /// @param watch of calls to AWS
    Doors(
            Store store,
            Features features,
            Settings settings,
            ProofLookup lookup,
            TextLookup texts,
            Wakeup engine,
            CallWatch watch) {
        this.store = store;
        this.features = features;
        this.settings = settings;
        this.wakeup = engine;
        this.lightsail =
                new Lightsail(
                        store.database(),
                        features.certificates(),
                        features.zones(),
                        features.distributions(),
                        features.invalidations(),
                        features.tags(),
                        new LightsailSettings(
                                keyAlgorithm(settings),
                                LightsailSettings.DEFAULT.operationsKept(),
                                settings.lightsail().maxNames(),
                                settings.lightsail().maxDomains()),
                        store.clock(),
                        store.random());
        this.acm =
                new Acm(
                        store.database(),
                        features.certificates(),
                        features.tags(),
                        new AcmSettings(settings.acm().maxNames()),
                        store.clock(),
                        store.random());
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
        this.lookup = lookup;
        this.jobs =
                new SaasJobs(
                        store.database(), store.vault(), store.clock(), store.random(), engine);
        Platform.Rules local =
                new Platform.Rules(
                        new Templates(this::cloudFrontOf, versions()),
                        new HeldAliases(store.database(), features.distributions()),
                        Quota.NONE);
        this.platforms =
                new SaasPlatforms(
                        settings,
                        lookup,
                        local,
                        new Platform.Services(this::acmOf, this::cloudFrontOf),
                        jobs,
                        store.clock(),
                        watch);
        this.texts = texts;
        this.domains =
                new Domains(
                        store.database(),
                        jobs,
                        local.holders(),
                        this::tell,
                        store.clock(),
                        store.random(),
                        engine);
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
        SaasApi.Limits limits = limits();
        JobChecks checks = checks(limits);
        SaasApi saas =
                new SaasApi(
                        store.accessKeys()::accountOfApiKey,
                        jobs,
                        new AccountCertificates(platforms.certificates()),
                        checks,
                        limits);
        RestApi bulk = new RestApi(store.accessKeys()::accountOfApiKey, jobRoutes());
        RestApi customers = new RestApi(store.accessKeys()::accountOfApiKey, domainRoutes());
        RestApi rest = new RestApi(store.accessKeys()::accountOfApiKey, routes());
        return List.of(
                new Door("operations", operations::accepts, OPERATIONS_BODY, operations::handle),
                new Door("ssl for saas", SaasApi::accepts, limits.maxBody(), saas::handle)
                        .withSecrets(Doors::isPost),
                archive(tls),
                statusPage(),
                new Door(
                        "api document", ApiDocument::accepts, OPERATIONS_BODY, ApiDocument::handle),
                new Door("jobs", JobRoutes::accepts, bulk::handle).withSecrets(Doors::isPost),
                new Door("domains", DomainRoutes::accepts, RestApi.MAX_BODY, customers::handle)
                        .withSecrets(Doors::isPost),
                new Door("rest", RestApi::accepts, RestApi.MAX_BODY, rest::handle)
                        .withSecrets(request -> isPost(request) && ImportRoutes.accepts(request)),
                new Door("aws", _ -> true, awsSettings().maxBodyBytes(), aws::handle));
    }

    /// Certificates may be brought along, with their keys.
    private static boolean isPost(HttpRequest request) {
        return request.method().equals("POST");
    }

    private SaasApi.Limits limits() {
        return new SaasApi.Limits(settings.saas().maxEntries(), SaasApi.Limits.DEFAULT.maxBody());
    }

    private JobChecks checks(SaasApi.Limits limits) {
        return new JobChecks(
                platforms.places(),
                platforms.standard(),
                pem ->
                        features.certificates()
                                .imports(store.database())
                                .card(store.account(), pem, List.of()),
                Features.names(settings),
                limits.maxEntries());
    }

    private List<Route> jobRoutes() {
        return new JobRoutes(
                        jobs,
                        checks(limits()),
                        new JobRoutes.Limits(
                                limits().maxBody(), settings.saas().maxUploadedEntries()),
                        this::allowance)
                .all();
    }

    /// Of real AWS nothing is known but what the check of its quotas asks.
    private List<Allowance.Left> allowance(AccountId account, Uploads.Kind kind) {
        if (kind.platform() != Platform.Name.LOCAL) {
            return List.of();
        }
        Set<Quotas.Kind> counted =
                switch (kind.operation()) {
                    case CREATE ->
                            EnumSet.of(
                                    Quotas.Kind.ACM_CERTIFICATES,
                                    Quotas.Kind.ACM_CERTIFICATES_YEARLY);
                    case IMPORT ->
                            EnumSet.of(
                                    Quotas.Kind.IMPORTED_CERTIFICATES,
                                    Quotas.Kind.IMPORTED_CERTIFICATES_YEARLY);
                };
        return store
                .database()
                .read(handle ->
                        features.certificates().quotas().usage(handle, account, Region.US_EAST_1))
                .stream()
                .filter(usage -> counted.contains(usage.kind()))
                .map(usage ->
                        new Allowance.Left(
                                usage.kind().name(), Math.max(0, usage.limit() - usage.used())))
                .toList();
    }

    /// Jobs on their way in.
    Uploads uploads() {
        return jobs.uploads();
    }

    private List<Route> domainRoutes() {
        return new DomainRoutes(
                        domains,
                        checks(limits()),
                        this::certificateJson,
                        new AskedRecords(lookup, texts))
                .all();
    }

    /// All that [ApiDocument] describes.
    List<Route> restRoutes() {
        return Stream.of(jobRoutes(), domainRoutes(), routes()).flatMap(List::stream).toList();
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

    private Optional<ObjectNode> certificateJson(AccountId account, String arn) {
        return Acm.id(arn)
                .flatMap(id ->
                        new CertificateRoutes(
                                        store.database(),
                                        features.certificates(),
                                        links,
                                        store.clock())
                                .shown(account, id));
    }

    /// Whoever loses a name hears of it wherever they subscribed; all else is in the account's events for whoever asks.
    private void tell(Write write, DomainEvent event) {
        if (event.kind() == DomainEvent.Kind.NAME_LOST) {
            ObjectNode data =
                    Json.object()
                            .put("name", event.name().ascii())
                            .put("detail", event.detail())
                            .put("nextStepBy", "REQUESTER");
            event.domain().ifPresent(id -> data.put("domain", id.value()));
            features.notifications()
                    .outbox()
                    .record(
                            write,
                            Event.of(
                                    event.account(),
                                    EventType.NAME_TAKEN,
                                    event.name().ascii(),
                                    event.id(),
                                    event.at(),
                                    data));
        }
    }

    /// Looks for the proofs of take-overs.
    DomainWork domainWork() {
        return new DomainWork(
                store.database(),
                domains,
                jobs,
                texts,
                new MovedNames(cloudFront.moves(), features.certificates()),
                store.clock());
    }

    private Door statusPage() {
        StatusPage page = new StatusPage(store.database(), links);
        return new Door("status page", StatusPage::accepts, StatusPage.MAX_BODY, page::handle);
    }

    /// The calls of our own REST API, a class for each feature.
    private List<Route> routes() {
        return Stream.of(
                        new CertificateRoutes(
                                        store.database(),
                                        features.certificates(),
                                        links,
                                        store.clock())
                                .all(),
                        new ImportRoutes(features.certificates().imports(store.database())).all(),
                        new RenewalRoutes(
                                        store.database(),
                                        features.certificates(),
                                        new Reissues(
                                                store.clock(),
                                                store.random(),
                                                wakeup,
                                                settings.certificates().reissuePerSecond()),
                                        store.clock())
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
        jobs.certificatesChanged(certificates.stream().map(Acm::arn).toList());
        wakeup.wake(Tenants.ATTACH);
    }

    /// To be closed when no job is carried out any more.
    SaasPlatforms platforms() {
        return platforms;
    }

    SaasWork saasWork(ServingCheck serving) {
        return new SaasWork(
                store.database(),
                store.vault(),
                platforms.all(serving),
                store.clock(),
                new SaasWork.Settings(
                        software.amazon.awssdk.services.acm.model.KeyAlgorithm.fromValue(
                                settings.certificates().keyAlgorithm().word()),
                        SaasWork.Settings.DEFAULT.batch(),
                        SaasWork.Settings.DEFAULT.parallelism()),
                features.notifications().jobs());
    }

    private AwsEndpoint.Settings awsSettings() {
        AwsEndpoint.Settings standard = AwsEndpoint.Settings.defaults();
        return new AwsEndpoint.Settings(
                settings.api().skew(), standard.maxBodyBytes(), standard.maxDepth());
    }

    private AcmClient acmOf(AccountId account) {
        return acm.as(jobsOf(account));
    }

    CloudFrontClient cloudFrontOf(AccountId account) {
        return cloudFront.as(jobsOf(account));
    }

    /// The SaaS jobs act for their account with no access key of their own.
    private static Caller jobsOf(AccountId account) {
        return new Caller(account.value(), "ssl-for-saas", "us-east-1");
    }

    private TemplateVersions versions() {
        return (id, number) ->
                store.database()
                        .read(handle ->
                                features.distributions()
                                        .version(handle, new DistributionId(id), number)
                                        .map(version -> StoredConfig.read(version.document())));
    }

    private static KeyAlgorithm keyAlgorithm(Settings settings) {
        return switch (settings.certificates().keyAlgorithm()) {
            case EC_P256 -> KeyAlgorithm.EC_P256;
            case EC_P384 -> KeyAlgorithm.EC_P384;
            case RSA_2048 -> KeyAlgorithm.RSA_2048;
        };
    }
}
