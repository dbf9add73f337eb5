package dev.nameplate.issuer.acme;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What an authority says of itself in its directory (RFC 8555 section 7.1.1).
///
/// @param terms where its terms of service are now
/// @param profiles which certificates it offers, with what it says of each
public record Offer(
        Optional<String> terms,
        Optional<String> website,
        boolean externalAccountRequired,
        List<String> caaNames,
        Map<String, String> profiles) {}
