package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.edge.config.ConnectionLimits;
import dev.nameplate.edge.config.EdgeEvents.HandshakeFailure;
import dev.nameplate.edge.config.TlsSettings;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;

import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBufAllocator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

@ExtendWith(NoLeaks.class)
final class FloodTest {
    private final List<Socket> sockets = new ArrayList<>();

    private Socket connect(TestEdge edge) throws IOException {
        InetSocketAddress address = edge.edge().httpsAddress();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(10_000);
        sockets.add(socket);
        return socket;
    }

    private void closeAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes().length < 10; // an alert at most
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /// The loop has taken them all once it has taken the one that comes last.
    private static void visit(TestEdge edge) throws IOException {
        try (RawClient visitor = edge.connect("a.test")) {
            assertThat(visitor.get("a.test", "/").status()).isEqualTo(200);
        }
    }

    @Test
    void theSilentGiveWayToTheNextAndVisitorsAreServed() throws Exception {
        try (TestEdge edge =
                new TestEdge(
                        settings -> settings.tls(TlsSettings.STANDARD.withBounds(20, 256, 0)))) {
            edge.serve("a.test");
            for (int i = 0; i < 100; i++) {
                connect(edge);
            }
            visit(edge);
            sockets.get(99).setSoTimeout(100);
            assertThat(isClosed(sockets.getFirst())).isTrue();
            assertThat(isClosed(sockets.get(79))).isTrue();
            assertThat(isClosed(sockets.get(99))).as("one of the latest").isFalse();
            closeAll();
        }
    }

    @Test
    void whoSaysNothingIsClosedWhenItsTimeIsOver() throws Exception {
        try (TestEdge edge =
                new TestEdge(settings -> settings.handshakeTimeout(Duration.ofMillis(300)))) {
            edge.serve("a.test");
            Socket silent = connect(edge);
            Socket slow = connect(edge);
            slow.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1});
            assertThat(isClosed(silent)).isTrue();
            assertThat(isClosed(slow)).isTrue();
            visit(edge);
            closeAll();
        }
    }

    /// Also records that promise a ClientHello of 16 MB: what is kept of each is bounded.
    @Test
    void randomBytesAndEndlessHellosLeaveNothingBehind() throws Exception {
        try (TestEdge edge = new TestEdge()) {
            edge.serve("a.test");
            visit(edge);
            long before = ((AdaptiveByteBufAllocator) ByteBufAllocator.DEFAULT).usedDirectMemory();
            Random random = new Random(1);
            for (int i = 0; i < 300; i++) {
                byte[] bytes = new byte[8_000];
                random.nextBytes(bytes);
                if (i % 3 == 0) {
                    System.arraycopy(
                            new byte[] {22, 3, 1, 31, 0, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff},
                            0,
                            bytes,
                            0,
                            9);
                }
                try (Socket socket = connect(edge)) {
                    socket.getOutputStream().write(bytes);
                    assertThat(isClosed(socket)).isTrue();
                } catch (SocketException reset) {
                    // closed before all of it was sent
                }
            }
            visit(edge);
            assertThat(
                            ((AdaptiveByteBufAllocator) ByteBufAllocator.DEFAULT).usedDirectMemory()
                                    - before)
                    .isLessThan(8L << 20);
        }
    }

    @Test
    void onlySoManyNamesAreLookedUpAtOnce() throws Exception {
        try (TestEdge edge =
                new TestEdge(
                        settings -> settings.tls(TlsSettings.STANDARD.withBounds(1_000, 2, 0)))) {
            edge.serve("a.test");
            visit(edge);
            CountDownLatch answer = new CountDownLatch(1);
            edge.source().holdUntil(answer);
            List<Thread> waiting = new ArrayList<>();
            for (String name : List.of("x.test", "y.test")) {
                waiting.add(
                        Thread.ofVirtual()
                                .start(() ->
                                        assertThatThrownBy(() -> edge.connect(name))
                                                .isInstanceOf(IOException.class)));
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (edge.source().certificateQuestions().size() < 3) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                Thread.onSpinWait();
            }
            assertThatThrownBy(() -> edge.connect("z.test")).hasMessageContaining("internal_error");
            assertThat(edge.events().nextFailure().reason()).isEqualTo(HandshakeFailure.LIMITED);
            visit(edge);
            answer.countDown();
            for (Thread each : waiting) {
                each.join();
            }
            assertThatThrownBy(() -> edge.connect("z.test"))
                    .as("was not kept")
                    .hasMessageContaining("unrecognized_name");
        }
    }

    @Test
    void moreConnectionsThanAllowedAreClosedAtOnce() throws Exception {
        try (TestEdge edge =
                new TestEdge(settings -> settings.connections(new ConnectionLimits(10, 0)))) {
            edge.serve("a.test");
            for (int i = 0; i < 10; i++) {
                connect(edge);
            }
            assertThat(isClosed(connect(edge))).isTrue();
            sockets.getFirst().close();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (true) {
                try {
                    visit(edge);
                    break;
                } catch (IOException notYet) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                }
            }
            closeAll();
        }
    }

    @Test
    void aNameMayStandForTheOneThatIsNotSaid() throws Exception {
        try (TestEdge edge =
                new TestEdge(settings ->
                        settings.tls(
                                TlsSettings.STANDARD.withDefaultServerName(
                                        Optional.of("a.test"))))) {
            edge.serve("a.test");
            edge.serve("b.test");
            try (RawClient visitor = edge.connect("")) {
                assertThat(visitor.certificate().getSubjectX500Principal().getName())
                        .isEqualTo("CN=a.test");
                assertThat(visitor.get("a.test", "/").status()).isEqualTo(200);
                assertThat(visitor.get("b.test", "/").status()).isEqualTo(421);
            }
        }
    }
}
