package dev.nameplate.api.cloudfront;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.tenant.ManagedCertificateWork;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TemplateConfig;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CannotDeleteEntityWhileInUseException;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionTenantRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionTenantResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionTenant;
import software.amazon.awssdk.services.cloudfront.model.DistributionTenantSummary;
import software.amazon.awssdk.services.cloudfront.model.DnsConfigurationStatus;
import software.amazon.awssdk.services.cloudfront.model.DomainItem;
import software.amazon.awssdk.services.cloudfront.model.DomainStatus;
import software.amazon.awssdk.services.cloudfront.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.EntityNotFoundException;
import software.amazon.awssdk.services.cloudfront.model.GeoRestrictionType;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.InvalidArgumentException;
import software.amazon.awssdk.services.cloudfront.model.InvalidAssociationException;
import software.amazon.awssdk.services.cloudfront.model.ManagedCertificateStatus;
import software.amazon.awssdk.services.cloudfront.model.Parameter;
import software.amazon.awssdk.services.cloudfront.model.PreconditionFailedException;
import software.amazon.awssdk.services.cloudfront.model.PriceClass;
import software.amazon.awssdk.services.cloudfront.model.ResourceInUseException;
import software.amazon.awssdk.services.cloudfront.model.ResourceNotDisabledException;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.ValidationTokenHost;

import java.util.List;
import java.util.function.Consumer;

/// Distribution tenants, connection groups and managed certificates, as a client meets them.
final class TenantsTest {
    private static final AccountId ACCOUNT = new AccountId(TestFeatures.ACCOUNT);

    @SuppressWarnings("NullAway.Init") // every test begins with `over`
    private TestFeatures features;

    @SuppressWarnings("NullAway.Init")
    private CloudFrontClient api;

    @SuppressWarnings("NullAway.Init")
    private String certificateArn;

    private void over(Database database) {
        features = new TestFeatures(database);
        api = features.cloudFront().as(TestFeatures.caller("us-east-1"));
        TestCa ca = features.trustedCa();
        certificateArn =
                TenantView.certificateArn(
                        ACCOUNT,
                        features.importCertificate(
                                        ACCOUNT, Region.US_EAST_1, ca.issue("*.shops.example.com"))
                                .id());
    }

    private DistributionConfig.Builder template(String reference) {
        return Configs.minimal(reference)
                .connectionMode(ConnectionMode.TENANT_ONLY)
                .origins(origins ->
                        origins.quantity(1)
                                .items(
                                        Configs.origin()
                                                .domainName("{{shop}}.origin.example.com")
                                                .build()))
                .tenantConfig(TemplateConfig::shop)
                .viewerCertificate(viewer ->
                        viewer.acmCertificateArn(certificateArn)
                                .sslSupportMethod(SSLSupportMethod.SNI_ONLY));
    }

    private String createTemplate() {
        return api.createDistribution(r -> r.distributionConfig(template("t").build()))
                .distribution()
                .id();
    }

    private CreateDistributionTenantResponse create(
            String template,
            String name,
            String domain,
            Consumer<CreateDistributionTenantRequest.Builder> more) {
        return api.createDistributionTenant(r -> {
            r.distributionId(template)
                    .name(name)
                    .domains(DomainItem.builder().domain(domain).build())
                    .parameters(Parameter.builder().name("shop").value(name).build());
            more.accept(r);
        });
    }

