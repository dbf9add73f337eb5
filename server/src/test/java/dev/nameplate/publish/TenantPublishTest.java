package dev.nameplate.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.ServingCheck;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.distribution.TenantTemplate;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.GeoRestriction;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.Site;
import dev.nameplate.feed.Change;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.tenant.ConnectionGroup;
import dev.nameplate.tenant.Tenant;
import dev.nameplate.tenant.Tenants;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TestFeatures;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

final class TenantPublishTest {
    private static final AccountId ALICE = new AccountId("111111111111");
    private static final AccountId BOB = new AccountId("222222222222");

    @SuppressWarnings("NullAway.Init") // every test begins with `over`
    private TestFeatures features;

    @SuppressWarnings("NullAway.Init")
    private TestCa ca;

    @SuppressWarnings("NullAway.Init")
    private EdgePublisher publisher;

    private void over(Database database) {
        features = new TestFeatures(database);
        ca = new TestCa(features.clock.instant());
        publisher =
                new EdgePublisher(
                        database,
                        features.distributions,
                        features.tenants,
                        features.certificates,
                        () -> {
                            throw new IllegalStateException("no name of our own is asked for");
                        },
                        OwnSites.none(),
                        Staples.NONE,
                        features.clock);
    }

    private CertificateId certificate(AccountId account, String... names) {
        return features.importCertificate(account, Region.US_EAST_1, ca.issue(names)).id();
    }

    private ServedConfig template(Optional<CertificateId> certificate) {
        return ServedConfig.of(
                        List.of(),
                        certificate,
                        "TLSv1.2_2021",
                        List.of(
                                Origin.of(
                                                "main",
                                                "{{shop}}.origin.example",
                                                Origin.ProtocolPolicy.HTTPS_ONLY)
                                        .toBuilder()
                                        .path("/{{tier}}")
                                        .build()),
                        List.of(Behavior.of("*", "main")))
                .toBuilder()
                .template(
                        Optional.of(
                                new TenantTemplate(
                                        List.of(
                                                new TenantTemplate.Parameter(
                                                        "shop", true, Optional.empty()),
                                                new TenantTemplate.Parameter(
                                                        "tier", false, Optional.of("basic"))))))
                .build();
    }

    private Distribution create(ServedConfig config) {
        return features.database.write(write ->
                features.distributions.create(
                        write,
                        ALICE,
                        Distribution.Kind.CLOUDFRONT,
                        "r" + System.nanoTime(),
                        config,
                        "{}"));
    }

    private ConnectionGroup group() {
        return features.database.write(write -> features.groups.byDefault(write, ALICE));
    }

    private Tenant.Settings settings(
            Distribution template,
            Optional<CertificateId> certificate,
            Map<String, String> parameters,
            String... domains) {
        return new Tenant.Settings(
                template.id(),
                group().id(),
                true,
                List.of(domains).stream().map(DomainName::new).toList(),
                parameters,
                certificate,
                Optional.empty());
    }

    private Tenant create(String name, Tenant.Settings settings) {
        return features.database.write(
                write -> features.tenants.create(write, ALICE, name, settings, Optional.empty()));
    }

    private static Origin origin(Site site) {
        return Objects.requireNonNull(site.origins().get("main"));
    }

    private Site site(String host) {
        return publisher.site(host).orElseThrow();
    }

    @StoreTest
    void aTenantIsServedFromTheTemplateWithItsOwnValues(Database database) {
        over(database);
        CertificateId shared = certificate(ALICE, "*.shops.example.com");
        CertificateId own = certificate(ALICE, "www.pear.example");
        Distribution template = create(template(Optional.of(shared)));
        Tenant apple =
                create(
                        "apple",
                        settings(
                                template,
                                Optional.empty(),
                                Map.of("shop", "apple"),
                                "apple.shops.example.com"));
        Tenant pear =
                create(
                        "pear",
                        settings(
                                template,
                                Optional.of(own),
                                Map.of("shop", "pear", "tier", "gold"),
                                "www.pear.example",
                                "uncovered.pear.example"));

        Site site = site("apple.shops.example.com");
        assertThat(origin(site).host()).isEqualTo("apple.origin.example");
        assertThat(origin(site).path()).isEqualTo("/basic");
        assertThat(site.distributionId()).isEqualTo(template.id().value());
        assertThat(site.contentId()).isEqualTo(apple.contentId());
        assertThat(origin(site("www.pear.example")).path()).isEqualTo("/gold");
        assertThat(publisher.certificate("apple.shops.example.com").orElseThrow().id())
                .startsWith(shared.toString());
        assertThat(publisher.certificate("www.pear.example").orElseThrow().id())
                .startsWith(own.toString());
        assertThat(pear.active()).containsExactly(new DomainName("www.pear.example"));
        assertThat(publisher.site("uncovered.pear.example")).isEmpty();
        assertThat(publisher.certificate("uncovered.pear.example")).isEmpty();
        assertThat(publisher.site(template.domainName())).as("the template's own name").isEmpty();
    }

