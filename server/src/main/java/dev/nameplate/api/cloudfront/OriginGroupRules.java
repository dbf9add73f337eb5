package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.NoSuchOriginException;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupSelectionCriteria;
import software.amazon.awssdk.services.cloudfront.model.TooManyOriginGroupsPerDistributionException;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What must hold within origin groups.
final class OriginGroupRules {
    private static final int MAX_GROUPS = 10;
    private static final Set<Integer> FAILURES =
            Set.of(400, 403, 404, 416, 429, 500, 502, 503, 504);

    private OriginGroupRules() {}

    /// @param config with defaults filled in
    /// @param origins ids
    static void check(DistributionConfig config, Set<String> origins) {
        List<OriginGroup> groups = config.originGroups().items();
        require(
                groups.size() <= MAX_GROUPS,
                () ->
                        TooManyOriginGroupsPerDistributionException.builder()
                                .message(
                                        "Your request contains more origin groups than are allowed per distribution: "
                                                + MAX_GROUPS
                                                + ".")
                                .build());
        Set<String> ids = new HashSet<>(origins);
        for (OriginGroup group : groups) {
            require(
                    !group.id().isEmpty() && ids.add(group.id()),
                    "The parameter OriginGroups contains the id "
                            + group.id()
                            + ", which another origin or origin group has.");
            require(
                    group.selectionCriteria() == null
                            || group.selectionCriteria() == OriginGroupSelectionCriteria.DEFAULT,
                    "The parameter SelectionCriteria must be default: the quality of media is not looked at here.");
            List<String> members =
                    group.members().items().stream().map(member -> member.originId()).toList();
            require(
                    members.size() == 2 && !members.getFirst().equals(members.getLast()),
                    "The parameter Members of the origin group "
                            + group.id()
                            + " must name two different origins.");
            require(
                    origins.containsAll(members),
                    () ->
                            NoSuchOriginException.builder()
                                    .message(
                                            "One or more of your origins or origin groups do not exist.")
                                    .build());
            List<Integer> codes = group.failoverCriteria().statusCodes().items();
            require(
                    !codes.isEmpty() && FAILURES.containsAll(codes),
                    "The parameter StatusCodes of the origin group "
                            + group.id()
                            + " must be among 400, 403, 404, 416, 429, 500, 502, 503 and 504.");
        }
    }
}
