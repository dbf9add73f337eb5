package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.invalidArgument;
import static dev.nameplate.api.cloudfront.Refusals.require;

import dev.nameplate.certificate.Certificates;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.DistributionId;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.Distributions.Position;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.names.AccountId;
import dev.nameplate.tag.Tags;
import dev.nameplate.wire.Caller;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateDistributionWithTagsResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.DistributionAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionList;
import software.amazon.awssdk.services.cloudfront.model.DistributionNotDisabledException;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.IllegalUpdateException;
import software.amazon.awssdk.services.cloudfront.model.InvalidIfMatchVersionException;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListDistributionsResponse;
import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;
import software.amazon.awssdk.services.cloudfront.model.NoSuchResourceException;
import software.amazon.awssdk.services.cloudfront.model.PreconditionFailedException;
import software.amazon.awssdk.services.cloudfront.model.TagResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.TagResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.UntagResourceRequest;
import software.amazon.awssdk.services.cloudfront.model.UntagResourceResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateDistributionResponse;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// CloudFront for one caller. What is not overridden here, the wire refuses with the API's own error.
///
/// A configuration is completed and checked ([AcceptedConfig]), bound to its certificate ([ViewerCertificates]), translated to
/// what the edge serves ([ServedTranslation]) and kept whole beside it, so that every read echoes all that was accepted.
///
/// A caller reference is used once: even the same request again is `DistributionAlreadyExists`, as AWS answers today.
/// The message names the distribution, so a client whose answer was lost can find what it made.
public final class CloudFrontApi implements CloudFrontClient {
    private static final int PAGE = 100;

    /// As [Distribution#etag] is made, with or without the quotes that HTTP gives entity tags.
    private static final Pattern ETAG = Pattern.compile("\"?(E[A-Z0-9]{13})\"?");

    private final AccountId account;
    private final Database database;
    private final Distributions distributions;
    private final ViewerCertificates viewerCertificates;
    private final Tags tags;

