package dev.nameplate.edge.signed;

import io.netty.util.NetUtil;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// An IP address, or a block of them in CIDR notation. `0.0.0.0/0` is everybody, over IPv6 too: signers write it for that.
final class AddressRange {
    private final byte[] network;
    private final int bits;

    private AddressRange(byte[] network, int bits) {
        this.network = network;
        this.bits = bits;
    }

    /// Empty for what is neither; host names are not looked up.
    static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        byte @Nullable [] network =
                NetUtil.createByteArrayFromIpAddressString(
                        slash < 0 ? text : text.substring(0, slash));
        if (network == null) {
            return Optional.empty();
        }
        if (slash < 0) {
            return Optional.of(new AddressRange(network, network.length * 8));
        }
        String length = text.substring(slash + 1);
        if (!length.matches("\\d{1,3}") || Integer.parseInt(length) > network.length * 8) {
            return Optional.empty();
        }
        return Optional.of(new AddressRange(network, Integer.parseInt(length)));
    }

    boolean contains(String address) {
        if (bits == 0 && network.length == 4) {
            return true;
        }
        byte @Nullable [] other = NetUtil.createByteArrayFromIpAddressString(address);
        if (other == null || other.length != network.length) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (network[i] != other[i]) {
                return false;
            }
        }
        int left = bits % 8;
        return left == 0 || ((network[whole] ^ other[whole]) & 0xff) >>> (8 - left) == 0;
    }
}
