package dev.nameplate.edge.cache;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Everything about a kept answer but its body, as it stands in a file.
///
/// @param vary not empty: the file stands for answers that vary by these headers, and has none itself
/// @param storedAtMillis the edition, of a list of names
record KeptHead(
        CacheKey key,
        List<String> vary,
        int status,
        HttpHeaders headers,
        long storedAtMillis,
        Freshness freshness,
        Optional<Uncompressed> uncompressed) {

    private static final long NOT_COMPRESSED = -1;

    static KeptHead of(CacheKey key, StoredResponse response) {
        HttpHeaders headers = response.headers();
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        return new KeptHead(
                key,
                List.of(),
                response.status(),
                headers,
                response.storedAtMillis(),
                response.freshness(),
                response.uncompressed());
    }

    /// @param edition see [Variants#key]
    static KeptHead varying(CacheKey key, List<String> vary, long edition) {
        return new KeptHead(
                key, vary, 0, noHeaders(), edition, new Freshness(0, 0, 0, 0, 0), Optional.empty());
    }

    /// Of a list of names.
    long edition() {
        return storedAtMillis;
    }

    private static HttpHeaders noHeaders() {
        return DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            text(out, key.distributionId());
            text(out, key.target());
            text(out, key.rest());
            out.writeShort(vary.size());
            for (String name : vary) {
                text(out, name);
            }
            out.writeInt(status);
            out.writeLong(storedAtMillis);
            out.writeLong(freshness.lifetimeMillis());
            out.writeLong(freshness.initialAgeMillis());
            out.writeLong(freshness.minimumMillis());
            out.writeLong(freshness.whileRevalidatingMillis());
            out.writeLong(freshness.ifErrorMillis());
            out.writeLong(uncompressed.map(Uncompressed::length).orElse(NOT_COMPRESSED));
            if (uncompressed.isPresent()) {
                text(out, uncompressed.get().etag().orElse(""));
            }
            out.writeInt(headers.size());
            for (var header : headers) {
                text(out, header.getKey());
                text(out, header.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no device below
        }
        return bytes.toByteArray();
    }

    /// @throws IOException when these are not the bytes of a head
    static KeptHead of(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            CacheKey key = new CacheKey(text(in), text(in), text(in));
            int names = in.readUnsignedShort();
            List<String> vary = new ArrayList<>(names);
            for (int i = 0; i < names; i++) {
                vary.add(text(in));
            }
            int status = in.readInt();
            long storedAt = in.readLong();
            Freshness freshness =
                    new Freshness(
                            in.readLong(),
                            in.readLong(),
                            in.readLong(),
                            in.readLong(),
                            in.readLong());
            long length = in.readLong();
            Optional<Uncompressed> uncompressed =
                    length == NOT_COMPRESSED
                            ? Optional.empty()
                            : Optional.of(
                                    new Uncompressed(
                                            Optional.of(text(in)).filter(etag -> !etag.isEmpty()),
                                            length));
            HttpHeaders headers = noHeaders();
            int fields = in.readInt();
            for (int i = 0; i < fields; i++) {
                headers.add(AsciiString.of(text(in)), text(in));
            }
            return new KeptHead(
                    key, List.copyOf(vary), status, headers, storedAt, freshness, uncompressed);
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a text of " + length + " bytes");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
