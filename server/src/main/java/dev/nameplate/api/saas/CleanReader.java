package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.saas.CertificateSource;
import dev.nameplate.saas.JobRequest;
import dev.nameplate.saas.Operation;
import dev.nameplate.saas.Platform;
import dev.nameplate.saas.Template;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Makes a checked job of the body of `POST /v1/jobs`. Unlike the original's it is strict: a member it does not know is a
/// mistake.
final class CleanReader {
    private static final List<String> MEMBERS =
            List.of(
                    "operation",
                    "platform",
                    "distributions",
                    "shareWildcards",
                    "checkNames",
                    "dryRun",
                    "issuer",
                    "entries");
    private static final List<String> CREATE = List.of("names", "template", "tenant", "issuer");
    private static final List<String> IMPORT =
            List.of("certificate", "privateKey", "chain", "template", "tenant");
    private static final EntryReader.PemMembers PARTS =
            new EntryReader.PemMembers("certificate", "privateKey", "chain");

    private final JobChecks checks;

    CleanReader(JobChecks checks) {
        this.checks = checks;
    }

    /// @param dryRun whether the request is only to be judged
    record Asked(JobRequest request, boolean dryRun) {}

    /// @throws BadRequest naming each problem's field
    Asked read(AccountId account, ObjectNode body) {
        Problems problems = new Problems();
        Fields root = new Fields("", body, problems);
        known(root, MEMBERS);
        Optional<Operation> operation = operation(root);
        Optional<Platform.Name> named = platform(root);
        boolean distributions = flag(root, "distributions", true);
        boolean aggregate = flag(root, "shareWildcards", false);
        boolean checkNames = flag(root, "checkNames", false);
        boolean dryRun = flag(root, "dryRun", false);
        if (operation.isEmpty() || named.isEmpty()) {
            problems.throwIfAny();
        }
        Platform.Name platform = named.orElseThrow();
        Operation asked = operation.orElseThrow();
        if (aggregate && asked == Operation.IMPORT) {
            problems.add(
                    "shareWildcards",
                    "shares certificates that are created; an import has its own");
        }
        EntryReader reader = checks.entries(platform, distributions);
        List<String> issuers = reader.issuers(root);
        if (asked == Operation.IMPORT && root.has("issuer")) {
            problems.add("issuer", "is for certificates that are created; an import has its own");
        }
        List<EntryReader.Draft> drafts =
                entries(reader, root, asked, distributions).stream()
                        .map(draft -> draft.orFrom(issuers))
                        .toList();
        JobChecks.duplicates(drafts, asked, distributions, problems);
        checks.templates(platform, account, drafts, problems);
        if (checkNames && distributions) {
            checks.aliases(platform, account, drafts, problems);
        }
        if (checkNames && asked == Operation.CREATE && problems.count() == 0) {
            checks.dns(platform, drafts, problems);
        }
        problems.throwIfAny();
        List<JobRequest.Entry> requested = JobChecks.requested(drafts, aggregate);
        checks.quota("entries", platform, asked, distributions, requested, problems);
        problems.throwIfAny();
        return new Asked(
                new JobRequest(
                        platform,
                        asked,
                        distributions,
                        LenientJson.pretty(
                                shown(platform, asked, distributions, aggregate, drafts)),
                        requested),
                dryRun);
    }

    private static Optional<Operation> operation(Fields root) {
        Optional<String> word = root.requiredText("operation");
        Optional<Operation> operation =
                word.flatMap(text ->
                        Stream.of(Operation.values())
                                .filter(each -> each.name().equals(text))
                                .findFirst());
        if (word.isPresent() && operation.isEmpty()) {
            root.problems().add("operation", "must be CREATE or IMPORT");
        }
        return operation;
    }

    private Optional<Platform.Name> platform(Fields root) {
        if (!root.has("platform")) {
            return Optional.of(checks.standard());
        }
        Optional<String> word = root.requiredText("platform");
        Optional<Platform.Name> platform =
                word.flatMap(text ->
                        Stream.of(Platform.Name.values())
                                .filter(each -> each.name().equals(text))
                                .findFirst());
        if (word.isPresent() && platform.isEmpty()) {
            root.problems().add("platform", "must be LOCAL or AWS");
        }
        if (platform.isPresent() && !checks.isSetUp(platform.get())) {
            root.problems()
                    .add(
                            "platform",
                            platform.get()
                                    + " is not set up on this server; the setting saas.platforms"
                                    + " names the ones that are");
            return Optional.empty();
        }
        return platform;
    }

    private static boolean flag(Fields root, String member, boolean standard) {
        JsonNode value = root.object().path(member);
        if (value.isMissingNode() || value.isNull()) {
            return standard;
        }
        if (!value.isBoolean()) {
            root.problems().add(root.path(member), "must be true or false");
        }
        return value.booleanValue();
    }

    static void known(Fields fields, List<String> members) {
        Iterator<String> given = fields.object().fieldNames();
        while (given.hasNext()) {
            String member = given.next();
            if (!members.contains(member)) {
                fields.problems()
                        .add(
                                fields.path(member),
                                "is unknown; there are " + String.join(", ", members));
            }
        }
    }

