package dev.nameplate.saas;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.Aliases;
import software.amazon.awssdk.services.cloudfront.model.CnameAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionAlreadyExistsException;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.DistributionSummary;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionConfigResponse;
import software.amazon.awssdk.services.cloudfront.model.GetDistributionResponse;
import software.amazon.awssdk.services.cloudfront.model.NoSuchDistributionException;
import software.amazon.awssdk.services.cloudfront.model.Tag;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The steps of an entry that gets a distribution of its own, for one batch.
final class DistributionSteps implements ServedSteps {
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    /// Whoever brings an awaited name says so: looks are for what was said just before.
    static final Duration AWAITED = Duration.ofMinutes(5);

    private static final Pattern DISTRIBUTION_ID = Pattern.compile("\\bE[A-Z0-9]{9,24}\\b");

    private final Function<AccountId, CloudFrontClient> cloudFront;
    private final Function<AccountId, CloudFrontClient> search;
    private final Templates templates;
    private final AliasHolders holders;
    private final FreeNames names;
    private final Map<Source, DistributionConfig> configs = new ConcurrentHashMap<>();
    private final Map<AccountId, Map<String, Progress.Clone>> references =
            new ConcurrentHashMap<>();

    private record Source(AccountId account, Template template) {}

    DistributionSteps(Platform platform) {
        this.cloudFront = platform.services().cloudFront();
        this.search = platform.searches().cloudFront();
        this.templates = platform.rules().templates();
        this.holders = platform.rules().holders();
        this.names = new FreeNames(holders, this::isOwn);
    }

    FreeNames names() {
        return names;
    }

    @Override
    public Progress validate(Entry entry, Instant now) {
        template(entry);
        names.require(entry);
        return entry.progress().reached(EntryState.CLONE, now);
    }

    /// An attempt that was interrupted may have come as far as binding the names.
    private boolean isOwn(Entry entry, String distributionId) {
        return entry.progress().tried()
                && !distributionId.isEmpty()
                && withReference(cloudFront.apply(entry.account()), distributionId, entry)
                        .isPresent();
    }

