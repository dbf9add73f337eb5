package dev.nameplate.api.saas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.api.rest.Json;

import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// RFC 4180 with a header line: an entry's members are columns, in any order; `names` and `issuer` have theirs divided by blanks. An entry
/// may go over several lines inside quotes, as a PEM does; its place is its first.
final class CsvLines implements Lines {
    /// `template` is the distribution's id, `version` its version; `tenantOf` that of the multi-tenant one which gets a tenant instead.
    private static final List<String> COLUMNS =
            List.of(
                    "names",
                    "certificate",
                    "privateKey",
                    "chain",
                    "template",
                    "version",
                    "tenantOf",
                    "tenantName",
                    "connectionGroup",
                    "issuer");

    /// Begins the column of a tenant's parameter, whose name follows.
    private static final String PARAMETER = "parameter.";

    private static final String THERE_ARE =
            String.join(", ", COLUMNS) + " and " + PARAMETER + "NAME";

    private final Bounded text;
    private final CSVParser parser;
    private final Iterator<CSVRecord> records;
    private final List<String> header;

    /// @throws BadRequest if the header is not one
    CsvLines(InputStream in) throws IOException {
        this.text =
                new Bounded(
                        new InputStreamReader(
                                in,
                                StandardCharsets.UTF_8
                                        .newDecoder()
                                        .onMalformedInput(CodingErrorAction.REPORT)
                                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
        this.parser = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get().parse(text);
        this.records = parser.iterator();
        this.header =
                record(1)
                        .map(CsvLines::header)
                        .orElseThrow(() ->
                                new BadRequest("line 1", "must name the columns: " + THERE_ARE));
    }

    private static List<String> header(CSVRecord record) {
        List<String> header = new ArrayList<>();
        for (String cell : record) {
            String name = cell.strip();
            if (header.isEmpty() && name.startsWith("\uFEFF")) {
                name = name.substring(1);
            }
            boolean known =
                    COLUMNS.contains(name)
                            || (name.startsWith(PARAMETER) && name.length() > PARAMETER.length());
            if (!known || header.contains(name)) {
                throw new BadRequest(
                        "line 1, column " + (header.size() + 1),
                        "names no column, or one twice; there are " + THERE_ARE);
            }
            header.add(name);
        }
        return header;
    }

    @Override
    public Optional<Line> next() throws IOException {
        Optional<CSVRecord> record = record(parser.getCurrentLineNumber() + 1);
        long last = parser.getCurrentLineNumber();
        return record.map(each -> line(each, "line " + (last - lineEnds(each))));
    }

    private static long lineEnds(CSVRecord record) {
        return record.stream().flatMapToInt(String::chars).filter(each -> each == '\n').count();
    }

    private Optional<CSVRecord> record(long line) throws IOException {
        text.entryBegins();
        try {
            return records.hasNext() ? Optional.of(records.next()) : Optional.empty();
        } catch (UncheckedIOException e) {
            throw refused(line, Objects.requireNonNull(e.getCause()));
        } catch (IllegalStateException e) {
            // What the parser makes of an end inside quotes.
            throw refused(
                    line, e.getCause() instanceof IOException cause ? cause : new IOException(e));
        }
    }

    private static BadRequest refused(long line, IOException cause) throws IOException {
        String place = "line " + line;
        return switch (cause) {
            case TooLong _ -> new BadRequest(place, "is longer than an entry may be");
            case CharacterCodingException _ ->
                    new BadRequest(place, "or one soon after is not UTF-8");
            case org.apache.commons.csv.CSVException _ ->
                    new BadRequest(
                            place,
                            "has a quote that is not closed, or text behind a closing quote");
            default -> throw cause;
        };
    }

    private Line line(CSVRecord record, String place) {
        if (record.size() != header.size()) {
            throw new BadRequest(
                    place + ", column " + Math.min(record.size(), header.size()),
                    "has %d cells where the header has %d".formatted(record.size(), header.size()));
        }
        ObjectNode entry = Json.object();
        for (int i = 0; i < header.size(); i++) {
            String cell = record.get(i).strip();
            if (!cell.isEmpty()) {
                put(entry, header.get(i), cell, place + ", column " + (i + 1));
            }
        }
        return new Line(place, entry);
    }

    private static void put(ObjectNode entry, String column, String cell, String place) {
        switch (column) {
            case "names" -> {
                ArrayNode names = entry.putArray("names");
                for (String name : cell.split("\\s+")) {
                    names.add(name);
                }
            }
            case "issuer" -> IssuerNames.split(cell).forEach(entry.putArray("issuer")::add);
            case "template" -> entry.withObjectProperty("template").put("distribution", cell);
            case "version" -> {
                try {
                    entry.withObjectProperty("template").put("version", Long.parseLong(cell));
                } catch (NumberFormatException _) {
                    throw new BadRequest(place, "must be a version's number");
                }
            }
            case "tenantOf" -> entry.withObjectProperty("tenant").put("distribution", cell);
            case "tenantName" -> entry.withObjectProperty("tenant").put("name", cell);
            case "connectionGroup" ->
                    entry.withObjectProperty("tenant").put("connectionGroup", cell);
            default -> {
                if (column.startsWith(PARAMETER)) {
                    entry.withObjectProperty("tenant")
                            .withObjectProperty("parameters")
                            .put(column.substring(PARAMETER.length()), cell);
                } else {
                    entry.put(column, cell);
                }
            }
        }
    }

    private static final class TooLong extends IOException {}

    /// An entry may not grow without end, whatever its quotes say.
    private static final class Bounded extends FilterReader {
        private int left = LONGEST;

        Bounded(Reader in) {
            super(in);
        }

        void entryBegins() {
            left = LONGEST;
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        /// Little at a time, so that what the parser reads ahead does not count as this entry's.
        @Override
        public int read(char[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, Math.min(length, 8192));
            count(Math.max(read, 0));
            return read;
        }

        private void count(int read) throws IOException {
            left -= read;
            if (left < 0) {
                throw new TooLong();
            }
        }
    }
}
