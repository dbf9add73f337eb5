package dev.nameplate.saas;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionList;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;
import software.amazon.awssdk.services.cloudfront.model.Tag;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The steps that get an entry its distribution, for one batch.
final class DistributionSteps {
    private static final Pattern DISTRIBUTION_ID = Pattern.compile("\\bE[A-Z0-9]{9,24}\\b");

    private final Function<AccountId, CloudFrontClient> cloudFront;
    private final Templates templates;
    private final Map<Source, DistributionConfig> configs = new ConcurrentHashMap<>();

    private record Source(AccountId account, Template template) {}

    DistributionSteps(Function<AccountId, CloudFrontClient> cloudFront, Templates templates) {
        this.cloudFront = cloudFront;
        this.templates = templates;
    }

    /// The caller reference is the same at every attempt, and CloudFront accepts each once: an attempt that was interrupted
    /// after its effect is answered with the distribution it made.
    Progress make(Entry entry, Instant now) {
        DistributionConfig template = template(entry);
        CloudFrontClient client = cloudFront.apply(entry.account());
        Distribution made;
        try {
            made =
                    client.createDistributionWithTags(request ->
                                    request.distributionConfigWithTags(with ->
                                            with.distributionConfig(
                                                            Templates.copy(
                                                                    template, entry.reference()))
                                                    .tags(tags ->
                                                            tags.items(
                                                                    tag(
                                                                            CertificateSearch
                                                                                    .JOB_TAG,
                                                                            entry.job().value()),
                                                                    tag(
                                                                            CertificateSearch
                                                                                    .ENTRY_TAG,
                                                                            Integer.toString(
                                                                                    entry
                                                                                            .number()))))))
                            .distribution();
        } catch (DistributionAlreadyExistsException e) {
            made = existing(client, entry, e);
        }
        return entry.progress()
                .cloned(new Progress.Clone(made.id(), made.arn(), made.domainName()))
                .reached(EntryState.CERTIFICATE, now);
    }

    private DistributionConfig template(Entry entry) {
        try {
            return configs.computeIfAbsent(
                    new Source(entry.account(), entry.template().orElseThrow()),
                    source -> templates.config(source.account(), source.template()));
        } catch (Templates.UnusableTemplate e) {
            throw new StepRefused(
                    new Failure(Stage.DISTRIBUTION, e.reason(), Failure.Actor.REQUESTER));
        }
    }

    /// CloudFront's message ends in the id; should it not, the list is searched.
    private static Distribution existing(
            CloudFrontClient client, Entry entry, DistributionAlreadyExistsException e) {
        List<String> candidates =
                new ArrayList<>(
                        DISTRIBUTION_ID
                                .matcher(RetryRule.reason(e))
                                .results()
                                .map(MatchResult::group)
                                .toList());
        return candidates.stream()
                .flatMap(id -> withReference(client, id, entry).stream())
                .findFirst()
                .or(() ->
                        list(client).stream()
                                .flatMap(each -> withReference(client, each.id(), entry).stream())
                                .findFirst())
                .orElseThrow(() -> e);
    }

    private static Optional<Distribution> withReference(
            CloudFrontClient client, String id, Entry entry) {
        try {
            Distribution found = client.getDistribution(request -> request.id(id)).distribution();
            return Optional.of(found)
                    .filter(each ->
                            entry.reference().equals(each.distributionConfig().callerReference()));
        } catch (NoSuchDistributionException _) {
            return Optional.empty(); // Deleted since it was listed.
        }
    }

    static List<DistributionSummary> list(CloudFrontClient client) {
        List<DistributionSummary> all = new ArrayList<>();
        DistributionList page = client.listDistributions(_ -> {}).distributionList();
        all.addAll(page.items());
        while (Boolean.TRUE.equals(page.isTruncated())) {
            String marker = page.nextMarker();
            page = client.listDistributions(request -> request.marker(marker)).distributionList();
            all.addAll(page.items());
        }
        return all;
    }

    Progress bind(Entry entry, Instant now) {
        Progress.Clone clone = entry.progress().distribution().orElseThrow();
        String certificate = entry.progress().certificateArn().orElseThrow();
        CloudFrontClient client = cloudFront.apply(entry.account());
        boolean enabled;
        try {
            GetDistributionConfigResponse current =
                    client.getDistributionConfig(request -> request.id(clone.id()));
            DistributionConfig wanted =
                    Templates.bound(current.distributionConfig(), entry.names(), certificate);
            if (!isBound(current.distributionConfig(), wanted)) {
                client.updateDistribution(request ->
                        request.id(clone.id()).ifMatch(current.eTag()).distributionConfig(wanted));
            }
            enabled = Boolean.TRUE.equals(wanted.enabled());
        } catch (NoSuchDistributionException e) {
            throw new StepRefused(
                    new Failure(
                            Stage.DISTRIBUTION,
                            "distribution "
                                    + clone.id()
                                    + " was deleted before it got its certificate",
                            Failure.Actor.REQUESTER));
        } catch (CnameAlreadyExistsException e) {
            throw new StepRefused(
                    new Failure(
                            Stage.DISTRIBUTION,
                            RetryRule.reason(e) + " Take the name off that distribution first.",
                            Failure.Actor.REQUESTER));
        }
        if (!enabled) {
            return entry.progress()
                    .noted(
                            "the template is disabled, and so is distribution "
                                    + clone.id()
                                    + ": nothing is served until it is enabled")
                    .reached(EntryState.DONE, now);
        }
        return entry.progress().reached(EntryState.VERIFY, now);
    }

    private static boolean isBound(DistributionConfig current, DistributionConfig wanted) {
        return current.aliases() != null
                && current.aliases().items().equals(wanted.aliases().items())
                && current.viewerCertificate() != null
                && wanted.viewerCertificate()
                        .acmCertificateArn()
                        .equals(current.viewerCertificate().acmCertificateArn());
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
