package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/// Strangers' noise on all three ports: nothing is logged, nothing lost, and the next visitor is served.
@ExtendWith(NoLeaks.class)
final class RandomBytesTest {
    private static final int CONNECTIONS = 300;

    private static final List<String> BEGINNINGS =
            List.of(
                    "",
                    "GET / HTTP/1.1\r\n",
                    "POST / HTTP/1.1\r\nHost: r.test\r\n",
                    "\u0016\u0003\u0001");

    @Test
    void noiseLeavesNoTrace() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        root.addAppender(log);
        try (TestEdge edge = new TestEdge(settings -> settings.http3(true))) {
            edge.serve("r.test", edge.site("r.test", edge.passing()));
            Random random = new Random(4);
            for (int i = 0; i < CONNECTIONS; i++) {
                pour(edge.edge().httpAddress(), noise(random));
                pour(edge.edge().httpsAddress(), noise(random));
                throwAt(edge.edge().httpsAddress(), noise(random));
            }
            assertThat(edge.get("r.test", "/after").text()).isEqualTo("hello /after");
        } finally {
            root.detachAppender(log);
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEmpty();
    }

    private static byte[] noise(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(
                BEGINNINGS
                        .get(random.nextInt(BEGINNINGS.size()))
                        .getBytes(StandardCharsets.ISO_8859_1));
        byte[] rest = new byte[random.nextInt(1_200)];
        random.nextBytes(rest);
        out.writeBytes(rest);
        return out.toByteArray();
    }

    private static void pour(InetSocketAddress address, byte[] noise) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(noise);
            socket.shutdownOutput();
            socket.setSoTimeout(50);
            socket.getInputStream().read();
        } catch (SocketException | SocketTimeoutException e) {
            // closed on us, or still waiting for more
        }
    }

    private static void throwAt(InetSocketAddress address, byte[] noise) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.send(new DatagramPacket(noise, noise.length, address));
        }
    }
}
