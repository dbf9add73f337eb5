package dev.nameplate.dns;

import dev.nameplate.names.DomainName;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/// What this installation is called in the DNS.
///
/// @param suffix the zone under which our own names lie: validation targets below `proof.`, distributions below `cdn.`
/// @param nameServers the names a parent zone delegates to us by; they become the NS entries of every new zone
/// @param serverAddresses where those name servers are reached; answered for the ones that lie under the suffix
/// @param edgeAddresses where the TLS edge is reached; answered for distribution names and alias entries
public record DnsSettings(
        DomainName suffix,
        List<DomainName> nameServers,
        List<InetAddress> serverAddresses,
        List<InetAddress> edgeAddresses) {
    public DnsSettings {
        nameServers = List.copyOf(nameServers);
        serverAddresses = List.copyOf(serverAddresses);
        edgeAddresses = List.copyOf(edgeAddresses);
        if (nameServers.isEmpty()) {
            throw new IllegalArgumentException("a zone needs at least one name server");
        }
    }

    /// Four name servers `ns1` to `ns4` under `suffix`, as many as AWS gives a zone, all at `address`, the edge too.
    public static DnsSettings under(DomainName suffix, InetAddress address) {
        return new DnsSettings(
                suffix,
                List.of("ns1", "ns2", "ns3", "ns4").stream()
                        .map(label -> new DomainName(label + "." + suffix))
                        .toList(),
                List.of(address),
                List.of(address));
    }

    /// The SOA of a new zone, in the numbers AWS writes.
    String startOfAuthority() {
        return nameServers.getFirst() + ". hostmaster." + suffix + ". 1 7200 900 1209600 86400";
    }

    String cdn() {
        return "cdn." + suffix;
    }

    /// Names at which the edge leads to the installation's own pages.
    public Set<String> pages() {
        return Set.of("pki." + suffix, "validation." + suffix);
    }

    String proof() {
        return "proof." + suffix;
    }
}