    public CloudFrontApi(
            Caller caller,
            Database database,
            Distributions distributions,
            Certificates certificates,
            Tags tags,
            InstantSource clock) {
        this.account = new AccountId(caller.account());
        this.database = database;
        this.distributions = distributions;
        this.viewerCertificates = new ViewerCertificates(certificates, distributions, clock);
        this.tags = tags;
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public void close() {}

    @Override
    public CreateDistributionResponse createDistribution(CreateDistributionRequest request) {
        Distribution created = create(request.distributionConfig(), Map.of());
        return CreateDistributionResponse.builder()
                .distribution(DistributionView.full(created))
                .location(DistributionView.location(created))
                .eTag(created.etag())
                .build();
    }

    @Override
    public CreateDistributionWithTagsResponse createDistributionWithTags(
            CreateDistributionWithTagsRequest request) {
        Distribution created =
                create(
                        request.distributionConfigWithTags().distributionConfig(),
                        DistributionTags.read(request.distributionConfigWithTags().tags()));
        return CreateDistributionWithTagsResponse.builder()
                .distribution(DistributionView.full(created))
                .location(DistributionView.location(created))
                .eTag(created.etag())
                .build();
    }

    @Override
    public GetDistributionResponse getDistribution(GetDistributionRequest request) {
        Distribution found = database.read(handle -> find(handle, request.id()));
        return GetDistributionResponse.builder()
                .distribution(DistributionView.full(found))
                .eTag(found.etag())
                .build();
    }

    @Override
    public GetDistributionConfigResponse getDistributionConfig(
            GetDistributionConfigRequest request) {
        Distribution found = database.read(handle -> find(handle, request.id()));
        return GetDistributionConfigResponse.builder()
                .distributionConfig(AcceptedConfig.read(found.document()))
                .eTag(found.etag())
                .build();
    }

    @Override
    public UpdateDistributionResponse updateDistribution(UpdateDistributionRequest request) {
        AcceptedConfig accepted = AcceptedConfig.of(request.distributionConfig());
        Distribution updated =
                database.write(write -> {
                    Distribution existing = find(write.handle(), request.id());
                    requireMatch(existing, request.ifMatch());
                    require(
                            existing.callerReference().equals(accepted.config().callerReference()),
                            () ->
                                    IllegalUpdateException.builder()
                                            .message(
                                                    "The update contains modifications that are not allowed: the CallerReference"
                                                            + " of a distribution cannot change.")
                                            .build());
                    ServedConfig served = served(write.handle(), accepted);
                    return holdingAliases(() ->
                            distributions.update(write, existing, served, accepted.document()));
                });
        return UpdateDistributionResponse.builder()
                .distribution(DistributionView.full(updated))
                .eTag(updated.etag())
                .build();
    }

    @Override
    public DeleteDistributionResponse deleteDistribution(DeleteDistributionRequest request) {
        return database.write(write -> {
            Distribution existing = find(write.handle(), request.id());
            requireMatch(existing, request.ifMatch());
            require(
                    !existing.config().enabled()
                            && existing.status() == Distribution.Status.DEPLOYED,
                    () ->
                            DistributionNotDisabledException.builder()
                                    .message(
                                            "The distribution you are trying to delete has not been disabled.")
                                    .build());
            distributions.delete(write, existing);
            tags.removeAll(write, existing.id().resourceKey());
            return DeleteDistributionResponse.builder().build();
        });
    }

    @Override
    public ListDistributionsResponse listDistributions(ListDistributionsRequest request) {
        int size = pageSize(request.maxItems());
        String marker = Optional.ofNullable(request.marker()).orElse("");
        Optional<Position> after =
                marker.isEmpty() ? Optional.empty() : Optional.of(position(marker));
        List<Distribution> found =
                database.read(handle ->
                        distributions.page(
                                handle, account, Distribution.Kind.CLOUDFRONT, after, size + 1));
        boolean truncated = found.size() > size;
        List<Distribution> page = truncated ? found.subList(0, size) : found;
        DistributionList.Builder list =
                DistributionList.builder()
                        .marker(marker)
                        .maxItems(size)
                        .isTruncated(truncated)
                        .quantity(page.size());
        if (!page.isEmpty()) {
            list.items(page.stream().map(DistributionView::summary).toList());
        }
        if (truncated) {
            list.nextMarker(marker(page.getLast()));
        }
        return ListDistributionsResponse.builder().distributionList(list.build()).build();
    }

    @Override
    public TagResourceResponse tagResource(TagResourceRequest request) {
        Map<String, String> added = DistributionTags.read(request.tags());
        return database.write(write -> {
            String resource = tagged(write.handle(), request.resource());
            tags.put(write, resource, added);
            DistributionTags.checkNumber(tags.of(write.handle(), resource));
            return TagResourceResponse.builder().build();
        });
    }

    @Override
    public UntagResourceResponse untagResource(UntagResourceRequest request) {
        return database.write(write -> {
            String resource = tagged(write.handle(), request.resource());
            tags.remove(write, resource, request.tagKeys().items());
            return UntagResourceResponse.builder().build();
        });
    }

    @Override
    public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        Map<String, String> found =
                database.read(handle -> tags.of(handle, tagged(handle, request.resource())));
        return ListTagsForResourceResponse.builder().tags(DistributionTags.write(found)).build();
    }

    private Distribution create(DistributionConfig sent, Map<String, String> withTags) {
        AcceptedConfig accepted = AcceptedConfig.of(sent);
        return database.write(write -> create(write, accepted, withTags));
    }

    private Distribution create(
            Write write, AcceptedConfig accepted, Map<String, String> withTags) {
        ServedConfig served = served(write.handle(), accepted);
        Distribution created;
        try {
            created =
                    holdingAliases(() ->
                            distributions.create(
                                    write,
                                    account,
                                    Distribution.Kind.CLOUDFRONT,
                                    accepted.config().callerReference(),
                                    served,
                                    accepted.document()));
        } catch (Distributions.CallerReferenceUsed e) {
            throw DistributionAlreadyExistsException.builder()
                    .message(
                            "The caller reference that you are using to create a distribution is associated with another"
                                    + " distribution. Already exists: "
                                    + e.holder())
                    .build();
        }
        if (!withTags.isEmpty()) {
            tags.put(write, created.id().resourceKey(), withTags);
        }
        return created;
    }

