package dev.nameplate.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Bounded to its last byte: the JDK's own time limit ends with the head of an answer.
///
/// Sent by a thread of its own, because the client's asynchronous answers wait for a thread of the common pool, which has one on
/// a machine of two cores.
public final class WholeAnswer {
    private WholeAnswer() {}

    /// @param largest body that is read, in bytes
    /// @throws IOException if the answer is longer, or does not come, or not in time
    public static HttpResponse<byte[]> bytes(
            HttpClient client, HttpRequest request, Duration limit, long largest)
            throws IOException {
        return of(
                client, request, limit, BodyHandlers.limiting(BodyHandlers.ofByteArray(), largest));
    }

    /// The status is all that is wanted.
    ///
    /// @throws IOException if the answer does not come, or not in time
    public static int status(HttpClient client, HttpRequest request, Duration limit)
            throws IOException {
        return of(client, request, limit, BodyHandlers.discarding()).statusCode();
    }

    private static <T> HttpResponse<T> of(
            HttpClient client, HttpRequest request, Duration limit, BodyHandler<T> body)
            throws IOException {
        String host = request.uri().getHost();
        FutureTask<HttpResponse<T>> answer = new FutureTask<>(() -> client.send(request, body));
        Thread.ofVirtual().name("answer of " + host).start(answer);
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            HttpTimeoutException timeout =
                    new HttpTimeoutException(
                            "no whole answer of %s within %d s".formatted(host, limit.toSeconds()));
            timeout.initCause(late);
            throw timeout;
        } catch (ExecutionException failed) {
            Throwable cause = Optional.ofNullable(failed.getCause()).orElse(failed);
            throw new IOException("%s: %s".formatted(host, words(cause)), cause);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("the server is stopping", stopped);
        } finally {
            // Interrupted, the client ends the exchange.
            answer.cancel(true);
        }
    }

    private static String words(Throwable cause) {
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }
}
