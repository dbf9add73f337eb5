package dev.nameplate;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.Door;
import dev.nameplate.api.acm.Acm;
import dev.nameplate.api.cloudfront.CloudFront;
import dev.nameplate.api.cloudfront.StoredConfig;
import dev.nameplate.api.rest.CertificateRoutes;
import dev.nameplate.api.rest.Json;
import dev.nameplate.api.rest.RestApi;
import dev.nameplate.api.rest.Route;
import dev.nameplate.api.saas.Allowance;
import dev.nameplate.api.saas.DomainRoutes;
import dev.nameplate.api.saas.JobChecks;
import dev.nameplate.api.saas.JobRoutes;
import dev.nameplate.api.saas.SaasApi;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Quotas;
import dev.nameplate.certificate.StatusLinks;
import dev.nameplate.config.Settings;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.ConfigDoor;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.domain.DomainEvent;
import dev.nameplate.domain.DomainWork;
import dev.nameplate.domain.Domains;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;
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
import dev.nameplate.wire.Caller;
import dev.nameplate.wire.HttpRequest;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// SSL for SaaS: the jobs and the customers' domains, the doors to them, and the work that carries them out. They act for their
/// account at the doors of ACM and CloudFront, as any client would.
final class SaasDoors {
    private final Store store;
    private final Features features;
    private final Settings settings;
    private final Acm acm;
    private final CloudFront cloudFront;
    private final SaasPlatforms platforms;
    private final ProofLookup lookup;
    private final SaasJobs jobs;
    private final Domains domains;
    private final TextLookup texts;

    /// @param watch of calls to AWS
    SaasDoors(
            Store store,
            Features features,
            Settings settings,
            Acm acm,
            CloudFront cloudFront,
            ProofLookup lookup,
            TextLookup texts,
            Wakeup engine,
            CallWatch watch) {
        this.store = store;
        this.features = features;
        this.settings = settings;
        this.acm = acm;
        this.cloudFront = cloudFront;
        this.texts = texts;
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

    /// As AWS's solution documented it.
    Door originalApi() {
        SaasApi.Limits limits = limits();
        SaasApi api =
                new SaasApi(
                        store.accessKeys()::accountOfApiKey,
                        jobs,
                        new AccountCertificates(platforms.certificates()),
                        checks(limits),
                        limits);
        return new Door("ssl for saas", SaasApi::accepts, limits.maxBody(), api::handle)
                .withSecrets(SaasDoors::isPost);
    }

    Door jobsApi() {
        RestApi api = new RestApi(store.accessKeys()::accountOfApiKey, jobRoutes());
        return new Door("jobs", JobRoutes::accepts, api::handle).withSecrets(SaasDoors::isPost);
    }

    Door domainsApi() {
        RestApi api = new RestApi(store.accessKeys()::accountOfApiKey, domainRoutes());
        return new Door("domains", DomainRoutes::accepts, RestApi.MAX_BODY, api::handle)
                .withSecrets(SaasDoors::isPost);
    }

    /// Certificates may be brought along, with their keys.
    static boolean isPost(HttpRequest request) {
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
                features.certificates().issuers()::refusal,
                limits.maxEntries());
    }

    List<Route> jobRoutes() {
        return new JobRoutes(
                        jobs,
                        checks(limits()),
                        new JobRoutes.Limits(
                                limits().maxBody(), settings.saas().maxUploadedEntries()),
                        this::allowance,
                        new JobTurns(settings, store.database(), store.clock()))
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

    List<Route> domainRoutes() {
        return new DomainRoutes(
                        domains,
                        checks(limits()),
                        this::certificateJson,
                        new AskedRecords(lookup, texts))
                .all();
    }

    private Optional<ObjectNode> certificateJson(AccountId account, String arn) {
        return Acm.id(arn)
                .flatMap(id ->
                        new CertificateRoutes(
                                        store.database(),
                                        features.certificates(),
                                        new StatusLinks(store.vault()),
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
    ///
    /// @param lightsail whose distributions may lose names too
    DomainWork domainWork(ConfigDoor lightsail) {
        return new DomainWork(
                store.database(),
                domains,
                jobs,
                texts,
                new MovedNames(cloudFront.moves(lightsail), features.certificates()),
                store.clock());
    }

    /// Decided certificates let the entries that wait for them go on at once.
    void certificatesChanged(List<Certificate> certificates) {
        jobs.certificatesChanged(certificates.stream().map(Acm::arn).toList());
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
}
