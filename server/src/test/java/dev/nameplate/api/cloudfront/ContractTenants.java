package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.ContractWalk.ACCOUNT;
import static dev.nameplate.api.cloudfront.ContractWalk.NO_DISTRIBUTION;
import static dev.nameplate.api.cloudfront.ContractWalk.NO_ETAG;
import static dev.nameplate.api.cloudfront.ContractWalk.STALE;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.DistributionTenant;
import software.amazon.awssdk.services.cloudfront.model.DomainItem;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.ValidationTokenHost;

import java.util.List;
import java.util.function.Consumer;

/// Tenants, connection groups, and whose a domain is.
final class ContractTenants {
    private static final String NOBODY = "dt_000000000000000000000000000";
    private static final String NO_GROUP = "cg_000000000000000000000000000";

    private final ContractWalk walk;
    private final CloudFrontClient api;
    private final String template;
    private final String plain;
    private final DistributionTenant apple;

    ContractTenants(ContractWalk walk) {
        this.walk = walk;
        this.api = walk.api;
        String certificate = walk.certificate(ACCOUNT, "*.shops.example.com");
        this.template =
                api.createDistribution(r ->
                                r.distributionConfig(
                                        Configs.minimal("template")
                                                .connectionMode(ConnectionMode.TENANT_ONLY)
                                                .viewerCertificate(v ->
                                                        v.acmCertificateArn(certificate)
                                                                .sslSupportMethod(
                                                                        SSLSupportMethod.SNI_ONLY))
                                                .build()))
                        .distribution()
                        .id();
        this.plain =
                api.createDistribution(
                                r -> r.distributionConfig(Configs.minimal("no-template").build()))
                        .distribution()
                        .id();
        this.apple = create(r -> r.name("apple").domains(domain("apple.shops.example.com")));
        create(r -> r.name("pear").domains(domain("pear.shops.example.com")));
    }

    void all() {
        creation();
        changes();
        reading();
        groups();
        domains();
        invalidations();
    }

    private void creation() {
        refused("EntityNotFound", r -> r.distributionId(NO_DISTRIBUTION));
        refused("EntityAlreadyExists", r -> r.name("apple"));
        refused("CnameAlreadyExists", r -> r.domains(domain("apple.shops.example.com")));
        refused(
                "InvalidTagging",
                r -> r.tags(t -> t.items(Tag.builder().key("aws:x").value("v").build())));
        refused("InvalidAssociation", r -> r.distributionId(plain));
        refused("InvalidArgument", r -> r.domains(domain("uncovered.example")));
        refused(
                "InvalidArgument",
                r -> r.customizations(c -> c.certificate(x -> x.arn("nonsense"))));
        create(r ->
                r.name("managed")
                        .domains(domain("managed.example"))
                        .managedCertificateRequest(
                                m -> m.validationTokenHost(ValidationTokenHost.SELF_HOSTED)));
        refused(
                "EntityLimitExceeded",
                r ->
                        r.domains(domain("more.example"))
                                .managedCertificateRequest(m ->
                                        m.validationTokenHost(ValidationTokenHost.SELF_HOSTED)));
    }

    private void refused(String error, Consumer<CreateDistributionTenantRequest.Builder> change) {
        walk.shows(
                "CreateDistributionTenant",
                error,
                () ->
                        create(r -> {
                            r.name("new").domains(domain("new.shops.example.com"));
                            change.accept(r);
                        }));
    }

    private void changes() {
        changeRefused("EntityNotFound", r -> r.id(NOBODY));
        changeRefused("InvalidIfMatchVersion", r -> r.ifMatch(NO_ETAG));
        changeRefused("PreconditionFailed", r -> r.ifMatch(STALE));
        changeRefused("CnameAlreadyExists", r -> r.domains(domain("pear.shops.example.com")));
        changeRefused("InvalidAssociation", r -> r.distributionId(plain));
        changeRefused("InvalidArgument", r -> r.domains(domain("uncovered.example")));
        changeRefused(
                "EntityLimitExceeded",
                r ->
                        r.managedCertificateRequest(
                                m -> m.validationTokenHost(ValidationTokenHost.SELF_HOSTED)));
        walk.shows(
                "DeleteDistributionTenant",
                "EntityNotFound",
                () -> api.deleteDistributionTenant(r -> r.id(NOBODY).ifMatch(STALE)));
        walk.shows(
                "DeleteDistributionTenant",
                "InvalidIfMatchVersion",
                () -> api.deleteDistributionTenant(r -> r.id(apple.id()).ifMatch(NO_ETAG)));
        walk.shows(
                "DeleteDistributionTenant",
                "PreconditionFailed",
                () -> api.deleteDistributionTenant(r -> r.id(apple.id()).ifMatch(STALE)));
        walk.shows(
                "DeleteDistributionTenant",
                "ResourceNotDisabled",
                () -> api.deleteDistributionTenant(r -> r.id(apple.id()).ifMatch(etag(apple))));
    }

