package dev.nameplate.dns;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;

/// DNS over TCP (RFC 7766): queries on one connection are answered in turn, one virtual thread per connection.
final class TcpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TcpListener.class);

    /// RFC 7766 section 6.2.3 asks for seconds, not minutes.
    private static final int IDLE_MILLIS = 10_000;

    private static final long MESSAGE_NANOS = 5_000_000_000L;
    private static final int MAX_CONNECTIONS = 512;

    /// No query that we answer comes near it.
    private static final int MAX_QUERY = 4096;

    private final Responder responder;
    private final ServerSocket listener;
    private final SequencedSet<Socket> connections = new LinkedHashSet<>();

    TcpListener(InetSocketAddress bind, Responder responder) throws IOException {
        this.responder = responder;
        this.listener = new ServerSocket();
        try {
            listener.bind(bind, MAX_CONNECTIONS);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    void start() {
        Thread.ofVirtual().name("dns-tcp-accept").start(this::accept);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                admit(socket);
                Thread.ofVirtual().name("dns-tcp").start(() -> converse(socket));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.warn("could not accept a DNS connection: {}", e.getMessage());
                }
            }
        }
    }

    /// When all places are taken the oldest connection gives way, so that idle ones cannot lock others out.
    private void admit(Socket socket) throws IOException {
        Optional<Socket> oldest = Optional.empty();
        synchronized (connections) {
            if (connections.size() >= MAX_CONNECTIONS) {
                oldest = Optional.of(connections.removeFirst());
            }
            connections.add(socket);
        }
        if (oldest.isPresent()) {
            oldest.get().close();
        }
    }

    private void converse(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            var in = new DataInputStream(socket.getInputStream());
            while (true) {
                socket.setSoTimeout(IDLE_MILLIS);
                int length = in.readUnsignedShort();
                if (length > MAX_QUERY) {
                    return;
                }
                byte[] query = read(in, socket, length);
                Optional<byte[]> response = responder.respond(query, Responder.Transport.TCP);
                if (response.isEmpty()) {
                    return;
                }
                byte[] body = response.get();
                socket.getOutputStream()
                        .write(
                                ByteBuffer.allocate(2 + body.length)
                                        .putShort((short) body.length)
                                        .put(body)
                                        .array());
            }
        } catch (EOFException | SocketTimeoutException _) {
            LOG.trace("a DNS connection ended");
        } catch (IOException e) {
            LOG.debug("a DNS connection broke: {}", e.getMessage());
        } finally {
            synchronized (connections) {
                connections.remove(socket);
            }
        }
    }

    /// A peer that sends a byte now and then does not hold its place for ever.
    private static byte[] read(InputStream in, Socket socket, int length) throws IOException {
        byte[] message = new byte[length];
        long deadline = System.nanoTime() + MESSAGE_NANOS;
        int have = 0;
        while (have < length) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("the query took too long to arrive");
            }
            socket.setSoTimeout((int) left);
            int count = in.read(message, have, length - have);
            if (count < 0) {
                throw new EOFException("the peer left in the middle of a query");
            }
            have += count;
        }
        return message;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        synchronized (connections) {
            for (Socket socket : connections) {
                socket.close();
            }
        }
    }
}
