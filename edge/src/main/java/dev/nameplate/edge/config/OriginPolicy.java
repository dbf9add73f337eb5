package dev.nameplate.edge.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Set;

/// Which addresses an origin may have. Asked after name resolution, about the very address that is then connected to,
/// so that a name cannot point elsewhere between check and use.
///
/// Link-local addresses and the metadata services of the big clouds are never allowed: they hand credentials to
/// whoever asks from this machine.
public record OriginPolicy(boolean loopback, boolean privateRanges) {

    /// Loopback and private ranges allowed.
    public static final OriginPolicy STANDARD = new OriginPolicy(true, true);

    /// Metadata services outside 169.254.0.0/16 and fe80::/10: AWS and Google over IPv6, Alibaba, Azure, Oracle.
    private static final Set<String> METADATA =
            Set.of(
                    "fd00:ec2:0:0:0:0:0:254",
                    "fd20:ce:0:0:0:0:0:254",
                    "100.100.100.200",
                    "168.63.129.16",
                    "192.0.0.192");

    /// Whether `host` is an IP address, written out, that no policy allows. Refusing it early is a courtesy; what keeps
    /// the rule is [#allows(InetAddress)].
    public static boolean isNeverAllowed(String host) {
        try {
            return !STANDARD.allows(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException _) {
            return false; // a name, judged by what it resolves to
        }
    }

    public boolean allows(InetAddress address) {
        InetAddress meant = embedded(address);
        if (meant.isLinkLocalAddress()
                || meant.isAnyLocalAddress()
                || meant.isMulticastAddress()
                || METADATA.contains(meant.getHostAddress())) {
            return false;
        }
        byte[] bytes = meant.getAddress();
        if (bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xf0) == 0xf0)) {
            return false; // "this network" and reserved, broadcast among them
        }
        if (meant.isLoopbackAddress()) {
            return loopback;
        }
        return privateRanges || !isPrivate(meant, bytes);
    }

    private static boolean isPrivate(InetAddress address, byte[] bytes) {
        return address.isSiteLocalAddress()
                || (bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc) // unique local, RFC 4193
                || (bytes.length == 4
                        && bytes[0] == 100
                        && (bytes[1] & 0xc0) == 64); // shared, RFC 6598
    }

    /// The IPv4 address inside an IPv6 one that a translator would reach: NAT64 (RFC 6052), 6to4 (RFC 3056) and the
    /// obsolete IPv4-compatible form.
    private static InetAddress embedded(InetAddress address) {
        if (!(address instanceof Inet6Address six)) {
            return address;
        }
        byte[] bytes = six.getAddress();
        int from;
        if (bytes[0] == 0
                && bytes[1] == 0x64
                && (bytes[2] & 0xff) == 0xff
                && (bytes[3] & 0xff) == 0x9b) {
            from = 12;
        } else if (bytes[0] == 0x20 && bytes[1] == 2) {
            from = 2;
        } else if (six.isIPv4CompatibleAddress()
                && !six.isLoopbackAddress()
                && !six.isAnyLocalAddress()) {
            from = 12;
        } else {
            return address;
        }
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an IPv4 address", e);
        }
    }
}
