package dev.nameplate.issuer.status;

import dev.nameplate.http.WholeAnswer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// Bytes over plain HTTP, which is what authorities use here (RFC 5280 section 8), from addresses in certificates of authorities that
/// the operator has configured: bounded in time and size, without redirects.
final class Fetch implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    static final Duration ANSWER = Duration.ofSeconds(20);
    private static final int LARGEST_STATUS = 64 * 1024;
    private static final int LARGEST_LIST = 16 * 1024 * 1024;

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    private final Duration limit;

    /// @param limit from the first byte of a question to the last one of its answer
    Fetch(Duration limit) {
        this.limit = limit;
    }

    /// Empty unless it is HTTP's.
    static Optional<URI> address(String text) {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            return http && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    byte[] post(URI address, byte[] question) throws IOException {
        return send(
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/ocsp-request")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(question)),
                LARGEST_STATUS);
    }

    byte[] get(URI address) throws IOException {
        return send(HttpRequest.newBuilder(address).GET(), LARGEST_LIST);
    }

    private byte[] send(HttpRequest.Builder request, int most) throws IOException {
        HttpResponse<byte[]> answer = WholeAnswer.bytes(client, request.build(), limit, most);
        if (answer.statusCode() != 200) {
            throw new IOException("HTTP status " + answer.statusCode());
        }
        return answer.body();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
