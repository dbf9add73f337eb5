package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestCa;

import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.CertificateType;
import software.amazon.awssdk.services.acm.model.Filters;
import software.amazon.awssdk.services.acm.model.InvalidArgsException;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

final class CertificateListTest {
    private static final Consumer<Filters.Builder> ALL_KEYS =
            filters -> filters.keyTypes(KeyAlgorithm.knownValues());

    @StoreTest
    void onlyRsaIsListedUnlessMoreIsAskedFor(Database database) {
        var door = new AcmDoor(database);
        String rsa = door.request("example.com");
        String imported =
                door.importOf(new TestCa(door.features.clock.instant()).issue("example.org"));
        assertThat(arns(door, _ -> {})).containsExactly(rsa);
        assertThat(arns(door, r -> r.includes(ALL_KEYS))).containsExactlyInAnyOrder(rsa, imported);
        assertThat(arns(door, r -> r.includes(i -> i.keyTypesWithStrings("EC_prime256v1"))))
                .containsExactly(imported);
        assertThat(door.in("eu-west-1").listCertificates(_ -> {}).certificateSummaryList())
                .isEmpty();
    }

    @StoreTest
    void aSummaryTellsWhatTheDetailTells(Database database) {
        var door = new AcmDoor(database);
        String imported =
                door.importOf(
                        new TestCa(door.features.clock.instant())
                                .issue("example.org", "a.example.org"));
        CertificateSummary summary =
                door.acm
                        .listCertificates(r -> r.includes(ALL_KEYS))
                        .certificateSummaryList()
                        .getFirst();
        assertThat(summary.certificateArn()).isEqualTo(imported);
        assertThat(summary.domainName()).isEqualTo("example.org");
        assertThat(summary.subjectAlternativeNameSummaries())
                .containsExactly("example.org", "a.example.org");
        assertThat(summary.hasAdditionalSubjectAlternativeNames()).isFalse();
        assertThat(summary.type()).isEqualTo(CertificateType.IMPORTED);
        assertThat(summary.status()).isEqualTo(CertificateStatus.ISSUED);
        assertThat(summary.keyUsagesAsStrings()).containsExactly("DIGITAL_SIGNATURE");
        assertThat(summary.extendedKeyUsages()).isEmpty();
        assertThat(summary.exported()).isFalse();
        assertThat(summary.exportOptionAsString()).isEqualTo("DISABLED");
        assertThat(summary.inUse()).isFalse();
        assertThat(summary.renewalEligibilityAsString()).isEqualTo("INELIGIBLE");
        assertThat(summary.notAfter()).isNotNull();
        assertThat(summary.importedAt()).isNotNull();
        assertThat(summary.issuedAt()).isNull();
    }

    @StoreTest
    void everyFilterNarrows(Database database) {
        var door = new AcmDoor(database);
        String imported =
                door.importOf(new TestCa(door.features.clock.instant()).issue("example.org"));
        String pending = door.request("example.com");
        assertThat(
                        arns(
                                door,
                                r ->
                                        r.includes(ALL_KEYS)
                                                .certificateStatuses(CertificateStatus.ISSUED)))
                .containsExactly(imported);
        assertThat(
                        arns(
                                door,
                                r ->
                                        r.includes(ALL_KEYS)
                                                .certificateStatuses(
                                                        CertificateStatus.PENDING_VALIDATION)))
                .containsExactly(pending);
        assertThat(
                        arns(
                                door,
                                r ->
                                        r.includes(
                                                ALL_KEYS.andThen(i ->
                                                        i.keyUsageWithStrings(
                                                                "DIGITAL_SIGNATURE")))))
                .containsExactly(imported);
        assertThat(
                        arns(
                                door,
                                r ->
                                        r.includes(
                                                ALL_KEYS.andThen(i ->
                                                        i.extendedKeyUsageWithStrings(
                                                                "CODE_SIGNING")))))
                .isEmpty();
        assertThat(arns(door, r -> r.includes(ALL_KEYS.andThen(i -> i.exportOption("ENABLED")))))
                .isEmpty();
        assertThat(arns(door, r -> r.includes(ALL_KEYS.andThen(i -> i.exportOption("DISABLED")))))
                .hasSize(2);
        assertThat(arns(door, r -> r.includes(ALL_KEYS.andThen(i -> i.managedBy("CLOUDFRONT")))))
                .isEmpty();
    }

    @StoreTest
    void pagesFollowEachOtherInEitherOrder(Database database) {
        var door = new AcmDoor(database);
        var made = new ArrayList<String>();
        for (int i = 0; i < 5; i++) {
            made.add(door.request("example.com"));
            door.features.clock.advance(Duration.ofSeconds(1));
        }
        assertThat(paged(door, _ -> {})).isEqualTo(made);
        assertThat(paged(door, r -> r.sortBy("CREATED_AT").sortOrder("ASCENDING"))).isEqualTo(made);
        assertThat(paged(door, r -> r.sortBy("CREATED_AT").sortOrder("DESCENDING")))
                .isEqualTo(made.reversed());
        AcmDoor.assertRefused(
                () -> door.acm.listCertificates(r -> r.sortBy("CREATED_AT")),
                InvalidArgsException.class,
                "SortBy and SortOrder must be given together.");
        AcmDoor.assertRefused(
                () -> door.acm.listCertificates(r -> r.nextToken("nonsense")),
                InvalidArgsException.class,
                "The NextToken is not valid.");
    }

    private static List<String> paged(
            AcmDoor door, Consumer<ListCertificatesRequest.Builder> request) {
        var arns = new ArrayList<String>();
        door.acm.listCertificatesPaginator(request.andThen(r -> r.maxItems(2))).stream()
                .forEach(page -> {
                    assertThat(page.certificateSummaryList()).hasSizeLessThanOrEqualTo(2);
                    page.certificateSummaryList()
                            .forEach(summary -> arns.add(summary.certificateArn()));
                });
        return arns;
    }

    private static List<String> arns(
            AcmDoor door, Consumer<ListCertificatesRequest.Builder> request) {
        return door.acm.listCertificates(request).certificateSummaryList().stream()
                .map(CertificateSummary::certificateArn)
                .toList();
    }
}
