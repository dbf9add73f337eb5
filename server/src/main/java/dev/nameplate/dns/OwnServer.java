package dev.nameplate.dns;

import dev.nameplate.dns.NameServer.Deadline;
import dev.nameplate.dns.NameServer.Manner;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Our own DNS server, asked over the wire as any other is, but over one socket for all questions: a socket for each costs
/// more than the answer.
///
/// Other people's servers are asked from a new port each time, so that a stranger who forges an answer has to guess it. For
/// an address of this very host no stranger can answer: packets from outside that claim to come from it are dropped.
final class OwnServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnServer.class);

    private static final Duration PATIENCE = Duration.ofMillis(900);
    private static final int IDS = 1 << 16;
    private static final int ID_LENGTH = 2;

    private final NameServer server;
    private final ConcurrentHashMap<Integer, CompletableFuture<byte[]>> waiting =
            new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger();
    private final Object opening = new Object();
    private volatile @Nullable DatagramChannel socket;
    private volatile boolean closed;

    OwnServer(NameServer server) {
        this.server = server;
    }

    NameServer server() {
        return server;
    }

    /// Should this way fail, the server is asked again in the usual one.
    Message ask(Name name, int type, Deadline deadline) throws IOException {
        Message query = NameServer.query(name, type, Manner.AUTHORITATIVE);
        var answer = new CompletableFuture<byte[]>();
        int id = register(answer);
        try {
            query.getHeader().setID(id);
            socket().write(ByteBuffer.wrap(query.toWire()));
            long nanos = Math.min(PATIENCE.toNanos(), deadline.left().toNanos());
            Message message = new Message(answer.get(nanos, TimeUnit.NANOSECONDS));
            if (query.getQuestion().equals(message.getQuestion())
                    && !message.getHeader().getFlag(Flags.TC)) {
                return message;
            }
        } catch (IOException | ExecutionException | TimeoutException e) {
            LOG.debug("our own DNS server did not answer {} at once", name, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } finally {
            waiting.remove(id, answer);
        }
        return server.ask(name, type, Manner.AUTHORITATIVE, deadline);
    }

    private int register(CompletableFuture<byte[]> answer) {
        int id;
        do {
            id = Math.floorMod(lastId.incrementAndGet(), IDS);
        } while (waiting.putIfAbsent(id, answer) != null);
        return id;
    }

    private DatagramChannel socket() throws IOException {
        DatagramChannel open = socket;
        if (open != null) {
            return open;
        }
        synchronized (opening) {
            open = socket;
            if (open == null) {
                if (closed) {
                    throw new ClosedChannelException();
                }
                open = DatagramChannel.open().connect(server.address());
                socket = open;
                DatagramChannel receiving = open;
                Thread.ofPlatform()
                        .name("dns-own-answers")
                        .daemon()
                        .start(() -> receive(receiving));
            }
            return open;
        }
    }

    private void receive(DatagramChannel from) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(Responder.UDP_PAYLOAD);
        while (from.isOpen()) {
            try {
                from.read(buffer.clear());
                if (buffer.flip().remaining() <= ID_LENGTH) {
                    continue;
                }
                byte[] message = new byte[buffer.remaining()];
                buffer.get(message);
                int id = ((message[0] & 0xff) << 8) | (message[1] & 0xff);
                CompletableFuture<byte[]> asked = waiting.remove(id);
                if (asked != null) {
                    asked.complete(message);
                }
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                // The port is closed, as between a stop and a start: whoever waits asks again in
                // the usual way.
                LOG.debug("our own DNS server cannot be heard: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (opening) {
            closed = true;
            DatagramChannel open = socket;
            if (open != null) {
                open.close();
            }
        }
    }
}