    @StoreTest
    void aTenantIsMadeReadChangedAndDeleted(Database database) {
        over(database);
        String template = createTemplate();
        CreateDistributionTenantResponse created =
                create(
                        template,
                        "apple",
                        "apple.shops.example.com",
                        r -> r.tags(t -> t.items(Tag.builder().key("k").value("v").build())));
        DistributionTenant tenant = created.distributionTenant();
        assertThat(tenant.id()).matches("dt_[0-9A-Za-z]{27}");
        assertThat(tenant.arn())
                .isEqualTo(
                        "arn:aws:cloudfront::" + ACCOUNT + ":distribution-tenant/" + tenant.id());
        assertThat(tenant.status()).isEqualTo("InProgress");
        assertThat(tenant.enabled()).isTrue();
        assertThat(tenant.domains().getFirst().status()).isEqualTo(DomainStatus.ACTIVE);
        assertThat(
                        api.listTagsForResource(r -> r.resource(tenant.arn()))
                                .tags()
                                .items()
                                .getFirst()
                                .value())
                .isEqualTo("v");
        features.deployAll();
        assertThat(
                        api.getDistributionTenant(r -> r.identifier("apple"))
                                .distributionTenant()
                                .status())
                .isEqualTo("Deployed");
        assertThat(
                        api.getDistributionTenantByDomain(r -> r.domain("apple.shops.example.com"))
                                .distributionTenant()
                                .id())
                .isEqualTo(tenant.id());
        assertThat(
                        api.getConnectionGroup(r -> r.identifier(tenant.connectionGroupId()))
                                .connectionGroup()
                                .isDefault())
                .isTrue();

        assertThatThrownBy(() ->
                        api.updateDistributionTenant(
                                r -> r.id(tenant.id()).ifMatch("E0000000000000").enabled(false)))
                .isInstanceOf(PreconditionFailedException.class);
        assertThatThrownBy(() ->
                        api.deleteDistributionTenant(
                                r -> r.id(tenant.id()).ifMatch(created.eTag())))
                .isInstanceOf(ResourceNotDisabledException.class);
        String etag =
                api.updateDistributionTenant(
                                r -> r.id(tenant.id()).ifMatch(created.eTag()).enabled(false))
                        .eTag();
        DistributionTenant changed =
                api.getDistributionTenant(r -> r.identifier(tenant.id())).distributionTenant();
        assertThat(changed.enabled()).isFalse();
        assertThat(changed.parameters()).isEqualTo(tenant.parameters());
        assertThat(changed.domains()).isEqualTo(tenant.domains());
        features.deployAll();
        var disabledTemplate =
                api.updateDistribution(r ->
                        r.id(template)
                                .ifMatch(api.getDistribution(g -> g.id(template)).eTag())
                                .distributionConfig(
                                        api
                                                .getDistributionConfig(g -> g.id(template))
                                                .distributionConfig()
                                                .toBuilder()
                                                .enabled(false)
                                                .build()));
        features.deployAll();
        assertThatThrownBy(() ->
                        api.deleteDistribution(
                                r -> r.id(template).ifMatch(disabledTemplate.eTag())))
                .isInstanceOf(ResourceInUseException.class);
        api.deleteDistributionTenant(r -> r.id(tenant.id()).ifMatch(etag));
        assertThatThrownBy(() -> api.getDistributionTenant(r -> r.identifier(tenant.id())))
                .isInstanceOf(EntityNotFoundException.class);
        api.deleteDistribution(r -> r.id(template).ifMatch(disabledTemplate.eTag()));
    }

    @StoreTest
    void whatDoesNotFitIsRefusedByItsKind(Database database) {
        over(database);
        String template = createTemplate();
        String plain =
                api.createDistribution(r -> r.distributionConfig(Configs.minimal("p").build()))
                        .distribution()
                        .id();
        create(template, "one", "one.shops.example.com", r -> {});
        assertThatThrownBy(() -> create(template, "two", "one.shops.example.com", r -> {}))
                .isInstanceOf(CnameAlreadyExistsException.class);
        assertThatThrownBy(() -> create(template, "one", "two.shops.example.com", r -> {}))
                .isInstanceOf(EntityAlreadyExistsException.class);
        assertThatThrownBy(() -> create(plain, "two", "two.shops.example.com", r -> {}))
                .isInstanceOf(InvalidAssociationException.class);
        assertThatThrownBy(() -> create("E0000000000000", "two", "two.shops.example.com", r -> {}))
                .isInstanceOf(EntityNotFoundException.class);
        assertThatThrownBy(() ->
                        create(
                                template,
                                "two",
                                "two.shops.example.com",
                                r -> r.parameters(List.of())))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("shop needs a value");
        assertThatThrownBy(() -> create(template, "two", "uncovered.example", r -> {}))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("covers");
        assertThatThrownBy(() ->
                        create(
                                template,
                                "two",
                                "two.shops.example.com",
                                r -> r.customizations(c -> c.webAcl(w -> w.action("disable")))))
                .isInstanceOf(InvalidArgumentException.class);
        refusedCountries(template, "are not known here", GeoRestrictionType.WHITELIST, "AT");
        features.countriesKnown = true;
        api = features.cloudFront().as(TestFeatures.caller("us-east-1"));
        refusedCountries(template, "XX is not a country", GeoRestrictionType.WHITELIST, "XX");
        refusedCountries(template, "at least one country", GeoRestrictionType.BLACKLIST);
        refusedCountries(template, "takes no countries", GeoRestrictionType.NONE, "AT");
        assertThatThrownBy(() ->
                        create(
                                template,
                                "two",
                                "two.shops.example.com",
                                r -> r.connectionGroupId("cg_000000000000000000000000000")))
                .isInstanceOf(EntityNotFoundException.class);
    }

