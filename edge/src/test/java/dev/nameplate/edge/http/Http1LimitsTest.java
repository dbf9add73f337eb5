package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.stream.Stream;

/// How much an HTTP/1.1 request may be, and how strange; and what of it the origin sees.
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Http1LimitsTest {
    private final TestEdge edge = new TestEdge();

    @BeforeAll
    void serve() {
        edge.serve("l.test", edge.site("l.test", edge.passing()));
    }

    @AfterAll
    void close() {
        edge.close();
    }

    static Stream<Arguments> refused() {
        String host = "Host: l.test\r\n";
        String chunked = host + "Transfer-Encoding: chunked\r\n\r\n";
        return Stream.of(
                Arguments.of("a URL of 8,193 bytes", 413, get("/" + "a".repeat(8192), host)),
                Arguments.of("a header of 21 kB", 413, get("/", host + header(21_000))),
                Arguments.of("headers of 21 kB", 413, get("/", host + header(7_000).repeat(3))),
                Arguments.of(
                        "line and headers of more than 20,480 bytes",
                        413,
                        get("/" + "a".repeat(8000), host + header(12_600))),
                Arguments.of("257 headers", 413, get("/", host + "X: y\r\n".repeat(256))),
                Arguments.of("an endless line", 413, "GET /" + "a".repeat(30_000)),
                Arguments.of("a bare CR", 400, get("/", host + "X: a\rY: b\r\n")),
                Arguments.of("a bare LF", 400, "GET / HTTP/1.1\n" + host + "\r\n"),
                Arguments.of("a NUL", 400, get("/", host + "X: a\0b\r\n")),
                Arguments.of("a space before the colon", 400, get("/", host + "X : b\r\n")),
                Arguments.of("a folded first header", 400, "GET / HTTP/1.1\r\n " + host + "\r\n"),
                Arguments.of("no colon", 400, get("/", host + "nonsense\r\n")),
                Arguments.of("another host in the URL", 400, get("http://evil.test/", host)),
                Arguments.of(
                        "user and host in the URL", 400, get("http://l.test@evil.test/", host)),
                Arguments.of("CONNECT", 400, "CONNECT l.test:443 HTTP/1.1\r\n" + host + "\r\n"),
                Arguments.of(
                        "an unknown expectation", 417, get("/", host + "Expect: miracles\r\n")),
                Arguments.of(
                        "a length twice, though RFC 9112 §6.3 would allow it",
                        400,
                        "POST / HTTP/1.1\r\n"
                                + host
                                + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
                Arguments.of(
                        "an encoding in two lines",
                        400,
                        "POST / HTTP/1.1\r\n"
                                + host
                                + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
                Arguments.of(
                        "chunks in HTTP/1.0", 400, "POST / HTTP/1.0\r\n" + chunked + "0\r\n\r\n"));
    }

    private static String get(String target, String headers) {
        return "GET " + target + " HTTP/1.1\r\n" + headers + "\r\n";
    }

    private static String header(int bytes) {
        return "X-Long: " + "v".repeat(bytes - 10) + "\r\n";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String what, int status, String request) throws Exception {
        int before = edge.origin().requests().size();
        try (RawClient visitor = edge.connectPlain()) {
            visitor.send(request);
            assertThat(visitor.read(false).status()).as(what).isEqualTo(status);
            assertThat(visitor.isClosedByEdge()).isTrue();
        }
        assertThat(edge.origin().requests()).hasSize(before);
    }

    static Stream<Arguments> brokenBodies() {
        return Stream.of(
                Arguments.of("a size that is no number", "zz\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a size of seventeen digits", "11111111111111111\r\nabc\r\n"),
                Arguments.of("a negative size", "-1\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("a size with 0x", "0x3\r\nabc\r\n0\r\n\r\n"),
                Arguments.of("more than the size says", "3\r\nabcdef\r\n0\r\n\r\n"),
                Arguments.of("a line feed alone after the size", "3\nabc\r\n0\r\n\r\n"),
                Arguments.of("an extension with a line feed", "3;a\nb\r\nabc\r\n0\r\n\r\n"));
    }

    /// The head has been passed on by then; the body never ends for the origin, so it cannot take it for whole.
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void brokenBodies(String what, String body) throws Exception {
        int before = edge.origin().requests().size();
        try (RawClient visitor = edge.connectPlain()) {
            visitor.send(
                    "POST /broken HTTP/1.1\r\nHost: l.test\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + body
                            + "GET /smuggled HTTP/1.1\r\nHost: l.test\r\n\r\n");
            assertThat(visitor.isClosedByEdge()).as(what).isTrue();
        }
        assertThat(edge.origin().requests()).hasSize(before);
    }

    static Stream<Arguments> accepted() {
        String host = "Host: l.test\r\n";
        return Stream.of(
                Arguments.of(get("/" + "a".repeat(8191), host), "a URL of 8,192 bytes"),
                Arguments.of(get("/", host + "X-A: b\r\n c\r\n"), "a folded header"),
                Arguments.of(get("/", host + "X-A:\tb \r\n"), "blanks around a value"),
                Arguments.of(get("http://L.test/x", host), "an absolute form"),
                Arguments.of("\r\n" + get("/", host), "an empty line before the request"),
                Arguments.of(
                        "POST / HTTP/1.1\r\n"
                                + host
                                + "Transfer-Encoding: chunked\r\n\r\n3;name=value\r\nabc\r\n0\r\n\r\n",
                        "an extension of a chunk"));
    }

    /// Whatever is passed on is written anew, in one form: nothing folded, one length, no extension.
    @ParameterizedTest(name = "{1}")
    @MethodSource
    void accepted(String request, String what) throws Exception {
        int before = edge.origin().requests().size();
        try (RawClient visitor = edge.connectPlain()) {
            visitor.send(request);
            assertThat(visitor.read(false).status()).as(what).isEqualTo(200);
        }
        assertThat(edge.origin().requests()).hasSize(before + 1);
        TestOrigin.Request seen = edge.origin().lastRequest();
        assertThat(seen.line()).startsWith(request.strip().substring(0, 3)).doesNotContain("http:");
        assertThat(seen.headers())
                .allMatch(line -> line.matches("[!-9;-~]+: [^\\p{Cntrl}]*"))
                .noneMatch(line -> line.endsWith(" "));
        assertThat(seen.headers())
                .filteredOn(line -> line.matches("(?i)(content-length|transfer-encoding):.*"))
                .hasSizeLessThanOrEqualTo(1);
        assertThat(seen.text()).isEqualTo(request.startsWith("POST") ? "abc" : "");
    }
}
