package dev.nameplate.api.acm;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.db.Database;

import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.model.Filters;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;
import software.amazon.awssdk.services.acm.model.ListCertificatesResponse;
import software.amazon.awssdk.services.acm.model.SortOrder;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// ListCertificates: filters, order and pages.
final class CertificateList {
    private static final int DEFAULT_PAGE = 100;

    /// A list that does not ask for key types shows these only, as AWS has done since before there were others.
    private static final Set<String> DEFAULT_KEY_TYPES = Set.of("RSA_1024", "RSA_2048");

    private static final Comparator<Position> OLDEST_FIRST =
            Comparator.comparingLong(Position::createdAt).thenComparing(Position::id);

    private static final Pattern TOKEN = Pattern.compile("(\\d{1,15}) ([0-9a-f-]{36})");

    private final Database database;
    private final Certificates certificates;
    private final InstantSource clock;

    CertificateList(Database database, Certificates certificates, InstantSource clock) {
        this.database = database;
        this.certificates = certificates;
        this.clock = clock;
    }

    private record Position(long createdAt, String id) {
        static Position of(Certificate certificate) {
            return new Position(
                    certificate.createdAt().toEpochMilli(), certificate.id().toString());
        }
    }

    ListCertificatesResponse list(Call call, ListCertificatesRequest request) {
        if ((request.sortByAsString() == null) != (request.sortOrderAsString() == null)) {
            throw Refusal.invalidArgs("SortBy and SortOrder must be given together.");
        }
        Comparator<Position> order =
                request.sortOrder() == SortOrder.DESCENDING
                        ? OLDEST_FIRST.reversed()
                        : OLDEST_FIRST;
        int size = request.maxItems() == null ? DEFAULT_PAGE : request.maxItems();
        @Nullable Position after = decode(request.nextToken());
        Instant now = clock.instant();
        return database.read(handle -> {
            Stream<Certificate> wanted =
                    certificates.list(handle, call.account(), call.region()).stream()
                            .filter(certificate -> matches(handle, certificate, request, now))
                            .sorted(Comparator.comparing(Position::of, order))
                            .filter(certificate ->
                                    after == null
                                            || order.compare(Position.of(certificate), after) > 0);
            List<Certificate> page = wanted.limit(size + 1L).toList();
            var answer = ListCertificatesResponse.builder();
            if (page.size() > size) {
                page = page.subList(0, size);
                answer.nextToken(encode(Position.of(page.getLast())));
            }
            return answer.certificateSummaryList(
                            page.stream()
                                    .map(certificate ->
                                            CertificateView.summary(
                                                    certificate,
                                                    uses(handle, certificate),
                                                    !certificates
                                                            .usedBy(handle, certificate.id())
                                                            .isEmpty(),
                                                    now))
                                    .toList())
                    .build();
        });
    }

    private boolean matches(
            Handle handle, Certificate certificate, ListCertificatesRequest request, Instant now) {
        Filters includes =
                request.includes() == null ? Filters.builder().build() : request.includes();
        Set<String> keyTypes =
                includes.hasKeyTypes()
                        ? Set.copyOf(includes.keyTypesAsStrings())
                        : DEFAULT_KEY_TYPES;
        return !certificate.names().isEmpty()
                && keyTypes.contains(Words.keyAlgorithm(certificate.keyAlgorithm()))
                && (!request.hasCertificateStatuses()
                        || request.certificateStatusesAsStrings()
                                .contains(Words.status(certificate, now).toString()))
                && !"ENABLED".equals(includes.exportOptionAsString())
                && includes.managedByAsString() == null
                && usesMatch(handle, certificate, includes);
    }

    /// The leaf is read only where a filter asks for what only it says.
    private boolean usesMatch(Handle handle, Certificate certificate, Filters includes) {
        if (includes.keyUsageAsStrings().isEmpty()
                && includes.extendedKeyUsageAsStrings().isEmpty()) {
            return true;
        }
        KeyUses uses = uses(handle, certificate);
        return words(uses.usages()).containsAll(includes.keyUsageAsStrings())
                && words(uses.extendedNames()).containsAll(includes.extendedKeyUsageAsStrings());
    }

    private static Set<String> words(List<?> names) {
        return names.stream().map(Object::toString).collect(Collectors.toSet());
    }

    private KeyUses uses(Handle handle, Certificate certificate) {
        return KeyUses.of(certificates.chain(handle, certificate.id()).stream().findFirst());
    }

    private static String encode(Position last) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(
                        (last.createdAt() + " " + last.id()).getBytes(StandardCharsets.US_ASCII));
    }

    private static @Nullable Position decode(@Nullable String token) {
        if (token == null) {
            return null;
        }
        String text;
        try {
            text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
        } catch (IllegalArgumentException _) {
            text = "";
        }
        var match = TOKEN.matcher(text);
        if (!match.matches()) {
            throw Refusal.invalidArgs(
                    "The NextToken is not valid. Use the one of an earlier answer, unchanged, or leave"
                            + " it out to start over.");
        }
        return new Position(Long.parseLong(match.group(1)), match.group(2));
    }
}
