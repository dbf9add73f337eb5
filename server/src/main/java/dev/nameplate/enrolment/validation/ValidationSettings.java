package dev.nameplate.enrolment.validation;

import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Predicate;

/// How challenges are looked at over HTTP and TLS.
///
/// @param httpPort 80 except in tests
/// @param tlsPort 443 except in tests; also where redirects to https lead
/// @param allowed which addresses are connected to: whoever may order must not make this server reach into its network
/// @param patience the longest a look may take
public record ValidationSettings(
        int httpPort, int tlsPort, Predicate<InetAddress> allowed, Duration patience) {
    public static final Duration USUAL_PATIENCE = Duration.ofSeconds(10);
}
