package dev.nameplate.issuer.acme;

import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.DefaultConnection;
import org.shredzone.acme4j.connector.HttpConnector;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import javax.net.ssl.SSLSession;

/// A call that ends: whole answers only, in bounded time and size. The JDK's own time limit ends with the head of an answer.
final class BoundedConnection extends DefaultConnection {
    /// The largest thing that is read is a chain of certificates.
    private static final long LARGEST = 1 << 20;

    private final Duration limit;
    private final InstantSource clock;

    BoundedConnection(HttpConnector connector, Duration limit, InstantSource clock) {
        super(connector);
        this.limit = limit;
        this.clock = clock;
    }

    @Override
    protected void sendRequest(Session session, URL url, Consumer<HttpRequest.Builder> body)
            throws IOException {
        HttpRequest.Builder request =
                httpConnector
                        .createRequestBuilder(url)
                        .timeout(limit)
                        .header("Accept-Charset", "utf-8")
                        .header("Accept-Language", session.getLanguageHeader());
        body.accept(request);
        HttpResponse<byte[]> answer = whole(request.build(), url);
        if (session instanceof Line line) {
            line.saw(answer.uri(), answer.statusCode(), answer.headers(), clock.instant());
        }
        lastResponse = new Whole(answer);
    }

    private HttpResponse<byte[]> whole(HttpRequest request, URL url) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                httpClient.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            HttpTimeoutException timeout =
                    new HttpTimeoutException(
                            "no whole answer of %s within %d s"
                                    .formatted(url.getHost(), limit.toSeconds()));
            timeout.initCause(late);
            throw timeout;
        } catch (ExecutionException failed) {
            Throwable cause = Optional.ofNullable(failed.getCause()).orElse(failed);
            throw new IOException("%s: %s".formatted(url.getHost(), words(cause)), cause);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("the server is stopping", stopped);
        } finally {
            answer.cancel(true);
        }
    }

    private static String words(Throwable cause) {
        String message = cause.getMessage();
        return cause.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /// An answer that is read already.
    private record Whole(HttpResponse<byte[]> answer) implements HttpResponse<InputStream> {
        @Override
        public int statusCode() {
            return answer.statusCode();
        }

        @Override
        public HttpRequest request() {
            return answer.request();
        }

        @Override
        public Optional<HttpResponse<InputStream>> previousResponse() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return answer.headers();
        }

        @Override
        public InputStream body() {
            return new ByteArrayInputStream(answer.body());
        }

        @Override
        public Optional<SSLSession> sslSession() {
            return answer.sslSession();
        }

        @Override
        public URI uri() {
            return answer.uri();
        }

        @Override
        public HttpClient.Version version() {
            return answer.version();
        }
    }
}
