package dev.nameplate.saas;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.EntityNotFoundException;
import software.amazon.awssdk.services.cloudfront.model.GetConnectionGroupRequest;
import software.amazon.awssdk.services.cloudfront.model.GetConnectionGroupResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;
import software.amazon.awssdk.services.cloudfront.model.PreconditionFailedException;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionResponse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// CloudFront in memory: caller references and aliases are used once, updates need the current ETag, pages hold two.
public final class FakeCloudFront implements CloudFrontClient {
    public record Held(String id, DistributionConfig config, List<Tag> tags, int version) {
        public String arn() {
            return "arn:aws:cloudfront::000000000001:distribution/" + id;
        }

        public List<String> aliases() {
            return config.aliases() == null ? List.of() : config.aliases().items();
        }

        String eTag() {
            return id + "V" + version;
        }

        Distribution shown() {
            return Distribution.builder()
                    .id(id)
                    .status("Deployed")
                    .arn(arn())
                    .domainName(
                            "d"
                                    + id.substring(1).toLowerCase(java.util.Locale.ROOT)
                                    + ".cdn.example")
                    .distributionConfig(config)
                    .build();
        }
    }

    private static final int PAGE = 2;

    private final Interruptions calls;
    private final Map<String, Held> held = new TreeMap<>();
    private int made;

    /// The ids of connection groups.
    public final Set<String> groups = new HashSet<>();

    /// Whether the error for a used caller reference names its distribution, as CloudFront's does.
    public boolean tellsHolder = true;

    public FakeCloudFront(Interruptions calls) {
        this.calls = calls;
    }

    public synchronized String template(DistributionConfig config) {
        return add(config, List.of()).id();
    }

    public synchronized List<Held> all() {
        return List.copyOf(held.values());
    }

    /// All but the template.
    public synchronized List<Held> clones() {
        return held.values().stream()
                .filter(each -> each.config().callerReference().startsWith("saas-"))
                .toList();
    }

    public synchronized Optional<Held> serving(String host) {
        return held.values().stream()
                .filter(each ->
                        each.aliases().contains(host)
                                || each.aliases().contains("*" + host.substring(host.indexOf('.'))))
                .findFirst();
    }

    public synchronized void delete(String id) {
        held.remove(id);
    }

    private Held add(DistributionConfig config, List<Tag> tags) {
        String id = "E%012d".formatted(++made);
        Held added = new Held(id, config, List.copyOf(tags), 1);
        held.put(id, added);
        return added;
    }

    @Override
    public CreateDistributionWithTagsResponse createDistributionWithTags(
            CreateDistributionWithTagsRequest request) {
        DistributionConfig config = request.distributionConfigWithTags().distributionConfig();
        return calls.around(
                "createDistributionWithTags",
                config.callerReference(),
                () -> {
                    synchronized (this) {
                        for (Held each : held.values()) {
                            if (each.config().callerReference().equals(config.callerReference())) {
                                throw alreadyExists(each);
                            }
                        }
                        Held added =
                                add(config, request.distributionConfigWithTags().tags().items());
                        return CreateDistributionWithTagsResponse.builder()
                                .distribution(added.shown())
                                .build();
                    }
                });
    }

    private RuntimeException alreadyExists(Held holder) {
        String message =
                "The caller reference that you are using to create a distribution is associated with"
                        + " another distribution."
                        + (tellsHolder ? " Already exists: " + holder.id() : "");
        return DistributionAlreadyExistsException.builder()
                .statusCode(409)
                .awsErrorDetails(details("DistributionAlreadyExists", message))
                .build();
    }