    private void refusedCountries(
            String template, String why, GeoRestrictionType type, String... countries) {
        assertThatThrownBy(() ->
                        create(
                                template,
                                "two",
                                "two.shops.example.com",
                                r ->
                                        r.customizations(c ->
                                                c.geoRestrictions(geo ->
                                                        geo.restrictionType(type)
                                                                .locations(countries)))))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining(why);
    }

    @StoreTest
    void aTemplateSaysNothingThatBelongsToATenant(Database database) {
        over(database);
        for (Consumer<DistributionConfig.Builder> change :
                List.<Consumer<DistributionConfig.Builder>>of(
                        config -> config.priceClass(PriceClass.PRICE_CLASS_100),
                        config -> config.isIPV6Enabled(true),
                        config -> config.staging(true),
                        config -> config.aliases(a -> a.quantity(1).items("a.shops.example.com")),
                        config ->
                                config.origins(o ->
                                        o.quantity(1)
                                                .items(
                                                        Configs.origin()
                                                                .domainName("{{other}}.example.com")
                                                                .build())),
                        config -> config.connectionMode(ConnectionMode.DIRECT))) {
            DistributionConfig.Builder config = template("x");
            change.accept(config);
            assertThatThrownBy(
                            () -> api.createDistribution(r -> r.distributionConfig(config.build())))
                    .isInstanceOf(InvalidArgumentException.class);
        }
        String id = createTemplate();
        DistributionConfig echoed = api.getDistributionConfig(r -> r.id(id)).distributionConfig();
        assertThat(echoed.connectionMode()).isEqualTo(ConnectionMode.TENANT_ONLY);
        assertThat(echoed.tenantConfig().parameterDefinitions().getFirst().name())
                .isEqualTo("shop");
        String etag = api.getDistribution(r -> r.id(id)).eTag();
        String next =
                api.updateDistribution(r -> r.id(id).ifMatch(etag).distributionConfig(echoed))
                        .eTag();
        assertThatThrownBy(() ->
                        api.updateDistribution(r ->
                                r.id(id)
                                        .ifMatch(next)
                                        .distributionConfig(Configs.minimal("t").build())))
                .isInstanceOf(IllegalUpdateException.class);
    }

    @StoreTest
    void listsPageAndFilter(Database database) {
        over(database);
        String template = createTemplate();
        String group = api.createConnectionGroup(r -> r.name("europe")).connectionGroup().id();
        for (int i = 0; i < 5; i++) {
            int number = i;
            create(
                    template,
                    "shop" + i,
                    "s" + i + ".shops.example.com",
                    r -> {
                        if (number % 2 == 0) {
                            r.connectionGroupId(group);
                        }
                        if (number == 4) {
                            r.customizations(c -> c.certificate(x -> x.arn(certificateArn)));
                        }
                    });
        }
        var first = api.listDistributionTenants(r -> r.maxItems(3));
        var second = api.listDistributionTenants(r -> r.marker(first.nextMarker()).maxItems(3));
        assertThat(first.distributionTenantList()).hasSize(3);
        assertThat(second.distributionTenantList()).hasSize(2);
        assertThat(second.nextMarker()).isNull();
        assertThat(
                        api.listDistributionTenants(
                                        r -> r.associationFilter(f -> f.connectionGroupId(group)))
                                .distributionTenantList())
                .extracting(DistributionTenantSummary::name)
                .containsExactlyInAnyOrder("shop0", "shop2", "shop4");
        assertThat(
                        api.listDistributionTenants(
                                        r -> r.associationFilter(f -> f.distributionId(template)))
                                .distributionTenantList())
                .hasSize(5);
        assertThat(
                        api.listDistributionTenantsByCustomization(
                                        r -> r.certificateArn(certificateArn))
                                .distributionTenantList())
                .extracting(DistributionTenantSummary::name)
                .containsExactly("shop4");
        assertThat(api.listConnectionGroups(r -> {}).connectionGroups()).hasSize(2);

        String etag = api.getConnectionGroup(r -> r.identifier("europe")).eTag();
        assertThatThrownBy(() -> api.deleteConnectionGroup(r -> r.id(group).ifMatch(etag)))
                .isInstanceOf(ResourceNotDisabledException.class);
        String disabled =
                api.updateConnectionGroup(r -> r.id(group).ifMatch(etag).enabled(false)).eTag();
        assertThatThrownBy(() -> api.deleteConnectionGroup(r -> r.id(group).ifMatch(disabled)))
                .isInstanceOf(CannotDeleteEntityWhileInUseException.class);
        assertThatThrownBy(() -> api.createConnectionGroup(r -> r.name("europe")))
                .isInstanceOf(EntityAlreadyExistsException.class);
        String endpoint =
                api.getConnectionGroup(r -> r.identifier(group))
                        .connectionGroup()
                        .routingEndpoint();
        assertThat(endpoint).matches("d[a-z0-9]{13}\\.cdn\\.nameplate\\.internal");
        assertThat(
                        api.getConnectionGroupByRoutingEndpoint(r -> r.routingEndpoint(endpoint))
                                .connectionGroup()
                                .id())
                .isEqualTo(group);
    }

