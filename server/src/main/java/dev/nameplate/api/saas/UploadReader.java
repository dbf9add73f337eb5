package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Json;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.JobId;
import dev.nameplate.saas.JobRequest;
import dev.nameplate.saas.Operation;
import dev.nameplate.saas.Quota;
import dev.nameplate.saas.RequestKey;
import dev.nameplate.saas.SaasJobs;
import dev.nameplate.saas.Template;
import dev.nameplate.saas.Uploads;

import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes a job of entries that come line by line. What stands in memory is the entries' names, to find doubles, and a few
/// hundred entries at a time; the rest is in the store already, as [Uploads] has it.
final class UploadReader {
    /// Entries checked and stored together: enough to share a commit, and little beside the memory of a request.
    private static final int BATCH = 500;

    /// With this many mistakes listed, what follows would only repeat them.
    private static final int MISTAKES = 100;

    /// Of what follows a mistake. Longer requests are cut off.
    private static final long DRAINED = 1L << 30;

    private final JobChecks checks;
    private final SaasJobs jobs;
    private final int maxEntries;

    UploadReader(JobChecks checks, SaasJobs jobs, int maxEntries) {
        this.checks = checks;
        this.jobs = jobs;
        this.maxEntries = maxEntries;
    }

    enum Form {
        NDJSON,
        CSV
    }

    /// What the query says of all entries.
    ///
    /// @param template of entries that name none
    /// @param issuers of entries that name none; empty for those of the settings
    record Options(
            Form form,
            Uploads.Kind kind,
            boolean checkNames,
            Optional<Template> template,
            List<String> issuers,
            boolean dryRun) {}

    /// @param job empty after a dry run
    /// @param judged after a dry run: the entries whose certificates would be asked for
    record Read(Optional<JobId> job, int entries, List<JobRequest.Entry> judged) {
        Read(Optional<JobId> job, int entries) {
            this(job, entries, List.of());
        }
    }

    /// @param digest of what is known of the request so far; the body is added to it
    /// @throws BadRequest naming the line of each mistake; nothing is made then
    Read read(
            AccountId account,
            Options options,
            InputStream body,
            Optional<String> key,
            MessageDigest digest)
            throws IOException {
        try (Uploads.Upload upload = jobs.uploads().begin(account, options.kind());
                DigestInputStream in = new DigestInputStream(body, digest)) {
            Receiving receiving = new Receiving(account, options, upload);
            try {
                receiving.all(lines(options.form(), in));
            } catch (BadRequest refused) {
                receiving.problems.addAll(refused);
            }
            boolean whole = drain(in);
            if (options.dryRun()) {
                receiving.problems.throwIfAny();
                return new Read(Optional.empty(), receiving.count, receiving.judged);
            }
            Optional<RequestKey> request =
                    key.map(text ->
                            new RequestKey(text, HexFormat.of().formatHex(digest.digest())));
            // Before the mistakes: names and quota that the first request took are none of the
            // repeated one.
            Optional<JobId> before =
                    request.filter(_ -> whole).flatMap(each -> jobs.madeUnder(account, each));
            if (before.isPresent()) {
                return new Read(before, receiving.count);
            }
            receiving.problems.throwIfAny();
            return new Read(
                    Optional.of(upload.finish(shown(options, receiving.count), request)),
                    receiving.count);
        }
    }

    /// An answer is lost on a client who still sends.
    ///
    /// @return whether this was all of it
    private static boolean drain(InputStream in) throws IOException {
        byte[] unwanted = new byte[64 * 1024];
        long read = 0;
        int some = in.read(unwanted);
        while (some >= 0 && read < DRAINED) {
            read += some;
            some = in.read(unwanted);
        }
        return some < 0;
    }

    private static Lines lines(Form form, InputStream in) throws IOException {
        return switch (form) {
            case NDJSON -> new NdjsonLines(in);
            case CSV -> new CsvLines(in);
        };
    }

