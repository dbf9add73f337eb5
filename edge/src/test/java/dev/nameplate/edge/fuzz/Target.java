package dev.nameplate.edge.fuzz;

import dev.nameplate.edge.cache.AnswerHeadersTarget;
import dev.nameplate.edge.cache.CacheControlTarget;
import dev.nameplate.edge.cache.CookieTarget;
import dev.nameplate.edge.cache.RangeTarget;
import dev.nameplate.edge.http.RequestTarget;
import dev.nameplate.edge.route.PathTarget;
import dev.nameplate.edge.tls.ClientHelloTarget;
import dev.nameplate.edge.tls.ServerNameTarget;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The targets there are. Each is a class with a method as Jazzer calls it.
public enum Target {
    REQUEST("http1-request", RequestTarget.class, RequestTarget::fuzzerTestOneInput),
    COOKIES("cookies", CookieTarget.class, CookieTarget::fuzzerTestOneInput),
    CACHE_CONTROL(
            "cache-control", CacheControlTarget.class, CacheControlTarget::fuzzerTestOneInput),
    RANGE("range", RangeTarget.class, RangeTarget::fuzzerTestOneInput),
    PATH("path", PathTarget.class, PathTarget::fuzzerTestOneInput),
    ANSWER_HEADERS(
            "answer-headers", AnswerHeadersTarget.class, AnswerHeadersTarget::fuzzerTestOneInput),
    SERVER_NAME("server-name", ServerNameTarget.class, ServerNameTarget::fuzzerTestOneInput),
    CLIENT_HELLO("client-hello", ClientHelloTarget.class, ClientHelloTarget::fuzzerTestOneInput);

    private final String folder;
    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // a method reference
    private final Consumer<byte[]> one;

    Target(String folder, Class<?> type, Consumer<byte[]> one) {
        this.folder = folder;
        this.type = type;
        this.one = one;
    }

    Class<?> type() {
        return type;
    }

    void run(byte[] input) {
        one.accept(input);
    }

    /// Inputs worth starting from, and those that once were findings.
    List<Path> seeds() {
        try (Stream<Path> files =
                Files.list(
                        Path.of(
                                Objects.requireNonNull(Target.class.getResource("/fuzz/" + folder))
                                        .toURI()))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
