package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.ReportCard;
import dev.nameplate.saas.AliasHolders;
import dev.nameplate.saas.CertificateSource;
import dev.nameplate.saas.JobRequest;
import dev.nameplate.saas.Operation;
import dev.nameplate.saas.SharedWildcards;
import dev.nameplate.saas.Template;
import dev.nameplate.saas.Templates;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Makes a checked job of a request's body, or tells everything that is wrong with it.
final class JobReader {
    private final Templates templates;
    private final AliasHolders aliases;
    private final Function<PemTriple, ReportCard> examination;
    private final NamePolicy names;
    private final DnsCheck dns;
    private final int maxEntries;

    JobReader(
            Templates templates,
            AliasHolders aliases,
            Function<PemTriple, ReportCard> examination,
            NamePolicy names,
            DnsCheck dns,
            int maxEntries) {
        this.templates = templates;
        this.aliases = aliases;
        this.examination = examination;
        this.names = names;
        this.dns = dns;
        this.maxEntries = maxEntries;
    }

    /// @param aggregate `dist_aggregate`
    /// @param checkNames `enable_cname_check`
    private record Flags(boolean autoCreation, boolean aggregate, boolean checkNames) {}

    /// @throws BadRequest naming each problem's field
    JobRequest read(AccountId account, byte[] body) {
        ObjectNode json = LenientJson.parse(body);
        Problems problems = new Problems();
        Fields root = new Fields("", json, problems);
        Optional<Operation> operation = operation(root);
        Optional<Boolean> autoCreation = root.requiredFlag("auto_creation");
        boolean aggregate = root.flag("dist_aggregate").orElse(false);
        boolean checkNames = root.flag("enable_cname_check").orElse(false);
        if (operation.isEmpty()) {
            problems.throwIfAny();
        }
        Flags flags = new Flags(autoCreation.orElse(false), aggregate, checkNames);
        List<EntryReader.Draft> drafts = entries(root, operation.orElseThrow(), flags);
        checkDuplicates(drafts, operation.orElseThrow(), flags, problems);
        checkTemplates(account, drafts, problems);
        checkFlags(account, root, operation.orElseThrow(), flags, drafts);
        problems.throwIfAny();
        return new JobRequest(
                operation.orElseThrow(),
                flags.autoCreation(),
                LenientJson.pretty(JobInput.of(json)),
                requested(drafts, flags));
    }

    private static Optional<Operation> operation(Fields root) {
        Optional<String> word = root.requiredText("acm_op");
        Optional<Operation> operation =
                word.flatMap(text ->
                        Stream.of(Operation.values())
                                .filter(each -> each.name().equalsIgnoreCase(text))
                                .findFirst());
        if (word.isPresent() && operation.isEmpty()) {
            root.problems().add("acm_op", "must be \"create\" or \"import\"");
        }
        return operation;
    }

    private List<EntryReader.Draft> entries(Fields root, Operation operation, Flags flags) {
        EntryReader reader = new EntryReader(flags.autoCreation(), examination, names);
        return switch (operation) {
            case CREATE -> {
                if (!elements(root, "pemList").isEmpty()) {
                    root.problems()
                            .add("pemList", "belongs to acm_op import; leave it out or empty");
                }
                yield required(root, "cnameList").stream()
                        .flatMap(entry -> reader.create(entry).stream())
                        .toList();
            }
            case IMPORT -> {
                if (!flags.checkNames() && !elements(root, "cnameList").isEmpty()) {
                    root.problems()
                            .add(
                                    "cnameList",
                                    "belongs to acm_op create; leave it empty, or set"
                                            + " enable_cname_check to compare it with pemList");
                }
                yield required(root, "pemList").stream()
                        .flatMap(entry -> reader.imported(entry).stream())
                        .toList();
            }
        };
    }

    private List<Fields> required(Fields root, String list) {
        if (!root.has(list)) {
            root.problems().add(list, "is required");
            return List.of();
        }
        int before = root.problems().count();
        List<Fields> entries = elements(root, list);
        if (entries.isEmpty() && root.problems().count() == before) {
            root.problems().add(list, "is empty");
        }
        if (entries.size() > maxEntries) {
            root.problems()
                    .add(
                            list,
                            "has "
                                    + entries.size()
                                    + " entries; a job takes at most "
                                    + maxEntries);
            return List.of();
        }
        return entries;
    }

    /// The original console sends one blank element in the list it does not use.
    private static List<Fields> elements(Fields root, String list) {
        List<Fields> elements = new ArrayList<>();
        List<JsonNode> nodes = root.list(list);
        for (int i = 0; i < nodes.size(); i++) {
            if (!isBlank(nodes.get(i))) {
                Fields.of(list + "[" + i + "]", nodes.get(i), root.problems())
                        .ifPresent(elements::add);
            }
        }
        return elements;
    }

