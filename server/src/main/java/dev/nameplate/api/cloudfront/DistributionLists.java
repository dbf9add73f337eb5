package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.names.AccountId;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.DistributionIdList;
import software.amazon.awssdk.services.cloudfront.model.DistributionList;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByCachePolicyIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByCachePolicyIdResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByConnectionModeRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByConnectionModeResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByKeyGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByKeyGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByOriginRequestPolicyIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByOriginRequestPolicyIdResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByResponseHeadersPolicyIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByResponseHeadersPolicyIdResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByWebAclIdRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsByWebAclIdResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsResponse;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Lists of distributions: all of an account, and those that name something.
final class DistributionLists {
    private static final int LOOKED_AT_ONCE = 200;

    private final Database database;
    private final Distributions distributions;
    private final Policies policies;

    DistributionLists(Database database, Distributions distributions, Policies policies) {
        this.database = database;
        this.distributions = distributions;
        this.policies = policies;
    }

    ListDistributionsResponse all(AccountId account, ListDistributionsRequest request) {
        return ListDistributionsResponse.builder()
                .distributionList(list(account, request.marker(), request.maxItems()))
                .build();
    }

    /// No distribution has a web ACL here, so the list is that of all, which `null` asks for, or empty.
    ListDistributionsByWebAclIdResponse byWebAcl(
            AccountId account, ListDistributionsByWebAclIdRequest request) {
        DistributionList list =
                request.webACLId().equals("null")
                        ? list(account, request.marker(), request.maxItems())
                        : view(
                                Paging.of(request.marker(), request.maxItems()),
                                new Paging.Page<>(List.of(), Optional.empty()));
        return ListDistributionsByWebAclIdResponse.builder().distributionList(list).build();
    }

    ListDistributionsByCachePolicyIdResponse byCachePolicy(
            AccountId account, ListDistributionsByCachePolicyIdRequest request) {
        String id = policies.cache.get(account, request.cachePolicyId()).id();
        return ListDistributionsByCachePolicyIdResponse.builder()
                .distributionIdList(
                        ids(account, Kind.CACHE_POLICY, id, request.marker(), request.maxItems()))
                .build();
    }

    ListDistributionsByOriginRequestPolicyIdResponse byOriginRequestPolicy(
            AccountId account, ListDistributionsByOriginRequestPolicyIdRequest request) {
        String id = policies.originRequest.get(account, request.originRequestPolicyId()).id();
        return ListDistributionsByOriginRequestPolicyIdResponse.builder()
                .distributionIdList(
                        ids(
                                account,
                                Kind.ORIGIN_REQUEST_POLICY,
                                id,
                                request.marker(),
                                request.maxItems()))
                .build();
    }

    ListDistributionsByResponseHeadersPolicyIdResponse byResponseHeadersPolicy(
            AccountId account, ListDistributionsByResponseHeadersPolicyIdRequest request) {
        String id = policies.responseHeaders.get(account, request.responseHeadersPolicyId()).id();
        return ListDistributionsByResponseHeadersPolicyIdResponse.builder()
                .distributionIdList(
                        ids(
                                account,
                                Kind.RESPONSE_HEADERS_POLICY,
                                id,
                                request.marker(),
                                request.maxItems()))
                .build();
    }

    ListDistributionsByKeyGroupResponse byKeyGroup(
            AccountId account, ListDistributionsByKeyGroupRequest request) {
        String id = policies.keyGroups.get(account, request.keyGroupId()).id();
        return ListDistributionsByKeyGroupResponse.builder()
                .distributionIdList(
                        ids(account, Kind.KEY_GROUP, id, request.marker(), request.maxItems()))
                .build();
    }

    ListDistributionsByConnectionModeResponse byConnectionMode(
            AccountId account, ListDistributionsByConnectionModeRequest request) {
        require(
                request.connectionMode() != ConnectionMode.UNKNOWN_TO_SDK_VERSION,
                "The parameter ConnectionMode must be direct or tenant-only.");
        boolean templates = request.connectionMode() == ConnectionMode.TENANT_ONLY;
        Paging paging =
                Paging.of(
                        request.marker(),
                        Optional.ofNullable(request.maxItems()).map(String::valueOf).orElse(null));
        List<Distribution> found =
                database.read(handle -> ofMode(handle, account, templates, paging));
        return ListDistributionsByConnectionModeResponse.builder()
                .distributionList(
                        view(
                                paging,
                                paging.page(
                                        found,
                                        last ->
                                                Paging.marker(
                                                        last.id().value(), last.createdAt()))))
                .build();
    }

    private List<Distribution> ofMode(
            Handle handle, AccountId account, boolean templates, Paging paging) {
        List<Distribution> found = new ArrayList<>();
        Optional<Distributions.Position> after = paging.after();
        List<Distribution> looked;
        do {
            looked =
                    distributions.page(
                            handle, account, Distribution.Kind.CLOUDFRONT, after, LOOKED_AT_ONCE);
            for (Distribution one : looked) {
                after =
                        Optional.of(
                                new Distributions.Position(
                                        one.createdAt().toEpochMilli(), one.id().value()));
                if (one.config().template().isPresent() == templates) {
                    found.add(one);
                }
            }
        } while (looked.size() == LOOKED_AT_ONCE && found.size() <= paging.size());
        return found.subList(0, Math.min(found.size(), paging.size() + 1));
    }

    private DistributionList list(
            AccountId account, @Nullable String marker, @Nullable String maxItems) {
        Paging paging = Paging.of(marker, maxItems);
        List<Distribution> found =
                database.read(handle ->
                        distributions.page(
                                handle,
                                account,
                                Distribution.Kind.CLOUDFRONT,
                                paging.after(),
                                paging.size() + 1));
        return view(
                paging,
                paging.page(found, last -> Paging.marker(last.id().value(), last.createdAt())));
    }

    private static DistributionList view(Paging paging, Paging.Page<Distribution> page) {
        DistributionList.Builder list =
                DistributionList.builder()
                        .marker(paging.marker())
                        .maxItems(paging.size())
                        .isTruncated(page.isTruncated())
                        .quantity(page.items().size());
        if (!page.items().isEmpty()) {
            list.items(page.items().stream().map(DistributionView::summary).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return list.build();
    }

    private DistributionIdList ids(
            AccountId account,
            Kind kind,
            String id,
            @Nullable String marker,
            @Nullable String maxItems) {
        Paging paging = Paging.of(marker, maxItems);
        List<Uses.User> found =
                database.read(handle ->
                        Uses.page(handle, account, kind, id, paging.after(), paging.size() + 1));
        Paging.Page<Uses.User> page =
                paging.page(
                        found,
                        last -> Paging.marker(last.distribution().value(), last.createdAt()));
        DistributionIdList.Builder list =
                DistributionIdList.builder()
                        .marker(paging.marker())
                        .maxItems(paging.size())
                        .isTruncated(page.isTruncated())
                        .quantity(page.items().size());
        if (!page.items().isEmpty()) {
            list.items(page.items().stream().map(user -> user.distribution().value()).toList());
        }
        page.next().ifPresent(list::nextMarker);
        return list.build();
    }
}