    @StoreTest
    void aManagedCertificateIsAttachedOnceIssuedAndTheEtagTellsSo(Database database) {
        over(database);
        String template = createTemplate();
        String group = api.createConnectionGroup(r -> r.name("main")).connectionGroup().id();
        features.recordsAreShown(false);
        Consumer<CreateDistributionTenantRequest.Builder> managed =
                r ->
                        r.connectionGroupId(group)
                                .managedCertificateRequest(
                                        m -> m.validationTokenHost(ValidationTokenHost.CLOUDFRONT));
        assertThatThrownBy(() -> create(template, "pear", "www.pear.example", managed))
                .isInstanceOf(InvalidArgumentException.class)
                .hasMessageContaining("CNAME");
        features.recordsAreShown(true);
        CreateDistributionTenantResponse created =
                create(template, "pear", "www.pear.example", managed);
        String id = created.distributionTenant().id();
        assertThat(created.distributionTenant().domains().getFirst().status())
                .isEqualTo(DomainStatus.INACTIVE);
        var details =
                api.getManagedCertificateDetails(r -> r.identifier(id)).managedCertificateDetails();
        assertThat(details.certificateStatus())
                .isEqualTo(ManagedCertificateStatus.PENDING_VALIDATION);
        assertThat(details.validationTokenDetails().getFirst().redirectFrom())
                .startsWith("http://www.pear.example/.well-known/");
        assertThat(
                        api.verifyDnsConfiguration(r -> r.identifier(id))
                                .dnsConfigurationList()
                                .getFirst()
                                .status())
                .isEqualTo(DnsConfigurationStatus.VALID_CONFIGURATION);
        ManagedCertificateWork work =
                new ManagedCertificateWork(features.database, features.tenants);
        assertThat(work.advance(0, features.clock.instant())).isPresent();
        assertThat(api.getDistributionTenant(r -> r.identifier(id)).eTag())
                .isEqualTo(created.eTag());

        features.settleCertificates();
        assertThat(work.advance(0, features.clock.instant())).isPresent();
        assertThat(work.advance(0, features.clock.instant())).as("nothing is left").isEmpty();

        var issued = api.getDistributionTenant(r -> r.identifier(id));
        assertThat(issued.eTag()).isNotEqualTo(created.eTag());
        assertThat(issued.distributionTenant().domains().getFirst().status())
                .isEqualTo(DomainStatus.ACTIVE);
        assertThat(issued.distributionTenant().customizations().certificate().arn())
                .isEqualTo(details.certificateArn());
        assertThat(
                        api.getManagedCertificateDetails(r -> r.identifier(id))
                                .managedCertificateDetails()
                                .certificateStatus())
                .isEqualTo(ManagedCertificateStatus.ISSUED);
        assertThatThrownBy(() -> api.getManagedCertificateDetails(r -> r.identifier("nobody")))
                .isInstanceOf(EntityNotFoundException.class);
    }

