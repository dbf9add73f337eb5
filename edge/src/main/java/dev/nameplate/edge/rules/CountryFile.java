package dev.nameplate.edge.rules;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/// One CSV file about countries: networks, or GeoLite's places that networks refer to.
final class CountryFile {
    private static final List<String> CODES =
            List.of("country_iso_code", "country_code", "country");

    private CountryFile() {}

    /// @param places by GeoLite's number, to be added to
    static void readPlaces(Path file, Map<String, String> places) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            List<String> columns = columns(lines.readLine());
            int id = columns.indexOf("geoname_id");
            int code = columns.indexOf("country_iso_code");
            if (id < 0 || code < 0 || columns.contains("network")) {
                return;
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> fields = fields(line);
                if (fields.size() > Math.max(id, code)) {
                    places.put(fields.get(id), fields.get(code));
                }
            }
        }
    }

    static void readNetworks(
            Path file, Map<String, String> places, BiConsumer<String, String> found)
            throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String line = lines.readLine();
            List<String> columns = columns(line);
            int network = columns.indexOf("network");
            int place = columns.indexOf("geoname_id");
            int code =
                    CODES.stream()
                            .mapToInt(columns::indexOf)
                            .filter(i -> i >= 0)
                            .findFirst()
                            .orElse(-1);
            if (network >= 0) {
                line = lines.readLine();
            } else if (place >= 0) {
                return; // the places
            } else {
                network = 0;
                code = 1;
            }
            if (code < 0 && place < 0) {
                throw new IllegalArgumentException(
                        file
                                + " has no column country, country_code, country_iso_code or geoname_id");
            }
            for (int number = 1; line != null; line = lines.readLine(), number++) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                List<String> fields = fields(line);
                int wanted = code >= 0 ? code : place;
                if (fields.size() <= Math.max(network, wanted)) {
                    throw unreadable(file, number, line);
                }
                String value =
                        code >= 0 ? fields.get(code) : places.getOrDefault(fields.get(place), "");
                if (!value.isEmpty()) {
                    try {
                        found.accept(fields.get(network), value.toUpperCase(Locale.ROOT).intern());
                    } catch (IllegalArgumentException e) {
                        throw unreadable(file, number, line);
                    }
                }
            }
        }
    }

    private static IllegalArgumentException unreadable(Path file, int number, String line) {
        return new IllegalArgumentException(
                "%s, line %d is no network and country: %s"
                        .formatted(
                                file, number, line.length() > 80 ? line.substring(0, 80) : line));
    }

    private static List<String> columns(@org.jspecify.annotations.Nullable String line) {
        return line == null
                ? List.of()
                : fields(line).stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    /// Fields may stand in quotes (RFC 4180).
    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString().strip());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString().strip());
        return fields;
    }
}
