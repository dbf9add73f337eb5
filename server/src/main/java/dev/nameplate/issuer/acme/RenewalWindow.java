package dev.nameplate.issuer.acme;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// When an authority would like a certificate to be renewed (RFC 9773 section 4.2).
///
/// @param explanation a page that tells why
/// @param lookAgain after how long to ask again
public record RenewalWindow(
        Instant start, Instant end, Optional<URI> explanation, Duration lookAgain) {}