    /// The caller reference is the same at every attempt, and CloudFront accepts each once: an attempt that was interrupted
    /// after its effect is answered with the distribution it made.
    @Override
    public Progress make(Entry entry, Instant now) {
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
            made = existing(search.apply(entry.account()), entry, e);
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
                        AccountDistributions.list(client).stream()
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

    /// Names and certificate are free at once.
    @Override
    public Progress unserve(Entry entry, Instant now) {
        Optional<Progress.Clone> known = entry.progress().distribution();
        if (known.isEmpty() && entry.autoCreation() && entry.progress().tried()) {
            known = byReference(entry);
        }
        if (known.isEmpty()) {
            return entry.progress().removes(EntryState.DELETE_CERTIFICATE, now);
        }
        Progress.Clone clone = known.get();
        CloudFrontClient client = cloudFront.apply(entry.account());
        try {
            GetDistributionConfigResponse current =
                    client.getDistributionConfig(request -> request.id(clone.id()));
            DistributionConfig off =
                    current.distributionConfig().toBuilder()
                            .enabled(false)
                            .aliases(Aliases.builder().quantity(0).build())
                            .viewerCertificate(viewer -> viewer.cloudFrontDefaultCertificate(true))
                            .build();
            client.updateDistribution(request ->
                    request.id(clone.id()).ifMatch(current.eTag()).distributionConfig(off));
        } catch (NoSuchDistributionException _) {
            return entry.progress()
                    .withoutDistribution()
                    .removes(EntryState.DELETE_CERTIFICATE, now);
        }
        return entry.progress().cloned(clone).removes(EntryState.DELETE_DISTRIBUTION, now);
    }

    @Override
    public Progress delete(Entry entry, Instant now) {
        Progress.Clone clone = entry.progress().distribution().orElseThrow();
        CloudFrontClient client = cloudFront.apply(entry.account());
        try {
            GetDistributionResponse found =
                    client.getDistribution(request -> request.id(clone.id()));
            if (!"Deployed".equals(found.distribution().status())) {
                return entry.progress().lookAgain(pause(entry, now));
            }
            client.deleteDistribution(request -> request.id(clone.id()).ifMatch(found.eTag()));
        } catch (NoSuchDistributionException _) {
            return entry.progress()
                    .withoutDistribution()
                    .removes(EntryState.DELETE_CERTIFICATE, now);
        }
        return entry.progress().withoutDistribution().removes(EntryState.DELETE_CERTIFICATE, now);
    }

    private static Instant pause(Entry entry, Instant now) {
        return laterAndLater(entry, now, LONGEST_PAUSE);
    }

    static Instant laterAndLater(Entry entry, Instant now, Duration longest) {
        long waited = Duration.between(entry.progress().since(), now).toMillis();
        return now.plusMillis(Math.clamp(waited / 4, 250, longest.toMillis()));
    }

    /// A distribution whose making was interrupted before its id was recorded. All of the account's are read, once a batch.
    private Optional<Progress.Clone> byReference(Entry entry) {
        Map<String, Progress.Clone> made =
                references.computeIfAbsent(
                        entry.account(), account -> references(search.apply(account)));
        return Optional.ofNullable(made.get(entry.reference()));
    }

    private static Map<String, Progress.Clone> references(CloudFrontClient client) {
        Map<String, Progress.Clone> made = new HashMap<>();
        for (DistributionSummary each : AccountDistributions.list(client)) {
            try {
                Distribution found =
                        client.getDistribution(request -> request.id(each.id())).distribution();
                made.put(
                        found.distributionConfig().callerReference(),
                        new Progress.Clone(found.id(), found.arn(), found.domainName()));
            } catch (NoSuchDistributionException _) {
                // Deleted since it was listed.
            }
        }
        return made;
    }

    /// @param taken one of the entry's names is somebody else's
    /// @return those of its names that will come, without which it goes on
    /// @throws StepRefused if none will, so that whoever ordered must act
    static Set<DomainName> awaited(
            AliasHolders holders, Entry entry, CnameAlreadyExistsException taken) {
        Set<DomainName> awaited = holders.awaited(entry.job());
        if (awaited.isEmpty()) {
            throw new StepRefused(
                    new Failure(
                            Stage.DISTRIBUTION,
                            RetryRule.reason(taken) + " Take the name off that distribution first.",
                            Failure.Actor.REQUESTER));
        }
        return awaited;
    }

    @Override
    public Progress bind(Entry entry, Instant now) {
        try {
            return bind(entry, entry.names(), now);
        } catch (CnameAlreadyExistsException e) {
            Set<DomainName> awaited = awaited(holders, entry, e);
            // The certificate is ready on the distribution before the names come, so that a move
            // leaves none unserved.
            bind(
                    entry,
                    entry.names().stream().filter(name -> !awaited.contains(name)).toList(),
                    now);
            return entry.progress().lookAgain(laterAndLater(entry, now, AWAITED));
        }
    }

    private Progress bind(Entry entry, List<DomainName> names, Instant now) {
        Progress.Clone clone = entry.progress().distribution().orElseThrow();
        String certificate = entry.progress().certificateArn().orElseThrow();
        CloudFrontClient client = cloudFront.apply(entry.account());
        boolean enabled;
        try {
            GetDistributionConfigResponse current =
                    client.getDistributionConfig(request -> request.id(clone.id()));
            // A name may have come since the caller looked.
            Set<String> has = aliases(current.distributionConfig());
            List<DomainName> all =
                    entry.names().stream()
                            .filter(name -> names.contains(name) || has.contains(name.ascii()))
                            .toList();
            DistributionConfig wanted =
                    Templates.bound(current.distributionConfig(), all, certificate);
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

    private static Set<String> aliases(DistributionConfig config) {
        return Optional.ofNullable(config.aliases())
                .map(aliases -> Set.copyOf(aliases.items()))
                .orElse(Set.of());
    }

    private static boolean isBound(DistributionConfig current, DistributionConfig wanted) {
        return aliases(current).equals(aliases(wanted))
                && current.viewerCertificate() != null
                && wanted.viewerCertificate()
                        .acmCertificateArn()
                        .equals(current.viewerCertificate().acmCertificateArn());
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
