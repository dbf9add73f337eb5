package dev.nameplate.edge.tls;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.ApplicationProtocolNames;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// What of a ClientHello (RFC 8446 section 4.1.2) decides how it is answered; BoringSSL reads all of it afterwards.
///
/// @param serverName lower case; empty where none is named
/// @param challenge whether it is an ACME authority's look for a challenge (RFC 8737): that protocol alone is offered
/// @param tls13 whether TLS 1.3 is offered
record ClientHello(String serverName, boolean challenge, boolean tls13) {
    /// Anything that is none, or is cut off, or has lengths that contradict each other.
    static final ClientHello UNREADABLE = new ClientHello("", false, false);

    static final String CHALLENGE_PROTOCOL = "acme-tls/1";

    /// Version and random.
    private static final int FIXED = 2 + 32;

    private static final int SERVER_NAME = 0;
    private static final int ALPN = 16;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int TLS_1_3 = 0x0304;

    /// @param body the message without its header of four bytes; is left as it was
    static ClientHello read(ByteBuf body) {
        int end = body.writerIndex();
        int at = body.readerIndex() + FIXED;
        at = skip(body, at, 1, end); // session id
        at = skip(body, at, 2, end); // cipher suites
        at = skip(body, at, 1, end); // compression methods
        if (at < 0 || at + 2 > end) {
            return UNREADABLE;
        }
        int extensions = at + 2 + body.getUnsignedShort(at);
        if (extensions > end) {
            return UNREADABLE;
        }
        String serverName = "";
        boolean challenge = false;
        boolean tls13 = false;
        at += 2;
        while (at + 4 <= extensions) {
            int type = body.getUnsignedShort(at);
            int length = body.getUnsignedShort(at + 2);
            at += 4;
            if (at + length > extensions) {
                return UNREADABLE;
            }
            switch (type) {
                case SERVER_NAME -> serverName = serverName(body, at, at + length);
                case ALPN -> challenge = isChallenge(body, at, length);
                case SUPPORTED_VERSIONS -> tls13 = offersTls13(body, at, at + length);
                default -> {
                    // BoringSSL's business
                }
            }
            at += length;
        }
        return new ClientHello(serverName, challenge, tls13);
    }

    /// @param width of the length before the field
    /// @return where the next field begins, or -1
    private static int skip(ByteBuf body, int at, int width, int end) {
        if (at < 0 || at + width > end) {
            return -1;
        }
        int length = width == 1 ? body.getUnsignedByte(at) : body.getUnsignedShort(at);
        return at + width + length > end ? -1 : at + width + length;
    }

    /// The first entry, which is a host name: no other type was ever defined (RFC 6066 section 3).
    private static String serverName(ByteBuf body, int from, int to) {
        if (from + 5 > to || body.getUnsignedByte(from + 2) != 0) {
            return "";
        }
        int length = body.getUnsignedShort(from + 3);
        return from + 5 + length > to
                ? ""
                : body.toString(from + 5, length, StandardCharsets.US_ASCII)
                        .toLowerCase(Locale.ROOT);
    }

    private static boolean isChallenge(ByteBuf body, int at, int length) {
        int wanted = CHALLENGE_PROTOCOL.length();
        return length == 3 + wanted
                && body.getUnsignedByte(at + 2) == wanted
                && body.toString(at + 3, wanted, StandardCharsets.US_ASCII)
                        .equals(CHALLENGE_PROTOCOL);
    }

    private static boolean offersTls13(ByteBuf body, int from, int to) {
        for (int at = from + 1; at + 2 <= to; at += 2) {
            if (body.getUnsignedShort(at) == TLS_1_3) {
                return true;
            }
        }
        return false;
    }

    /// What an ordinary visitor is offered.
    static String[] protocols(boolean http2) {
        return http2
                ? new String[] {ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1}
                : new String[] {ApplicationProtocolNames.HTTP_1_1};
    }
}