    private static boolean isBlank(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL -> true;
            case STRING -> node.textValue().isBlank();
            case OBJECT, ARRAY -> node.valueStream().allMatch(JobReader::isBlank);
            case BINARY, BOOLEAN, MISSING, NUMBER, POJO -> false;
        };
    }

    /// An alias belongs to one distribution; and a create job's certificates are told apart by their primary names.
    private static void checkDuplicates(
            List<EntryReader.Draft> drafts, Operation operation, Flags flags, Problems problems) {
        Map<DomainName, String> seen = new HashMap<>();
        for (EntryReader.Draft draft : drafts) {
            List<DomainName> unique =
                    flags.autoCreation()
                            ? draft.names()
                            : operation == Operation.CREATE
                                    ? draft.names().subList(0, 1)
                                    : List.of();
            for (DomainName name : unique) {
                String first = seen.putIfAbsent(name, draft.path());
                if (first != null) {
                    problems.add(draft.path(), name + " is in " + first + " already");
                }
            }
        }
    }

    private void checkTemplates(
            AccountId account, List<EntryReader.Draft> drafts, Problems problems) {
        Map<Template, Optional<Templates.UnusableTemplate>> checked = new HashMap<>();
        for (EntryReader.Draft draft : drafts) {
            draft.template()
                    .flatMap(template ->
                            checked.computeIfAbsent(template, each -> check(account, each)))
                    .ifPresent(unusable -> {
                        String member =
                                switch (unusable.part()) {
                                    case DISTRIBUTION -> ".existing_cf_info.distribution_id";
                                    case VERSION -> ".existing_cf_info.config_version_id";
                                };
                        problems.add(draft.path() + member, unusable.reason());
                    });
        }
    }

    private Optional<Templates.UnusableTemplate> check(AccountId account, Template template) {
        try {
            templates.config(account, template);
            return Optional.empty();
        } catch (Templates.UnusableTemplate e) {
            return Optional.of(e);
        }
    }

    private void checkFlags(
            AccountId account,
            Fields root,
            Operation operation,
            Flags flags,
            List<EntryReader.Draft> drafts) {
        if (flags.aggregate() && operation == Operation.IMPORT) {
            root.problems()
                    .add(
                            "dist_aggregate",
                            "shares certificates that are created; an import brings its own, so"
                                    + " it must be \"false\"");
        }
        if (!flags.checkNames()) {
            return;
        }
        boolean comparesLists = operation == Operation.IMPORT && root.has("cnameList");
        if (operation == Operation.IMPORT && !comparesLists && !flags.autoCreation()) {
            root.problems()
                    .add(
                            "enable_cname_check",
                            "compares an import's names with cnameList and looks for their aliases;"
                                    + " this job has neither, so it must be \"false\"");
        }
        if (comparesLists) {
            compareNames(root, drafts);
        }
        if (flags.autoCreation()) {
            checkAliases(account, drafts, root.problems());
        }
        if (operation == Operation.CREATE && root.problems().count() == 0) {
            checkDns(drafts, root.problems());
        }
    }

    private static void compareNames(Fields root, List<EntryReader.Draft> drafts) {
        List<Fields> expected = elements(root, "cnameList");
        if (!expected.isEmpty() && expected.size() != elements(root, "pemList").size()) {
            root.problems()
                    .add(
                            "cnameList",
                            "has "
                                    + expected.size()
                                    + " entries, pemList another number; enable_cname_check"
                                    + " compares them one by one");
            return;
        }
        for (EntryReader.Draft draft : drafts) {
            String path = draft.path().replace("pemList", "cnameList");
            expected.stream()
                    .filter(each -> each.path().equals(path))
                    .forEach(each ->
                            each.requiredText("domainName")
                                    .flatMap(text -> EntryReader.name(each, "domainName", text))
                                    .filter(name -> !name.equals(draft.names().getFirst()))
                                    .ifPresent(name ->
                                            root.problems()
                                                    .add(
                                                            each.path("domainName"),
                                                            name
                                                                    + " is not the first name of the certificate in "
                                                                    + draft.path()
                                                                    + ", "
                                                                    + draft.names().getFirst())));
        }
    }

    private void checkAliases(
            AccountId account, List<EntryReader.Draft> drafts, Problems problems) {
        Map<DomainName, AliasHolders.Holder> holders = aliases.of(account, names(drafts));
        for (EntryReader.Draft draft : drafts) {
            for (DomainName name : draft.names()) {
                Optional.ofNullable(holders.get(name))
                        .ifPresent(holder ->
                                problems.add(draft.path(), name + " " + holder.sentence()));
            }
        }
    }

    /// Whether each name's DNS lets it be certified here. Asked last, because it costs most.
    private void checkDns(List<EntryReader.Draft> drafts, Problems problems) {
        Map<DomainName, String> refused = dns.refused(names(drafts));
        for (EntryReader.Draft draft : drafts) {
            for (DomainName name : draft.names()) {
                Optional.ofNullable(refused.get(name))
                        .ifPresent(reason -> problems.add(draft.path(), name + ": " + reason));
            }
        }
    }

    private static List<DomainName> names(List<EntryReader.Draft> drafts) {
        return drafts.stream().flatMap(draft -> draft.names().stream()).distinct().toList();
    }

    private static List<JobRequest.Entry> requested(List<EntryReader.Draft> drafts, Flags flags) {
        List<Optional<Integer>> shared =
                flags.aggregate()
                        ? SharedWildcards.of(drafts.stream().map(EntryReader.Draft::names).toList())
                        : List.of();
        List<JobRequest.Entry> entries = new ArrayList<>();
        for (EntryReader.Draft draft : drafts) {
            CertificateSource source = draft.source();
            if (flags.aggregate() && shared.get(entries.size()).isPresent()) {
                source = new CertificateSource.SharedWith(shared.get(entries.size()).get());
            }
            entries.add(new JobRequest.Entry(draft.names(), source, draft.template()));
        }
        return entries;
    }
}
