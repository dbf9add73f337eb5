package dev.nameplate.saas;

import dev.nameplate.names.AccountId;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acm.model.Tag;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// Finds the certificate that an interrupted attempt made, by its tags. Lives for one batch: the account's list is read at
/// most once, and only if an entry asks.
final class CertificateSearch {
    static final String JOB_TAG = "job_token";
    static final String ENTRY_TAG = "job_entry";

    /// What our own ACM goes by.
    static final String ISSUERS_TAG = "nameplate:issuer";

    /// How far the certificate service's clock may lag behind ours.
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

    private final Function<AccountId, AcmClient> acm;
    private final Map<AccountId, Map<String, List<Listed>>> listed = new ConcurrentHashMap<>();

    /// What is kept of the list: an account may have a hundred thousand certificates, and an entry has a few names.
    private record Listed(String arn, Optional<Instant> createdAt) {}

    CertificateSearch(Function<AccountId, AcmClient> acm) {
        this.acm = acm;
    }

    Optional<String> find(Entry entry) {
        AcmClient client = acm.apply(entry.account());
        Map<String, List<Listed>> byName =
                listed.computeIfAbsent(entry.account(), _ -> byName(client));
        return entry.names().stream()
                .flatMap(name -> byName.getOrDefault(name.ascii(), List.of()).stream())
                .distinct()
                .filter(each -> isYoung(each, entry))
                .map(Listed::arn)
                .filter(arn -> isTagged(client, arn, entry))
                .findFirst();
    }

    private static Map<String, List<Listed>> byName(AcmClient client) {
        Map<String, List<Listed>> byName = new HashMap<>();
        for (CertificateSummary each : AccountCertificates.list(client)) {
            Listed kept = new Listed(each.certificateArn(), Optional.ofNullable(each.createdAt()));
            Set<String> names = new HashSet<>(each.subjectAlternativeNameSummaries());
            names.add(each.domainName());
            names.forEach(name -> byName.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(kept));
        }
        return byName;
    }

    private static boolean isYoung(Listed certificate, Entry entry) {
        return certificate
                .createdAt()
                .map(at -> at.isAfter(entry.acceptedAt().minus(CLOCK_SKEW)))
                .orElse(true);
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

    /// The tags by which a certificate is found again, and by which its issuers are chosen; `issuer` is what the original
    /// solution sets besides.
    static List<Tag> tags(Entry entry) {
        Stream<Tag> always =
                Stream.of(
                        tag("issuer", entry.primaryName().base().ascii()),
                        tag(JOB_TAG, entry.job().value()),
                        tag(ENTRY_TAG, Integer.toString(entry.number())));
        return entry.issuers().isEmpty()
                ? always.toList()
                : Stream.concat(
                                always,
                                Stream.of(tag(ISSUERS_TAG, String.join(" ", entry.issuers()))))
                        .toList();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
