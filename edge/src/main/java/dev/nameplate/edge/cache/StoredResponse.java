package dev.nameplate.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.AsciiString;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCounted;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// An origin's answer, ready to be sent again.
///
/// The headers are kept as both protocols want them on the wire, so that a hit formats nothing but `Age`, `X-Cache`
/// and the request id. The body is off the heap and belongs to this object; whoever uses the object holds a reference.
public final class StoredResponse extends AbstractReferenceCounted {
    private static final Set<String> ABOUT_THE_BODY =
            Set.of(
                    "content-length",
                    "content-encoding",
                    "content-md5",
                    "content-range",
                    "etag",
                    "transfer-encoding");

    private static final int OPEN_FILE = 256 * 1024;

    private record ChangedHead(Object kind, Head head) {}

    /// Status and headers as both protocols want them on the wire. Not to be changed.
    ///
    /// @param fields name, value, name, value…; names in lower case
    /// @param http1 status line and headers of HTTP/1.1, without the final empty line
    public record Head(AsciiString[] fields, byte[] http1) {
        static Head of(int status, HttpHeaders headers, long length) {
            List<AsciiString> list = new ArrayList<>();
            for (Map.Entry<String, String> header : headers) {
                list.add(AsciiString.cached(header.getKey()).toLowerCase());
                list.add(new AsciiString(header.getValue()));
            }
            list.add(HttpHeaderNames.CONTENT_LENGTH);
            list.add(new AsciiString(Long.toString(length)));
            AsciiString[] fields = list.toArray(AsciiString[]::new);
            StringBuilder head =
                    new StringBuilder("HTTP/1.1 ")
                            .append(HttpResponseStatus.valueOf(status))
                            .append("\r\n");
            for (int i = 0; i < fields.length; i += 2) {
                head.append(fields[i]).append(": ").append(fields[i + 1]).append("\r\n");
            }
            return new Head(fields, head.toString().getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    private final int status;
    private final Head head;
    private final @Nullable ByteBuf body;
    private final @Nullable FileBody file;
    private final long length;
    private final long storedAtMillis;
    private final Freshness freshness;
    private final Optional<Uncompressed> uncompressed;

    private volatile @Nullable ChangedHead changed;

    /// Takes over `body`. `headers` are end-to-end headers only, without `Content-Length` and `Age`.
    public StoredResponse(
            int status,
            HttpHeaders headers,
            ByteBuf body,
            long storedAtMillis,
            Freshness freshness) {
        this(status, headers, body, storedAtMillis, freshness, Optional.empty());
    }

    /// @param uncompressed present when the body was compressed here; `headers` are those of the compressed answer
    public StoredResponse(
            int status,
            HttpHeaders headers,
            ByteBuf body,
            long storedAtMillis,
            Freshness freshness,
            Optional<Uncompressed> uncompressed) {
        this(
                status,
                headers,
                body,
                null,
                body.readableBytes(),
                storedAtMillis,
                freshness,
                uncompressed);
    }

    private StoredResponse(
            int status,
            HttpHeaders headers,
            @Nullable ByteBuf body,
            @Nullable FileBody file,
            long length,
            long storedAtMillis,
            Freshness freshness,
            Optional<Uncompressed> uncompressed) {
        this.status = status;
        this.body = body;
        this.file = file;
        this.length = length;
        this.storedAtMillis = storedAtMillis;
        this.freshness = freshness;
        this.uncompressed = uncompressed;
        head = Head.of(status, headers, length);
    }

    /// Takes over `body`.
    static StoredResponse of(KeptHead head, ByteBuf body) {
        return new StoredResponse(
                head.status(),
                head.headers(),
                body,
                head.storedAtMillis(),
                head.freshness(),
                head.uncompressed());
    }

    /// Takes over `body`.
    static StoredResponse of(KeptHead head, FileBody body) {
        return new StoredResponse(
                head.status(),
                head.headers(),
                null,
                body,
                body.length(),
                head.storedAtMillis(),
                head.freshness(),
                head.uncompressed());
    }

    public int status() {
        return status;
    }

    public Head head() {
        return head;
    }

    /// The head after a change. The last one asked for is kept, so that hits under one policy change nothing.
    ///
    /// @param kind equal kinds promise equal changes
    public Head head(Object kind, Consumer<HttpHeaders> change) {
        ChangedHead last = changed;
        if (last == null || !last.kind().equals(kind)) {
            HttpHeaders headers = headers();
            headers.remove(HttpHeaderNames.CONTENT_LENGTH);
            change.accept(headers);
            last = new ChangedHead(kind, Head.of(status, headers, length));
            changed = last;
        }
        return last.head();
    }

    /// Not to be released or read with a moving index; duplicate it.
    ///
    /// @throws IllegalStateException when the body is a [#file]
    public ByteBuf body() {
        if (body == null) {
            throw new IllegalStateException("this body is in a file");
        }
        return body;
    }

    /// The body, when it is not in memory.
    public Optional<FileBody> file() {
        return Optional.ofNullable(file);
    }

    /// The body's length, wherever it is.
    public long length() {
        return length;
    }

    /// A copy of the headers to change.
    public HttpHeaders headers() {
        HttpHeaders headers =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        AsciiString[] fields = head.fields();
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        return headers;
    }

    public Optional<AsciiString> header(AsciiString name) {
        AsciiString[] fields = head.fields();
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equals(name)) {
                return Optional.of(fields[i + 1]);
            }
        }
        return Optional.empty();
    }

