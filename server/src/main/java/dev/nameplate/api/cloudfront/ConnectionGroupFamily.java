package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.tag.Tags;
import dev.nameplate.tenant.ConnectionGroup;
import dev.nameplate.tenant.ConnectionGroups;
import dev.nameplate.tenant.Tenants;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.CannotDeleteEntityWhileInUseException;
import software.amazon.awssdk.services.cloudfront.model.ConnectionGroupSummary;
import software.amazon.awssdk.services.cloudfront.model.CreateConnectionGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateConnectionGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteConnectionGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteConnectionGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.EntityAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.EntityNotFoundException;
import software.amazon.awssdk.services.cloudfront.model.GetConnectionGroupByRoutingEndpointRequest;
import software.amazon.awssdk.services.cloudfront.model.GetConnectionGroupByRoutingEndpointResponse;
import software.amazon.awssdk.services.cloudfront.model.GetConnectionGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.GetConnectionGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.ListConnectionGroupsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListConnectionGroupsResponse;
import software.amazon.awssdk.services.cloudfront.model.ResourceNotDisabledException;
import software.amazon.awssdk.services.cloudfront.model.UpdateConnectionGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateConnectionGroupResponse;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Connection groups: where an account's tenants are reached. The default one comes with the first tenant.
final class ConnectionGroupFamily {
    static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9.-]{1,126}[a-zA-Z0-9]");

    private final Database database;
    private final ConnectionGroups groups;
    private final Tenants tenants;
    private final Tags tags;

    ConnectionGroupFamily(Database database, ConnectionGroups groups, Tenants tenants, Tags tags) {
        this.database = database;
        this.groups = groups;
        this.tenants = tenants;
        this.tags = tags;
    }

    CreateConnectionGroupResponse create(AccountId account, CreateConnectionGroupRequest request) {
        require(
                NAME.matcher(request.name()).matches(),
                "The parameter Name must have 3 to 128 letters, digits, dots or hyphens: "
                        + request.name());
        noAnycast(request.anycastIpListId());
        Map<String, String> withTags =
                request.tags() == null ? Map.of() : DistributionTags.read(request.tags());
        ConnectionGroup created =
                database.write(write -> {
                    ConnectionGroup group =
                            groups.create(
                                            write,
                                            account,
                                            request.name(),
                                            !Boolean.FALSE.equals(request.ipv6Enabled()),
                                            !Boolean.FALSE.equals(request.enabled()))
                                    .orElseThrow(() ->
                                            EntityAlreadyExistsException.builder()
                                                    .message(
                                                            "The entity already exists: a connection group named "
                                                                    + request.name()
                                                                    + ".")
                                                    .build());
                    tags.put(write, group.resourceKey(), withTags);
                    return group;
                });
        return CreateConnectionGroupResponse.builder()
                .connectionGroup(view(created, withTags))
                .eTag(created.etag())
                .build();
    }

    GetConnectionGroupResponse get(AccountId account, GetConnectionGroupRequest request) {
        return database.read(handle -> {
            ConnectionGroup found = find(handle, account, request.identifier());
            return GetConnectionGroupResponse.builder()
                    .connectionGroup(view(found, tags.of(handle, found.resourceKey())))
                    .eTag(found.etag())
                    .build();
        });
    }

    GetConnectionGroupByRoutingEndpointResponse get(
            AccountId account, GetConnectionGroupByRoutingEndpointRequest request) {
        return database.read(handle -> {
            ConnectionGroup found =
                    groups.byEndpoint(handle, request.routingEndpoint())
                            .filter(group -> group.account().equals(account))
                            .orElseThrow(() -> missing(request.routingEndpoint()));
            return GetConnectionGroupByRoutingEndpointResponse.builder()
                    .connectionGroup(view(found, tags.of(handle, found.resourceKey())))
                    .eTag(found.etag())
                    .build();
        });
    }

    UpdateConnectionGroupResponse update(AccountId account, UpdateConnectionGroupRequest request) {
        noAnycast(request.anycastIpListId());
        return database.write(write -> {
            ConnectionGroup existing = find(write.handle(), account, request.id());
            IfMatch.require(existing.etag(), request.ifMatch());
            ConnectionGroup changed =
                    groups.update(
                            write,
                            existing,
                            Optional.ofNullable(request.ipv6Enabled()).orElse(existing.ipv6()),
                            Optional.ofNullable(request.enabled()).orElse(existing.enabled()));
            return UpdateConnectionGroupResponse.builder()
                    .connectionGroup(view(changed, tags.of(write.handle(), changed.resourceKey())))
                    .eTag(changed.etag())
                    .build();
        });
    }

    DeleteConnectionGroupResponse delete(AccountId account, DeleteConnectionGroupRequest request) {
        return database.write(write -> {
            ConnectionGroup existing = find(write.handle(), account, request.id());
            IfMatch.require(existing.etag(), request.ifMatch());
            require(
                    !existing.enabled(),
                    () ->
                            ResourceNotDisabledException.builder()
                                    .message(
                                            "The specified CloudFront resource hasn't been disabled yet.")
                                    .build());
            require(
                    !tenants.hasAny(
                            write.handle(),
                            account,
                            new Tenants.TenantFilter.InGroup(existing.id())),
                    () ->
                            CannotDeleteEntityWhileInUseException.builder()
                                    .message(
                                            "The entity cannot be deleted while it is in use: the connection group has distribution"
                                                    + " tenants.")
                                    .build());
            groups.delete(write, existing);
            tags.removeAll(write, existing.resourceKey());
            return DeleteConnectionGroupResponse.builder().build();
        });
    }

    ListConnectionGroupsResponse list(AccountId account, ListConnectionGroupsRequest request) {
        Paging paging = paging(request.marker(), request.maxItems());
        if (request.associationFilter() != null
                && request.associationFilter().anycastIpListId() != null) {
            throw missing(request.associationFilter().anycastIpListId());
        }
        Paging.Page<ConnectionGroup> page =
                paging.page(
                        database.read(handle ->
                                groups.page(handle, account, paging.after(), paging.size() + 1)),
                        last -> Paging.marker(last.id(), last.createdAt()));
        ListConnectionGroupsResponse.Builder list = ListConnectionGroupsResponse.builder();
        if (!page.items().isEmpty()) {
            list.connectionGroups(
                    page.items().stream().map(ConnectionGroupFamily::summary).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return list.build();
    }

    ConnectionGroup find(Handle handle, AccountId account, String idOrName) {
        return groups.find(handle, account, idOrName).orElseThrow(() -> missing(idOrName));
    }

    /// The newer lists carry numbers as numbers.
    static Paging paging(@Nullable String marker, @Nullable Integer maxItems) {
        return Paging.of(marker, maxItems == null ? null : maxItems.toString());
    }

    static EntityNotFoundException missing(String what) {
        return EntityNotFoundException.builder()
                .message("The entity was not found: " + what + ".")
                .build();
    }

    private static void noAnycast(@Nullable String id) {
        require(
                id == null || id.isEmpty(),
                "The parameter AnycastIpListId is not supported: there are no static IP lists.");
    }

    private static software.amazon.awssdk.services.cloudfront.model.ConnectionGroup view(
            ConnectionGroup group, Map<String, String> tags) {
        return software.amazon.awssdk.services.cloudfront.model.ConnectionGroup.builder()
                .id(group.id())
                .name(group.name())
                .arn(arn(group))
                .createdTime(group.createdAt())
                .lastModifiedTime(group.modifiedAt())
                .tags(DistributionTags.write(tags))
                .ipv6Enabled(group.ipv6())
                .routingEndpoint(group.routingEndpoint())
                .status(TenantView.status(group.status()))
                .enabled(group.enabled())
                .isDefault(group.isDefault())
                .build();
    }

    private static ConnectionGroupSummary summary(ConnectionGroup group) {
        return ConnectionGroupSummary.builder()
                .id(group.id())
                .name(group.name())
                .arn(arn(group))
                .routingEndpoint(group.routingEndpoint())
                .createdTime(group.createdAt())
                .lastModifiedTime(group.modifiedAt())
                .eTag(group.etag())
                .enabled(group.enabled())
                .status(TenantView.status(group.status()))
                .isDefault(group.isDefault())
                .build();
    }

    private static String arn(ConnectionGroup group) {
        return "arn:aws:cloudfront::" + group.account() + ":" + group.resourceKey();
    }
}
