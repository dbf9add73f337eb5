package dev.nameplate.accesslog;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/// Makes a line of an [Entry]. What a visitor sent stays inside its field: neither a line break nor a separator leaves it
/// unescaped.
final class LineFormat {
    static final String FIELDS =
            """
            #Version: 1.0
            #Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer)\
             cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol\
             cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type\
             cs-protocol-version fle-status fle-encrypted-fields c-port time-to-first-byte\
             x-edge-detailed-result-type sc-content-type sc-content-len sc-range-start sc-range-end\
             distribution-id config-version
            """;

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String ABSENT = "-";
    private static final String ENCODED = "<>\"#{}|\\^~[]`'";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final AccessLogSettings settings;

    LineFormat(AccessLogSettings settings) {
        this.settings = settings;
    }

    /// Stands at the head of each file.
    String header() {
        return switch (settings.format()) {
            case JSON -> "";
            case CLOUDFRONT -> FIELDS;
        };
    }

    /// With its line break.
    String line(Entry entry) {
        return switch (settings.format()) {
            case JSON -> json(entry);
            case CLOUDFRONT -> fields(entry);
        };
    }

    private String json(Entry entry) {
        StringWriter out = new StringWriter(512);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("time", Instant.ofEpochMilli(entry.startedMillis()).toString());
            json.writeStringField("distribution", entry.distributionId());
            json.writeNumberField("configVersion", entry.configVersion());
            json.writeStringField("location", settings.location());
            json.writeStringField("clientAddress", entry.clientAddress());
            json.writeNumberField("clientPort", entry.clientPort());
            json.writeStringField("method", entry.method());
            json.writeStringField("scheme", entry.scheme());
            json.writeStringField("host", entry.host());
            json.writeStringField("path", entry.path());
            present(json, "query", Secrets.query(entry.query()));
            json.writeStringField("protocol", entry.protocol());
            json.writeNumberField("status", entry.status());
            json.writeStringField("result", entry.verdict());
            json.writeBooleanField("complete", entry.complete());
            json.writeNumberField("bytesIn", entry.bytesIn());
            json.writeNumberField("bytesOut", entry.bytesOut());
            json.writeNumberField("durationMicros", entry.durationNanos() / 1_000);
            json.writeNumberField("firstByteMicros", entry.firstByteNanos() / 1_000);
            present(json, "tlsProtocol", entry.tlsProtocol());
            present(json, "tlsCipher", entry.tlsCipher());
            present(json, "referer", Secrets.url(entry.referer(), settings.query()));
            present(json, "userAgent", entry.userAgent());
            present(json, "cookie", Secrets.cookies(entry.cookie()));
            present(json, "forwardedFor", entry.forwardedFor());
            present(json, "contentType", entry.contentType());
            present(json, "contentLength", entry.contentLength());
            present(json, "contentRange", entry.contentRange());
            json.writeStringField("requestId", entry.requestId());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a text can always be written", e);
        }
        return out.append('\n').toString();
    }

    private static void present(JsonGenerator json, String name, String value) throws IOException {
        if (!value.isEmpty()) {
            json.writeStringField(name, value);
        }
    }

    private String fields(Entry entry) {
        Instant time = Instant.ofEpochMilli(entry.startedMillis());
        String result = result(entry);
        String[] range = range(entry.contentRange());
        return String.join(
                        "\t",
                        DATE.format(time),
                        TIME.format(time),
                        text(settings.location()),
                        Long.toString(entry.bytesOut()),
                        text(entry.clientAddress()),
                        text(entry.method()),
                        text(entry.host()),
                        path(entry.path()),
                        entry.status() == 0 ? "000" : Integer.toString(entry.status()),
                        text(Secrets.url(entry.referer(), settings.query())),
                        text(entry.userAgent()),
                        path(Secrets.query(entry.query())),
                        text(Secrets.cookies(entry.cookie())),
                        result,
                        text(entry.requestId()),
                        text(entry.host()),
                        text(entry.scheme()),
                        Long.toString(entry.bytesIn()),
                        seconds(entry.durationNanos()),
                        text(entry.forwardedFor()),
                        text(entry.tlsProtocol()),
                        text(entry.tlsCipher()),
                        result,
                        text(entry.protocol()),
                        ABSENT,
                        ABSENT,
                        Integer.toString(entry.clientPort()),
                        seconds(entry.firstByteNanos()),
                        result,
                        text(entry.contentType()),
                        text(entry.contentLength()),
                        range[0],
                        range[1],
                        text(entry.distributionId()),
                        Long.toString(entry.configVersion()))
                + "\n";
    }

    private static String result(Entry entry) {
        return entry.status() == 0 || !entry.complete() ? "Error" : entry.verdict();
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e9);
    }

    /// `bytes 0-99/1234` → 0 and 99.
    private static String[] range(String contentRange) {
        int space = contentRange.indexOf(' ');
        int dash = contentRange.indexOf('-', Math.max(space, 0));
        int slash = contentRange.indexOf('/', Math.max(dash, 0));
        if (space < 0 || dash < 0 || slash < 0) {
            return new String[] {ABSENT, ABSENT};
        }
        return new String[] {
            text(contentRange.substring(space + 1, dash)),
            text(contentRange.substring(dash + 1, slash))
        };
    }

    private static String text(String value) {
        return encoded(value, true);
    }

    /// A path or query is percent-encoded already.
    private static String path(String value) {
        return encoded(value, false);
    }

    /// CloudFront's encoding: controls, spaces, what is not ASCII and what could end a field.
    private static String encoded(String value, boolean percent) {
        if (value.isEmpty()) {
            return ABSENT;
        }
        StringBuilder out = new StringBuilder(value.length() + 16);
        for (byte each : value.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            if (c <= ' ' || c >= 0x7f || ENCODED.indexOf(c) >= 0 || (percent && c == '%')) {
                out.append('%').append(HEX.toHexDigits(each));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }
}
