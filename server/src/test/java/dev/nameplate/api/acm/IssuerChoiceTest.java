package dev.nameplate.api.acm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.IssuerChoice;
import dev.nameplate.certificate.IssuerName;
import dev.nameplate.certificate.IssuerRules;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Quotas;
import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import software.amazon.awssdk.services.acm.model.InvalidTagException;
import software.amazon.awssdk.services.acm.model.RequestCertificateRequest;
import software.amazon.awssdk.services.acm.model.Tag;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Which issuers a certificate is asked of: what its tag says, else those of the door it came by.
final class IssuerChoiceTest {
    private static final IssuerName LE = new IssuerName("le");
    private static final IssuerName OTHER = new IssuerName("other");
    private static final IssuerChoice DOOR = IssuerChoice.of(LE, IssuerName.EMBEDDED);
    private static final IssuerRules RULES =
            new IssuerRules(
                    Map.of(
                            IssuerName.EMBEDDED,
                            ProofForm.ACM_RECORD,
                            LE,
                            ProofForm.ACME_CHALLENGE,
                            OTHER,
                            ProofForm.ACME_CHALLENGE),
                    IssuerChoice.EMBEDDED,
                    Map.of(Origin.ACM, DOOR),
                    List.of(),
                    Map.of(LE, KeyAlgorithm.EC_P384));

    private static AcmDoor door(Database database) {
        return new AcmDoor(
                database,
                new TestFeatures(
                        database,
                        _ -> {},
                        new CertificateSettings(
                                TestFeatures.SUFFIX,
                                CertificateSettings.DEFAULT_VALIDATION_TIME,
                                NamePolicy.standard(new DomainName(TestFeatures.SUFFIX)),
                                Quotas.Limits.STANDARD,
                                RULES)));
    }

    private static Certificate stored(AcmDoor door, String arn) {
        return door.features
                .database
                .read(handle ->
                        door.features.certificates.find(
                                handle,
                                new AccountId(TestFeatures.ACCOUNT),
                                Acm.id(arn).orElseThrow()))
                .orElseThrow();
    }

    private static String tagged(AcmDoor door, String name, String issuers) {
        return door.acm
                .requestCertificate(request ->
                        request.domainName(name)
                                .validationMethod("DNS")
                                .tags(Tag.builder().key(IssuerRules.TAG).value(issuers).build()))
                .certificateArn();
    }

    @StoreTest
    void whoDoesNotChooseGetsThoseOfTheDoor(Database database) {
        AcmDoor door = door(database);
        Certificate asked = stored(door, door.request("a.example.com"));
        assertThat(asked.issuers()).isEqualTo(DOOR);
        assertThat(asked.proofs().getFirst().record().name())
                .isEqualTo("_acme-challenge.a.example.com.");
    }

    @StoreTest
    void theTagChooses(Database database) {
        AcmDoor door = door(database);
        assertThat(stored(door, tagged(door, "a.example.com", "other le")).issuers())
                .isEqualTo(IssuerChoice.of(OTHER, LE));
        Certificate own = stored(door, tagged(door, "b.example.com", "embedded"));
        assertThat(own.issuers()).isEqualTo(IssuerChoice.EMBEDDED);
        assertThat(own.proofs().getFirst().record().name())
                .matches("_[0-9a-f]{32}\\.b\\.example\\.com\\.");
    }

    @StoreTest
    void anIssuerThatIsNotThereIsRefusedAndNothingMade(Database database) {
        AcmDoor door = door(database);
        for (String issuers : List.of("nobody", "le nobody", "le le", " ")) {
            AcmDoor.assertRefused(
                    () -> tagged(door, "a.example.com", issuers),
                    InvalidTagException.class,
                    IssuerRules.TAG);
        }
        AcmDoor.assertRefused(
                () -> tagged(door, "a.example.com", "nobody"),
                InvalidTagException.class,
                "Configured are ");
        assertThat(door.acm.listCertificates().certificateSummaryList()).isEmpty();
    }

    private static String key(AcmDoor door, String arn) {
        return door.acm
                .describeCertificate(request -> request.certificateArn(arn))
                .certificate()
                .keyAlgorithmAsString();
    }

    /// AWS has RSA_2048 for whoever names none; so has an issuer that the operator says nothing of.
    @StoreTest
    void whoNamesNoKeyGetsTheOneThatTheFirstIssuerIsSetTo(Database database) {
        AcmDoor door = door(database);
        assertThat(key(door, door.request("a.example.com"))).isEqualTo("EC_secp384r1");
        assertThat(key(door, tagged(door, "b.example.com", "le other"))).isEqualTo("EC_secp384r1");
        assertThat(key(door, tagged(door, "c.example.com", "other le"))).isEqualTo("RSA_2048");
        assertThat(key(door, tagged(door, "d.example.com", "embedded"))).isEqualTo("RSA_2048");
    }

    @StoreTest
    void aKeyThatIsNamedIsKeptToWhoeverSigns(Database database) {
        AcmDoor door = door(database);
        for (String named : List.of("RSA_2048", "EC_prime256v1")) {
            String arn =
                    door.acm
                            .requestCertificate(request ->
                                    request.domainName("a.example.com")
                                            .validationMethod("DNS")
                                            .keyAlgorithm(named))
                            .certificateArn();
            assertThat(key(door, arn)).isEqualTo(named);
        }
    }

    /// The operator may change the setting between a request and its repetition.
    @StoreTest
    void aRepetitionThatNamesNoKeyIsKnownAgainAndOneThatNamesOneIsAnother(Database database) {
        AcmDoor door = door(database);
        Consumer<RequestCertificateRequest.Builder> request =
                builder ->
                        builder.domainName("a.example.com")
                                .validationMethod("DNS")
                                .idempotencyToken("once");
        String arn = door.acm.requestCertificate(request).certificateArn();
        assertThat(door.acm.requestCertificate(request).certificateArn()).isEqualTo(arn);
        assertThat(
                        door.acm
                                .requestCertificate(
                                        request.andThen(
                                                builder -> builder.keyAlgorithm("EC_secp384r1")))
                                .certificateArn())
                .isNotEqualTo(arn);
    }

    @StoreTest
    void anotherWayInHasItsOwn(Database database) {
        AcmDoor door = door(database);
        Acm jobs =
                new Acm(
                        database,
                        door.features.certificates,
                        door.features.tags,
                        new AcmSettings(
                                10, Optional.of(IssuerChoice.of(OTHER)), KeyAlgorithm.EC_P256),
                        door.features.clock,
                        door.features.random);
        String arn =
                jobs.as(TestFeatures.caller("us-east-1"))
                        .requestCertificate(request ->
                                request.domainName("a.example.com").validationMethod("DNS"))
                        .certificateArn();
        assertThat(stored(door, arn).issuers()).isEqualTo(IssuerChoice.of(OTHER));
        assertThat(stored(door, arn).keyAlgorithm()).isEqualTo(KeyAlgorithm.EC_P256);
    }
}
