package dev.nameplate.issuer.acme;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A way to a server on which connections can stop moving without being closed, as when a firewall has forgotten them.
final class StallingRelay implements AutoCloseable {
    private static final int PIECE = 8192;

    private final ServerSocket listener;
    private final int target;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();

    private StallingRelay(ServerSocket listener, int target) {
        this.listener = listener;
        this.target = target;
    }

    static StallingRelay to(int port) {
        try {
            var relay =
                    new StallingRelay(
                            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), port);
            Thread.ofVirtual().start(relay::accept);
            return relay;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    /// From now on nothing comes back over the connections there are; later ones are as they should be.
    ///
    /// @return how many
    int stall() {
        connections.forEach(connection -> connection.stalled = true);
        return connections.size();
    }

    private static final class Connection {
        final Socket client;
        final Socket server;
        volatile boolean stalled;

        Connection(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void forth() {
            copy(client, server, false);
        }

        void back() {
            copy(server, client, true);
        }

        private void copy(Socket from, Socket to, boolean mayStall) {
            byte[] piece = new byte[PIECE];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                    if (!mayStall || !stalled) {
                        out.write(piece, 0, read);
                    }
                }
            } catch (IOException _) {
                // One of the two has hung up, and now both have.
            }
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                var connection =
                        new Connection(
                                client, new Socket(InetAddress.getLoopbackAddress(), target));
                connections.add(connection);
                Thread.ofVirtual().start(connection::forth);
                Thread.ofVirtual().start(connection::back);
            }
        } catch (IOException _) {
            // Closed.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Connection each : connections) {
            each.client.close();
            each.server.close();
        }
    }
}
