package dev.nameplate.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicTokenHandler;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Arrays;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Has every new visitor repeat a token before a connection is made for it (RFC 9000 §8.1.2): who forges the address of
/// its packets never sees one, costs nothing and can have nothing sent to others.
final class RetryTokens implements QuicTokenHandler {
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MAC_BYTES = 32;
    private static final int LONGEST_ID = 20;

    /// A visitor answers at once.
    private static final long VALID_MILLIS = 10_000;

    private final SecretKeySpec secret;
    private final InstantSource clock;

    RetryTokens(byte[] secret, InstantSource clock) {
        this.secret = new SecretKeySpec(secret, ALGORITHM);
        this.clock = clock;
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf dcid, InetSocketAddress address) {
        byte[] id = new byte[dcid.readableBytes()];
        dcid.getBytes(dcid.readerIndex(), id);
        long now = clock.millis();
        out.writeBytes(mac(now, id, address)).writeLong(now).writeBytes(id);
        return true;
    }

    @Override
    public int validateToken(ByteBuf token, InetSocketAddress address) {
        int head = MAC_BYTES + Long.BYTES;
        if (token.readableBytes() <= head || token.readableBytes() > head + LONGEST_ID) {
            return -1;
        }
        byte[] all = new byte[token.readableBytes()];
        token.getBytes(token.readerIndex(), all);
        long made = ByteBuffer.wrap(all).getLong(MAC_BYTES);
        long age = clock.millis() - made;
        byte[] id = Arrays.copyOfRange(all, head, all.length);
        boolean right =
                MessageDigest.isEqual(Arrays.copyOf(all, MAC_BYTES), mac(made, id, address));
        return right && age >= 0 && age <= VALID_MILLIS ? head : -1;
    }

    @Override
    public int maxTokenLength() {
        return MAC_BYTES + Long.BYTES + LONGEST_ID;
    }

    private byte[] mac(long made, byte[] id, InetSocketAddress address) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            mac.update(
                    ByteBuffer.allocate(Long.BYTES + 4)
                            .putLong(made)
                            .putInt(address.getPort())
                            .array());
            mac.update(address.getAddress().getAddress());
            return mac.doFinal(id);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}
