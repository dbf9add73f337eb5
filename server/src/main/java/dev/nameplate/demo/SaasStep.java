package dev.nameplate.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.Distribution;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginProtocolPolicy;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Two SSL for SaaS jobs over one template: one creates certificates, one brings foreign ones.
final class SaasStep {
    private static final String ZONE = "customers.example";

    /// The documented samples, trailing commas and all, and what stands in for their names.
    private static final List<List<String>> SAMPLES =
            List.of(
                    List.of("create-from-version.json", "FIRST"),
                    List.of("create-from-live.json", "SECOND"),
                    List.of("create-two.json", "THIRD"));

    private static final String MANAGED_CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Visit visit;
    private final Clients clients;
    private final DemoOrigin origin;
    private final Transcript transcript;
    private final Patience patience;
    private final HttpClient http = HttpClient.newHttpClient();
    private String template = "";

    SaasStep(
            Visit visit,
            Clients clients,
            DemoOrigin origin,
            Transcript transcript,
            Patience patience) {
        this.visit = visit;
        this.clients = clients;
        this.origin = origin;
        this.transcript = transcript;
        this.patience = patience;
    }

    void makeTemplate() throws InterruptedException {
        transcript.step("2", "SSL for SaaS, create: the documented samples as written");
        transcript.call("CreateDomain " + ZONE);
        clients.lightsail().createDomain(request -> request.domainName(ZONE));
        transcript.call("CloudFront CreateDistribution (the template)");
        CloudFrontClient cloudFront = clients.cloudFront();
        Distribution made =
                cloudFront
                        .createDistribution(request -> request.distributionConfig(config()))
                        .distribution();
        template = made.id();
        patience.until(
                "the template to be deployed",
                () ->
                        Optional.of(
                                        cloudFront
                                                .getDistribution(request -> request.id(template))
                                                .distribution())
                                .filter(seen -> seen.status().equals("Deployed")));
        transcript.check("template " + template + " is Deployed at " + made.domainName());
    }

    void create(VerifiedFetch visitor) throws IOException, InterruptedException {
        List<Job> jobs = new ArrayList<>();
        for (List<String> sample : SAMPLES) {
            String request =
                    sample(sample.get(0))
                            .replace("YOURDOMAINNAME", sample.get(1))
                            .replace(".COM", "." + ZONE.toUpperCase(Locale.ROOT))
                            .replace("E195R1W5GIVPF5", template);
            transcript.call("POST /ssl_for_saas  (" + sample.get(0) + ")");
            jobs.add(new Job(post(request), names(request)));
        }
        for (Job job : jobs) {
            follow(job, visitor);
        }
    }

    void importForeign(ForeignCa foreign, VerifiedFetch visitor)
            throws IOException, InterruptedException {
        transcript.step("3", "SSL for SaaS, import: certificates of a foreign CA");
        List<List<String>> owners =
                List.of(
                        List.of("bring.foreign.example", "www.bring.foreign.example"),
                        List.of("own.foreign.example"));
        ObjectNode request = JSON.createObjectNode();
        request.put("acm_op", "import").put("auto_creation", "true");
        request.putArray("cnameList");
        ArrayNode list = request.putArray("pemList");
        for (List<String> names : owners) {
            ForeignCa.Triple triple = foreign.issue(names);
            ObjectNode entry = list.addObject();
            entry.put("CertPem", triple.certificate())
                    .put("PrivateKeyPem", triple.privateKey())
                    .put("ChainPem", triple.chain());
            entry.putObject("existing_cf_info").put("distribution_id", template);
        }
        transcript.call("POST /ssl_for_saas  (two PEM triples)");
        String id = post(JSON.writeValueAsString(request));
        follow(new Job(id, owners.stream().flatMap(List::stream).toList()), visitor);
    }

    private record Job(String id, List<String> names) {}

