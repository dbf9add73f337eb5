package dev.nameplate.pki;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// PEM (RFC 7468): written strictly, and read as leniently as certificates travel in practice, with any line ends and with
/// text before and between the blocks.
public final class Pem {
    /// RFC 7468 §2 wants exactly 64 columns, and ACM's model refuses any other.
    private static final Base64.Encoder BODY =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private static final byte[] BEGIN = bytes("-----BEGIN ");
    private static final byte[] END = bytes("-----END ");
    private static final byte[] DASHES = bytes("-----");
    private static final byte[] ENCRYPTED = bytes("ENCRYPTED");
    private static final int MAX_LABEL = 32;
    private static final int MAX_BLOCKS = 64;

    /// A certificate with a thousand names has a tenth of it.
    private static final int MAX_BODY = 1 << 18;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private Pem() {}

    /// The certificates one after the other, each ending in a line end.
    public static String of(List<X509Certificate> certificates) {
        return certificates.stream().map(Pem::of).collect(Collectors.joining());
    }

    public static String of(X509Certificate certificate) {
        try {
            return of("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a parsed certificate has an encoding", e);
        }
    }

    public static String of(String label, byte[] der) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(label, BODY.encodeToString(der));
    }

    /// @param encrypted whether headers say so
    public record Block(String label, boolean encrypted, byte[] der) {}

    /// As many as any chain has.
    public static List<Block> read(byte[] text) {
        return read(text, MAX_BLOCKS);
    }

    /// Reads each byte once, whatever stands in it: a text of ten thousand begins and no end costs no more than any other of its
    /// length. What stands outside of blocks is passed over, as is a block without an end.
    ///
    /// @throws IllegalArgumentException if a block's body is not base64, is larger than any certificate or key, or ends as another,
    ///     or if there are more than `limit`
    public static List<Block> read(byte[] text, int limit) {
        List<Block> blocks = new ArrayList<>();
        int from = 0;
        while (true) {
            int begin = indexOf(text, BEGIN, from);
            if (begin < 0) {
                return blocks;
            }
            int labelStart = begin + BEGIN.length;
            Optional<String> label = label(text, labelStart);
            if (label.isEmpty()) {
                from = labelStart;
                continue;
            }
            int bodyStart = labelStart + label.get().length() + DASHES.length;
            int end = indexOf(text, END, bodyStart);
            if (end < 0) {
                return blocks;
            }
            if (!label(text, end + END.length).equals(label)) {
                throw new IllegalArgumentException(
                        "a block begins as one thing and ends as another");
            }
            if (blocks.size() == limit) {
                throw new IllegalArgumentException("there are more than " + limit + " blocks");
            }
            if (end - bodyStart > MAX_BODY) {
                throw new IllegalArgumentException(
                        "a block has more than " + MAX_BODY + " characters");
            }
            blocks.add(block(label.get(), Arrays.copyOfRange(text, bodyStart, end)));
            from = end + END.length + label.get().length() + DASHES.length;
        }
    }

    private static Block block(String label, byte[] body) {
        try {
            boolean encrypted = indexOf(body, ENCRYPTED, 0) >= 0;
            return new Block(label, encrypted, encrypted ? new byte[0] : decoded(body));
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    /// Without white space, and without the RFC 1421 headers which OpenSSL's old keys carry: lines that have a colon.
    private static byte[] decoded(byte[] body) {
        byte[] kept = new byte[body.length];
        int length = 0;
        int lineStart = 0;
        for (byte each : body) {
            if (each == ':' && lineStart >= 0) {
                length = lineStart;
                // The rest of the line goes too.
                lineStart = -1;
            } else if (each == '\n' || each == '\r') {
                lineStart = length;
            } else if (lineStart >= 0 && each != ' ' && each != '\t') {
                kept[length++] = each;
            }
        }
        byte[] base64 = Arrays.copyOf(kept, length);
        try {
            return Base64.getDecoder().decode(base64);
        } finally {
            Arrays.fill(kept, (byte) 0);
            Arrays.fill(base64, (byte) 0);
        }
    }

    /// What stands between here and the next dashes, if that is a label.
    private static Optional<String> label(byte[] text, int from) {
        int end = from;
        while (end < text.length && end - from <= MAX_LABEL && isOfLabel(text[end])) {
            end++;
        }
        boolean closed =
                end > from
                        && end - from <= MAX_LABEL
                        && end + DASHES.length <= text.length
                        && Arrays.equals(text, end, end + DASHES.length, DASHES, 0, DASHES.length);
        return closed
                ? Optional.of(new String(text, from, end - from, StandardCharsets.US_ASCII))
                : Optional.empty();
    }

    private static boolean isOfLabel(byte each) {
        return (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') || each == ' ';
    }

    private static int indexOf(byte[] text, byte[] wanted, int from) {
        for (int i = from; i <= text.length - wanted.length; i++) {
            if (text[i] == wanted[0]
                    && Arrays.equals(text, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return -1;
    }
}
