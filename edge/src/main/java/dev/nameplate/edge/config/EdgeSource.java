package dev.nameplate.edge.config;

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

    /// The site that answers for a host name (lower case, no port), resolving wildcards likewise.
    Optional<Site> site(String host);
}