    private void follow(Job job, VerifiedFetch visitor) throws IOException, InterruptedException {
        patience.until(
                "job " + job.id(),
                () -> {
                    JsonNode seen = get("get_ssl_job?jobId=" + job.id());
                    Unverified.unless(
                            !seen.path("certCreateStageStatus").asText().equals("FAILED")
                                    && !seen.path("certValidationStageStatus")
                                            .asText()
                                            .equals("FAILED")
                                    && !seen.path("distStageStatus").asText().equals("FAILED"),
                            "job " + job.id() + " failed: " + seen.path("promptInfo").asText());
                    int total = seen.path("cloudfront_distribution_total_number").asInt();
                    int done = seen.path("cloudfront_distribution_created_number").asInt();
                    boolean served = seen.path("distStageStatus").asText().equals("SUCCESS");
                    transcript.progress("job " + job.id().substring(0, 8), done, total);
                    return served ? Optional.of(done) : Optional.empty();
                });
        JsonNode distributions = get("list_cloudfront_arn_with_jobId?jobId=" + job.id());
        JsonNode certificates = get("list_ssl_certification_with_jobId?jobId=" + job.id());
        for (String name : job.names()) {
            VerifiedFetch.Page page = visitor.get(name, "/" + name);
            Unverified.unless(
                    page.status() == 200 && page.body().equals(DemoOrigin.PAGE),
                    "https://%s answered %d".formatted(name, page.status()));
        }
        transcript.check(
                "%d certificates, %d distributions; verified over HTTPS: %s"
                        .formatted(
                                certificates.size(),
                                distributions.size(),
                                String.join(", ", job.names())));
    }

    private DistributionConfig config() {
        Origin app =
                Origin.builder()
                        .id("app")
                        .domainName("127.0.0.1")
                        .customOriginConfig(custom ->
                                custom.httpPort(origin.port())
                                        .httpsPort(443)
                                        .originProtocolPolicy(OriginProtocolPolicy.HTTP_ONLY))
                        .build();
        return DistributionConfig.builder()
                .callerReference("demo-template")
                .comment("what every customer's distribution is cloned from")
                .enabled(true)
                .origins(origins -> origins.quantity(1).items(app))
                .defaultCacheBehavior(behavior ->
                        behavior.targetOriginId("app")
                                .viewerProtocolPolicy(ViewerProtocolPolicy.REDIRECT_TO_HTTPS)
                                .cachePolicyId(MANAGED_CACHING_OPTIMIZED))
                .build();
    }

    private String post(String body) throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        request("").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                        HttpResponse.BodyHandlers.ofString());
        Unverified.unless(
                answer.statusCode() == 200,
                "POST /ssl_for_saas answered %d: %s".formatted(answer.statusCode(), answer.body()));
        return JSON.readTree(answer.body()).path("body").asText();
    }

    private JsonNode get(String path) {
        try {
            HttpResponse<String> answer =
                    http.send(
                            request("/" + path).GET().build(),
                            HttpResponse.BodyHandlers.ofString());
            Unverified.unless(
                    answer.statusCode() == 200,
                    "GET /ssl_for_saas/%s answered %d: %s"
                            .formatted(path, answer.statusCode(), answer.body()));
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unverified("interrupted");
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(visit.api() + "/ssl_for_saas" + path))
                .header("x-api-key", visit.apiKey())
                .header("Content-Type", "application/json");
    }

    /// The names a sample asks for, as a visitor types them.
    private static List<String> names(String request) {
        return Pattern.compile("\"([A-Z0-9]+\\." + ZONE.toUpperCase(Locale.ROOT) + ")\"")
                .matcher(request)
                .results()
                .map(match -> match.group(1).toLowerCase(Locale.ROOT))
                .distinct()
                .toList();
    }

    private static String sample(String name) throws IOException {
        try (InputStream in = SaasStep.class.getResourceAsStream("/demo/" + name)) {
            if (in == null) {
                throw new IOException("the jar lacks demo/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
