package dev.nameplate.api.acm;

import dev.nameplate.certificate.Catalogue;
import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Condition;
import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.SortKey;
import dev.nameplate.certificate.State;
import dev.nameplate.certificate.Validation;
import dev.nameplate.db.Database;
import dev.nameplate.wire.codec.Document;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// SearchCertificates, for which the SDK has no classes yet.
final class CertificateSearch {
    private static final int DEFAULT_PAGE = 100;

    private final Database database;
    private final Catalogue catalogue;
    private final InstantSource clock;

    CertificateSearch(Database database, Catalogue catalogue, InstantSource clock) {
        this.database = database;
        this.catalogue = catalogue;
        this.clock = clock;
    }

    private record Found(Catalogue.Page page, Map<CertificateId, X509Certificate> leaves) {}

    Map<String, ?> search(Call call, Document request) {
        Condition condition =
                request.document("FilterStatement")
                        .map(statement ->
                                SearchFilter.read(statement, call.account(), call.region()))
                        .orElse(new Condition.All(List.of()));
        var order =
                new Catalogue.Order(
                        key(request.text("SortBy").orElse("CREATED_AT")),
                        request.text("SortOrder").filter("DESCENDING"::equals).isPresent());
        Optional<Catalogue.Position> after =
                request.text("NextToken").map(token -> position(order, token));
        int size = request.number("MaxResults").orElse(DEFAULT_PAGE);
        Instant now = clock.instant();
        Found found =
                database.read(handle -> {
                    Catalogue.Page page =
                            catalogue.page(
                                    handle,
                                    call.account(),
                                    new Condition.All(
                                            List.of(
                                                    new Condition.InRegion(call.region()),
                                                    condition)),
                                    order,
                                    after,
                                    size,
                                    now);
                    return new Found(
                            page,
                            catalogue.leaves(
                                    handle,
                                    page.entries().stream()
                                            .map(entry -> entry.certificate().id())
                                            .toList()));
                });
        Map<String, Object> answer = new HashMap<>();
        answer.put(
                "Results",
                found.page().entries().stream()
                        .map(entry ->
                                result(
                                        entry,
                                        Optional.ofNullable(
                                                found.leaves().get(entry.certificate().id())),
                                        now))
                        .toList());
        found.page().next().ifPresent(end -> answer.put("NextToken", PageToken.of(order, end)));
        return answer;
    }

    private static Catalogue.Position position(Catalogue.Order order, String token) {
        return PageToken.read(order, token)
                .orElseThrow(() ->
                        Refusal.validation(
                                "The NextToken is not valid. Use the one of an earlier answer,"
                                        + " unchanged and with the same order, or leave it out to"
                                        + " start over."));
    }

    private static SortKey key(String word) {
        return switch (word) {
            case "CERTIFICATE_ARN" -> SortKey.ID;
            case "TYPE" -> SortKey.IMPORTED;
            case "IN_USE" -> SortKey.USED;
            case "EXPORT_OPTION" -> SortKey.EXPORTABLE;
            case "RENEWAL_ELIGIBILITY" -> SortKey.RENEWABLE;
            case "VALIDATION_METHOD" -> SortKey.VALIDATION;
            case "MANAGED_BY" -> SortKey.PROVEN_OVER_HTTP;
            default -> SortKey.valueOf(word);
        };
    }

    private static Map<String, Object> result(
            Catalogue.Entry entry, Optional<X509Certificate> leaf, Instant now) {
        Certificate certificate = entry.certificate();
        return Map.of(
                "CertificateArn",
                CertificateArn.of(certificate).toString(),
                "X509Attributes",
                leaf.map(read -> attributes(certificate, read)).orElse(wanted(certificate)),
                "CertificateMetadata",
                Map.of("AcmCertificateMetadata", metadata(certificate, entry.used(), now)));
    }

