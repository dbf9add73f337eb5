package dev.nameplate.saas;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acm.model.Tag;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds the certificate that an interrupted attempt made, by its tags. Lives for one batch: the account's list is read at
/// most once, and only if an entry asks.
final class CertificateSearch {
    static final String JOB_TAG = "job_token";
    static final String ENTRY_TAG = "job_entry";

    /// How far the certificate service's clock may lag behind ours.
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

    private final Function<AccountId, AcmClient> acm;
    private final Map<AccountId, List<CertificateSummary>> listed = new ConcurrentHashMap<>();

    CertificateSearch(Function<AccountId, AcmClient> acm) {
        this.acm = acm;
    }

    Optional<String> find(Entry entry) {
        AcmClient client = acm.apply(entry.account());
        Set<String> names =
                entry.names().stream().map(DomainName::ascii).collect(Collectors.toSet());
        return listed
                .computeIfAbsent(entry.account(), _ -> AccountCertificates.list(client))
                .stream()
                .filter(each -> isYoung(each, entry) && sharesAName(each, names))
                .map(CertificateSummary::certificateArn)
                .filter(arn -> isTagged(client, arn, entry))
                .findFirst();
    }

    private static boolean isYoung(CertificateSummary certificate, Entry entry) {
        return certificate.createdAt() == null
                || certificate.createdAt().isAfter(entry.acceptedAt().minus(CLOCK_SKEW));
    }

    private static boolean sharesAName(CertificateSummary certificate, Set<String> names) {
        Set<String> has = new HashSet<>(certificate.subjectAlternativeNameSummaries());
        has.add(certificate.domainName());
        has.retainAll(names);
        return !has.isEmpty();
    }

    private static boolean isTagged(AcmClient client, String arn, Entry entry) {
        List<Tag> tags;
        try {
            tags = client.listTagsForCertificate(request -> request.certificateArn(arn)).tags();
        } catch (ResourceNotFoundException _) {
            return false; // Deleted since it was listed.
        }
        return has(tags, JOB_TAG, entry.job().value())
                && has(tags, ENTRY_TAG, Integer.toString(entry.number()));
    }

    private static boolean has(List<Tag> tags, String key, String value) {
        return tags.stream().anyMatch(tag -> key.equals(tag.key()) && value.equals(tag.value()));
    }

    /// The tags by which a certificate is found again; `issuer` is what the original solution sets besides.
    static List<Tag> tags(Entry entry) {
        return List.of(
                tag("issuer", entry.primaryName().base().ascii()),
                tag(JOB_TAG, entry.job().value()),
                tag(ENTRY_TAG, Integer.toString(entry.number())));
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
