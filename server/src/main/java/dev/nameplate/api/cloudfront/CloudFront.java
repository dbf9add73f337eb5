package dev.nameplate.api.cloudfront;

import dev.nameplate.certificate.Certificates;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.AccountId;
import dev.nameplate.tag.Tags;
import dev.nameplate.wire.Caller;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;

import java.time.InstantSource;

/// The CloudFront door: one class a family of resources, made once.
public final class CloudFront {
    final DistributionFamily distributions;
    final TagFamily tags;

    public CloudFront(
            Database database,
            Distributions distributions,
            Certificates certificates,
            Tags tags,
            InstantSource clock) {
        var owned = new OwnedDistributions(distributions);
        this.distributions =
                new DistributionFamily(
                        database,
                        distributions,
                        owned,
                        new ViewerCertificates(certificates, distributions, clock),
                        tags);
        this.tags = new TagFamily(database, owned, tags);
    }

    /// The API as `caller` sees it.
    public CloudFrontClient as(Caller caller) {
        return new CloudFrontApi(this, new AccountId(caller.account()));
    }
}
