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
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.util.Set;

import javax.net.ssl.SSLException;

/// Visitors who want to cost much: each is told to calm down or cut off within a bound, and others are served meanwhile.
@ExtendWith(NoLeaks.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FloodTest {
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int ROUNDS = 20_000;

    private final TestEdge edge = new TestEdge();

    @BeforeAll
    void serve() {
        edge.serve("f.test", edge.site("f.test", edge.passing()));
    }

    @AfterAll
    void close() {
        edge.close();
    }

    private Http2Client connect() throws IOException {
        return new Http2Client(edge.edge().httpsAddress(), edge.ca().trustingContext(), "f.test");
    }

    private static final int PROTOCOL_ERROR = 1;

    /// What is sent again and again.
    enum Flood {
        /// CVE-2019-9512.
        PING {
            @Override
            byte[] round(int n) {
                return Http2Client.frame(Http2Client.PING, 0, 0, new byte[8]);
            }
        },
        /// CVE-2019-9515.
        SETTINGS {
            @Override
            byte[] round(int n) {
                return Http2Client.frame(Http2Client.SETTINGS, 0, 0);
            }
        },
        PRIORITY {
            @Override
            byte[] round(int n) {
                return Http2Client.frame(Http2Client.PRIORITY, 0, 1 + 2 * n, new byte[5]);
            }
        },
        WINDOW_UPDATE {
            @Override
            byte[] round(int n) {
                return Http2Client.frame(Http2Client.WINDOW_UPDATE, 0, 0, Http2Client.number(1));
            }
        },
        UNKNOWN_FRAME {
            @Override
            byte[] round(int n) {
                return Http2Client.frame(0x77, 0, 0, new byte[8]);
            }
        },
        /// CVE-2023-44487: requests begun and given up.
        RAPID_RESET {
            @Override
            byte[] round(int n) {
                return both(
                        request(1 + 2 * n, true),
                        Http2Client.frame(
                                Http2Client.RST_STREAM, 0, 1 + 2 * n, Http2Client.number(8)));
            }
        },
        /// CVE-2025-8671: the edge is made to do the resetting.
        PROVOKED_RESET {
            @Override
            byte[] round(int n) {
                return both(
                        request(1 + 2 * n, true),
                        Http2Client.frame(
                                Http2Client.WINDOW_UPDATE, 0, 1 + 2 * n, Http2Client.number(0)));
            }
        },
        /// CVE-2019-9518.
        EMPTY_DATA {
            @Override
            byte[] round(int n) {
                return n == 0 ? request(1, false) : Http2Client.frame(Http2Client.DATA, 0, 1);
            }
        },
        /// CVE-2024-27316 and its like: a header block that never ends.
        CONTINUATION {
            @Override
            byte[] round(int n) {
                byte[] fields = Http2Client.fields("x-" + n, "y");
                return n == 0
                        ? Http2Client.frame(
                                Http2Client.HEADERS, Http2Client.END_STREAM, 1, requestFields())
                        : Http2Client.frame(Http2Client.CONTINUATION, 0, 1, fields);
            }
        },
        LARGE_CONTINUATION {
            @Override
            byte[] round(int n) {
                return n == 0
                        ? Http2Client.frame(
                                Http2Client.HEADERS, Http2Client.END_STREAM, 1, requestFields())
                        : Http2Client.frame(
                                Http2Client.CONTINUATION,
                                0,
                                1,
                                Http2Client.fields("x", "v".repeat(12_000)));
            }
        },
        MALFORMED_REQUESTS {
            @Override
            byte[] round(int n) {
                return Http2Client.frame(
                        Http2Client.HEADERS,
                        Http2Client.END_HEADERS | Http2Client.END_STREAM,
                        1 + 2 * n,
                        Http2Client.fields(":method", "GET"));
            }
        };

        abstract byte[] round(int n);

        static byte[] requestFields() {
            return Http2Client.fields(
                    ":method", "POST", ":scheme", "https", ":authority", "f.test", ":path", "/f");
        }

        static byte[] request(int stream, boolean end) {
            return Http2Client.frame(
                    Http2Client.HEADERS,
                    Http2Client.END_HEADERS | (end ? Http2Client.END_STREAM : 0),
                    stream,
                    requestFields());
        }

        /// A block that is too long is told as such or as too much, whichever frame was read last.
        Set<Integer> lastWords() {
            return this == LARGE_CONTINUATION
                    ? Set.of(ENHANCE_YOUR_CALM, PROTOCOL_ERROR)
                    : Set.of(ENHANCE_YOUR_CALM);
        }

        static byte[] both(byte[] first, byte[] second) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(first);
            out.writeBytes(second);
            return out.toByteArray();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFloodEndsItsOwnConnectionAndNoOther(Flood flood) throws Exception {
        try (Http2Client healthy = connect();
                Http2Client flooding = connect()) {
            Thread writer = Thread.ofVirtual().start(() -> pour(flooding, flood));
            assertThat(lastWord(flooding)).isIn(flood.lastWords());
            assertThat(flooding.isClosedByEdge()).isTrue();
            writer.join();
            assertThat(healthy.get(1, "f.test", "/still").text()).isEqualTo("hello /still");
        }
    }

    /// Who goes on writing may lose the last word to the reset of the connection.
    private static int lastWord(Http2Client flooding) throws IOException {
        try {
            return flooding.goAway();
        } catch (SocketException | SSLException e) {
            return ENHANCE_YOUR_CALM;
        }
    }

    private static void pour(Http2Client client, Flood flood) {
        try {
            for (int n = 0; n < ROUNDS; n += 50) {
                ByteArrayOutputStream rounds = new ByteArrayOutputStream();
                for (int i = n; i < n + 50; i++) {
                    rounds.writeBytes(flood.round(i));
                }
                client.write(rounds.toByteArray());
            }
        } catch (IOException e) {
            // cut off, as it should be
        }
    }

    @Test
    void moreStreamsThanAllowedAreRefusedOneByOne() throws Exception {
        try (Http2Client visitor = connect()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int n = 0; n < 140; n++) {
                all.writeBytes(Flood.request(1 + 2 * n, false));
            }
            visitor.write(all.toByteArray());
            Http2Client.Frame refused =
                    visitor.readUntil(frame -> frame.type() == Http2Client.RST_STREAM);
            assertThat(refused.stream()).isEqualTo(1 + 2 * 128);
            assertThat(refused.error()).isEqualTo(7); // REFUSED_STREAM
        }
    }
}
