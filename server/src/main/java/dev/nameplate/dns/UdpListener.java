package dev.nameplate.dns;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Optional;

/// DNS over UDP: a few platform threads share one channel, so that one of them waiting for the store stops no other.
final class UdpListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(UdpListener.class);

    private static final int MAX_QUERY = 4096;

    /// Absorbs a burst of some thousand queries while the threads are busy.
    private static final int RECEIVE_BUFFER = 4 << 20;

    private final Responder responder;
    private final DatagramChannel channel;

    UdpListener(InetSocketAddress bind, Responder responder) throws IOException {
        this.responder = responder;
        this.channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            channel.bind(bind);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    void start(int threads) {
        for (int i = 0; i < threads; i++) {
            Thread.ofPlatform().name("dns-udp-", i).daemon().start(this::serve);
        }
    }

    private void serve() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(MAX_QUERY);
        ByteBuffer out = ByteBuffer.allocateDirect(Responder.UDP_PAYLOAD);
        while (channel.isOpen()) {
            try {
                buffer.clear();
                SocketAddress peer = channel.receive(buffer);
                byte[] query = new byte[buffer.flip().remaining()];
                buffer.get(query);
                Optional<byte[]> response = responder.respond(query, Responder.Transport.UDP);
                if (response.isPresent() && peer != null) {
                    out.clear().put(response.get()).flip();
                    channel.send(out, peer);
                }
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException e) {
                LOG.debug("a DNS datagram was lost: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
