package dev.nameplate.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// An answer whose body never stands in memory as a whole. A body that fails on the way is cut off, so that nobody takes it
/// for all of it.
public record StreamedResponse(int status, Headers headers, Body body) implements Reply {

    /// Writes the body, and flushes where the reader is to see what there is so far.
    @FunctionalInterface
    public interface Body {
        void writeTo(OutputStream out) throws IOException;
    }

    /// All of it, for who wants that.
    public HttpResponse whole() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            body.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new HttpResponse(status, headers, out.toByteArray());
    }
}
