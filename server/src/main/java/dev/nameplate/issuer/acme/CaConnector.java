package dev.nameplate.issuer.acme;

import dev.nameplate.http.Trust;

import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;
import org.shredzone.acme4j.toolbox.JSON;

import java.net.URI;
import java.net.http.HttpClient;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Connects to one authority: all its lines share a client, whose TLS trusts what the operator says, and the directory.
final class CaConnector extends GenericAcmeProvider implements AutoCloseable {
    /// Authorities move their addresses seldom.
    private static final Duration DIRECTORY_LIFE = Duration.ofHours(1);

    private static final Duration CONNECT = Duration.ofSeconds(5);

    private record Directory(JSON json, Instant until) {}

    private final Duration limit;
    private final InstantSource clock;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http;
    private volatile Optional<Directory> directory = Optional.empty();

    CaConnector(List<X509Certificate> trust, Duration limit, InstantSource clock) {
        this.limit = limit;
        this.clock = clock;
        // Over HTTP/2 all calls share a connection, and the client goes on with one that has
        // stopped moving:
        // every call then fails until the authority hangs up. Over HTTP/1.1 a call that took too
        // long takes
        // its own connection with it.
        HttpClient.Builder client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(CONNECT)
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .executor(threads);
        if (!trust.isEmpty()) {
            client.sslContext(Trust.only(trust));
        }
        this.http = client.build();
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
        return http;
    }

    @Override
    public Connection connect(URI server, NetworkSettings settings, HttpClient client) {
        return new BoundedConnection(createHttpConnector(settings, http), limit, clock);
    }

    /// Read once for all lines. While a newer one cannot be had, the last one counts.
    @Override
    public JSON directory(Session session, URI server) throws AcmeException {
        Instant now = clock.instant();
        Optional<Directory> known = directory;
        if (known.isPresent() && known.get().until().isAfter(now)) {
            return known.get().json();
        }
        try (Connection connection = session.connect()) {
            connection.sendRequest(resolve(server), session, null);
            JSON read = connection.readJsonResponse();
            directory = Optional.of(new Directory(read, now.plus(DIRECTORY_LIFE)));
            return read;
        } catch (AcmeException failed) {
            if (known.isEmpty()) {
                throw failed;
            }
            return known.get().json();
        }
    }

    void expire() {
        directory = directory.map(known -> new Directory(known.json(), Instant.MIN));
    }

    @Override
    public void close() {
        http.shutdownNow();
        threads.shutdownNow();
    }
}
