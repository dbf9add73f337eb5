package dev.nameplate.certificate;

import java.time.Instant;
import java.util.Optional;

/// Whether a certificate's key may be handed out to its owner, and when it first was.
public record Export(boolean allowed, Optional<Instant> firstAt) {
    public static final Export NEVER = new Export(false, Optional.empty());
}
