package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Json;
import dev.nameplate.names.DomainName;
import dev.nameplate.saas.Entry;
import dev.nameplate.saas.Progress;
import dev.nameplate.saas.WantedRecord;
import dev.nameplate.wire.StreamedResponse;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/// What owners of domains set in their DNS for a job, in three forms, written entry by entry.
final class JobRecords {
    private static final List<String> HEADER = List.of("entry", "purpose", "name", "type", "value");

    /// Short, since a name is being moved when this is set.
    private static final int TTL = 300;

    private JobRecords() {}

    enum Purpose {
        PROOF,
        TRAFFIC
    }

    /// @param entry its number
    record Wanted(int entry, Purpose purpose, WantedRecord record) {
        ObjectNode json() {
            return Json.object()
                    .put("entry", entry)
                    .put("purpose", purpose.name())
                    .put("name", record.name())
                    .put("type", record.type())
                    .put("value", record.value());
        }
    }

    enum Format {
        JSON("application/json"),
        CSV("text/csv; charset=utf-8; header=present"),
        /// RFC 4027.
        ZONE("text/dns; charset=utf-8");

        private final String type;

        Format(String type) {
            this.type = type;
        }

        String type() {
            return type;
        }

        static Optional<Format> named(String word) {
            return Stream.of(values())
                    .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(word))
                    .findFirst();
        }
    }

    /// Proofs of entries that go on, and where the names are pointed.
    static List<Wanted> of(Entry entry) {
        Progress progress = entry.progress();
        List<Wanted> wanted = new ArrayList<>();
        if (progress.failure().isPresent() || progress.state().removal()) {
            return wanted;
        }
        progress.records().stream()
                .distinct()
                .forEach(record -> wanted.add(new Wanted(entry.number(), Purpose.PROOF, record)));
        progress.trafficTarget()
                .ifPresent(target ->
                        entry.names()
                                .forEach(name ->
                                        wanted.add(
                                                new Wanted(
                                                        entry.number(),
                                                        Purpose.TRAFFIC,
                                                        new WantedRecord(
                                                                name.ascii() + ".",
                                                                "CNAME",
                                                                target + ".")))));
        return wanted;
    }

    /// @param pages entries from a number on; an empty list ends them
    static StreamedResponse.Body written(Format format, IntFunction<List<Entry>> pages) {
        return out -> {
            Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
            Form form =
                    switch (format) {
                        case JSON -> new AsJson(text);
                        case CSV -> new AsCsv(text);
                        case ZONE -> new AsZone(text);
                    };
            form.begin();
            int next = 0;
            for (List<Entry> page = pages.apply(next); !page.isEmpty(); page = pages.apply(next)) {
                for (Entry entry : page) {
                    for (Wanted each : of(entry)) {
                        form.add(each);
                    }
                }
                next = page.getLast().number() + 1;
            }
            form.end();
            text.flush();
        };
    }

    private interface Form {
        void begin() throws IOException;

        void add(Wanted wanted) throws IOException;

        void end() throws IOException;
    }

    /// A line for each record.
    private static final class AsJson implements Form {
        private final Writer text;
        private boolean first = true;

        AsJson(Writer text) {
            this.text = text;
        }

        @Override
        public void begin() throws IOException {
            text.write("{\"records\":[");
        }

        @Override
        public void add(Wanted wanted) throws IOException {
            text.write(first ? "\n" : ",\n");
            text.write(wanted.json().toString());
            first = false;
        }

        @Override
        public void end() throws IOException {
            text.write("\n]}\n");
        }
    }

    private static final class AsCsv implements Form {
        private final CSVPrinter printer;

        AsCsv(Writer text) throws IOException {
            this.printer = new CSVPrinter(text, CSVFormat.RFC4180);
        }

        @Override
        public void begin() throws IOException {
            printer.printRecord(HEADER);
        }

        @Override
        public void add(Wanted wanted) throws IOException {
            printer.printRecord(
                    wanted.entry(),
                    wanted.purpose(),
                    inert(wanted.record().name()),
                    inert(wanted.record().type()),
                    inert(wanted.record().value()));
        }

        @Override
        public void end() {}
    }

    /// A spreadsheet takes a cell that begins so for a formula. No record of ours does; what a platform sends may.
    static String inert(String cell) {
        return !cell.isEmpty() && "=+-@\t\r\n".indexOf(cell.charAt(0)) >= 0 ? "'" + cell : cell;
    }

    /// Lines to be included into the zones of the names. Each stands for itself: no `$ORIGIN` and no `$TTL` is needed.
    private static final class AsZone implements Form {
        private final Writer text;

        AsZone(Writer text) {
            this.text = text;
        }

        @Override
        public void begin() throws IOException {
            text.write(
                    "; Records of an SSL for SaaS job: proofs, which stay for renewals, and where names are pointed.\n");
        }

        @Override
        public void add(Wanted wanted) throws IOException {
            String name = escaped(wanted.record().name());
            String line =
                    "%s %d IN %s %s\n"
                            .formatted(
                                    name,
                                    TTL,
                                    escaped(wanted.record().type()),
                                    escaped(wanted.record().value()));
            if (wanted.purpose() == Purpose.TRAFFIC && isTopOfZone(wanted.record().name())) {
                text.write(
                        "; The top of a zone can have no CNAME; give it what your DNS has instead (ALIAS, ANAME):\n; ");
            }
            text.write(line);
        }

        @Override
        public void end() {}

        private static boolean isTopOfZone(String name) {
            return new DomainName(name.substring(0, name.length() - 1)).isRegistrable();
        }

        /// RFC 1035 section 5.1.
        static String escaped(String word) {
            StringBuilder text = new StringBuilder();
            for (byte each : word.getBytes(StandardCharsets.UTF_8)) {
                int value = each & 0xff;
                if (value <= ' ' || value >= 0x7f) {
                    text.append("\\%03d".formatted(value));
                } else {
                    if ("\";()@$\\".indexOf(value) >= 0) {
                        text.append('\\');
                    }
                    text.append((char) value);
                }
            }
            return text.toString();
        }
    }
}
