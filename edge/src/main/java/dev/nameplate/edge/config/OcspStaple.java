package dev.nameplate.edge.config;

import java.time.Instant;

/// A certificate's status as its authority signed it, for visitors who ask for it in their handshake (RFC 6066 section 8).
///
/// @param response DER of an OCSPResponse; empty where there is none just now
/// @param refreshFrom when the edge asks its source for the certificate anew, while visitors still get this
/// @param end when it counts no more, and is sent no more
@SuppressWarnings("ArrayRecordComponent") // bytes for a socket, handed on and never changed
public record OcspStaple(byte[] response, Instant refreshFrom, Instant end) {
    /// None could be had; ask again from then on.
    public static OcspStaple missing(Instant askAgain) {
        return new OcspStaple(new byte[0], askAgain, askAgain);
    }
}
