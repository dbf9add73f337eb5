package dev.nameplate.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/// SSL for SaaS by plain HTTP, as its users call it.
record SaasDoor(RunningServer server, HttpClient http) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration LIMIT = Duration.ofMinutes(2);

    static SaasDoor of(RunningServer server) {
        return new SaasDoor(server, HttpClient.newHttpClient());
    }

    /// A body that asks for one certificate and one distribution for each list of names.
    static ObjectNode create(String template, List<List<String>> entries) {
        ObjectNode request = request("create");
        ArrayNode list = request.putArray("cnameList");
        for (List<String> names : entries) {
            ObjectNode entry = list.addObject().put("domainName", names.getFirst());
            ArrayNode alternatives = entry.putArray("sanList");
            names.forEach(alternatives::add);
            entry.putObject("existing_cf_info").put("distribution_id", template);
        }
        return request;
    }

    /// A body that brings certificates along.
    static ObjectNode bring(String template, List<ForeignCa.Triple> triples) {
        ObjectNode request = request("import");
        request.putArray("cnameList");
        ArrayNode list = request.putArray("pemList");
        for (ForeignCa.Triple triple : triples) {
            ObjectNode entry = list.addObject();
            entry.put("CertPem", ForeignCa.Triple.text(triple.certificate()))
                    .put("PrivateKeyPem", ForeignCa.Triple.text(triple.privateKey()))
                    .put("ChainPem", ForeignCa.Triple.text(triple.chain()));
            entry.putObject("existing_cf_info").put("distribution_id", template);
        }
        return request;
    }

    private static ObjectNode request(String operation) {
        return JSON.createObjectNode().put("acm_op", operation).put("auto_creation", "true");
    }

    /// @return the job's id
    String post(ObjectNode body) {
        HttpResponse<String> answer =
                send(asked("").POST(HttpRequest.BodyPublishers.ofString(body.toString())).build());
        JsonNode inner = parsed(answer);
        if (inner.path("statusCode").asInt() != 200) {
            throw new AssertionError("POST /ssl_for_saas answered " + answer.body());
        }
        return inner.path("body").asText();
    }

    /// What `get_ssl_job` shows, with each entry's own standing.
    JsonNode job(String id) {
        return get("/get_ssl_job?details=true&jobId=" + id);
    }

    JsonNode get(String path) {
        return parsed(send(asked(path).GET().build()));
    }

    /// Looks until every entry of the job is served.
    void awaitServed(String id) {
        Await.until(LIMIT, "job " + id + " to end", () -> isServed(job(id)));
    }

    static boolean isServed(JsonNode job) {
        if (job.path("overallStatus").asText().equals("FAILED")
                || job.path("distStageStatus").asText().equals("FAILED")) {
            throw new AssertionError("a job failed: " + job.toPrettyString());
        }
        return job.path("distStageStatus").asText().equals("SUCCESS");
    }

    private HttpRequest.Builder asked(String path) {
        return HttpRequest.newBuilder(URI.create(server.api() + "/ssl_for_saas" + path))
                .timeout(Duration.ofSeconds(60))
                .header("x-api-key", RunningServer.API_KEY)
                .header("Content-Type", "application/json");
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static JsonNode parsed(HttpResponse<String> answer) {
        if (answer.statusCode() != 200) {
            throw new AssertionError(
                    "SSL for SaaS answered " + answer.statusCode() + ": " + answer.body());
        }
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
