package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.AccountId;
import dev.nameplate.saas.JobRequest;
import dev.nameplate.saas.Operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Makes a checked job of a request's body, or tells everything that is wrong with it.
final class JobReader {
    private final JobChecks checks;

    JobReader(JobChecks checks) {
        this.checks = checks;
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
        JobChecks.duplicates(drafts, operation.orElseThrow(), flags.autoCreation(), problems);
        checks.templates(checks.standard(), account, drafts, problems);
        checkFlags(account, root, operation.orElseThrow(), flags, drafts);
        problems.throwIfAny();
        List<JobRequest.Entry> requested = JobChecks.requested(drafts, flags.aggregate());
        checks.quota(
                operation.orElseThrow() == Operation.CREATE ? "cnameList" : "pemList",
                checks.standard(),
                operation.orElseThrow(),
                flags.autoCreation(),
                requested,
                problems);
        problems.throwIfAny();
        return new JobRequest(
                checks.standard(),
                operation.orElseThrow(),
                flags.autoCreation(),
                LenientJson.pretty(JobInput.of(json)),
                requested);
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
        EntryReader reader = checks.entries(flags.autoCreation());
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
        return checks.count(list, entries.size(), root.problems()) ? entries : List.of();
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
            checks.aliases(checks.standard(), account, drafts, root.problems());
        }
        if (operation == Operation.CREATE && root.problems().count() == 0) {
            checks.dns(checks.standard(), drafts, root.problems());
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
}
