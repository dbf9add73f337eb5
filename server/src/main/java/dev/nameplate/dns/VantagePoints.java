package dev.nameplate.dns;

import java.net.InetSocketAddress;
import java.util.List;

/// Resolvers in other networks that must see what we see (multi-perspective corroboration, Baseline Requirements 3.2.2.9): a
/// route hijacked near us is not hijacked everywhere.
///
/// @param quorum how many of them must agree
public record VantagePoints(List<InetSocketAddress> resolvers, int quorum) {
    public static final VantagePoints NONE = new VantagePoints(List.of(), 0);

    public VantagePoints {
        resolvers = List.copyOf(resolvers);
        if (quorum < 0 || quorum > resolvers.size()) {
            throw new IllegalArgumentException(
                    "a quorum of "
                            + quorum
                            + " cannot be had of "
                            + resolvers.size()
                            + " vantage points");
        }
    }

    /// The CAs' rule: one may differ, two of six or more; a single one may not.
    public static int usualQuorum(int vantagePoints) {
        return vantagePoints - (vantagePoints >= 6 ? 2 : vantagePoints >= 2 ? 1 : 0);
    }
}
