package dev.nameplate.saas.aws;

import dev.nameplate.saas.AccountCertificates;
import dev.nameplate.saas.AccountDistributions;
import dev.nameplate.saas.Quota;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.CertificateType;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.servicequotas.ServiceQuotasClient;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The account's quotas, as Service Quotas tells them or as they are published, against what is there and what jobs under way
/// are still going to make.
final class AccountQuota implements Quota {
    private static final Logger LOG = LoggerFactory.getLogger(AccountQuota.class);
    private static final Duration KEPT = Duration.ofMinutes(10);

    /// A quota by its code, and its value for accounts that asked for no other.
    private enum Kind {
        REQUESTED("acm", "L-F141DD1D", 2_500, "ACM certificates"),
        IMPORTED("acm", "L-D2CB7DE9", 2_500, "imported ACM certificates"),
        DISTRIBUTIONS("cloudfront", "L-24B04930", 500, "CloudFront distributions");

        private final String service;
        private final String code;
        private final int published;
        private final String words;

        Kind(String service, String code, int published, String words) {
            this.service = service;
            this.code = code;
            this.published = published;
            this.words = words;
        }
    }

    private final AcmClient acm;
    private final CloudFrontClient cloudFront;
    private final ServiceQuotasClient quotas;
    private final Supplier<Wanted> planned;
    private final InstantSource clock;

    private record Known(int value, Instant at) {}

    /// Guarded by this.
    private final Map<Kind, Known> known = new EnumMap<>(Kind.class);

    /// @param planned what jobs under way are still going to make
    AccountQuota(
            AcmClient acm,
            CloudFrontClient cloudFront,
            ServiceQuotasClient quotas,
            Supplier<Wanted> planned,
            InstantSource clock) {
        this.acm = acm;
        this.cloudFront = cloudFront;
        this.quotas = quotas;
        this.planned = planned;
        this.clock = clock;
    }

    @Override
    public Optional<String> refusal(Wanted wanted) {
        Wanted others = planned.get();
        if (wanted.requested() + wanted.imported() > 0) {
            List<CertificateSummary> certificates = AccountCertificates.list(acm);
            int imported =
                    (int)
                            certificates.stream()
                                    .filter(each -> each.type() == CertificateType.IMPORTED)
                                    .count();
            int requested =
                    (int)
                            certificates.stream()
                                    .filter(each ->
                                            each.type() != CertificateType.IMPORTED
                                                    && each.type() != CertificateType.PRIVATE)
                                    .count();
            Optional<String> refusal =
                    refusal(Kind.REQUESTED, wanted.requested(), requested, others.requested())
                            .or(() ->
                                    refusal(
                                            Kind.IMPORTED,
                                            wanted.imported(),
                                            imported,
                                            others.imported()));
            if (refusal.isPresent()) {
                return refusal;
            }
        }
        if (wanted.distributions() == 0) {
            return Optional.empty();
        }
        int distributions = AccountDistributions.list(cloudFront).size();
        return refusal(
                Kind.DISTRIBUTIONS, wanted.distributions(), distributions, others.distributions());
    }

    private Optional<String> refusal(Kind kind, int wanted, int there, int planned) {
        int most = limit(kind);
        int fit = Math.max(0, most - there - planned);
        if (wanted <= fit) {
            return Optional.empty();
        }
        return Optional.of(
                "needs %d %s, and %d more fit: the AWS account's quota %s is %d, %d are there and %d are still to come for other jobs"
                        .formatted(wanted, kind.words, fit, kind.code, most, there, planned));
    }

    private synchronized int limit(Kind kind) {
        Instant now = clock.instant();
        Known before = known.get(kind);
        if (before != null && before.at().plus(KEPT).isAfter(now)) {
            return before.value();
        }
        int value = kind.published;
        try {
            value =
                    quotas.getServiceQuota(request ->
                                    request.serviceCode(kind.service).quotaCode(kind.code))
                            .quota()
                            .value()
                            .intValue();
        } catch (SdkException unanswered) {
            LOG.info(
                    "quota {} is taken to be {}, as published: {}",
                    kind.code,
                    value,
                    unanswered.getMessage());
        }
        known.put(kind, new Known(value, now));
        return value;
    }
}
