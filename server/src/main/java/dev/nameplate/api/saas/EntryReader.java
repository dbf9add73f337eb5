package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.pki.Finding;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.ReportCard;
import dev.nameplate.saas.CertificateSource;
import dev.nameplate.saas.Template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads one element of `cnameList` or `pemList`.
final class EntryReader {
    /// ACM's highest quota for names on a certificate, and CloudFront's for aliases of a distribution.
    private static final int MAX_NAMES = 100;

    private static final Pattern VERSION = Pattern.compile("0*[1-9]\\d{0,17}");

    private final boolean autoCreation;
    private final Function<PemTriple, ReportCard> examination;
    private final NamePolicy policy;
    private final IssuerNames issuers;

    EntryReader(
            boolean autoCreation,
            Function<PemTriple, ReportCard> examination,
            NamePolicy policy,
            IssuerNames issuers) {
        this.issuers = issuers;
        this.autoCreation = autoCreation;
        this.examination = examination;
        this.policy = policy;
    }

    /// An entry as far as it can be judged alone.
    ///
    /// @param path such as `pemList[3]`
    /// @param templatePath where the template's distribution is named
    /// @param versionPath where its version is
    /// @param issuers as in [dev.nameplate.saas.JobRequest.Entry#issuers]
    record Draft(
            String path,
            List<DomainName> names,
            CertificateSource source,
            Optional<Template> template,
            String templatePath,
            String versionPath,
            List<String> issuers) {
        /// Where the entry does not say itself whom to ask.
        Draft orFrom(List<String> standard) {
            return issuers.isEmpty()
                    ? new Draft(path, names, source, template, templatePath, versionPath, standard)
                    : this;
        }

        /// In the original's words.
        static Draft of(
                Fields entry,
                List<DomainName> names,
                CertificateSource source,
                Optional<Template> template) {
            return new Draft(
                    entry.path(),
                    names,
                    source,
                    template,
                    entry.path("existing_cf_info.distribution_id"),
                    entry.path("existing_cf_info.config_version_id"),
                    List.of());
        }
    }

