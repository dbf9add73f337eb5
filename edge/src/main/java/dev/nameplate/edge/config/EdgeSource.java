package dev.nameplate.edge.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// Where the edge learns what to serve.
///
/// Both calls may block: they run on virtual threads, once per miss, and concurrent misses for one name share a call.
/// An answer, also an empty one, is kept; `Edge.changed` makes the edge ask again. An exception refuses the visitors
/// who wait for this answer and is forgotten after a second.
public interface EdgeSource {
    /// The certificate for a server name as the client sent it (lower case, no final dot). Wildcards are for the
    /// source to resolve: the edge keeps the answer for this very name only.
    Optional<ServedCertificate> certificate(String serverName);

    /// The same, for a source that certifies names when they are first asked for and counts who brings them.
    ///
    /// @param visitor the first of those who wait for the answer; empty where nobody does
    default Optional<ServedCertificate> certificate(
            String serverName, Optional<InetAddress> visitor) {
        return certificate(serverName);
    }

    /// The site that answers for a host name (lower case, no port), resolving wildcards likewise.
    Optional<Site> site(String host);

    /// The certificate for an ACME authority that looks for its challenge in a handshake (RFC 8737); none otherwise. Asked for
    /// each such handshake, and kept by nobody.
    default Optional<ServedCertificate> challenge(String serverName) {
        return Optional.empty();
    }

    /// What an ACME authority that looks for its challenge finds under `/.well-known/acme-challenge/<token>` of a host (RFC 8555
    /// §8.3); without an answer the request goes its normal way. Asked for each such request within bounds, also for hosts without
    /// a site, and kept by nobody.
    ///
    /// @param host as for [#site]
    /// @param token base64url, at most 256 characters
    default Optional<String> challengeFile(String host, String token) {
        return Optional.empty();
    }

    /// The keys of session tickets: those of which visitors may still hold tickets, the one in use, the ones to come. Asked at
    /// start and every minute; an exception leaves the edge with what it has. None: no tickets, no resumption.
    default List<TicketKey> ticketKeys() {
        return List.of();
    }
}
