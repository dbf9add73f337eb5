package dev.nameplate.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// A port for a process that is told it beforehand, or that has it again after a restart, by TCP and by UDP. It lies below those that
/// the system gives to outgoing connections: one of them would take it while nobody listens.
final class FreePort {
    private static final int LEAST = 10_000;
    private static final int MOST = 32_000;
    private static final int ATTEMPTS = 100;

    private FreePort() {}

    static int find() {
        for (int attempt = 1; ; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LEAST, MOST);
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            try (var tcp = new ServerSocket();
                    var _ = new DatagramSocket(address)) {
                tcp.bind(address);
                return port;
            } catch (IOException taken) {
                if (attempt == ATTEMPTS) {
                    throw new UncheckedIOException(taken);
                }
            }
        }
    }
}
