package dev.nameplate.pki;

import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// PEM (RFC 7468): written strictly, and read as leniently as certificates travel in practice, with any line ends and with
/// text before and between the blocks.
public final class Pem {
    /// RFC 7468 §2 wants exactly 64 columns, and ACM's model refuses any other.
    private static final Base64.Encoder BODY =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /// RFC 1421 headers, which OpenSSL's old encrypted keys carry.
    private static final Pattern HEADER = Pattern.compile("(?m)^[A-Za-z-]+:.*$");

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

    static String of(String label, byte[] der) {
        return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
                .formatted(label, BODY.encodeToString(der));
    }

    /// @param encrypted whether headers say so
    public record Block(String label, boolean encrypted, byte[] der) {}

    /// @throws IllegalArgumentException if a block's body is not base64
    public static List<Block> read(byte[] text) {
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(new String(text, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            String body = matcher.group(2);
            boolean encrypted = body.contains("ENCRYPTED");
            String base64 = HEADER.matcher(body).replaceAll("").replaceAll("\\s", "");
            blocks.add(
                    new Block(
                            matcher.group(1),
                            encrypted,
                            encrypted ? new byte[0] : Base64.getDecoder().decode(base64)));
        }
        return blocks;
    }
}
