package dev.nameplate.edge.cache;

import io.netty.util.AsciiString;

import java.util.Optional;

/// The headers of a request, whatever protocol it came by.
@FunctionalInterface
public interface RequestHeaders {
    /// All values of a header (lower-case name) as one, or empty if the request has none.
    Optional<String> value(AsciiString name);
}