    /// The request as it is shown later. Its entries are the job's, which can be listed.
    private static String shown(Options options, int entries) {
        ObjectNode shown =
                LenientJson.object()
                        .put("operation", options.kind().operation().name())
                        .put("platform", options.kind().platform().name())
                        .put("distributions", options.kind().autoCreation());
        if (!options.issuers().isEmpty()) {
            options.issuers().forEach(shown.putArray("issuer")::add);
        }
        return LenientJson.pretty(
                shown.put("uploaded", options.form().name()).put("entries", entries));
    }

    private final class Receiving {
        private final AccountId account;
        private final Options options;
        private final Uploads.Upload upload;
        private final EntryReader reader;
        private final Problems problems = new Problems();
        private final Map<DomainName, String> seen = new HashMap<>();
        private final List<EntryReader.Draft> batch = new ArrayList<>();
        private final List<JobRequest.Entry> judged = new ArrayList<>();
        private int count;

        Receiving(AccountId account, Options options, Uploads.Upload upload) {
            this.account = account;
            this.options = options;
            this.upload = upload;
            this.reader = checks.entries(options.kind().platform(), options.kind().autoCreation());
        }

        void all(Lines lines) throws IOException {
            for (Optional<Lines.Line> line = lines.next();
                    line.isPresent() && problems.count() < MISTAKES;
                    line = lines.next()) {
                if (++count > maxEntries) {
                    throw new BadRequest(
                            line.get().place(),
                            "is one entry more than the "
                                    + maxEntries
                                    + " that a job sent this way may have");
                }
                add(line.get());
            }
            flush();
            if (count == 0) {
                throw new BadRequest("body", "has no entries");
            }
            if (problems.count() == 0) {
                checks.quota(
                        "entries", options.kind().platform(), wanted(options, count), problems);
            }
        }

        private void add(Lines.Line line) {
            Optional<String> flaw = Json.flaw(line.entry());
            if (flaw.isPresent()) {
                problems.add(line.place(), "must not hold " + flaw.get());
                return;
            }
            Fields.of(line.place(), withTemplate(line.entry()), problems)
                    .flatMap(entry ->
                            CleanReader.entry(
                                    reader,
                                    entry,
                                    options.kind().operation(),
                                    options.kind().autoCreation()))
                    .map(draft -> draft.orFrom(options.issuers()))
                    .ifPresent(batch::add);
            if (batch.size() == BATCH) {
                flush();
            }
        }

        private JsonNode withTemplate(JsonNode entry) {
            if (options.template().isPresent()
                    && entry instanceof ObjectNode object
                    && !object.hasNonNull("template")
                    && !object.hasNonNull("tenant")) {
                ObjectNode template =
                        object.putObject("template")
                                .put("distribution", options.template().get().distributionId());
                options.template().get().version().ifPresent(n -> template.put("version", n));
            }
            return entry;
        }

        private void flush() {
            Uploads.Kind kind = options.kind();
            JobChecks.duplicates(batch, kind.operation(), kind.autoCreation(), seen, problems);
            checks.templates(kind.platform(), account, batch, problems);
            if (options.checkNames() && kind.autoCreation()) {
                checks.aliases(kind.platform(), account, batch, problems);
            }
            if (options.checkNames()
                    && kind.operation() == Operation.CREATE
                    && problems.count() == 0) {
                checks.dns(kind.platform(), batch, problems);
            }
            if (problems.count() == 0 && !batch.isEmpty()) {
                if (!options.dryRun()) {
                    upload.add(JobChecks.requested(batch, false));
                } else if (kind.operation() == Operation.CREATE) {
                    judged.addAll(JobChecks.requested(batch, false));
                }
            }
            batch.clear();
        }
    }

    static Quota.Wanted wanted(Options options, int entries) {
        boolean create = options.kind().operation() == Operation.CREATE;
        return new Quota.Wanted(
                create ? entries : 0,
                create ? 0 : entries,
                options.kind().autoCreation() ? entries : 0);
    }
}
