package dev.nameplate.issuer.ca;

import java.math.BigInteger;
import java.security.SecureRandom;

/// Serial numbers: 16 octets, positive, never with a leading zero octet, so that each shows as 16 bytes as ACM's do; 126 of
/// the bits are random (at least 64 are asked for by the Baseline Requirements, section 7.1).
final class Serials {
    private static final int OCTETS = 16;

    private Serials() {}

    static BigInteger next(SecureRandom random) {
        byte[] octets = new byte[OCTETS];
        random.nextBytes(octets);
        octets[0] = (byte) ((octets[0] & 0x3f) | 0x40);
        return new BigInteger(octets);
    }
}
