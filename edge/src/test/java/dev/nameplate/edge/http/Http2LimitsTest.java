package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.Http2Client;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;

/// Requests in HTTP/2 that could become two, or another, once written in HTTP/1.1: each is malformed and ends its stream,
/// and the connection goes on.
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class Http2LimitsTest {
    private final TestEdge edge = new TestEdge();

    @BeforeAll
    void serve() {
        edge.serve("l.test", edge.site("l.test", edge.passing()));
    }

    @AfterAll
    void close() {
        edge.close();
    }

    private Http2Client connect() throws IOException {
        return new Http2Client(edge.edge().httpsAddress(), edge.ca().trustingContext(), "l.test");
    }

    private static String[] request(String method, String authority, String path, String... more) {
        String[] all =
                Arrays.copyOf(
                        new String[] {
                            ":method",
                            method,
                            ":scheme",
                            "https",
                            ":authority",
                            authority,
                            ":path",
                            path
                        },
                        8 + more.length);
        System.arraycopy(more, 0, all, 8, more.length);
        return all;
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                row("CRLF in a value", request("GET", "l.test", "/", "x", "a\r\nEvil: 1")),
                row("LF in a value", request("GET", "l.test", "/", "x", "a\nEvil: 1")),
                row("NUL in a value", request("GET", "l.test", "/", "x", "a\0b")),
                row("CRLF in a name", request("GET", "l.test", "/", "x\r\nevil", "1")),
                row("a colon in a name", request("GET", "l.test", "/", "x:y", "1")),
                row("a blank in a name", request("GET", "l.test", "/", "x y", "1")),
                row("an empty name", request("GET", "l.test", "/", "", "1")),
                row("capitals in a name", request("GET", "l.test", "/", "X", "1")),
                row("CRLF in the path", request("GET", "l.test", "/ HTTP/1.1\r\nEvil: 1\r\n\r\n")),
                row("a blank in the path", request("GET", "l.test", "/a b")),
                row("a fragment", request("GET", "l.test", "/#a")),
                row("a path without slash", request("GET", "l.test", "a")),
                row("an absolute path", request("GET", "l.test", "http://evil.test/")),
                row("an empty path", request("GET", "l.test", "")),
                row("a blank in the method", request("GET / HTTP/1.1\r\n", "l.test", "/")),
                row("CRLF in the authority", request("GET", "l.test\r\nEvil: 1", "/")),
                row("user information", request("GET", "user@l.test", "/")),
                row("another host header", request("GET", "l.test", "/", "host", "evil.test")),
                row(
                        "two host headers",
                        request("GET", "l.test", "/", "host", "l.test", "host", "l.test")),
                row("connection", request("GET", "l.test", "/", "connection", "x")),
                row(
                        "transfer-encoding",
                        request("POST", "l.test", "/", "transfer-encoding", "chunked")),
                row("upgrade", request("GET", "l.test", "/", "upgrade", "websocket")),
                row("keep-alive", request("GET", "l.test", "/", "keep-alive", "1")),
                row("te with more", request("GET", "l.test", "/", "te", "gzip")),
                row(
                        "two lengths",
                        request(
                                "POST",
                                "l.test",
                                "/",
                                "content-length",
                                "1",
                                "content-length",
                                "2")),
                row(
                        "a length that is no number",
                        request("POST", "l.test", "/", "content-length", "+1")),
                row("a length without data", request("POST", "l.test", "/", "content-length", "5")),
                row("an unknown pseudo-header", request("GET", "l.test", "/", ":evil", "1")),
                row("a pseudo-header twice", request("GET", "l.test", "/", ":path", "/b")),
                row(
                        "another scheme",
                        new String[] {
                            ":method", "GET", ":scheme", "ftp", ":authority", "l.test", ":path", "/"
                        }),
                row(
                        "no authority",
                        new String[] {":method", "GET", ":scheme", "https", ":path", "/"}),
                row(
                        "no path",
                        new String[] {
                            ":method", "GET", ":scheme", "https", ":authority", "l.test"
                        }),
                row("CONNECT", new String[] {":method", "CONNECT", ":authority", "l.test:25"}));
    }

    private static Arguments row(String what, String[] fields) {
        return Arguments.of(what, fields);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void malformed(String what, String[] fields) throws Exception {
        int before = edge.origin().requests().size();
        try (Http2Client visitor = connect()) {
            visitor.send(
                    Http2Client.HEADERS,
                    Http2Client.END_HEADERS | Http2Client.END_STREAM,
                    1,
                    Http2Client.fields(fields));
            Http2Client.Frame end =
                    visitor.readUntil(frame -> frame.type() == Http2Client.RST_STREAM);
            assertThat(end.stream()).as(what).isEqualTo(1);
            assertThat(end.error()).as(what).isEqualTo(1); // PROTOCOL_ERROR
            assertThat(visitor.get(3, "l.test", "/ok").text()).isEqualTo("hello /ok");
        }
        assertThat(edge.origin().requests().size()).as(what).isEqualTo(before + 1);
    }

    @Test
    void moreOrLessDataThanTheLengthSaysNeverReachesTheOriginAsWhole() throws Exception {
        for (String body : new String[] {"abcdef", "ab"}) {
            try (Http2Client visitor = connect()) {
                visitor.request(1, false, "l.test", "/length", "content-length", "3");
                visitor.send(
                        Http2Client.DATA,
                        Http2Client.END_STREAM,
                        1,
                        body.getBytes(StandardCharsets.UTF_8));
                visitor.readUntil(frame -> frame.type() == Http2Client.RST_STREAM);
            }
        }
        assertThat(edge.origin().requests())
                .filteredOn(seen -> seen.target().equals("/length"))
                .allMatch(seen -> seen.body().length < 3);
    }

    @Test
    void tooManyOrTooLargeHeadersAreAnsweredAndTheConnectionGoesOn() throws Exception {
        try (Http2Client visitor = connect()) {
            assertThat(visitor.get(1, "l.test", "/", "x", "v".repeat(21_000 - 5_000)).status())
                    .isEqualTo(200);
            sendBlock(visitor, 3, request("GET", "l.test", "/", "x", "v".repeat(70_000)));
            assertThat(visitor.answer(3).status()).isEqualTo(413);
            String[] many = new String[2 * 300];
            Arrays.fill(many, "x");
            sendBlock(visitor, 5, request("GET", "l.test", "/", many));
            assertThat(visitor.answer(5).status()).isEqualTo(413);
            assertThat(visitor.get(7, "l.test", "/" + "a".repeat(8_192)).status()).isEqualTo(413);
            assertThat(visitor.get(9, "l.test", "/ok").text()).isEqualTo("hello /ok");
        }
    }

    /// A header block in as many frames as it takes.
    private static void sendBlock(Http2Client visitor, int stream, String[] fields)
            throws IOException {
        byte[] block = Http2Client.fields(fields);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 0; at < block.length; at += 16_000) {
            byte[] piece = Arrays.copyOfRange(block, at, Math.min(block.length, at + 16_000));
            boolean last = at + 16_000 >= block.length;
            all.writeBytes(
                    Http2Client.frame(
                            at == 0 ? Http2Client.HEADERS : Http2Client.CONTINUATION,
                            (last ? Http2Client.END_HEADERS : 0)
                                    | (at == 0 ? Http2Client.END_STREAM : 0),
                            stream,
                            piece));
        }
        visitor.write(all.toByteArray());
    }
}
