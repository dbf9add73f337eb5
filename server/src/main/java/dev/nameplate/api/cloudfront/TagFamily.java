package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.tag.Tags;
import dev.nameplate.tenant.ConnectionGroup;
import dev.nameplate.tenant.ConnectionGroups;
import dev.nameplate.tenant.Tenant;
import dev.nameplate.tenant.Tenants;

import org.jdbi.v3.core.Handle;

import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchResourceException;
import software.amazon.awssdk.services.cloudfront.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.UntagResourceResponse;

import java.util.Map;
import java.util.Optional;

/// Tags, by the ARN of what they are on.
final class TagFamily {
    private final Database database;
    private final OwnedDistributions distributions;
    private final Tenants tenants;
    private final ConnectionGroups groups;
    private final Tags tags;

    TagFamily(
            Database database,
            OwnedDistributions distributions,
            Tenants tenants,
            ConnectionGroups groups,
            Tags tags) {
        this.database = database;
        this.distributions = distributions;
        this.tenants = tenants;
        this.groups = groups;
        this.tags = tags;
    }

    TagResourceResponse tag(AccountId account, TagResourceRequest request) {
        Map<String, String> added = DistributionTags.read(request.tags());
        return database.write(write -> {
            String resource = tagged(write.handle(), account, request.resource());
            tags.put(write, resource, added);
            DistributionTags.checkNumber(tags.of(write.handle(), resource));
            return TagResourceResponse.builder().build();
        });
    }

    UntagResourceResponse untag(AccountId account, UntagResourceRequest request) {
        return database.write(write -> {
            String resource = tagged(write.handle(), account, request.resource());
            tags.remove(write, resource, request.tagKeys().items());
            return UntagResourceResponse.builder().build();
        });
    }

    ListTagsForResourceResponse list(AccountId account, ListTagsForResourceRequest request) {
        Map<String, String> found =
                database.read(
                        handle -> tags.of(handle, tagged(handle, account, request.resource())));
        return ListTagsForResourceResponse.builder().tags(DistributionTags.write(found)).build();
    }

    private String tagged(Handle handle, AccountId account, String arn) {
        require(
                arn.startsWith("arn:aws:cloudfront::"),
                "The parameter Resource is not the ARN of a CloudFront resource: " + arn);
        String own = "arn:aws:cloudfront::" + account + ":";
        String key = arn.startsWith(own) ? arn.substring(own.length()) : "";
        String id = key.substring(key.indexOf('/') + 1);
        Optional<String> found =
                switch (key.substring(0, Math.max(0, key.indexOf('/')))) {
                    case "distribution" ->
                            distributions
                                    .look(handle, account, id)
                                    .map(one -> one.id().resourceKey());
                    case "distribution-tenant" ->
                            tenants.find(handle, account, id).map(Tenant::resourceKey);
                    case "connection-group" ->
                            groups.find(handle, account, id).map(ConnectionGroup::resourceKey);
                    default -> Optional.empty();
                };
        return found.filter(key::equals)
                .orElseThrow(() ->
                        NoSuchResourceException.builder()
                                .message("The specified resource does not exist: " + arn)
                                .build());
    }
}
