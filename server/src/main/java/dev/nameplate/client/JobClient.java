package dev.nameplate.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.nameplate.config.Endpoints;
import dev.nameplate.config.Settings;
import dev.nameplate.http.Trust;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

/// One family of calls of a running server, `/v1/jobs` or another, for the subcommands.
final class JobClient {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofMinutes(5);

    /// As the server takes it.
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[!-~]{1,255}");

    private final HttpClient http;
    private final URI api;
    private final String apiKey;
    private final String root;

    /// @param root path that all others begin with
    JobClient(HttpClient http, URI api, String apiKey, String root) {
        this.http = http;
        this.api = api;
        this.apiKey = apiKey;
        this.root = root;
    }

    /// Jobs of the server that runs on the data folder.
    static JobClient of(ConfigOption config) {
        return of(config, "/v1/jobs");
    }

    /// Of the server that runs on the data folder.
    static JobClient of(ConfigOption config, String root) {
        Settings settings = config.read();
        Endpoints endpoints =
                Endpoints.read(settings.dataDir())
                        .orElseThrow(() ->
                                new CommandFailed(
                                        "no server runs on "
                                                + settings.dataDir()
                                                + "; start one with './nameplate serve'"));
        String apiKey =
                settings.credentials()
                        .apiKey()
                        .or(() -> config.variable("SSL_FOR_SAAS_KEY"))
                        .orElseThrow(() ->
                                new CommandFailed(
                                        "no API key; put it into SSL_FOR_SAAS_KEY (it was shown at the"
                                                + " server's first start) or NAMEPLATE_API_KEY"));
        HttpClient.Builder http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
        URI api = URI.create(endpoints.api());
        if ("https".equals(api.getScheme())) {
            http.sslContext(trusting(Path.of(endpoints.caRoot())));
        }
        return new JobClient(http.build(), api, apiKey, root);
    }

    private static SSLContext trusting(Path root) {
        try (InputStream in = Files.newInputStream(root)) {
            return Trust.only(
                    List.of(
                            (X509Certificate)
                                    CertificateFactory.getInstance("X.509")
                                            .generateCertificate(in)));
        } catch (IOException | CertificateException e) {
            throw new CommandFailed("the server's root certificate cannot be read: " + e);
        }
    }

    /// One of the family, to put behind its path.
    ///
    /// @param id or name
    static String path(String id) {
        return "/" + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
    }

    JsonNode get(String path) {
        return send(asked(path).GET().build());
    }

    JsonNode post(String path, String body) {
        return post(path, body, "");
    }

    /// @param idempotencyKey empty for none
    JsonNode post(String path, String body, String idempotencyKey) {
        return send(
                keyed(asked(path).POST(HttpRequest.BodyPublishers.ofString(body)), idempotencyKey)
                        .build());
    }

    JsonNode patch(String path, String body) {
        return send(asked(path).method("PATCH", HttpRequest.BodyPublishers.ofString(body)).build());
    }

    /// @param idempotencyKey empty for none
    JsonNode put(String path, String body, String idempotencyKey) {
        return send(
                keyed(asked(path).PUT(HttpRequest.BodyPublishers.ofString(body)), idempotencyKey)
                        .build());
    }

    JsonNode delete(String path) {
        return send(asked(path).DELETE().build());
    }

    /// @param type of the file
    /// @param idempotencyKey empty for none
    JsonNode post(String path, Path file, String type, String idempotencyKey) {
        try {
            return send(
                    keyed(
                                    asked(path)
                                            .setHeader("Content-Type", type)
                                            .POST(HttpRequest.BodyPublishers.ofFile(file)),
                                    idempotencyKey)
                            .build());
        } catch (IOException _) {
            throw new CommandFailed("there is no file " + file);
        }
    }

    private static HttpRequest.Builder keyed(HttpRequest.Builder request, String idempotencyKey) {
        if (idempotencyKey.isEmpty()) {
            return request;
        }
        if (!IDEMPOTENCY_KEY.matcher(idempotencyKey).matches()) {
            throw new CommandFailed(
                    "--idempotency-key takes 1 to 255 printable ASCII characters and no blank");
        }
        return request.header("Idempotency-Key", idempotencyKey);
    }

    /// Copies an answer as it comes.
    void copy(String path, Writer to) {
        lines(
                asked(path).GET().build(),
                line -> {
                    try {
                        to.write(line);
                        to.write('\n');
                        return true;
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    /// What server-sent events say, until the server has no more to say or `event` wants none.
    ///
    /// @param last the id of the last event that came, empty for none
    /// @param event takes an event's id and what it says; false to hear no more
    void follow(String path, String last, BiPredicate<String, JsonNode> event) {
        HttpRequest.Builder request =
                asked(path).setHeader("Accept", "text/event-stream").timeout(Duration.ofDays(1));
        if (!last.isEmpty()) {
            request.header("Last-Event-ID", last);
        }
        String[] id = {last};
        lines(
                request.GET().build(),
                line -> {
                    if (line.startsWith("id: ")) {
                        id[0] = line.substring("id: ".length());
                    }
                    return !line.startsWith("data: ")
                            || event.test(id[0], parsed(line.substring("data: ".length())));
                });
    }

    private void lines(HttpRequest request, Predicate<String> line) {
        try {
            HttpResponse<InputStream> answer =
                    http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader text =
                    new BufferedReader(
                            new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                if (answer.statusCode() >= 300) {
                    throw new CommandFailed(
                            reason(
                                    answer.statusCode(),
                                    text.lines().collect(Collectors.joining("\n"))));
                }
                for (String each = text.readLine(); each != null; each = text.readLine()) {
                    if (!line.test(each)) {
                        return;
                    }
                }
            }
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private HttpRequest.Builder asked(String path) {
        return HttpRequest.newBuilder(api.resolve(root + path))
                .timeout(LIMIT)
                .header("x-api-key", apiKey)
                .header("Content-Type", "application/json");
    }

    private JsonNode send(HttpRequest request) {
        try {
            HttpResponse<byte[]> answer =
                    http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() >= 300) {
                throw new CommandFailed(
                        reason(
                                answer.statusCode(),
                                new String(answer.body(), StandardCharsets.UTF_8)));
            }
            return parsed(new String(answer.body(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw unreachable(e);
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private static JsonNode parsed(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new CommandFailed("the server's answer is not JSON: " + e.getOriginalMessage());
        }
    }

    private CommandFailed unreachable(IOException e) {
        return new CommandFailed("the server cannot be reached at " + api + ": " + e);
    }

    private static CommandFailed interrupted() {
        Thread.currentThread().interrupt();
        return new CommandFailed("interrupted");
    }

    /// A refusal by something in between need not be JSON.
    private String reason(int code, String refusal) {
        String status = api + " answered " + code;
        try {
            return JSON.readTree(refusal).path("detail").asText(status);
        } catch (JsonProcessingException _) {
            return status;
        }
    }
}