    private void changeRefused(
            String error, Consumer<UpdateDistributionTenantRequest.Builder> change) {
        String etag = etag(apple);
        walk.shows(
                "UpdateDistributionTenant",
                error,
                () ->
                        api.updateDistributionTenant(r -> {
                            r.id(apple.id()).ifMatch(etag);
                            change.accept(r);
                        }));
    }

    private void reading() {
        walk.shows(
                "GetDistributionTenant",
                "EntityNotFound",
                () -> api.getDistributionTenant(r -> r.identifier(NOBODY)));
        walk.shows(
                "GetDistributionTenantByDomain",
                "EntityNotFound",
                () -> api.getDistributionTenantByDomain(r -> r.domain("nobody.example.com")));
        walk.shows(
                "ListDistributionTenants",
                "InvalidArgument",
                () -> api.listDistributionTenants(r -> r.marker("nonsense")));
        walk.shows(
                "ListDistributionTenants",
                "EntityNotFound",
                () ->
                        api.listDistributionTenants(
                                r -> r.associationFilter(f -> f.distributionId(NO_DISTRIBUTION))));
        walk.shows(
                "ListDistributionTenantsByCustomization",
                "EntityNotFound",
                () ->
                        api.listDistributionTenantsByCustomization(r ->
                                r.certificateArn(
                                        "arn:aws:acm:us-east-1:%s:certificate/%s"
                                                .formatted(ACCOUNT, ContractWalk.NO_UUID))));
        walk.shows(
                "ListDistributionTenantsByCustomization",
                "InvalidArgument",
                () -> api.listDistributionTenantsByCustomization(r -> {}));
        walk.shows(
                "GetManagedCertificateDetails",
                "EntityNotFound",
                () -> api.getManagedCertificateDetails(r -> r.identifier(NOBODY)));
        walk.shows(
                "VerifyDnsConfiguration",
                "EntityNotFound",
                () -> api.verifyDnsConfiguration(r -> r.identifier(NOBODY)));
        walk.shows(
                "VerifyDnsConfiguration",
                "InvalidArgument",
                () ->
                        api.verifyDnsConfiguration(
                                r -> r.identifier(apple.id()).domain("pear.shops.example.com")));
    }

    private void groups() {
        String used = apple.connectionGroupId();
        String etag = groupEtag(used);
        walk.shows(
                "CreateConnectionGroup",
                "InvalidArgument",
                () -> api.createConnectionGroup(r -> r.name("x")));
        walk.shows(
                "CreateConnectionGroup",
                "InvalidTagging",
                () ->
                        api.createConnectionGroup(r ->
                                r.name("tagged")
                                        .tags(t ->
                                                t.items(
                                                        Tag.builder()
                                                                .key("aws:x")
                                                                .value("v")
                                                                .build()))));
        api.createConnectionGroup(r -> r.name("group"));
        walk.shows(
                "CreateConnectionGroup",
                "EntityAlreadyExists",
                () -> api.createConnectionGroup(r -> r.name("group")));
        walk.shows(
                "GetConnectionGroup",
                "EntityNotFound",
                () -> api.getConnectionGroup(r -> r.identifier(NO_GROUP)));
        walk.shows(
                "GetConnectionGroupByRoutingEndpoint",
                "EntityNotFound",
                () -> api.getConnectionGroupByRoutingEndpoint(r -> r.routingEndpoint("d.example")));
        walk.shows(
                "UpdateConnectionGroup",
                "EntityNotFound",
                () -> api.updateConnectionGroup(r -> r.id(NO_GROUP).ifMatch(STALE)));
        walk.shows(
                "UpdateConnectionGroup",
                "InvalidIfMatchVersion",
                () -> api.updateConnectionGroup(r -> r.id(used).ifMatch(NO_ETAG)));
        walk.shows(
                "UpdateConnectionGroup",
                "PreconditionFailed",
                () -> api.updateConnectionGroup(r -> r.id(used).ifMatch(STALE)));
        walk.shows(
                "UpdateConnectionGroup",
                "InvalidArgument",
                () ->
                        api.updateConnectionGroup(
                                r -> r.id(used).ifMatch(etag).anycastIpListId("aip")));
        walk.shows(
                "DeleteConnectionGroup",
                "EntityNotFound",
                () -> api.deleteConnectionGroup(r -> r.id(NO_GROUP).ifMatch(STALE)));
        walk.shows(
                "DeleteConnectionGroup",
                "InvalidIfMatchVersion",
                () -> api.deleteConnectionGroup(r -> r.id(used).ifMatch(NO_ETAG)));
        walk.shows(
                "DeleteConnectionGroup",
                "PreconditionFailed",
                () -> api.deleteConnectionGroup(r -> r.id(used).ifMatch(STALE)));
        walk.shows(
                "DeleteConnectionGroup",
                "ResourceNotDisabled",
                () -> api.deleteConnectionGroup(r -> r.id(used).ifMatch(etag)));
        api.updateConnectionGroup(r -> r.id(used).ifMatch(etag).enabled(false));
        String disabled = groupEtag(used);
        walk.shows(
                "DeleteConnectionGroup",
                "CannotDeleteEntityWhileInUse",
                () -> api.deleteConnectionGroup(r -> r.id(used).ifMatch(disabled)));
        walk.shows(
                "ListConnectionGroups",
                "EntityNotFound",
                () ->
                        api.listConnectionGroups(
                                r -> r.associationFilter(f -> f.anycastIpListId("aip"))));
        walk.shows(
                "ListConnectionGroups",
                "InvalidArgument",
                () -> api.listConnectionGroups(r -> r.marker("nonsense")));
    }

