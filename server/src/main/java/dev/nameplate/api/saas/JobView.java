package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.DomainName;
import dev.nameplate.saas.Entry;
import dev.nameplate.saas.EntryState;
import dev.nameplate.saas.Job;
import dev.nameplate.saas.Operation;
import dev.nameplate.saas.Progress;
import dev.nameplate.saas.Stage;
import dev.nameplate.saas.WantedRecord;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A job as the API shows it. Every number is a string: the original hands out a table row as it is.
final class JobView {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /// Reasons told in `promptInfo`; they tend to repeat.
    private static final int REASONS = 100;

    private JobView() {}

    static ObjectNode of(Job job) {
        ObjectNode view =
                LenientJson.object()
                        .put("jobId", job.id().value())
                        .put("jobType", job.operation().name().toLowerCase(Locale.ROOT))
                        .put("creationDate", DATE.format(job.createdAt()))
                        .put("cert_total_number", Integer.toString(job.entries().size()))
                        .put("cert_completed_number", Long.toString(job.certificatesIssued()))
                        .put(
                                "cloudfront_distribution_total_number",
                                Integer.toString(job.distributionsWanted()))
                        .put(
                                "cloudfront_distribution_created_number",
                                Long.toString(job.distributionsServed()))
                        .put("certCreateStageStatus", status(job, Stage.CERTIFICATE_CREATION))
                        .put("certValidationStageStatus", status(job, Stage.CERTIFICATE_VALIDATION))
                        .put("distStageStatus", status(job, Stage.DISTRIBUTION))
                        .put("job_input", job.input())
                        .put("dcv_validation_msg", validationMessage(job))
                        .put("promptInfo", prompt(job));
        add(view.putArray("certList"), job.certificateArns());
        add(view.putArray("distList"), job.distributionArns());
        return view;
    }

    /// What the documented shape has no room for: each entry's own standing.
    static ObjectNode detailed(Job job) {
        ObjectNode view = of(job);
        view.put("overallStatus", job.overall().name());
        ArrayNode entries = view.putArray("entries");
        for (Entry entry : job.entries()) {
            Progress progress = entry.progress();
            ObjectNode each =
                    entries.addObject()
                            .put("entry", entry.number())
                            .put("domainName", entry.primaryName().ascii())
                            .put("state", progress.state().name());
            add(each.putArray("names"), entry.names().stream().map(DomainName::ascii).toList());
            progress.certificateArn().ifPresent(arn -> each.put("certificateArn", arn));
            JobJson.servedBy(progress, each);
            records(each.putArray("validationRecords"), progress.records());
            progress.failure()
                    .ifPresent(failure ->
                            each.put("reason", failure.reason())
                                    .put("nextStep", failure.nextStep().name()));
            progress.note().ifPresent(note -> each.put("note", note));
            progress.due().ifPresent(due -> each.put("nextLook", due.toString()));
        }
        return view;
    }

    private static String status(Job job, Stage stage) {
        return job.status(stage).name();
    }

    /// The records and the distributions' names together: what the owners of the domains set in their DNS.
    private static String validationMessage(Job job) {
        ArrayNode distributions = LenientJson.object().putArray("distributions");
        job.entries().forEach(entry -> sentence(entry).ifPresent(distributions::add));
        ArrayNode wanted = LenientJson.object().putArray("records");
        List<WantedRecord> records =
                job.entries().stream()
                        .filter(entry -> entry.progress().state() != EntryState.FAILED)
                        .flatMap(entry -> entry.progress().records().stream())
                        .distinct()
                        .toList();
        records(wanted, records);
        if (job.operation() == Operation.IMPORT) {
            return distributions.isEmpty() ? "" : LenientJson.pretty(distributions);
        }
        if (!job.autoCreation()) {
            return wanted.isEmpty()
                    ? ""
                    : "Set these records in the DNS of the domains, and leave them there for"
                            + " renewals:\n"
                            + LenientJson.pretty(wanted);
        }
        ObjectNode message = LenientJson.object();
        message.set("CloudFront Details", distributions);
        message.set("Acm Certificate Dcv", wanted);
        return distributions.isEmpty() && wanted.isEmpty() ? "" : LenientJson.pretty(message);
    }

    private static Optional<String> sentence(Entry entry) {
        return entry.progress()
                .distribution()
                .map(clone ->
                        clone.domainName()
                                + " ("
                                + clone.arn()
                                + ") is the target for "
                                + entry.names().stream()
                                        .map(DomainName::ascii)
                                        .collect(Collectors.joining(", ")));
    }

    private static void records(ArrayNode array, List<WantedRecord> records) {
        for (WantedRecord record : records) {
            array.addObject()
                    .put("Name", record.name())
                    .put("Type", record.type())
                    .put("Value", record.value());
        }
    }

    private static String prompt(Job job) {
        List<String> reasons =
                job.entries().stream().flatMap(entry -> reason(entry).stream()).toList();
        String listed = reasons.stream().limit(REASONS).collect(Collectors.joining("\n"));
        return reasons.size() <= REASONS
                ? listed
                : listed + "\nand " + (reasons.size() - REASONS) + " more";
    }

    private static Optional<String> reason(Entry entry) {
        String list = entry.operation() == Operation.CREATE ? "cnameList[" : "pemList[";
        String where = list + entry.number() + "] " + entry.primaryName() + ": ";
        return entry.progress()
                .failure()
                .map(failure ->
                        where
                                + failure.reason()
                                + " (next step: "
                                + switch (failure.nextStep()) {
                                    case REQUESTER -> "whoever sent the job";
                                    case DOMAIN_OWNER -> "the owner of the domain";
                                    case OPERATOR -> "the operator of the platform";
                                }
                                + ")")
                .or(() -> entry.progress().note().map(note -> where + note));
    }

    private static void add(ArrayNode array, List<String> values) {
        values.forEach(array::add);
    }
}