    /// What is known before there is a certificate.
    private static Map<String, Object> wanted(Certificate certificate) {
        Map<String, Object> attributes = new HashMap<>();
        attributes.put("KeyAlgorithm", Words.keyAlgorithm(certificate.keyAlgorithm()));
        attributes.put(
                "SubjectAlternativeNames",
                certificate.names().stream().map(name -> Map.of("DnsName", name.ascii())).toList());
        if (!certificate.names().isEmpty()) {
            attributes.put("Subject", Map.of("CommonName", certificate.primaryName().ascii()));
        }
        return attributes;
    }

    private static Map<String, Object> attributes(Certificate certificate, X509Certificate leaf) {
        Map<String, Object> attributes = wanted(certificate);
        attributes.put("Subject", DistinguishedNames.of(leaf.getSubjectX500Principal()));
        attributes.put("Issuer", DistinguishedNames.of(leaf.getIssuerX500Principal()));
        attributes.put("SubjectAlternativeNames", alternatives(leaf));
        attributes.put("NotBefore", leaf.getNotBefore().toInstant());
        attributes.put("NotAfter", leaf.getNotAfter().toInstant());
        switch (certificate.state()) {
            case State.Issued issued -> addIssued(attributes, issued);
            case State.Revoked revoked -> addIssued(attributes, revoked.issued());
            case State.Pending _, State.Failed _, State.TimedOut _ -> {}
        }
        return attributes;
    }

    private static void addIssued(Map<String, Object> attributes, State.Issued issued) {
        attributes.put("SerialNumber", issued.serial());
        attributes.put("KeyUsages", texts(UseWords.usages(issued.uses())));
        attributes.put("ExtendedKeyUsages", texts(UseWords.extendedNames(issued.uses())));
    }

    /// Those kinds of general names (RFC 5280 section 4.2.1.6) that the JDK reads as text.
    private static List<Map<String, Object>> alternatives(X509Certificate leaf) {
        Collection<List<?>> names;
        try {
            names = leaf.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            throw new IllegalStateException("a stored certificate is unreadable", e);
        }
        List<Map<String, Object>> alternatives = new ArrayList<>();
        if (names != null) {
            for (List<?> name : names) {
                String value = name.get(1).toString();
                switch ((Integer) name.getFirst()) {
                    case 1 -> alternatives.add(Map.of("Rfc822Name", value));
                    case 2 -> alternatives.add(Map.of("DnsName", value));
                    case 6 -> alternatives.add(Map.of("UniformResourceIdentifier", value));
                    case 7 -> alternatives.add(Map.of("IpAddress", value));
                    case 8 -> alternatives.add(Map.of("RegisteredId", value));
                    default -> {
                        // Directory and other names name no server.
                    }
                }
            }
        }
        return alternatives;
    }

    private static Map<String, Object> metadata(
            Certificate certificate, boolean used, Instant now) {
        Map<String, Object> metadata = new HashMap<>();
        metadata.put("CreatedAt", certificate.createdAt());
        metadata.put("Status", Words.status(certificate, now).toString());
        metadata.put("Type", Words.type(certificate).toString());
        metadata.put("InUse", used);
        metadata.put("Exported", certificate.export().firstAt().isPresent());
        metadata.put("ExportOption", CertificateView.export(certificate).toString());
        metadata.put(
                "RenewalEligibility",
                CertificateView.eligibility(certificate, used, now).toString());
        certificate
                .renewal()
                .ifPresent(renewal -> metadata.put("RenewalStatus", renewal.status().name()));
        if (certificate.origin() != Origin.IMPORTED) {
            metadata.put("ValidationMethod", certificate.validation().name());
        }
        if (certificate.validation() == Validation.HTTP) {
            metadata.put("ManagedBy", "CLOUDFRONT");
        }
        String decided = certificate.origin() == Origin.IMPORTED ? "ImportedAt" : "IssuedAt";
        switch (certificate.state()) {
            case State.Issued issued -> metadata.put(decided, issued.issuedAt());
            case State.Revoked revoked -> {
                metadata.put(decided, revoked.issued().issuedAt());
                metadata.put("RevokedAt", revoked.at());
            }
            case State.Pending _, State.Failed _, State.TimedOut _ -> {}
        }
        return metadata;
    }

    private static List<String> texts(List<?> words) {
        return words.stream().map(Object::toString).toList();
    }
}
