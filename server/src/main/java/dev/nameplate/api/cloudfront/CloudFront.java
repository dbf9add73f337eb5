package dev.nameplate.api.cloudfront;

import dev.nameplate.certificate.Certificates;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.ConfigDoor;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.dns.TextLookup;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.names.AccountId;
import dev.nameplate.tag.Tags;
import dev.nameplate.tenant.ConnectionGroups;
import dev.nameplate.tenant.Tenants;
import dev.nameplate.wire.Caller;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// The CloudFront door: one class a family of resources, made once.
public final class CloudFront {
    final DistributionFamily distributions;
    final DistributionLists lists;
    final StagingFamily staging;
    final DeploymentPolicyFamily deploymentPolicies;
    final CachePolicyFamily cachePolicies;
    final OriginRequestPolicyFamily originRequestPolicies;
    final ResponseHeadersPolicyFamily responseHeadersPolicies;
    final AccessControlFamily accessControls;
    final PublicKeyFamily publicKeys;
    final KeyGroupFamily keyGroups;
    final InvalidationFamily invalidations;
    final TenantFamily tenants;
    final TenantLists tenantLists;
    final ConnectionGroupFamily connectionGroups;
    final ManagedCertificates managedCertificates;
    final DomainFamily domains;
    final TenantInvalidationFamily tenantInvalidations;
    final AliasFamily aliases;
    final TagFamily tags;
    private final Function<ConfigDoor, ProvenMoves> moves;

    public CloudFront(
            Database database,
            Distributions distributions,
            Certificates certificates,
            Invalidations invalidations,
            Tenants tenants,
            ConnectionGroups groups,
            ProofLookup dns,
            Tags tags,
            TextLookup texts,
            CloudFrontSettings settings,
            InstantSource clock,
            RandomGenerator random) {
        var ids = new Ids(random);
        var policies =
                new Policies(
                        new KeptConfigs<>(
                                database,
                                clock,
                                ids,
                                CachePolicyFamily.terms(),
                                ManagedPolicies.cachePolicies()),
                        new KeptConfigs<>(
                                database,
                                clock,
                                ids,
                                OriginRequestPolicyFamily.terms(),
                                ManagedPolicies.originRequestPolicies()),
                        new KeptConfigs<>(
                                database,
                                clock,
                                ids,
                                ResponseHeadersPolicyFamily.terms(),
                                ManagedPolicies.responseHeadersPolicies()),
                        new KeptConfigs<>(
                                database, clock, ids, AccessControlFamily.terms(), List.of()),
                        new KeptConfigs<>(database, clock, ids, KeyGroupFamily.terms(), List.of()),
                        new KeptConfigs<>(database, clock, ids, PublicKeyFamily.terms(), List.of()),
                        new KeptConfigs<>(
                                database, clock, ids, DeploymentPolicyFamily.terms(), List.of()));
        var derivation = new Derivation(distributions, policies);
        var owned = new OwnedDistributions(distributions);
        var viewerCertificates =
                new ViewerCertificates(certificates, distributions, settings.trusted(), clock);
        var geo = new GeoRules(settings.countriesKnown());
        this.distributions =
                new DistributionFamily(
                        database,
                        distributions,
                        owned,
                        viewerCertificates,
                        geo,
                        policies,
                        derivation,
                        invalidations,
                        tenants,
                        tags);
        this.lists = new DistributionLists(database, distributions, policies);
        this.deploymentPolicies =
                new DeploymentPolicyFamily(policies.deployments, distributions, derivation);
        this.staging = new StagingFamily(database, owned, this.distributions, deploymentPolicies);
        this.cachePolicies = new CachePolicyFamily(policies.cache, derivation);
        this.originRequestPolicies =
                new OriginRequestPolicyFamily(policies.originRequest, derivation);
        this.responseHeadersPolicies =
                new ResponseHeadersPolicyFamily(policies.responseHeaders, derivation);
        this.accessControls = new AccessControlFamily(policies.accessControls);
        this.publicKeys = new PublicKeyFamily(policies.publicKeys);
        this.keyGroups = new KeyGroupFamily(policies.keyGroups, policies.publicKeys, derivation);
        this.invalidations = new InvalidationFamily(database, owned, invalidations);
        this.managedCertificates =
                new ManagedCertificates(database, certificates, tenants, groups, dns, clock);
        this.tenants =
                new TenantFamily(
                        database,
                        owned,
                        tenants,
                        groups,
                        viewerCertificates,
                        geo,
                        managedCertificates,
                        invalidations,
                        tags);
        this.tenantLists = new TenantLists(database, owned, tenants, groups, viewerCertificates);
        this.connectionGroups = new ConnectionGroupFamily(database, groups, tenants, tags);
        this.domains =
                new DomainFamily(
                        database, distributions, owned, this.distributions, tenants, this.tenants);
        this.tenantInvalidations =
                new TenantInvalidationFamily(database, this.tenants, this.invalidations);
        this.aliases = new AliasFamily(database, distributions, owned, viewerCertificates, texts);
        this.moves =
                lightsail ->
                        new ProvenMoves(
                                distributions,
                                owned,
                                this.distributions,
                                tenants,
                                this.tenants,
                                lightsail);
        this.tags = new TagFamily(database, owned, tenants, groups, tags);
    }

    /// How a document of this door is judged when it does not come through it.
    public ConfigDoor configDoor() {
        return distributions.configDoor();
    }

    /// For names whose owner proved, not by this API, that they shall move.
    ///
    /// @param lightsail by which its distributions give names up
    public ProvenMoves moves(ConfigDoor lightsail) {
        return moves.apply(lightsail);
    }

    /// The API as `caller` sees it.
    public CloudFrontClient as(Caller caller) {
        return new CloudFrontApi(this, new AccountId(caller.account()));
    }
}