    @StoreTest
    void aTenantsContentIsInvalidatedByItsOwnId(Database database) {
        over(database);
        String template = createTemplate();
        String id =
                create(template, "apple", "apple.shops.example.com", r -> {})
                        .distributionTenant()
                        .id();
        var created =
                api.createInvalidationForDistributionTenant(r ->
                        r.id(id)
                                .invalidationBatch(b ->
                                        b.callerReference("1")
                                                .paths(p -> p.quantity(1).items("/*"))));
        String invalidation = created.invalidation().id();
        assertThat(
                        api.getInvalidationForDistributionTenant(
                                        r -> r.distributionTenantId(id).id(invalidation))
                                .invalidation()
                                .status())
                .isEqualTo("InProgress");
        assertThat(
                        api.listInvalidationsForDistributionTenant(r -> r.id(id))
                                .invalidationList()
                                .quantity())
                .isEqualTo(1);
    }

    @StoreTest
    void aDomainIsMovedBetweenTenantsAndDistributionsAndConflictsNameItsHolder(Database database) {
        over(database);
        String template = createTemplate();
        String domain = "apple.shops.example.com";
        String first = create(template, "apple", domain, r -> {}).distributionTenant().id();
        CreateDistributionTenantResponse pear =
                create(template, "pear", "pear.shops.example.com", r -> {});
        String second = pear.distributionTenant().id();
        String plain =
                api.createDistribution(r ->
                                r.distributionConfig(
                                        Configs.minimal("p")
                                                .viewerCertificate(viewer ->
                                                        viewer.acmCertificateArn(certificateArn)
                                                                .sslSupportMethod(
                                                                        SSLSupportMethod.SNI_ONLY))
                                                .build()))
                        .distribution()
                        .id();
        var conflict =
                api.listDomainConflicts(r ->
                                r.domain(domain)
                                        .domainControlValidationResource(
                                                d -> d.distributionTenantId(second)))
                        .domainConflicts();
        assertThat(conflict).hasSize(1);
        assertThat(conflict.getFirst().resourceId()).isEqualTo(first);
        assertThat(conflict.getFirst().resourceTypeAsString()).isEqualTo("distribution-tenant");
        assertThat(
                        api.listDomainConflicts(r ->
                                        r.domain(domain)
                                                .domainControlValidationResource(
                                                        d -> d.distributionTenantId(first)))
                                .domainConflicts())
                .isEmpty();

        assertThatThrownBy(() ->
                        api.updateDomainAssociation(r ->
                                r.domain(domain)
                                        .ifMatch("E0000000000000")
                                        .targetResource(d -> d.distributionTenantId(second))))
                .isInstanceOf(PreconditionFailedException.class);
        var moved =
                api.updateDomainAssociation(r ->
                        r.domain(domain)
                                .ifMatch(pear.eTag())
                                .targetResource(d -> d.distributionTenantId(second)));
        assertThat(moved.resourceId()).isEqualTo(second);
        assertThat(moved.eTag())
                .isEqualTo(api.getDistributionTenant(r -> r.identifier(second)).eTag());
        assertThat(
                        api.getDistributionTenant(r -> r.identifier(first))
                                .distributionTenant()
                                .domains())
                .isEmpty();
        api.updateDomainAssociation(
                r -> r.domain(domain).targetResource(d -> d.distributionId(plain)));
        assertThat(
                        api.getDistribution(r -> r.id(plain))
                                .distribution()
                                .distributionConfig()
                                .aliases()
                                .items())
                .containsExactly(domain);
        api.updateDomainAssociation(
                r -> r.domain(domain).targetResource(d -> d.distributionTenantId(first)));
        assertThat(
                        api.getDistributionTenantByDomain(r -> r.domain(domain))
                                .distributionTenant()
                                .id())
                .isEqualTo(first);
        assertThatThrownBy(() ->
                        api.updateDomainAssociation(r ->
                                r.domain("nobody.shops.example.com")
                                        .targetResource(d -> d.distributionId(plain))))
                .isInstanceOf(EntityNotFoundException.class);
        assertThatThrownBy(() ->
                        api.updateDomainAssociation(r ->
                                r.domain(domain).targetResource(d -> d.distributionId(template))))
                .isInstanceOf(InvalidArgumentException.class);
        assertThat(
                        api.getDistributionTenantByDomain(r -> r.domain(domain))
                                .distributionTenant()
                                .id())
                .as("a move that fails moves nothing")
                .isEqualTo(first);
    }
}
