package dev.nameplate.saas;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.acm.model.CertificateDetail;
import software.amazon.awssdk.services.acm.model.CertificateStatus;
import software.amazon.awssdk.services.acm.model.CertificateSummary;
import software.amazon.awssdk.services.acm.model.DeleteCertificateRequest;
import software.amazon.awssdk.services.acm.model.DeleteCertificateResponse;
import software.amazon.awssdk.services.acm.model.DescribeCertificateRequest;
import software.amazon.awssdk.services.acm.model.DescribeCertificateResponse;
import software.amazon.awssdk.services.acm.model.DomainValidation;
import software.amazon.awssdk.services.acm.model.ImportCertificateRequest;
import software.amazon.awssdk.services.acm.model.ImportCertificateResponse;
import software.amazon.awssdk.services.acm.model.KeyAlgorithm;
import software.amazon.awssdk.services.acm.model.ListCertificatesRequest;
import software.amazon.awssdk.services.acm.model.ListCertificatesResponse;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateRequest;
import software.amazon.awssdk.services.acm.model.ListTagsForCertificateResponse;
import software.amazon.awssdk.services.acm.model.RecordType;
import software.amazon.awssdk.services.acm.model.RequestCertificateRequest;
import software.amazon.awssdk.services.acm.model.RequestCertificateResponse;
import software.amazon.awssdk.services.acm.model.ResourceInUseException;
import software.amazon.awssdk.services.acm.model.ResourceNotFoundException;
import software.amazon.awssdk.services.acm.model.Tag;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/// ACM in memory. Idempotency tokens are as if long expired: a request repeated is a certificate doubled. Pages hold two
/// certificates, and key types that are not asked for stay hidden.
public final class FakeAcm implements AcmClient {
    public record Certificate(CertificateDetail detail, List<Tag> tags) {
        public String tag(String key) {
            return tags.stream()
                    .filter(tag -> tag.key().equals(key))
                    .map(Tag::value)
                    .findFirst()
                    .orElse("");
        }
    }

    private static final int PAGE = 2;

    private final InstantSource clock;
    private final Interruptions calls;
    private final AtomicInteger count = new AtomicInteger();
    private final Map<String, Certificate> certificates = new ConcurrentSkipListMap<>();
    private final Set<String> pending = ConcurrentHashMap.newKeySet();
    private final Map<String, byte[]> imported = new ConcurrentHashMap<>();

    /// The names an imported leaf has, by its bytes as text.
    public Function<String, List<String>> namesOf = List::of;

    /// Of certificates for which none is named; AWS's own.
    public KeyAlgorithm standardKey = KeyAlgorithm.RSA_2048;

    public FakeAcm(InstantSource clock, Interruptions calls) {
        this.clock = clock;
        this.calls = calls;
    }

    public List<Certificate> certificates() {
        return List.copyOf(certificates.values());
    }

    /// The copy of each private key as it arrived.
    public List<byte[]> importedKeys() {
        return List.copyOf(imported.values());
    }

    /// Certificates for these names are not issued until [#issue].
    public void holdBack(String primaryName) {
        pending.add(primaryName);
    }

    public void issue(String primaryName) {
        pending.remove(primaryName);
        change(primaryName, CertificateStatus.ISSUED);
    }

    public void change(String primaryName, CertificateStatus status) {
        certificates.replaceAll((_, each) ->
                each.detail().domainName().equals(primaryName)
                        ? new Certificate(
                                each.detail().toBuilder().status(status).build(), each.tags())
                        : each);
    }

    @Override
    public RequestCertificateResponse requestCertificate(RequestCertificateRequest request) {
        return calls.around(
                "requestCertificate",
                request.domainName(),
                () -> {
                    if (!request.idempotencyToken().matches("\\w{1,32}")) {
                        throw new IllegalArgumentException(request.idempotencyToken());
                    }
                    CertificateDetail.Builder detail =
                            detail(request.domainName(), request.subjectAlternativeNames())
                                    .keyAlgorithm(
                                            Optional.ofNullable(request.keyAlgorithm())
                                                    .orElse(standardKey))
                                    .status(
                                            pending.contains(request.domainName())
                                                    ? CertificateStatus.PENDING_VALIDATION
                                                    : CertificateStatus.ISSUED)
                                    .domainValidationOptions(
                                            request.subjectAlternativeNames().stream()
                                                    .map(FakeAcm::validation)
                                                    .toList());
                    return RequestCertificateResponse.builder()
                            .certificateArn(store(detail, request.tags()))
                            .build();
                });
    }