    private List<EntryReader.Draft> entries(
            EntryReader reader, Fields root, Operation operation, boolean distributions) {
        int before = root.problems().count();
        List<JsonNode> nodes = root.list("entries");
        if (nodes.isEmpty() && root.problems().count() == before) {
            root.problems().add("entries", root.has("entries") ? "is empty" : "is required");
        }
        if (!checks.count("entries", nodes.size(), root.problems())) {
            return List.of();
        }
        List<EntryReader.Draft> drafts = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Fields.of("entries[" + i + "]", nodes.get(i), root.problems())
                    .flatMap(entry -> entry(reader, entry, operation, distributions))
                    .ifPresent(drafts::add);
        }
        return drafts;
    }

    static Optional<EntryReader.Draft> entry(
            EntryReader reader, Fields entry, Operation operation, boolean distributions) {
        known(entry, operation == Operation.CREATE ? CREATE : IMPORT);
        return switch (operation) {
            case CREATE -> create(reader, entry, distributions);
            case IMPORT -> imported(reader, entry, distributions);
        };
    }

    private static Optional<EntryReader.Draft> create(
            EntryReader reader, Fields entry, boolean distributions) {
        Set<DomainName> names = new LinkedHashSet<>();
        int before = entry.problems().count();
        List<JsonNode> listed = entry.list("names");
        if (listed.isEmpty() && entry.problems().count() == before) {
            entry.problems()
                    .add(entry.path("names"), entry.has("names") ? "is empty" : "is required");
        }
        for (int i = 0; i < listed.size(); i++) {
            String member = "names[" + i + "]";
            if (listed.get(i).isTextual()) {
                reader.requested(entry, member, listed.get(i).textValue().strip())
                        .ifPresent(names::add);
            } else {
                entry.problems().add(entry.path(member), "must be a string");
            }
        }
        EntryReader.checkCount(entry, names.size());
        Optional<Template> template = template(entry, distributions);
        List<String> issuers = reader.issuers(entry);
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        draft(entry, List.copyOf(names), new CertificateSource.Request(), template)
                                .orFrom(issuers));
    }

    private static Optional<EntryReader.Draft> imported(
            EntryReader reader, Fields entry, boolean distributions) {
        Optional<String> certificate = entry.requiredText("certificate");
        Optional<String> key = entry.requiredText("privateKey");
        Optional<String> chain = entry.text("chain");
        Optional<Template> template = template(entry, distributions);
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        PemTriple pem =
                new PemTriple(
                        EntryReader.bytes(certificate.get()),
                        EntryReader.bytes(key.get()),
                        EntryReader.bytes(chain.orElse("")));
        return reader.examined(entry, pem, PARTS)
                .map(names ->
                        draft(
                                entry,
                                names,
                                new CertificateSource.Pem(
                                        pem.certificate(), pem.privateKey(), pem.chain()),
                                template));
    }

    private static EntryReader.Draft draft(
            Fields entry,
            List<DomainName> names,
            CertificateSource source,
            Optional<Template> template) {
        return new EntryReader.Draft(
                entry.path(),
                names,
                source,
                template,
                entry.path(
                        template.flatMap(Template::tenancy).isPresent()
                                ? "tenant.distribution"
                                : "template.distribution"),
                entry.path("template.version"),
                List.of());
    }

    private static Optional<Template> template(Fields entry, boolean distributions) {
        if (!distributions) {
            for (String member : List.of("template", "tenant")) {
                if (entry.has(member)) {
                    entry.problems()
                            .add(entry.path(member), "is of no use where distributions is false");
                }
            }
            return Optional.empty();
        }
        if (entry.has("tenant")) {
            if (entry.has("template")) {
                entry.problems()
                        .add(entry.path("tenant"), "stands in place of template; give one of them");
            }
            return TenantReader.read(entry);
        }
        if (!entry.has("template")) {
            entry.problems()
                    .add(
                            entry.path("template"),
                            "is required: the distribution that is copied for this entry; or tenant,"
                                    + " the multi-tenant distribution that gets a tenant for it");
            return Optional.empty();
        }
        return entry.child("template")
                .flatMap(template -> {
                    known(template, List.of("distribution", "version"));
                    return template.requiredText("distribution")
                            .map(id -> new Template(id, version(template)));
                });
    }

    private static Optional<Long> version(Fields template) {
        JsonNode value = template.object().path("version");
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.canConvertToLong() || !value.isIntegralNumber() || value.longValue() < 1) {
            template.problems().add(template.path("version"), "must be a number from 1 on");
            return Optional.empty();
        }
        return Optional.of(value.longValue());
    }

    /// The request as it is shown later: names and templates, nothing of an import's PEM.
    private static ObjectNode shown(
            Platform.Name platform,
            Operation operation,
            boolean distributions,
            boolean aggregate,
            List<EntryReader.Draft> drafts) {
        ObjectNode shown =
                LenientJson.object()
                        .put("operation", operation.name().toUpperCase(Locale.ROOT))
                        .put("platform", platform.name())
                        .put("distributions", distributions)
                        .put("shareWildcards", aggregate);
        ArrayNode entries = shown.putArray("entries");
        for (EntryReader.Draft draft : drafts) {
            ObjectNode entry = entries.addObject();
            ArrayNode names = entry.putArray("names");
            draft.names().forEach(name -> names.add(name.ascii()));
            if (!draft.issuers().isEmpty()) {
                draft.issuers().forEach(entry.putArray("issuer")::add);
            }
            draft.template()
                    .filter(template -> template.tenancy().isPresent())
                    .ifPresent(template -> TenantReader.show(template, entry.putObject("tenant")));
            draft.template()
                    .filter(template -> template.tenancy().isEmpty())
                    .ifPresent(template -> {
                        ObjectNode from =
                                entry.putObject("template")
                                        .put("distribution", template.distributionId());
                        template.version().ifPresent(number -> from.put("version", number));
                    });
        }
        return shown;
    }
}
