package dev.nameplate.certificate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads PEM (RFC 7468) as leniently as certificates travel in practice: any line ends, text before and between the blocks.
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /// RFC 1421 headers, which OpenSSL's old encrypted keys carry.
    private static final Pattern HEADER = Pattern.compile("(?m)^[A-Za-z-]+:.*$");

    private Pem() {}

    /// @param encrypted whether headers say so
    record Block(String label, boolean encrypted, byte[] der) {}

    /// @throws IllegalArgumentException if a block's body is not base64
    static List<Block> read(byte[] text) {
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
