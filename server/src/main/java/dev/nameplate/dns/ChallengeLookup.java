package dev.nameplate.dns;

import java.net.InetAddress;
import java.util.List;

/// What ACME challenges (RFC 8555 section 8) are looked up by. Never answers from a cache. Blocking; bounded in time.
public interface ChallengeLookup {

    /// Looks for a TXT record, CNAMEs followed: whether every authoritative server, and enough vantage points, show it.
    ///
    /// @param name without a trailing dot
    /// @param text compared octet for octet
    Seen text(String name, String text);

    /// The addresses that the authoritative servers give a name, CNAMEs followed; IPv4 first.
    List<InetAddress> addresses(String host);

    sealed interface Seen {
        record There() implements Seen {}

        /// The servers answered, with something else or nothing.
        record Absent(String message) implements Seen {}

        /// Nobody could be asked.
        record Unreachable(String message) implements Seen {}
    }
}