    private static DomainValidation validation(String name) {
        return DomainValidation.builder()
                .domainName(name)
                .resourceRecord(record ->
                        record.name("_proof." + name + ".")
                                .type(RecordType.CNAME)
                                .value("_target." + name + ".proof.example."))
                .build();
    }

    @Override
    public ImportCertificateResponse importCertificate(ImportCertificateRequest request) {
        return calls.around(
                "importCertificate",
                "",
                () -> {
                    List<String> names = namesOf.apply(request.certificate().asUtf8String());
                    String arn =
                            store(
                                    detail(names.getFirst(), names)
                                            .keyAlgorithm(KeyAlgorithm.EC_PRIME256_V1)
                                            .status(CertificateStatus.ISSUED),
                                    request.tags());
                    imported.put(arn, request.privateKey().asByteArray());
                    return ImportCertificateResponse.builder().certificateArn(arn).build();
                });
    }

    /// ARNs that something uses.
    public Predicate<String> inUse = _ -> false;

    @Override
    public DeleteCertificateResponse deleteCertificate(DeleteCertificateRequest request) {
        return calls.around(
                "deleteCertificate",
                request.certificateArn(),
                () -> {
                    find(request.certificateArn());
                    if (inUse.test(request.certificateArn())) {
                        throw ResourceInUseException.builder().statusCode(400).build();
                    }
                    certificates.remove(request.certificateArn());
                    return DeleteCertificateResponse.builder().build();
                });
    }

    private CertificateDetail.Builder detail(String domainName, List<String> names) {
        int number = count.incrementAndGet();
        return CertificateDetail.builder()
                .certificateArn(
                        "arn:aws:acm:us-east-1:000000000001:certificate/%05d".formatted(number))
                .domainName(domainName)
                .subjectAlternativeNames(names)
                .serial("0a:%02x:%02x".formatted(number / 256, number % 256))
                .issuer("Example CA")
                .createdAt(clock.instant());
    }

    private String store(CertificateDetail.Builder builder, List<Tag> tags) {
        CertificateDetail detail = builder.build();
        certificates.put(detail.certificateArn(), new Certificate(detail, List.copyOf(tags)));
        return detail.certificateArn();
    }

    @Override
    public DescribeCertificateResponse describeCertificate(DescribeCertificateRequest request) {
        return calls.around(
                "describeCertificate",
                request.certificateArn(),
                () ->
                        DescribeCertificateResponse.builder()
                                .certificate(find(request.certificateArn()).detail())
                                .build());
    }

    @Override
    public ListCertificatesResponse listCertificates(ListCertificatesRequest request) {
        return calls.around(
                "listCertificates",
                "",
                () -> {
                    List<CertificateSummary> all =
                            certificates.values().stream()
                                    .map(Certificate::detail)
                                    .filter(each ->
                                            request.includes() != null
                                                    && request.includes()
                                                            .keyTypes()
                                                            .contains(each.keyAlgorithm()))
                                    .map(each ->
                                            CertificateSummary.builder()
                                                    .certificateArn(each.certificateArn())
                                                    .domainName(each.domainName())
                                                    .createdAt(each.createdAt())
                                                    .build())
                                    .toList();
                    int from =
                            request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
                    int to = Math.min(all.size(), from + PAGE);
                    ListCertificatesResponse.Builder page =
                            ListCertificatesResponse.builder()
                                    .certificateSummaryList(new ArrayList<>(all.subList(from, to)));
                    if (to < all.size()) {
                        page.nextToken(Integer.toString(to));
                    }
                    return page.build();
                });
    }

    @Override
    public ListTagsForCertificateResponse listTagsForCertificate(
            ListTagsForCertificateRequest request) {
        return calls.around(
                "listTagsForCertificate",
                request.certificateArn(),
                () ->
                        ListTagsForCertificateResponse.builder()
                                .tags(find(request.certificateArn()).tags())
                                .build());
    }

    private Certificate find(String arn) {
        Certificate found = certificates.get(arn);
        if (found == null) {
            throw ResourceNotFoundException.builder().statusCode(400).build();
        }
        return found;
    }

    @Override
    public String serviceName() {
        return "acm";
    }

    @Override
    public void close() {}
}
