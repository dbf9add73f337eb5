package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests whose end two readers could see in different places never reach an origin.
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SmugglingTest {
    private final TestEdge edge = new TestEdge();

    @BeforeAll
    void serve() {
        edge.serve("s.test", edge.site("s.test", edge.passing()));
    }

    @AfterAll
    void close() {
        edge.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: s.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "Host: s.test\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                "Host: s.test\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
                "Host: s.test\r\nContent-Length: 5, 6\r\n",
                "Host: s.test\r\nContent-Length: +5\r\n",
                "Host: s.test\r\nContent-Length: -1\r\n",
                "Host: s.test\r\nContent-Length : 5\r\n",
                "Host: s.test\r\nTransfer-Encoding: xchunked\r\n",
                "Host: s.test\r\nTransfer-Encoding: gzip, chunked\r\n",
                "Host: s.test\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
                "Host: s.test\r\nBad Header: x\r\n",
                "Host: s.test\r\nX: a\rb\r\n",
                "Host: s.test\r\nHost: other.test\r\n",
                "Host: s.test, other.test\r\n",
                "Host: s.test@other.test\r\n",
                "X-No-Host: 1\r\n",
            })
    void ambiguousFramingIsRefusedAndTheConnectionClosed(String headers) throws Exception {
        int before = edge.origin().requests().size();
        try (RawClient visitor = edge.connectPlain()) {
            visitor.send("POST / HTTP/1.1\r\n" + headers + "\r\n0\r\n\r\n");
            assertThat(visitor.read(false).status()).isIn(400, 501);
            assertThat(visitor.isClosedByEdge()).isTrue();
        }
        assertThat(edge.origin().requests()).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /a b HTTP/1.1",
                "GET http://other.test/ HTTP/1.1",
                "GET noslash HTTP/1.1",
                "GET /#fragment HTTP/1.1",
                "GET / HTTP/2.0",
                "GET / HTTP/1.2",
                "GE T / HTTP/1.1",
                "nonsense",
            })
    void malformedRequestLinesAreRefused(String line) throws Exception {
        int before = edge.origin().requests().size();
        try (RawClient visitor = edge.connectPlain()) {
            visitor.send(line + "\r\nHost: s.test\r\n\r\n");
            assertThat(visitor.read(false).status()).isIn(400, 505);
        }
        assertThat(edge.origin().requests()).hasSize(before);
    }

    @Test
    void anAbsoluteFormThatNamesTheHostIsServed() throws Exception {
        try (RawClient visitor = edge.connectPlain()) {
            visitor.send("GET http://S.test/x HTTP/1.1\r\nHost: s.test\r\n\r\n");
            assertThat(visitor.read(false).text()).isEqualTo("hello /x");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (RawClient visitor = edge.connectPlain()) {
            String first = "GET /1 HTTP/1.1\r\nHost: s.test\r\n\r\n";
            String second = "POST /2 HTTP/1.1\r\nHost: s.test\r\nContent-Length: 2\r\n\r\nhi";
            String third = "GET /3 HTTP/1.1\r\nHost: s.test\r\nConnection: close\r\n\r\n";
            visitor.send(first + second + third);
            assertThat(visitor.read(false).text()).isEqualTo("hello /1");
            assertThat(visitor.read(false).text()).isEqualTo("hello /2");
            RawClient.Answer last = visitor.read(false);
            assertThat(last.text()).isEqualTo("hello /3");
            assertThat(last.header("connection")).contains("close");
            assertThat(visitor.isClosedByEdge()).isTrue();
        }
    }

    @Test
    void http10ClosesUnlessAskedToStay() throws Exception {
        try (RawClient visitor = edge.connectPlain()) {
            visitor.send("GET /a HTTP/1.0\r\nHost: s.test\r\nConnection: keep-alive\r\n\r\n");
            assertThat(visitor.read(false).header("connection")).contains("keep-alive");
            visitor.send("GET /b HTTP/1.0\r\nHost: s.test\r\n\r\n");
            assertThat(visitor.read(false).text()).isEqualTo("hello /b");
            assertThat(visitor.isClosedByEdge()).isTrue();
        }
    }
}