    /// A header as it is to be compared with what the origin says.
    public Optional<AsciiString> fromOrigin(AsciiString name) {
        if (uncompressed.isPresent()) {
            if (name.equals(HttpHeaderNames.ETAG)) {
                return uncompressed.get().etag().map(AsciiString::new);
            }
            if (name.equals(HttpHeaderNames.CONTENT_LENGTH)) {
                return Optional.of(new AsciiString(Long.toString(uncompressed.get().length())));
            }
        }
        return header(name);
    }

    /// Present when the body was compressed here.
    public Optional<Uncompressed> uncompressed() {
        return uncompressed;
    }

    public long storedAtMillis() {
        return storedAtMillis;
    }

    public Freshness freshness() {
        return freshness;
    }

    public long ageSeconds(long nowMillis) {
        return freshness.ageSeconds(resident(nowMillis));
    }

    public boolean isFresh(long nowMillis) {
        return freshness.isFresh(resident(nowMillis));
    }

    public boolean usableWhileRevalidating(long nowMillis) {
        return freshness.usableWhileRevalidating(resident(nowMillis));
    }

    /// Whether it may stand in for an origin that fails.
    public boolean usableIfError(long nowMillis) {
        return freshness.usableIfError(resident(nowMillis));
    }

    private long resident(long nowMillis) {
        return Math.max(0, nowMillis - storedAtMillis);
    }

    /// The headers after a 304, or a HEAD's 200, brought these (RFC 9111 §3.2): all of them take the place of their
    /// namesakes, but for what describes the body that is here.
    public HttpHeaders updated(HttpHeaders update) {
        HttpHeaders merged = headers();
        for (String name : update.names()) {
            if (!ABOUT_THE_BODY.contains(name.toLowerCase(Locale.ROOT))) {
                merged.set(name, update.getAll(name));
            }
        }
        return merged;
    }

    /// The same body under other headers.
    public StoredResponse with(HttpHeaders headers, long nowMillis, Freshness newFreshness) {
        headers.remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.AGE);
        if (file != null) {
            file.retain();
        }
        return new StoredResponse(
                status,
                headers,
                body == null ? null : body.retainedDuplicate(),
                file,
                length,
                nowMillis,
                newFreshness,
                uncompressed);
    }

    /// What this takes of the memory. A body in a file counts for its open file, of which a process may have few.
    public int bytes() {
        int inMemory = body == null ? OPEN_FILE : body.readableBytes();
        return inMemory + 3 * head.http1().length + 400;
    }

    /// The lifetime that was decided when the answer arrived, not what is left of it.
    public Duration lifetime() {
        return Duration.ofMillis(Math.max(freshness.lifetimeMillis(), freshness.minimumMillis()));
    }

    /// Takes a reference, unless the answer is already freed.
    public boolean tryRetain() {
        try {
            retain();
            return true;
        } catch (IllegalReferenceCountException _) {
            return false;
        }
    }

    @Override
    protected void deallocate() {
        if (body != null) {
            body.release();
        }
        if (file != null) {
            file.release();
        }
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
