package dev.nameplate.wire.sigv4;

import dev.nameplate.wire.sigv4.SignatureRefused.Reason;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The one form of a request that client and server both hash.
final class CanonicalRequest {

    private static final String HEX = "0123456789ABCDEF";

    static String of(SignedRequest request, List<String> signedHeaders, String payloadHash) {
        String headers =
                signedHeaders.stream()
                        .map(name -> name + ":" + header(request.headers(), name) + "\n")
                        .collect(Collectors.joining());
        return String.join(
                "\n",
                request.method(),
                path(request.rawPath()),
                query(request.rawQuery()),
                headers,
                String.join(";", signedHeaders),
                payloadHash);
    }

    /// Dot segments and empty segments are resolved; then the path, encoded once on the wire, is
    /// encoded once more: every service but S3 has it so.
    static String path(String raw) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : raw.split("/", -1)) {
            switch (segment) {
                case "", "." -> {}
                case ".." -> segments.pollLast();
                default -> segments.addLast(segment);
            }
        }
        if (segments.isEmpty()) {
            return "/";
        }
        boolean directory = raw.endsWith("/") || raw.endsWith("/.") || raw.endsWith("/..");
        return segments.stream()
                .map(segment -> encode(segment.getBytes(StandardCharsets.UTF_8)))
                .collect(Collectors.joining("/", "/", directory ? "/" : ""));
    }

    /// Sorted by encoded name, then value. A plus is a plus: clients send spaces as `%20`.
    static String query(String raw) {
        record Pair(String name, String value) {}

        List<Pair> pairs = new ArrayList<>();
        for (String part : raw.split("&")) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                String value = equals < 0 ? "" : part.substring(equals + 1);
                pairs.add(new Pair(recode(name), recode(value)));
            }
        }
        return pairs.stream()
                .filter(pair -> !pair.name().equals("X-Amz-Signature"))
                .sorted(Comparator.comparing(Pair::name).thenComparing(Pair::value))
                .map(pair -> pair.name() + "=" + pair.value())
                .collect(Collectors.joining("&"));
    }

    private static String header(Map<String, List<String>> headers, String name) {
        return headers.getOrDefault(name, List.of()).stream()
                .map(value -> value.strip().replaceAll("\\s+", " "))
                .collect(Collectors.joining(","));
    }

    private static String recode(String text) {
        return encode(decode(text));
    }

    /// Percent-decoding on bytes, so that what is not UTF-8 survives the way back.
    static byte[] decode(String text) {
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.length);
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out.write(in[i]);
                continue;
            }
            int high = i + 1 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new SignatureRefused(
                        Reason.INCOMPLETE, "The query string has a malformed percent-encoding.");
            }
            out.write(high << 4 | low);
            i += 2;
        }
        return out.toByteArray();
    }

    private static String encode(byte[] bytes) {
        StringBuilder out = new StringBuilder(bytes.length + 16);
        for (byte b : bytes) {
            boolean unreserved =
                    (b >= 'A' && b <= 'Z')
                            || (b >= 'a' && b <= 'z')
                            || (b >= '0' && b <= '9')
                            || b == '-'
                            || b == '_'
                            || b == '.'
                            || b == '~';
            if (unreserved) {
                out.append((char) b);
            } else {
                out.append('%').append(HEX.charAt(b >> 4 & 15)).append(HEX.charAt(b & 15));
            }
        }
        return out.toString();
    }

    private CanonicalRequest() {}
}
