package dev.nameplate.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Passes questions at one address on to a name server at another, as well as the weather allows.
final class Relay implements AutoCloseable {
    private static final int LARGEST = 4096;

    enum Weather {
        FAIR,
        /// Each answer over UDP comes half a second late.
        SLOW,
        /// What comes over UDP is lost.
        NO_UDP
    }

    private final InetSocketAddress real;
    private final Weather weather;
    private final ScheduledExecutorService later = Executors.newScheduledThreadPool(1);
    private final DatagramSocket udp;
    private final ServerSocket tcp;

    private Relay(InetSocketAddress address, InetSocketAddress real, Weather weather)
            throws IOException {
        this.real = real;
        this.weather = weather;
        this.udp = new DatagramSocket(address);
        this.tcp = new ServerSocket();
        tcp.bind(address);
    }

    static Relay open(InetSocketAddress address, InetSocketAddress real, Weather weather)
            throws IOException {
        Relay relay = new Relay(address, real, weather);
        Thread.ofVirtual().start(relay::passDatagrams);
        Thread.ofVirtual().start(relay::passConnections);
        return relay;
    }

    private void passDatagrams() {
        while (!udp.isClosed()) {
            try {
                var question = new DatagramPacket(new byte[LARGEST], LARGEST);
                udp.receive(question);
                switch (weather) {
                    case FAIR -> Thread.ofVirtual().start(() -> answer(question));
                    case SLOW -> {
                        var _ =
                                later.schedule(
                                        () -> answer(question),
                                        Duration.ofMillis(500).toMillis(),
                                        TimeUnit.MILLISECONDS);
                    }
                    case NO_UDP -> {}
                }
            } catch (IOException _) {
                return;
            }
        }
    }

    private void answer(DatagramPacket question) {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(1000);
            socket.send(new DatagramPacket(question.getData(), question.getLength(), real));
            var answer = new DatagramPacket(new byte[LARGEST], LARGEST);
            socket.receive(answer);
            udp.send(
                    new DatagramPacket(
                            answer.getData(), answer.getLength(), question.getSocketAddress()));
        } catch (IOException _) {
            // The client gets no answer, as from the server itself.
        }
    }

    private void passConnections() {
        while (!tcp.isClosed()) {
            try {
                Socket client = tcp.accept();
                Socket server = new Socket(real.getAddress(), real.getPort());
                pipe(client, server);
                pipe(server, client);
            } catch (IOException _) {
                return;
            }
        }
    }

    private static void pipe(Socket from, Socket to) {
        Thread.ofVirtual()
                .start(() -> {
                    try (from;
                            to) {
                        from.getInputStream().transferTo(to.getOutputStream());
                    } catch (IOException _) {
                        // One side has closed.
                    }
                });
    }

    @Override
    public void close() throws IOException {
        later.shutdownNow();
        udp.close();
        tcp.close();
    }
}
