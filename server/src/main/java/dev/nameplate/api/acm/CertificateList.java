package dev.nameplate.api.acm;

import dev.nameplate.certificate.Catalogue;
import dev.nameplate.certificate.Condition;
import dev.nameplate.certificate.SortKey;
import dev.nameplate.certificate.Validation;
import dev.nameplate.db.Database;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.acm.model.Filters;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;
import software.amazon.awssdk.services.acm.model.ListCertificatesResponse;
import software.amazon.awssdk.services.acm.model.SortOrder;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// ListCertificates: filters, order and pages.
final class CertificateList {
    private static final int DEFAULT_PAGE = 100;

    /// A list that does not ask for key types shows these only, as AWS has done since before there were others.
    private static final List<String> DEFAULT_KEY_TYPES = List.of("RSA_1024", "RSA_2048");

    private final Database database;
    private final Catalogue catalogue;
    private final InstantSource clock;

    CertificateList(Database database, Catalogue catalogue, InstantSource clock) {
        this.database = database;
        this.catalogue = catalogue;
        this.clock = clock;
    }

    ListCertificatesResponse list(Call call, ListCertificatesRequest request) {
        if ((request.sortByAsString() == null) != (request.sortOrderAsString() == null)) {
            throw Refusal.invalidArgs("SortBy and SortOrder must be given together.");
        }
        var order =
                new Catalogue.Order(
                        SortKey.CREATED_AT, request.sortOrder() == SortOrder.DESCENDING);
        int size = request.maxItems() == null ? DEFAULT_PAGE : request.maxItems();
        Optional<Catalogue.Position> after = after(order, request.nextToken());
        Condition condition = condition(request);
        Instant now = clock.instant();
        Catalogue.Page page =
                database.read(handle ->
                        catalogue.page(
                                handle,
                                call.account(),
                                new Condition.All(
                                        List.of(new Condition.InRegion(call.region()), condition)),
                                order,
                                after,
                                size,
                                now));
        var answer = ListCertificatesResponse.builder();
        page.next().ifPresent(end -> answer.nextToken(PageToken.of(order, end)));
        return answer.certificateSummaryList(
                        page.entries().stream()
                                .map(entry ->
                                        CertificateView.summary(
                                                entry.certificate(), entry.used(), now))
                                .toList())
                .build();
    }

    private static Condition condition(ListCertificatesRequest request) {
        Filters includes =
                request.includes() == null ? Filters.builder().build() : request.includes();
        List<Condition> all = new ArrayList<>();
        all.add(new Condition.HasNames());
        List<String> keyTypes =
                includes.hasKeyTypes() ? includes.keyTypesAsStrings() : DEFAULT_KEY_TYPES;
        all.add(
                new Condition.Keyed(
                        keyTypes.stream().map(Words::keyAlgorithm).collect(Collectors.toSet())));
        if (request.hasCertificateStatuses()) {
            all.add(
                    new Condition.Any(
                            request.certificateStatusesAsStrings().stream()
                                    .map(Words::inStatus)
                                    .toList()));
        }
        if (includes.exportOptionAsString() != null) {
            all.add(Words.exportable(includes.exportOptionAsString()));
        }
        if (includes.managedByAsString() != null) {
            all.add(new Condition.ProvenBy(Validation.HTTP));
        }
        includes.keyUsageAsStrings().forEach(word -> all.add(UseWords.used(word)));
        includes.extendedKeyUsageAsStrings().forEach(word -> all.add(UseWords.extendedUsed(word)));
        return new Condition.All(all);
    }

    private static Optional<Catalogue.Position> after(
            Catalogue.Order order, @Nullable String token) {
        if (token == null) {
            return Optional.empty();
        }
        Optional<Catalogue.Position> after = PageToken.read(order, token);
        if (after.isEmpty()) {
            throw Refusal.invalidArgs(
                    "The NextToken is not valid. Use the one of an earlier answer, unchanged and with the"
                            + " same order, or leave it out to start over.");
        }
        return after;
    }
}
