package dev.nameplate.api.acm;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.certificate.Condition;
import dev.nameplate.certificate.Renewal;
import dev.nameplate.certificate.Validation;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.Region;
import dev.nameplate.wire.codec.Document;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The filter grammar of SearchCertificates: statements nest, and a filter asks for one attribute. Every structure of it is a
/// union: exactly one member must be there.
public final class SearchFilter {
    /// Each is a condition in one SQL statement; no person and no console writes that many.
    private static final int MAX_FILTERS = 200;

    private final Call call;
    private int filters;

    private SearchFilter(Call call) {
        this.call = call;
    }

    /// What a stranger may send, up to the condition it becomes: a pure function.
    ///
    /// @param statement a `CertificateFilterStatement` within the constraints of its description
    /// @throws software.amazon.awssdk.services.acm.model.AcmException if it is not of the grammar
    public static Condition read(Document statement, AccountId account, Region region) {
        return new SearchFilter(new Call(account, region)).statement(statement);
    }

    private Condition statement(Document statement) {
        return switch (only(statement, "And", "Or", "Not", "Filter")) {
            case "And" -> new Condition.All(statements(statement, "And"));
            case "Or" -> new Condition.Any(statements(statement, "Or"));
            case "Not" -> new Condition.Not(statement(inner(statement, "Not")));
            default -> filter(inner(statement, "Filter"));
        };
    }

    private List<Condition> statements(Document statement, String name) {
        return statement.documents(name).orElseThrow().stream().map(this::statement).toList();
    }

    private Condition filter(Document filter) {
        filters++;
        if (filters > MAX_FILTERS) {
            throw Refusal.validation("A search can have no more than " + MAX_FILTERS + " filters.");
        }
        return switch (only(
                filter, "CertificateArn", "X509AttributeFilter", "AcmCertificateMetadataFilter")) {
            case "CertificateArn" -> arn(filter.text("CertificateArn").orElseThrow());
            case "X509AttributeFilter" -> attribute(inner(filter, "X509AttributeFilter"));
            default -> metadata(inner(filter, "AcmCertificateMetadataFilter"));
        };
    }

    private Condition arn(String text) {
        CertificateArn arn = CertificateArn.parse(text);
        Optional<CertificateId> id =
                arn.isOf(call.account(), call.region()) ? arn.id() : Optional.empty();
        return id.<Condition>map(Condition.Is::new).orElse(new Condition.Any(List.of()));
    }

    private static Condition attribute(Document filter) {
        String name =
                only(
                        filter,
                        "Subject",
                        "SubjectAlternativeName",
                        "ExtendedKeyUsage",
                        "KeyUsage",
                        "KeyAlgorithm",
                        "SerialNumber",
                        "NotAfter",
                        "NotBefore");
        return switch (name) {
            case "Subject" -> {
                Document subject = inner(filter, name);
                yield new Condition.CommonName(text(inner(subject, only(subject, "CommonName"))));
            }
            case "SubjectAlternativeName" -> {
                Document alternative = inner(filter, name);
                yield new Condition.Name(text(inner(alternative, only(alternative, "DnsName"))));
            }
            case "ExtendedKeyUsage" -> UseWords.extendedUsed(word(filter, name));
            case "KeyUsage" -> UseWords.used(word(filter, name));
            case "KeyAlgorithm" ->
                    new Condition.Keyed(Set.of(Words.keyAlgorithm(word(filter, name))));
            case "SerialNumber" -> new Condition.Serial(word(filter, name));
            case "NotAfter" -> new Condition.NotAfter(range(inner(filter, name)));
            default -> new Condition.NotBefore(range(inner(filter, name)));
        };
    }

    private static Condition metadata(Document filter) {
        String name =
                only(
                        filter,
                        "Status",
                        "RenewalStatus",
                        "Type",
                        "InUse",
                        "Exported",
                        "ExportOption",
                        "ManagedBy",
                        "ValidationMethod");
        return switch (name) {
            case "Status" -> Words.inStatus(word(filter, name));
            case "RenewalStatus" ->
                    new Condition.Renewing(Renewal.Status.valueOf(word(filter, name)));
            case "Type" -> Words.type(word(filter, name));
            case "InUse" -> flag(filter, name, new Condition.Used());
            case "Exported" -> flag(filter, name, new Condition.Exported());
            case "ExportOption" -> Words.exportable(word(filter, name));
            // Its one value is CloudFront.
            case "ManagedBy" -> new Condition.ProvenBy(Validation.HTTP);
            default -> Words.provenBy(word(filter, name));
        };
    }

    private static Condition flag(Document filter, String name, Condition condition) {
        return filter.flag(name).orElseThrow() ? condition : new Condition.Not(condition);
    }

    private static Condition.Text text(Document comparison) {
        return new Condition.Text(
                word(comparison, "Value"), word(comparison, "ComparisonOperator").equals("EQUALS"));
    }

    private static Condition.Range range(Document range) {
        var read = new Condition.Range(range.time("Start"), range.time("End"));
        if (read.from().isEmpty() && read.to().isEmpty()) {
            throw Refusal.validation("A time range needs a Start, an End or both.");
        }
        return read;
    }

    private static String word(Document document, String name) {
        return document.text(name).orElseThrow();
    }

    private static Document inner(Document document, String name) {
        return document.document(name).orElseThrow();
    }

    /// The one of `names` that a union has.
    private static String only(Document union, String... names) {
        List<String> present = Arrays.stream(names).filter(union::has).toList();
        if (present.size() != 1) {
            throw Refusal.validation(
                    "A filter statement has "
                            + (present.isEmpty() ? "none" : "more than one")
                            + " of the members "
                            + String.join(", ", names)
                            + " where exactly one belongs.");
        }
        return present.getFirst();
    }
}
