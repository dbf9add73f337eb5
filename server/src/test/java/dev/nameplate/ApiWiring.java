package dev.nameplate;

import dev.nameplate.api.Door;
import dev.nameplate.api.ops.Operations;
import dev.nameplate.api.rest.Route;
import dev.nameplate.config.Settings;
import dev.nameplate.config.SettingsReader;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Finding;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.ProofLookup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;
import dev.nameplate.wire.StreamedResponse;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The doors as the server wires them, over a store of its own, with no port open and no work going on.
final class ApiWiring implements AutoCloseable {
    final Store store;
    final Features features;
    final Doors doors;
    final String apiKey;

    private final List<Door> all;

    private ApiWiring(Store store, Settings settings) {
        this.store = store;
        this.features = Features.over(store, settings, _ -> {});
        this.doors = new Doors(store, features, settings, new NoDns(), (_, _) -> false, _ -> {});
        this.apiKey = store.accessKeys().createApiKey(store.account());
        this.all =
                doors.all(
                        new Operations(
                                Map.of(), new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
                        false);
    }

    static ApiWiring in(Path folder) {
        Settings settings =
                SettingsReader.read(
                        Optional.empty(), Map.of("NAMEPLATE_DATA_DIR", folder.toString()));
        return new ApiWiring(Store.open(settings), settings);
    }

    AccountId account() {
        return store.account();
    }

    List<Route> routes() {
        return doors.restRoutes();
    }

    /// As the port reads and hands it over.
    HttpResponse send(String method, String target, Headers headers, byte[] body) {
        int query = target.indexOf('?');
        HttpRequest request =
                new HttpRequest(
                        method,
                        query < 0 ? target : target.substring(0, query),
                        query < 0 ? "" : target.substring(query + 1),
                        headers,
                        new byte[0]);
        Door door =
                all.stream().filter(each -> each.accepts().test(request)).findFirst().orElseThrow();
        return switch (door.handler().answer(request, new ByteArrayInputStream(body))) {
            case HttpResponse whole -> whole;
            case StreamedResponse streamed -> beginning(streamed);
        };
    }

    /// A client goes away at the first pause, or nothing would end who follows a job.
    private static HttpResponse beginning(StreamedResponse streamed) {
        ByteArrayOutputStream read =
                new ByteArrayOutputStream() {
                    @Override
                    public void flush() throws IOException {
                        if (streamed.headers()
                                .first("Content-Type")
                                .filter("text/event-stream"::equals)
                                .isPresent()) {
                            throw new IOException("the client went away");
                        }
                    }
                };
        try {
            streamed.body().writeTo(read);
        } catch (IOException _) {
            // As it was told above.
        }
        return new HttpResponse(streamed.status(), streamed.headers(), read.toByteArray());
    }

    HttpResponse send(String method, String target, String body) {
        return send(
                method,
                target,
                Headers.of("x-api-key", apiKey).with("Content-Type", "application/json"),
                body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        store.close();
    }

    private static final class NoDns implements ProofLookup {
        private static final Finding NOTHING =
                Finding.of(Cause.NONE, "There is nothing.", List.of());

        @Override
        public Sighting look(CnameRecord wanted) {
            return new Sighting.Absent(NOTHING);
        }

        @Override
        public Sighting look(HttpRecord wanted) {
            return new Sighting.Absent(NOTHING);
        }

        @Override
        public CaaVerdict caa(DomainName name, List<String> issuerNames) {
            return new CaaVerdict.Allowed();
        }
    }
}
