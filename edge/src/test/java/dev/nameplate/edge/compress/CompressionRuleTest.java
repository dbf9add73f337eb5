package dev.nameplate.edge.compress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.ContentCoding;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.EnumSet;
import java.util.Set;

final class CompressionRuleTest {
    private static HttpHeaders headers(String... namesAndValues) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    200 | 1000     | text/html                |                  |               | true
                    200 | 10000000 | application/json         |                  |               | true
                    403 | 5000     | text/plain               |                  |               | true
                    404 | 5000     | TEXT/HTML; charset=utf-8 |                  |               | true
                    200 | 5000     | image/svg+xml            | max-age=60       |               | true
                    200 | 5000     | application/wasm         | public,immutable |               | true
                    200 | 999      | text/html                |                  |               | false
                    200 | 10000001 | text/html                |                  |               | false
                    200 |          | text/html                |                  |               | false
                    200 | 5000     |                          |                  |               | false
                    200 | 5000     | image/png                |                  |               | false
                    200 | 5000     | text/html-not            |                  |               | false
                    200 | 5000     | application/octet-stream |                  |               | false
                    200 | 5000     | text/html                | max-age=1, No-Transform |        | false
                    200 | 5000     | text/html                |                  | gzip          | false
                    200 | 5000     | text/html                |                  | identity      | false
                    206 | 5000     | text/html                |                  |               | false
                    301 | 5000     | text/html                |                  |               | false
                    500 | 5000     | text/html                |                  |               | false
                    304 | 5000     | text/html                |                  |               | false
                    """)
    void compressesWhatCloudFrontCompresses(
            int status,
            String length,
            String type,
            String cacheControl,
            String encoding,
            boolean suits) {
        HttpHeaders headers = headers();
        addIfPresent(headers, "Content-Length", length);
        addIfPresent(headers, "Content-Type", type);
        addIfPresent(headers, "Cache-Control", cacheControl);
        addIfPresent(headers, "Content-Encoding", encoding);
        assertThat(CompressionRule.suits(status, headers)).isEqualTo(suits);
    }

    @SuppressWarnings("NullAway") // an empty cell is null
    private static void addIfPresent(HttpHeaders headers, String name, String value) {
        if (value != null) {
            headers.add(name, value);
        }
    }

    @Test
    void theCompressedAnswerClaimsNothingThatHeldForItsBytes() {
        HttpHeaders headers =
                headers(
                        "ETag", "\"1\"",
                        "Content-Length", "5000",
                        "Content-MD5", "x",
                        "Repr-Digest", "y",
                        "Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT");
        CompressionRule.mark(headers, ContentCoding.BROTLI);
        assertThat(headers.get("content-encoding")).isEqualTo("br");
        assertThat(headers.get("etag")).isEqualTo("W/\"1\"");
        assertThat(headers.names())
                .containsExactlyInAnyOrder("etag", "Last-Modified", "content-encoding");
        CompressionRule.mark(headers, ContentCoding.GZIP);
        assertThat(headers.get("etag")).isEqualTo("W/\"1\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    Origin                  | Origin, Accept-Encoding
                    accept-encoding, Origin | accept-encoding, Origin
                    *                       | *
                    """)
    void saysOnceThatAnswersVary(String before, String after) {
        HttpHeaders headers = headers("Vary", before);
        CompressionRule.vary(headers);
        assertThat(String.join(", ", headers.getAll("vary"))).isEqualTo(after);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            textBlock =
                    """
                    gzip, deflate, br, zstd    | br,gzip
                    br;q=1.0, gzip;q=0.8, *;q=0.1 | br,gzip
                    GZIP                       | gzip
                    gzip;q=0                   | none
                    gzip;q=0.000, br           | br
                    gzip ; q=0.001             | gzip
                    br;q=0 , gzip              | gzip
                    deflate                    | none
                    *                          | none
                    identity                   | none
                    gzipped, brotli            | none
                    x-gzip                     | none
                    ,,gzip,                    | gzip
                    ''                         | none
                    """)
    void manySpellingsAreFewForms(String sent, String form) {
        assertThat(AcceptEncoding.reduced(sent, EnumSet.allOf(ContentCoding.class)))
                .isEqualTo(java.util.Optional.ofNullable(form));
        if (form != null) {
            assertThat(AcceptEncoding.FORMS).contains(form);
        }
    }

    @Test
    void onlyWhatIsToldApartIsSeen() {
        assertThat(AcceptEncoding.reduced("gzip, br", Set.of(ContentCoding.GZIP))).contains("gzip");
        assertThat(AcceptEncoding.reduced("gzip, br", Set.of(ContentCoding.BROTLI))).contains("br");
        assertThat(AcceptEncoding.reduced("gzip, br", Set.of())).isEmpty();
    }

    @Test
    void brotliComesFirstAndGzipWhereThereIsNoBrotli() {
        assertThat(new Compression(true).choose("br,gzip")).contains(ContentCoding.BROTLI);
        assertThat(new Compression(true).choose("gzip")).contains(ContentCoding.GZIP);
        assertThat(new Compression(true).choose("")).isEmpty();
        assertThat(new Compression(false).choose("br,gzip")).contains(ContentCoding.GZIP);
        assertThat(new Compression(false).choose("br")).isEmpty();
    }
}
