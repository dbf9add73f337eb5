package dev.nameplate.edge.config;

import java.security.Provider;
import java.util.Optional;

/// How TLS with visitors runs.
///
/// @param sessionTickets whether visitors may resume sessions, where the source has keys for it
/// @param defaultServerName served to visitors who name no server; without it they are refused
/// @param handshakes under way at most, per event loop: the oldest gives way to a new one
/// @param lookups of names that are not in memory, under way at most
/// @param missesPerSecond how many names that are not in memory one address may ask for; 0 for any number
/// @param rsa makes RSA signatures for TLS 1.3 in place of BoringSSL, where that is faster
public record TlsSettings(
        boolean sessionTickets,
        Optional<String> defaultServerName,
        int handshakes,
        int lookups,
        int missesPerSecond,
        Optional<Provider> rsa) {
    public static final TlsSettings STANDARD =
            new TlsSettings(true, Optional.empty(), 4_096, 256, 100, Optional.empty());

    public TlsSettings {
        if (handshakes < 1 || lookups < 1 || missesPerSecond < 0) {
            throw new IllegalArgumentException("a bound of TLS is negative or lets nobody in");
        }
    }

    public TlsSettings withTickets(boolean value) {
        return new TlsSettings(value, defaultServerName, handshakes, lookups, missesPerSecond, rsa);
    }

    public TlsSettings withDefaultServerName(Optional<String> value) {
        return new TlsSettings(sessionTickets, value, handshakes, lookups, missesPerSecond, rsa);
    }

    public TlsSettings withBounds(int underWay, int lookingUp, int missesEachSecond) {
        return new TlsSettings(
                sessionTickets, defaultServerName, underWay, lookingUp, missesEachSecond, rsa);
    }

    public TlsSettings withRsa(Optional<Provider> value) {
        return new TlsSettings(
                sessionTickets, defaultServerName, handshakes, lookups, missesPerSecond, value);
    }
}
