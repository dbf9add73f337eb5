package dev.nameplate.saas;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.acm.model.ResourceInUseException;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acm.model.ValidationMethod;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The steps that get an entry its certificate, for one batch.
final class CertificateSteps {
    /// Whoever watches over certificates tells of a decision, so looks are for what was decided just before its ARN was
    /// recorded, and for services that tell nobody: soon at first, then at half the time waited so far.
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    private final Function<AccountId, AcmClient> acm;
    private final Optional<KeyAlgorithm> keyAlgorithm;
    private final Database database;
    private final ImportMaterial material;
    private final CertificateSearch search;
    private final SaasStore store = new SaasStore();

    /// @param keyAlgorithm asked for; empty where the platform knows by itself
    CertificateSteps(
            Platform platform,
            Optional<KeyAlgorithm> keyAlgorithm,
            Database database,
            ImportMaterial material) {
        this.acm = platform.services().acm();
        this.keyAlgorithm = keyAlgorithm;
        this.database = database;
        this.material = material;
        this.search = new CertificateSearch(platform.searches().acm());
    }

    Progress certify(Entry entry, Instant now) {
        Optional<Integer> sharesWith = entry.progress().sharesWith();
        if (sharesWith.isPresent()) {
            return share(entry, sharesWith.get(), now);
        }
        Optional<String> earlier = entry.progress().tried() ? search.find(entry) : Optional.empty();
        String arn =
                earlier.orElseGet(() ->
                        switch (entry.operation()) {
                            case CREATE -> request(entry);
                            case IMPORT -> importMaterial(entry);
                        });
        return entry.progress().certified(arn).reached(EntryState.PROOF, now);
    }

    private Progress share(Entry entry, int other, Instant now) {
        Progress source =
                database.read(handle -> store.entry(handle, entry.job(), other))
                        .orElseThrow()
                        .progress();
        if (source.failure().isPresent() || source.state().removal()) {
            return entry.progress().unshared(now);
        }
        return source.certificateArn()
                .map(arn -> entry.progress().certified(arn).reached(EntryState.PROOF, now))
                .orElseGet(() -> entry.progress().lookAgain(pause(entry, now)));
    }

    private String request(Entry entry) {
        List<String> names = entry.names().stream().map(DomainName::ascii).toList();
        return acm.apply(entry.account())
                .requestCertificate(request -> {
                    request.domainName(names.getFirst())
                            .subjectAlternativeNames(names)
                            .validationMethod(ValidationMethod.DNS)
                            .idempotencyToken(token(entry))
                            .tags(CertificateSearch.tags(entry));
                    keyAlgorithm.ifPresent(request::keyAlgorithm);
                })
                .certificateArn();
    }