    @Override
    public UpdateDistributionResponse updateDistribution(UpdateDistributionRequest request) {
        DistributionConfig config = request.distributionConfig();
        return calls.around(
                "updateDistribution",
                request.id(),
                () -> {
                    synchronized (this) {
                        Held current = find(request.id());
                        if (!current.eTag().equals(request.ifMatch())) {
                            throw PreconditionFailedException.builder()
                                    .statusCode(412)
                                    .awsErrorDetails(details("PreconditionFailed", "stale"))
                                    .build();
                        }
                        for (Held each : held.values()) {
                            if (!each.id().equals(current.id())
                                    && config.aliases().items().stream()
                                            .anyMatch(each.aliases()::contains)) {
                                throw CnameAlreadyExistsException.builder()
                                        .statusCode(409)
                                        .awsErrorDetails(
                                                details(
                                                        "CNAMEAlreadyExists",
                                                        "One of the CNAMEs is taken."))
                                        .build();
                            }
                        }
                        Held changed =
                                new Held(
                                        current.id(),
                                        config,
                                        current.tags(),
                                        current.version() + 1);
                        held.put(current.id(), changed);
                        return UpdateDistributionResponse.builder()
                                .distribution(changed.shown())
                                .build();
                    }
                });
    }

    @Override
    public DeleteDistributionResponse deleteDistribution(DeleteDistributionRequest request) {
        return calls.around(
                "deleteDistribution",
                request.id(),
                () -> {
                    synchronized (this) {
                        Held current = find(request.id());
                        if (!current.eTag().equals(request.ifMatch())
                                || current.config().enabled()) {
                            throw new IllegalStateException("enabled or changed: " + current);
                        }
                        held.remove(request.id());
                        return DeleteDistributionResponse.builder().build();
                    }
                });
    }

    @Override
    public GetDistributionConfigResponse getDistributionConfig(
            GetDistributionConfigRequest request) {
        return calls.around(
                "getDistributionConfig",
                request.id(),
                () -> {
                    Held found = find(request.id());
                    return GetDistributionConfigResponse.builder()
                            .distributionConfig(found.config())
                            .eTag(found.eTag())
                            .build();
                });
    }

    @Override
    public GetDistributionResponse getDistribution(GetDistributionRequest request) {
        return calls.around(
                "getDistribution",
                request.id(),
                () ->
                        GetDistributionResponse.builder()
                                .distribution(find(request.id()).shown())
                                .eTag(find(request.id()).eTag())
                                .build());
    }

    @Override
    public GetConnectionGroupResponse getConnectionGroup(GetConnectionGroupRequest request) {
        if (!groups.contains(request.identifier())) {
            throw EntityNotFoundException.builder().message("no such group").build();
        }
        return GetConnectionGroupResponse.builder()
                .connectionGroup(group -> group.id(request.identifier()))
                .build();
    }

    @Override
    public ListDistributionsResponse listDistributions(ListDistributionsRequest request) {
        return calls.around(
                "listDistributions",
                "",
                () -> {
                    List<Held> all = new ArrayList<>(all());
                    int from = request.marker() == null ? 0 : Integer.parseInt(request.marker());
                    int to = Math.min(all.size(), from + PAGE);
                    List<DistributionSummary> page =
                            all.subList(from, to).stream()
                                    .map(each ->
                                            DistributionSummary.builder()
                                                    .id(each.id())
                                                    .aliases(each.config().aliases())
                                                    .build())
                                    .toList();
                    return ListDistributionsResponse.builder()
                            .distributionList(list ->
                                    list.items(page)
                                            .quantity(page.size())
                                            .isTruncated(to < all.size())
                                            .nextMarker(Integer.toString(to)))
                            .build();
                });
    }

    private synchronized Held find(String id) {
        Held found = held.get(id);
        if (found == null) {
            throw NoSuchDistributionException.builder()
                    .statusCode(404)
                    .awsErrorDetails(
                            details(
                                    "NoSuchDistribution",
                                    "The specified distribution does not exist."))
                    .build();
        }
        return found;
    }

    static AwsErrorDetails details(String code, String message) {
        return AwsErrorDetails.builder().errorCode(code).errorMessage(message).build();
    }

    @Override
    public String serviceName() {
        return "cloudfront";
    }

    @Override
    public void close() {}
}
