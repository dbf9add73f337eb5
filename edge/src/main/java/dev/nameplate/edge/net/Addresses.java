package dev.nameplate.edge.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.OptionalLong;

/// By what visitors' addresses are told apart where they are counted.
public final class Addresses {
    /// Above what an IPv4 address fills, in a place of IPv6 that nobody is given.
    private static final long IPV4 = 0xffffL << 48;

    private Addresses() {}

    /// Empty for local sockets.
    public static Optional<InetAddress> of(SocketAddress remote) {
        return remote instanceof InetSocketAddress inet
                ? Optional.ofNullable(inet.getAddress())
                : Optional.empty();
    }

    /// The IPv4 address, or the /64 of an IPv6 address; empty for what is not counted, loopback and local sockets.
    public static OptionalLong counted(SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress inet)) {
            return OptionalLong.empty();
        }
        InetAddress address = inet.getAddress();
        if (address == null || address.isLoopbackAddress()) {
            return OptionalLong.empty();
        }
        byte[] bytes = address.getAddress();
        long result = bytes.length == 4 ? IPV4 : 0;
        for (int i = 0; i < Math.min(8, bytes.length); i++) {
            result =
                    bytes.length == 4
                            ? result | (bytes[i] & 0xffL) << (24 - 8 * i)
                            : result << 8 | (bytes[i] & 0xffL);
        }
        return OptionalLong.of(result);
    }
}
