package dev.nameplate.api.lightsail;

import dev.nameplate.certificate.Certificates;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.ConfigDoor;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.dns.Zones;
import dev.nameplate.invalidation.Invalidations;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.tag.Tags;
import dev.nameplate.wire.Caller;

import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// The Lightsail door: one for the process, handing each caller an API of their own.
public final class Lightsail {
    final LightsailCertificates certificates;
    final LightsailDistributions distributions;
    final DistributionChanges changes;
    final DistributionCacheReset cacheReset;
    final DistributionMetrics metrics;
    final LightsailDomains domains;
    final LightsailTags tags;
    final OperationLog operations;
    final ActiveNames activeNames;

    public Lightsail(
            Database database,
            Certificates certificates,
            Zones zones,
            Distributions distributions,
            Invalidations invalidations,
            Tags tags,
            LightsailSettings settings,
            InstantSource clock,
            RandomGenerator random) {
        var names = new ResourceNames();
        this.operations =
                new OperationLog(
                        database,
                        distributions,
                        invalidations,
                        clock,
                        random,
                        settings.operationsKept());
        this.activeNames = new ActiveNames(database, names);
        this.tags = new LightsailTags(database, tags, names, operations);
        this.certificates =
                new LightsailCertificates(
                        database,
                        certificates,
                        zones,
                        names,
                        this.tags,
                        operations,
                        clock,
                        settings);
        var own = new OwnDistributions(distributions, names);
        var attachable = new AttachableCertificates(certificates, names, clock);
        this.distributions =
                new LightsailDistributions(
                        database,
                        distributions,
                        invalidations,
                        own,
                        attachable,
                        names,
                        this.tags,
                        operations,
                        clock,
                        random);
        this.changes =
                new DistributionChanges(
                        database, distributions, own, attachable, names, operations, clock);
        this.cacheReset =
                new DistributionCacheReset(database, own, invalidations, operations, random);
        this.metrics = new DistributionMetrics(database, own);
        this.domains =
                new LightsailDomains(
                        database, zones, names, this.tags, operations, settings.maxDomains());
    }

    /// How a document of this door is judged when it does not come through it.
    public ConfigDoor configDoor() {
        return changes.configDoor();
    }

    /// The API as `caller` sees it: their account, in the Region they signed for.
    public LightsailClient as(Caller caller) {
        return new LightsailApi(
                this, new Call(new AccountId(caller.account()), new Region(caller.region())));
    }
}
