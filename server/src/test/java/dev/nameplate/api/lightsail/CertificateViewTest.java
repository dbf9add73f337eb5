package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Export;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Proof;
import dev.nameplate.certificate.Renewal;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.certificate.State;
import dev.nameplate.certificate.Validation;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Zones;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyUses;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import software.amazon.awssdk.services.lightsail.model.CertificateDomainValidationStatus;
import software.amazon.awssdk.services.lightsail.model.CertificateStatus;
import software.amazon.awssdk.services.lightsail.model.LoadBalancerTlsCertificateRevocationReason;
import software.amazon.awssdk.services.lightsail.model.RenewalStatus;
import software.amazon.awssdk.services.lightsail.model.ResourceType;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

final class CertificateViewTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final AccountId ACCOUNT = new AccountId("123456789012");
    private static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final State.Issued ISSUED =
            new State.Issued(
                    NOW.minus(Duration.ofDays(10)),
                    NOW.minus(Duration.ofDays(11)),
                    NOW.plus(Duration.ofDays(100)),
                    "0a:0b",
                    "Test CA",
                    "CN=example.com",
                    "SHA256withECDSA",
                    KeyUses.NONE);

    @Test
    void onlyAnIssuedCertificateInUseIsEligibleToRenew() {
        assertThat(detail(ISSUED, 1, NOW).eligibleToRenew()).isEqualTo("ELIGIBLE");
        assertThat(detail(ISSUED, 1, NOW).inUseResourceCount()).isEqualTo(1);
        assertThat(detail(ISSUED, 0, NOW).eligibleToRenew()).isEqualTo("INELIGIBLE");
        Instant later = ISSUED.notAfter().plusSeconds(1);
        assertThat(detail(ISSUED, 1, later).status()).isEqualTo(CertificateStatus.EXPIRED);
        assertThat(detail(ISSUED, 1, later).eligibleToRenew()).isEqualTo("INELIGIBLE");
        assertThat(detail(ISSUED, 1, later).serialNumber()).isEqualTo("0a:0b");
    }

    @ParameterizedTest
    @EnumSource(RevocationReason.class)
    void aRevokedCertificateTellsWhenAndWhyInAwssWords(RevocationReason reason) {
        var detail = detail(new State.Revoked(ISSUED, NOW, reason), 1, NOW);
        assertThat(detail.status()).isEqualTo(CertificateStatus.REVOKED);
        assertThat(detail.revokedAt()).isEqualTo(NOW);
        assertThat(LoadBalancerTlsCertificateRevocationReason.fromValue(detail.revocationReason()))
                .isNotEqualTo(LoadBalancerTlsCertificateRevocationReason.UNKNOWN_TO_SDK_VERSION);
        assertThat(detail.serialNumber()).isEqualTo("0a:0b");
        assertThat(detail.eligibleToRenew()).isEqualTo("INELIGIBLE");
        assertThat(detail(ISSUED, 1, NOW).revokedAt()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"DOMAIN_NOT_ALLOWED, 0", "INVALID_PUBLIC_DOMAIN, 0", "CAA_ERROR, 2", "OTHER, 2"})
    void aFailedCertificateTellsWhyAndWantsARecordOnlyWhereOneWouldHelp(
            State.FailureReason reason, int records) {
        var detail = detail(new State.Failed(reason, "words"), 0, NOW);
        assertThat(detail.status()).isEqualTo(CertificateStatus.FAILED);
        assertThat(detail.requestFailureReason()).isEqualTo(reason.name());
        assertThat(detail.domainValidationRecords()).hasSize(records);
        assertThat(detail.serialNumber()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "PENDING_AUTO_RENEWAL, PendingAutoRenewal",
        "PENDING_VALIDATION, PendingValidation",
        "SUCCESS, Success",
        "FAILED, Failed"
    })
    void aRenewalIsSummedUpNameByName(Renewal.Status status, String word) {
        var renewal =
                new Renewal(
                        status,
                        Optional.of("a record is missing"),
                        NOW,
                        List.of(Proof.Status.SUCCESS, Proof.Status.PENDING));
        var detail = detail(certificate(ISSUED, Optional.of(renewal)), 1, NOW);
        var summary = detail.renewalSummary();
        assertThat(summary.renewalStatusAsString()).isEqualTo(word);
        assertThat(summary.renewalStatus()).isNotEqualTo(RenewalStatus.UNKNOWN_TO_SDK_VERSION);
        assertThat(summary.renewalStatusReason()).isEqualTo("a record is missing");
        assertThat(summary.updatedAt()).isEqualTo(NOW);
        assertThat(summary.domainValidationRecords())
                .extracting(record -> record.validationStatus())
                .containsExactly(
                        CertificateDomainValidationStatus.SUCCESS,
                        CertificateDomainValidationStatus.PENDING_VALIDATION);
        assertThat(detail.domainValidationRecords())
                .extracting(record -> record.validationStatus())
                .containsOnly(CertificateDomainValidationStatus.SUCCESS);
    }

    @Test
    void withoutARenewalThereIsNoSummary() {
        assertThat(detail(ISSUED, 1, NOW).renewalSummary()).isNull();
    }

    private static software.amazon.awssdk.services.lightsail.model.Certificate detail(
            State state, int uses, Instant now) {
        return detail(certificate(state, Optional.empty()), uses, now);
    }

    private static software.amazon.awssdk.services.lightsail.model.Certificate detail(
            Certificate certificate, int uses, Instant now) {
        return CertificateView.detail(
                new NamedResource(
                        ACCOUNT,
                        Region.US_EAST_1,
                        "site",
                        ResourceType.CERTIFICATE,
                        ID,
                        ID.toString(),
                        certificate.createdAt()),
                certificate,
                uses,
                _ -> Zones.Standing.NO_ZONE,
                now);
    }

    private static Certificate certificate(State state, Optional<Renewal> renewal) {
        List<DomainName> names =
                List.of(new DomainName("example.com"), new DomainName("www.example.com"));
        return new Certificate(
                new CertificateId(ID),
                ACCOUNT,
                Region.US_EAST_1,
                Origin.LIGHTSAIL,
                names,
                KeyAlgorithm.EC_P256,
                NOW.minus(Duration.ofDays(12)),
                state,
                names.stream().map(CertificateViewTest::proof).toList(),
                Validation.DNS,
                Export.NEVER,
                IssuerChoice.EMBEDDED,
                renewal);
    }

    private static Proof proof(DomainName name) {
        return new Proof(
                name,
                new CnameRecord("_a." + name + ".", "_b.proof.nameplate.internal."),
                Proof.Status.PENDING,
                Proof.Automatic.NONE,
                Optional.empty(),
                Optional.empty());
    }
}
