package dev.nameplate.issuer.acme;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.toolbox.JSONBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// Speaks with one authority: signed requests with nonces, each bounded in time, several side by side. Whatever goes wrong in a call
/// is thrown as a [CallFailed]; nothing of acme4j leaves this package.
final class AcmeClient implements AutoCloseable {
    /// Shorter than it takes until another node takes over the work of one that went silent.
    static final Duration LIMIT = Duration.ofSeconds(12);

    /// Requests under way at one authority from this process.
    static final int LINES = 32;

    private static final Logger LOG = LoggerFactory.getLogger(AcmeClient.class);
    private static final JsonMapper JSON = new JsonMapper();

    private final AcmeCa ca;
    private final CaConnector connector;
    private final Semaphore free = new Semaphore(LINES, true);
    private final Queue<Line> idle = new ConcurrentLinkedQueue<>();

    AcmeClient(AcmeCa ca, Duration limit, InstantSource clock) {
        this.ca = ca;
        this.connector = new CaConnector(ca.trust(), limit, clock);
    }

    @FunctionalInterface
    interface Call<T> {
        T on(Line line) throws AcmeException;
    }

    /// What an authority answered.
    ///
    /// @param location of what was made
    /// @param pause after which it wants to be asked again
    record Got(JsonNode body, Optional<String> location, Optional<Duration> pause) {}

    /// @param alternates where the other chains are
    record Chain(List<X509Certificate> certificates, List<String> alternates) {}

    <T> T call(Call<T> call) {
        free.acquireUninterruptibly();
        Line line = Optional.ofNullable(idle.poll()).orElseGet(this::line);
        line.begin();
        try {
            return call.on(line);
        } catch (AcmeServerException refused) {
            throw new CallFailed(
                    AcmeProblem.of(
                            read(refused.getProblem().asJSON().toString()),
                            line.status(),
                            line.retryAfter()),
                    refused);
        } catch (AcmeNetworkException failed) {
            throw new CallFailed(
                    AcmeProblem.of(
                            AcmeProblem.UNREACHABLE,
                            message(Optional.ofNullable(failed.getCause()).orElse(failed))),
                    failed);
        } catch (AcmeException failed) {
            throw new CallFailed(
                    new AcmeProblem(
                            AcmeProblem.HTTP,
                            message(failed),
                            line.status(),
                            line.retryAfter(),
                            List.of()),
                    failed);
        } catch (AcmeProtocolException | AcmeLazyLoadingException | Unreadable failed) {
            throw new CallFailed(AcmeProblem.of(AcmeProblem.UNREADABLE, message(failed)), failed);
        } catch (CallFailed failed) {
            throw failed;
        } catch (RuntimeException failed) {
            // acme4j takes apart what strangers send, and not every way to fail in it has a name.
            LOG.warn("an answer of issuer '{}' could not be read: {}", ca.name(), "" + failed);
            throw new CallFailed(AcmeProblem.of(AcmeProblem.UNREADABLE, message(failed)), failed);
        } finally {
            idle.add(line);
            free.release();
        }
    }

    private Line line() {
        return new Line(ca.directory(), connector);
    }

    private static String message(Throwable failed) {
        return Optional.ofNullable(failed.getMessage())
                .orElseGet(() -> failed.getClass().getSimpleName());
    }

    /// An answer that says nothing that a client could go by.
    static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /// What the directory says of the authority, as far as it can be read.
    <T> T metadata(Function<Metadata, T> part) {
        return call(line -> part.apply(line.getMetadata()));
    }

    /// The next look at the directory is not at what was read before, unless it cannot be had.
    void readDirectoryAgain() {
        connector.expire();
    }

    boolean offers(Resource resource) {
        return call(line -> line.resourceUrlOptional(resource).isPresent());
    }

    /// Asks for what is at `url` (POST-as-GET, RFC 8555 section 6.3).
    Got get(Credentials account, String url) {
        return call(line -> {
            try (Connection connection = line.connect()) {
                connection.sendSignedPostAsGetRequest(url(url), login(line, account));
                return got(line, connection);
            }
        });
    }

    Got post(Credentials account, String url, JSONBuilder claims) {
        return call(line -> post(line, account, url(url), claims));
    }

    /// Posts to one of the directory's addresses.
    Got post(Credentials account, Resource resource, JSONBuilder claims) {
        return call(line -> post(line, account, line.resourceUrl(resource), claims));
    }

    private static Got post(Line line, Credentials account, URL url, JSONBuilder claims)
            throws AcmeException {
        try (Connection connection = line.connect()) {
            connection.sendSignedRequest(url, claims, login(line, account));
            return got(line, connection);
        }
    }

    /// Asks for what anybody may see.
    Got open(String url) {
        return call(line -> {
            try (Connection connection = line.connect()) {
                connection.sendRequest(url(url), line, null);
                return got(line, connection);
            }
        });
    }

    Chain chain(Credentials account, String url) {
        return call(line -> {
            try (Connection connection = line.connect()) {
                connection.sendCertificateRequest(url(url), login(line, account));
                return new Chain(
                        connection.readCertificates(), texts(connection.getLinks("alternate")));
            }
        });
    }

    /// The addresses of an account's orders, page by page until `pages` were read; empty where the authority offers no list.
    List<String> orders(Credentials account, int pages) {
        Got own = get(account, account.url());
        String next = own.body().path("orders").asText("");
        List<String> all = new ArrayList<>();
        for (int page = 0; page < pages && !next.isEmpty(); page++) {
            String url = next;
            next =
                    call(line -> {
                        try (Connection connection = line.connect()) {
                            connection.sendSignedPostAsGetRequest(url(url), login(line, account));
                            read(connection.readJsonResponse().toString())
                                    .path("orders")
                                    .forEach(each -> all.add(each.asText()));
                            return texts(connection.getLinks("next")).stream()
                                    .findFirst()
                                    .orElse("");
                        }
                    });
        }
        return all;
    }

    static Login login(Line line, Credentials account) {
        return line.login(url(account.url()), account.keys());
    }

    private static Got got(Line line, Connection connection) throws AcmeException {
        return new Got(
                read(connection.readJsonResponse().toString()), line.location(), line.retryAfter());
    }

    private static List<String> texts(Collection<URL> links) {
        return links.stream().map(URL::toString).toList();
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new Unreadable("the answer is no JSON: " + broken.getOriginalMessage());
        }
    }

    static URL url(String text) {
        try {
            URI uri = URI.create(text);
            if (!"https".equals(uri.getScheme())) {
                throw new Unreadable("'" + text + "' is no https URL");
            }
            return uri.toURL();
        } catch (IllegalArgumentException | MalformedURLException _) {
            throw new Unreadable("'" + text + "' is no URL");
        }
    }

    @Override
    public void close() {
        connector.close();
    }
}
