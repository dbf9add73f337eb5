package dev.nameplate.edge.config;

/// How many connections are open at once, over both ports.
///
/// An address is an IPv4 address or the first 64 bits of an IPv6 address, which is what one customer gets. Loopback is exempt
/// from what is counted by address: a balancer on the same machine stands for all visitors.
///
/// @param total of all visitors
/// @param perAddress 0 for any number
public record ConnectionLimits(int total, int perAddress) {
    public static final ConnectionLimits STANDARD = new ConnectionLimits(50_000, 1_000);

    public ConnectionLimits {
        if (total < 1 || perAddress < 0) {
            throw new IllegalArgumentException(
                    "a limit of connections is negative or lets nobody in");
        }
    }
}