    @StoreTest
    void aRenewalLooksAtTheDomainsOfTenantsWithTheCertificateForTheirOwn(Database database) {
        over(database);
        CertificateId own = certificate(ALICE, "*.pear.example");
        Distribution template = create(template(Optional.empty()));
        create(
                "pear",
                settings(
                        template,
                        Optional.of(own),
                        Map.of("shop", "pear"),
                        "www.pear.example",
                        "*.pear.example"));
        List<String> asked = new ArrayList<>();
        ServedCertificates check =
                new ServedCertificates(
                        database,
                        features.distributions,
                        features.tenants,
                        name -> {
                            asked.add(name);
                            return Optional.empty();
                        });

        assertThat(check.look(own, "00")).isInstanceOf(ServingCheck.Seen.Not.class);
        assertThat(asked).isNotEmpty().allMatch(name -> name.endsWith(".pear.example"));
    }

    @StoreTest
    void valuesThatDoNotMakeAHostAreRefused(Database database) {
        over(database);
        Distribution template = create(template(Optional.empty()));
        for (Map<String, String> parameters :
                List.of(
                        Map.<String, String>of(),
                        Map.of("shop", "a/b"),
                        Map.of("shop", "a b"),
                        Map.of("shop", "a", "unknown", "b"),
                        Map.of("shop", "a", "tier", "gold/"))) {
            assertThatThrownBy(() ->
                            create(
                                    "t",
                                    settings(template, Optional.empty(), parameters, "t.example")))
                    .isInstanceOf(Tenants.Unfit.class);
        }
    }

    @StoreTest
    void aDomainHasOneHolderOverAllDistributionsAndTenants(Database database) {
        over(database);
        CertificateId shared = certificate(ALICE, "*.shops.example.com");
        Distribution template = create(template(Optional.of(shared)));
        Map<String, String> parameters = Map.of("shop", "a");
        Tenant first =
                create(
                        "first",
                        settings(template, Optional.empty(), parameters, "a.shops.example.com"));
        assertThatThrownBy(() ->
                        create(
                                "second",
                                settings(
                                        template,
                                        Optional.empty(),
                                        parameters,
                                        "a.shops.example.com")))
                .isInstanceOf(Distributions.AliasTaken.class);
        CertificateId bobs = certificate(BOB, "*.shops.example.com");
        ServedConfig wildcard =
                template(Optional.of(bobs)).toBuilder()
                        .template(Optional.empty())
                        .aliases(List.of(new DomainName("*.shops.example.com")))
                        .build();
        assertThatThrownBy(() ->
                        features.database.write(write ->
                                features.distributions.create(
                                        write,
                                        BOB,
                                        Distribution.Kind.CLOUDFRONT,
                                        "bob",
                                        wildcard,
                                        "{}")))
                .isInstanceOf(Distributions.AliasTaken.class);
        assertThatThrownBy(() ->
                        create(
                                "first",
                                settings(
                                        template,
                                        Optional.empty(),
                                        parameters,
                                        "b.shops.example.com")))
                .isInstanceOf(Tenants.NameTaken.class);
        features.database.write(write -> {
            features.tenants.delete(write, first);
            return first;
        });
        create("again", settings(template, Optional.empty(), parameters, "a.shops.example.com"));
    }

    @StoreTest
    void aTemplatesChangeIsOneChangeThatNamesItAndItsCertificates(Database database) {
        over(database);
        CertificateId shared = certificate(ALICE, "*.shops.example.com");
        CertificateId next = certificate(ALICE, "*.shops.example.com", "*.more.example.com");
        Distribution template = create(template(Optional.of(shared)));
        for (int i = 0; i < 5; i++) {
            create(
                    "t" + i,
                    settings(
                            template,
                            Optional.empty(),
                            Map.of("shop", "s" + i),
                            "t" + i + ".shops.example.com"));
        }
        long before = features.database.read(features.feed::latest);

        features.database.write(write ->
                features.distributions.update(write, template, template(Optional.of(next)), "{}"));

        List<Change> changes =
                features.database.read(handle -> features.feed.after(handle, before, 10));
        assertThat(changes).hasSize(1);
        assertThat(changes.getFirst().names())
                .contains("*.shops.example.com", "*.more.example.com")
                .noneMatch(name -> name.startsWith("t0."));
        assertThat(site("t3.shops.example.com").dependsOn(changes.getFirst().key())).isTrue();
    }

    @StoreTest
    void groupTemplateAndTenantMustAllBeEnabledAndACountryListOfTheTenantWins(Database database) {
        over(database);
        CertificateId shared = certificate(ALICE, "*.shops.example.com");
        Distribution template = create(template(Optional.of(shared)));
        Tenant.Settings settings =
                settings(template, Optional.empty(), Map.of("shop", "a"), "a.shops.example.com");
        GeoRestriction only = new GeoRestriction(GeoRestriction.Kind.ONLY, Set.of("DE"));
        create(
                "a",
                new Tenant.Settings(
                        settings.template(),
                        settings.groupId(),
                        true,
                        settings.domains(),
                        settings.parameters(),
                        Optional.empty(),
                        Optional.of(only)));
        assertThat(site("a.shops.example.com").enabled()).isTrue();
        assertThat(site("a.shops.example.com").geoRestriction()).contains(only);
        ConnectionGroup group = group();
        assertThat(site("a.shops.example.com").dependsOn(group.id())).isTrue();
        features.database.write(write -> features.groups.update(write, group, true, false));
        assertThat(site("a.shops.example.com").enabled()).isFalse();
    }
}
