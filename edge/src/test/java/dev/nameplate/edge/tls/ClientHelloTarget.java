package dev.nameplate.edge.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import java.util.Arrays;
import java.util.Locale;

/// The body of a ClientHello: whatever stands in it, reading ends inside, leaves it as it was, and does not depend on where it
/// lies in its buffer.
public final class ClientHelloTarget {
    private static final int ASIDE = 7;

    private ClientHelloTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuf alone = Unpooled.wrappedBuffer(input);
        ClientHello read = ClientHello.read(alone);
        byte[] around = new byte[ASIDE + input.length + ASIDE];
        Arrays.fill(around, (byte) 0xff);
        System.arraycopy(input, 0, around, ASIDE, input.length);
        ByteBuf inside = Unpooled.wrappedBuffer(around).setIndex(ASIDE, ASIDE + input.length);
        if (!ClientHello.read(inside).equals(read)) {
            throw new AssertionError("what stands around it is read too: " + read);
        }
        if (alone.readerIndex() != 0 || inside.readerIndex() != ASIDE) {
            throw new AssertionError("it was taken away");
        }
        String name = read.serverName();
        if (!name.equals(name.toLowerCase(Locale.ROOT)) || name.length() > input.length) {
            throw new AssertionError(name);
        }
    }
}
