package dev.nameplate.issuer.acme;

import dev.nameplate.http.WholeAnswer;

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
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import javax.net.ssl.SSLSession;

/// A call that ends: whole answers only, in bounded time and size.
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
        HttpResponse<byte[]> answer =
                WholeAnswer.bytes(httpClient, request.build(), limit, LARGEST);
        if (session instanceof Line line) {
            line.saw(answer.uri(), answer.statusCode(), answer.headers(), clock.instant());
        }
        lastResponse = new Whole(answer);
    }

    /// An answer that is read already.
    ///
    /// Of a refusal, acme4j reads headers in which it takes nothing but what it expects, and then forgets the refusal for the
    /// header's sake. They are left out: [Line] reads `Retry-After` itself, and where a link leads is told to nobody.
    private record Whole(HttpResponse<byte[]> answer) implements HttpResponse<InputStream> {
        private static final int FIRST_REFUSAL = 400;

        private static final Set<String> EXTRAS = Set.of("retry-after", "link");

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
            return answer.statusCode() < FIRST_REFUSAL
                    ? answer.headers()
                    : HttpHeaders.of(
                            answer.headers().map(),
                            (name, _) -> !EXTRAS.contains(name.toLowerCase(Locale.ROOT)));
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
