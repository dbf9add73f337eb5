package dev.nameplate.api;

import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;
import dev.nameplate.wire.Reply;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.Function;
import java.util.function.Predicate;

/// One API behind the port: which requests are its own, and how it answers.
///
/// @param secret which requests may hold private keys: their connection ends with the answer, because while it lives it keeps
///     the buffer that their last bytes were read into
public record Door(
        String name,
        Predicate<HttpRequest> accepts,
        Predicate<HttpRequest> secret,
        Handler handler) {

    public Door(String name, Predicate<HttpRequest> accepts, Handler handler) {
        this(name, accepts, _ -> false, handler);
    }

    public Door withSecrets(Predicate<HttpRequest> secretRequests) {
        return new Door(name, accepts, secretRequests, handler);
    }

    /// Answers one request.
    @FunctionalInterface
    public interface Handler {
        /// @param head the request without its body
        /// @param body read as far as the handler wants
        Reply answer(HttpRequest head, InputStream body);
    }

    /// @param maxBody bytes; a longer body reaches the handler cut to one byte more than this, for it to refuse in its own
    ///     terms
    public Door(
            String name,
            Predicate<HttpRequest> accepts,
            int maxBody,
            Function<HttpRequest, HttpResponse> handler) {
        this(
                name,
                accepts,
                (head, body) -> {
                    try {
                        return handler.apply(head.with(body.readNBytes(maxBody + 1)));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }
}
