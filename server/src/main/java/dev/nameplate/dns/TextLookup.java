package dev.nameplate.dns;

/// Looks for a TXT record by which a name's owner says something. Never answers from a cache. Blocking; bounded in time.
@FunctionalInterface
public interface TextLookup {
    /// Whether every authoritative server, and enough vantage points, show a TXT record with this text.
    ///
    /// @param name without a trailing dot
    /// @param text compared without case and trailing dot, since it names a host
    boolean shows(String name, String text);
}