    private ServedConfig served(Handle handle, AcceptedConfig accepted) {
        ViewerCertificates.Checked checked =
                viewerCertificates.check(handle, account, accepted.config());
        return ServedTranslation.translate(
                accepted.config(), checked.aliases(), checked.certificate());
    }

    private static Distribution holdingAliases(Supplier<Distribution> write) {
        try {
            return write.get();
        } catch (Distributions.AliasTaken e) {
            throw CnameAlreadyExistsException.builder()
                    .message(
                            "One or more of the CNAMEs you provided are already associated with a different resource.")
                    .build();
        }
    }

    private Distribution find(Handle handle, String id) {
        return Optional.of(id)
                .filter(DistributionId::isWellFormed)
                .flatMap(text -> distributions.find(handle, new DistributionId(text)))
                .filter(found -> found.account().equals(account))
                .filter(found -> found.kind() == Distribution.Kind.CLOUDFRONT)
                .orElseThrow(() ->
                        NoSuchDistributionException.builder()
                                .message("The specified distribution does not exist.")
                                .build());
    }

    private static void requireMatch(Distribution existing, @Nullable String ifMatch) {
        Matcher version = ETAG.matcher(Optional.ofNullable(ifMatch).orElse(""));
        require(
                version.matches(),
                () ->
                        InvalidIfMatchVersionException.builder()
                                .message(
                                        "The If-Match version is missing or not valid for the resource.")
                                .build());
        require(
                existing.etag().equals(version.group(1)),
                () ->
                        PreconditionFailedException.builder()
                                .message(
                                        "The request failed because it didn't meet the preconditions in one or more"
                                                + " request-header fields.")
                                .build());
    }

    private static int pageSize(@Nullable String maxItems) {
        if (maxItems == null || maxItems.isEmpty()) {
            return PAGE;
        }
        try {
            int size = Integer.parseInt(maxItems);
            require(size >= 1, "The parameter MaxItems must be at least 1.");
            return Math.min(size, PAGE);
        } catch (NumberFormatException e) {
            throw invalidArgument("The parameter MaxItems is not a number: " + maxItems);
        }
    }

    /// Id and time of creation, so that a page can follow one whose last distribution is gone.
    private static String marker(Distribution last) {
        return last.id() + "-" + Long.toString(last.createdAt().toEpochMilli(), 36);
    }

    private static Position position(String marker) {
        try {
            int dash = marker.indexOf('-');
            require(dash > 0, "The parameter Marker is not one that a list returned: " + marker);
            return new Position(
                    Long.parseLong(marker.substring(dash + 1), 36), marker.substring(0, dash));
        } catch (NumberFormatException e) {
            throw invalidArgument(
                    "The parameter Marker is not one that a list returned: " + marker);
        }
    }

    private String tagged(Handle handle, String arn) {
        require(
                arn.startsWith("arn:aws:cloudfront::"),
                "The parameter Resource is not the ARN of a CloudFront resource: " + arn);
        String prefix = DistributionView.arnPrefix(account);
        return Optional.of(arn)
                .filter(text -> text.startsWith(prefix))
                .map(text -> text.substring(prefix.length()))
                .filter(DistributionId::isWellFormed)
                .flatMap(id -> distributions.find(handle, new DistributionId(id)))
                .filter(found -> found.account().equals(account))
                .filter(found -> found.kind() == Distribution.Kind.CLOUDFRONT)
                .map(found -> found.id().resourceKey())
                .orElseThrow(() ->
                        NoSuchResourceException.builder()
                                .message("The specified resource does not exist: " + arn)
                                .build());
    }
}