    Optional<Draft> create(Fields entry) {
        Set<DomainName> names = new LinkedHashSet<>();
        entry.requiredText("domainName")
                .flatMap(text -> requested(entry, "domainName", text))
                .ifPresent(names::add);
        names.addAll(alternates(entry));
        checkCount(entry, names.size());
        Optional<Template> template = template(entry);
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Draft.of(
                                entry,
                                List.copyOf(names),
                                new CertificateSource.Request(),
                                template));
    }

    private Set<DomainName> alternates(Fields entry) {
        Set<DomainName> names = new LinkedHashSet<>();
        if (!entry.has("sanList")) {
            entry.problems().add(entry.path("sanList"), "is required");
            return names;
        }
        int before = entry.problems().count();
        List<JsonNode> listed = entry.list("sanList");
        if (listed.isEmpty() && entry.problems().count() == before) {
            entry.problems().add(entry.path("sanList"), "is empty; list every name to be served");
        }
        for (int i = 0; i < listed.size(); i++) {
            String member = "sanList[" + i + "]";
            if (listed.get(i).isTextual()) {
                requested(entry, member, listed.get(i).textValue().strip()).ifPresent(names::add);
            } else {
                entry.problems().add(entry.path(member), "must be a string");
            }
        }
        return names;
    }

    Optional<Draft> imported(Fields entry) {
        Optional<String> certificate = entry.requiredText("CertPem");
        Optional<String> key = entry.requiredText("PrivateKeyPem");
        Optional<String> chain = entry.text("ChainPem");
        Optional<Template> template = template(entry);
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        PemTriple pem =
                new PemTriple(bytes(certificate.get()), bytes(key.get()), bytes(chain.orElse("")));
        return examined(entry, pem, PemMembers.ORIGINAL)
                .map(names ->
                        Draft.of(
                                entry,
                                names,
                                new CertificateSource.Pem(
                                        pem.certificate(), pem.privateKey(), pem.chain()),
                                template));
    }

    /// What the three parts of an import are called.
    record PemMembers(String certificate, String privateKey, String chain) {
        static final PemMembers ORIGINAL = new PemMembers("CertPem", "PrivateKeyPem", "ChainPem");
    }

    /// The names an import can be served by, unless something is wrong with it.
    Optional<List<DomainName>> examined(Fields entry, PemTriple pem, PemMembers members) {
        ReportCard card = examination.apply(pem);
        if (!card.usable()) {
            report(entry, card, members);
            return Optional.empty();
        }
        if (card.names().isEmpty()) {
            entry.problems()
                    .add(
                            entry.path(members.certificate()),
                            "the certificate has no domain name to serve");
            return Optional.empty();
        }
        if (autoCreation) {
            checkCount(entry, card.names().size());
        }
        return Optional.of(card.names());
    }

    /// Every error of the report card, with the member it is about.
    private static void report(Fields entry, ReportCard card, PemMembers members) {
        for (Finding finding : card.findings()) {
            if (finding.severity() == Finding.Severity.ERROR) {
                entry.problems()
                        .add(
                                entry.path(member(finding.rule(), members)),
                                Stream.of(finding.message(), finding.detail(), finding.remedy())
                                        .filter(text -> !text.isEmpty())
                                        .collect(Collectors.joining(" ")));
            }
        }
    }

    private static String member(Finding.Rule rule, PemMembers members) {
        return switch (rule) {
            case KEY_PARSES, KEY_MATCHES -> members.privateKey();
            case CHAIN_PARSES,
                    CHAIN_VERIFIES,
                    CHAIN_ISSUER,
                    CHAIN_ORDER,
                    CHAIN_COMPLETED,
                    CHAIN_ROOT ->
                    members.chain();
            case CERTIFICATE_PARSES,
                    ONE_CERTIFICATE,
                    VERSION_3,
                    ISSUER_NAMED,
                    VALIDITY,
                    NAMES,
                    NAMES_WANTED,
                    KEY_KIND,
                    KEY_STRENGTH,
                    KEY_SHARED,
                    SIGNATURE_ALGORITHM,
                    SELF_SIGNED,
                    PURPOSE,
                    OCSP_ADDRESS,
                    MUST_STAPLE,
                    DUPLICATE ->
                    members.certificate();
        };
    }

    /// A name to be certified; an import's are certified already.
    Optional<DomainName> requested(Fields entry, String member, String text) {
        Optional<DomainName> name = name(entry, member, text);
        name.flatMap(policy::refusal)
                .ifPresent(refusal -> entry.problems().add(entry.path(member), refusal.message()));
        return name;
    }

    /// The names of issuers, first choice first; empty where nothing is said.
    List<String> issuers(Fields fields) {
        int before = fields.problems().count();
        List<JsonNode> listed = fields.list("issuer");
        if (listed.isEmpty()) {
            if (fields.has("issuer") && fields.problems().count() == before) {
                fields.problems().add(fields.path("issuer"), "is empty");
            }
            return List.of();
        }
        List<String> order = new ArrayList<>();
        for (JsonNode each : listed) {
            if (!each.isTextual()) {
                fields.problems().add(fields.path("issuer"), "must be a list of issuers' names");
                return List.of();
            }
            order.add(each.textValue());
        }
        issuers.refusal(order)
                .ifPresent(wrong -> fields.problems().add(fields.path("issuer"), wrong));
        return order;
    }

    static Optional<DomainName> name(Fields entry, String member, String text) {
        try {
            return Optional.of(DomainName.parse(text));
        } catch (DomainName.IllegalDomainName e) {
            entry.problems().add(entry.path(member), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    static void checkCount(Fields entry, int names) {
        if (names > MAX_NAMES) {
            entry.problems()
                    .add(
                            entry.path(),
                            "has " + names + " different names; the most is " + MAX_NAMES);
        }
    }

    /// Without distributions to make a template is of no use, and is not looked at.
    private Optional<Template> template(Fields entry) {
        if (!autoCreation) {
            return Optional.empty();
        }
        if (!entry.has("existing_cf_info")) {
            entry.problems()
                    .add(
                            entry.path("existing_cf_info"),
                            "is required: the distribution that is copied for this entry");
            return Optional.empty();
        }
        return entry.child("existing_cf_info")
                .flatMap(info ->
                        info.requiredText("distribution_id")
                                .map(id -> new Template(id, version(info))));
    }

    private static Optional<Long> version(Fields info) {
        JsonNode value = info.object().path("config_version_id");
        Optional<String> text =
                value.isIntegralNumber()
                        ? Optional.of(value.asText())
                        : info.text("config_version_id");
        if (text.isPresent() && !VERSION.matcher(text.get()).matches()) {
            info.problems()
                    .add(info.path("config_version_id"), "must be a version number such as \"1\"");
            return Optional.empty();
        }
        return text.map(Long::parseLong);
    }

    static byte[] bytes(String pem) {
        return pem.getBytes(StandardCharsets.UTF_8);
    }
}