    private String importMaterial(Entry entry) {
        ImportMaterial.Sealed sealed =
                database.read(handle -> material.find(handle, entry))
                        .orElseThrow(() ->
                                new StepRefused(
                                        new Failure(
                                                Stage.CERTIFICATE_CREATION,
                                                "its key material is gone",
                                                Failure.Actor.REQUESTER)));
        byte[] key = material.open(sealed, entry);
        try {
            return acm.apply(entry.account())
                    .importCertificate(request -> {
                        request.certificate(SdkBytes.fromByteArray(sealed.certificate()))
                                .privateKey(SdkBytes.fromByteArray(key))
                                .tags(CertificateSearch.tags(entry));
                        if (sealed.chain().length > 0) {
                            request.certificateChain(SdkBytes.fromByteArray(sealed.chain()));
                        }
                    })
                    .certificateArn();
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    Progress awaitIssuance(Entry entry, Instant now) {
        String arn = entry.progress().certificateArn().orElseThrow();
        CertificateDetail certificate;
        try {
            certificate = describe(entry, arn);
        } catch (ResourceNotFoundException e) {
            throw new StepRefused(
                    new Failure(
                            Stage.CERTIFICATE_VALIDATION,
                            "certificate " + arn + " was deleted before it was issued",
                            Failure.Actor.REQUESTER));
        }
        Progress seen = entry.progress().wanting(wanted(certificate));
        return switch (certificate.status()) {
            case ISSUED ->
                    seen.issued(certificate.serial())
                            .reached(entry.autoCreation() ? EntryState.BIND : EntryState.DONE, now);
            case PENDING_VALIDATION -> seen.lookAgain(pause(entry, now));
            case FAILED,
                    VALIDATION_TIMED_OUT,
                    INACTIVE,
                    EXPIRED,
                    REVOKED,
                    UNKNOWN_TO_SDK_VERSION -> {
                if (entry.progress().sharesWith().isPresent()) {
                    yield entry.progress().unshared(now);
                }
                throw new StepRefused(failure(entry, certificate));
            }
        };
    }

    /// The serial number of the certificate as it is now: it changes with every renewal.
    String serial(Entry entry) {
        return describe(entry, entry.progress().certificateArn().orElseThrow()).serial();
    }

    /// Deletes the entry's certificate, also one whose ARN was never learnt. Another entry's is left to that entry.
    ///
    /// @return whether it is gone; not so while something uses it
    boolean delete(Entry entry) {
        if (entry.progress().sharesWith().isPresent()) {
            return true;
        }
        Optional<String> arn = entry.progress().certificateArn();
        if (arn.isEmpty() && entry.progress().tried()) {
            arn = search.find(entry);
        }
        if (arn.isEmpty()) {
            return true;
        }
        String certificate = arn.get();
        try {
            acm.apply(entry.account())
                    .deleteCertificate(request -> request.certificateArn(certificate));
            return true;
        } catch (ResourceNotFoundException _) {
            return true;
        } catch (ResourceInUseException _) {
            return false;
        }
    }

    private CertificateDetail describe(Entry entry, String arn) {
        return acm.apply(entry.account())
                .describeCertificate(request -> request.certificateArn(arn))
                .certificate();
    }

    private static Failure failure(Entry entry, CertificateDetail certificate) {
        return switch (certificate.status()) {
            case VALIDATION_TIMED_OUT ->
                    new Failure(
                            Stage.CERTIFICATE_VALIDATION,
                            "the validation records of "
                                    + entry.primaryName()
                                    + " were not found in time; set them and send the entry again",
                            Failure.Actor.DOMAIN_OWNER);
            case FAILED ->
                    new Failure(
                            Stage.CERTIFICATE_VALIDATION,
                            "the certificate was refused: " + certificate.failureReasonAsString(),
                            switch (certificate.failureReason()) {
                                case CAA_ERROR -> Failure.Actor.DOMAIN_OWNER;
                                case null, default -> Failure.Actor.REQUESTER;
                            });
            case null, default ->
                    new Failure(
                            Stage.CERTIFICATE_VALIDATION,
                            "the certificate is " + certificate.statusAsString(),
                            Failure.Actor.REQUESTER);
        };
    }

    private static List<WantedRecord> wanted(CertificateDetail certificate) {
        return certificate.domainValidationOptions().stream()
                .flatMap(option -> Optional.ofNullable(option.resourceRecord()).stream())
                .map(record ->
                        new WantedRecord(record.name(), record.typeAsString(), record.value()))
                .distinct()
                .toList();
    }

    private static Instant pause(Entry entry, Instant now) {
        Duration waited = Duration.between(entry.progress().since(), now);
        if (waited.compareTo(FIRST_PAUSE) < 0) {
            return now.plus(FIRST_PAUSE);
        }
        Duration pause = waited.dividedBy(2);
        if (pause.compareTo(SHORTEST_PAUSE) < 0) {
            pause = SHORTEST_PAUSE;
        }
        return now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
    }

    /// ACM takes at most 32 word characters. Another round asks for another certificate.
    private static String token(Entry entry) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(
                                    (entry.reference()
                                                    + (entry.progress().round() == 0
                                                            ? ""
                                                            : "-" + entry.progress().round()))
                                            .getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