    private void domains() {
        walk.shows(
                "ListDomainConflicts",
                "EntityNotFound",
                () ->
                        api.listDomainConflicts(r ->
                                r.domain("a.example.com")
                                        .domainControlValidationResource(
                                                d -> d.distributionTenantId(NOBODY))));
        walk.shows(
                "ListDomainConflicts",
                "InvalidArgument",
                () ->
                        api.listDomainConflicts(r ->
                                r.domain("a.example.com")
                                        .domainControlValidationResource(d -> {})));
        walk.shows(
                "UpdateDomainAssociation",
                "EntityNotFound",
                () -> associate("nobodys.example.com", apple.id(), null));
        walk.shows(
                "UpdateDomainAssociation",
                "InvalidArgument",
                () -> associate("apple.shops.example.com", apple.id(), null));
        walk.shows(
                "UpdateDomainAssociation",
                "InvalidIfMatchVersion",
                () -> associate("pear.shops.example.com", apple.id(), NO_ETAG));
        walk.shows(
                "UpdateDomainAssociation",
                "PreconditionFailed",
                () -> associate("pear.shops.example.com", apple.id(), STALE));
        walk.shows(
                "UpdateDomainAssociation",
                "IllegalUpdate",
                () ->
                        api.updateDomainAssociation(r ->
                                r.domain("pear.shops.example.com")
                                        .targetResource(t -> t.distributionId(plain))));
        walk.shows(
                "UpdateDomainAssociation",
                "AccessDenied",
                () -> associate("theirs.example.com", apple.id(), null));
    }

    private void associate(
            String domain, String tenant, @org.jspecify.annotations.Nullable String etag) {
        api.updateDomainAssociation(r ->
                r.domain(domain)
                        .targetResource(target -> target.distributionTenantId(tenant))
                        .ifMatch(etag));
    }

    private void invalidations() {
        walk.shows(
                "CreateInvalidationForDistributionTenant",
                "EntityNotFound",
                () -> invalidate(NOBODY, 1, List.of("/a")));
        walk.shows(
                "CreateInvalidationForDistributionTenant",
                "InconsistentQuantities",
                () -> invalidate(apple.id(), 2, List.of("/a")));
        walk.shows(
                "CreateInvalidationForDistributionTenant",
                "InvalidArgument",
                () -> invalidate(apple.id(), 1, List.of("a")));
        List<String> many = ConfigFaults.names(3_001).stream().map(n -> "/" + n).toList();
        walk.shows(
                "CreateInvalidationForDistributionTenant",
                "BatchTooLarge",
                () -> invalidate(apple.id(), many.size(), many));
        List<String> wild = ConfigFaults.names(16).stream().map(n -> "/" + n + "/*").toList();
        walk.shows(
                "CreateInvalidationForDistributionTenant",
                "TooManyInvalidationsInProgress",
                () -> invalidate(apple.id(), wild.size(), wild));
        walk.shows(
                "GetInvalidationForDistributionTenant",
                "EntityNotFound",
                () ->
                        api.getInvalidationForDistributionTenant(
                                r -> r.distributionTenantId(NOBODY).id("I1")));
        walk.shows(
                "GetInvalidationForDistributionTenant",
                "NoSuchInvalidation",
                () ->
                        api.getInvalidationForDistributionTenant(
                                r -> r.distributionTenantId(apple.id()).id("I1")));
        walk.shows(
                "ListInvalidationsForDistributionTenant",
                "EntityNotFound",
                () -> api.listInvalidationsForDistributionTenant(r -> r.id(NOBODY)));
        walk.shows(
                "ListInvalidationsForDistributionTenant",
                "InvalidArgument",
                () ->
                        api.listInvalidationsForDistributionTenant(
                                r -> r.id(apple.id()).marker("nonsense")));
    }

    private void invalidate(String tenant, int quantity, List<String> paths) {
        api.createInvalidationForDistributionTenant(r ->
                r.id(tenant)
                        .invalidationBatch(b ->
                                b.callerReference("i" + quantity)
                                        .paths(p -> p.quantity(quantity).items(paths))));
    }

    private DistributionTenant create(Consumer<CreateDistributionTenantRequest.Builder> change) {
        return api.createDistributionTenant(
                        r -> {
                            r.distributionId(template);
                            change.accept(r);
                        })
                .distributionTenant();
    }

    private String etag(DistributionTenant tenant) {
        return api.getDistributionTenant(r -> r.identifier(tenant.id())).eTag();
    }

    private String groupEtag(String id) {
        return api.getConnectionGroup(r -> r.identifier(id)).eTag();
    }

    private static DomainItem domain(String name) {
        return DomainItem.builder().domain(name).build();
    }
}
