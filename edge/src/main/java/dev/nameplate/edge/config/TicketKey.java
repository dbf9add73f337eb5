package dev.nameplate.edge.config;

import java.time.Instant;

/// A key that session tickets are sealed under, the same on every edge that shall resume them (RFC 5077 section 4).
///
/// @param name 16 bytes that a ticket begins with, by which its key is found
/// @param hmac 16 bytes
/// @param aes 16 bytes
/// @param from when tickets begin to be sealed under it; opened they are before as well
@SuppressWarnings("ArrayRecordComponent") // bytes for the native library
public record TicketKey(byte[] name, byte[] hmac, byte[] aes, Instant from) {
    public TicketKey {
        if (name.length != 16 || hmac.length != 16 || aes.length != 16) {
            throw new IllegalArgumentException("a ticket key is three times 16 bytes");
        }
    }

    @Override
    public String toString() {
        return "TicketKey[from " + from + "]";
    }
}
