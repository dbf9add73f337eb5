package dev.nameplate.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Bulk jobs of SSL for SaaS at a server, each entry with a distribution of its own after one template.
final class Jobs {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String API_KEY = "bench-only-api-key-0123456789abcdef01234567";
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofMinutes(60);

    /// What a server has to be started with.
    static final Map<String, String> SETTINGS =
            Map.of("NAMEPLATE_API_KEY", API_KEY, "NAMEPLATE_SAAS_MAX_ENTRIES", "100000");

    private final NameplateServer nameplate;
    private final Connection connection;
    private final String template;
    private final Set<String> zones = new HashSet<>();

    Jobs(NameplateServer nameplate) throws IOException {
        this.nameplate = nameplate;
        this.connection = new Connection(nameplate.api());
        this.template = template(nameplate);
    }

    /// Hosts the zone here, if it is not yet.
    void zone(String zone) throws IOException {
        if (zones.add(zone)) {
            nameplate.lightsail("CreateDomain", "{\"domainName\":\"%s\"}".formatted(zone));
        }
    }

    /// @return the job
    String post(List<String> names) throws IOException {
        for (String name : names) {
            zone(name.substring(name.indexOf('.') + 1));
        }
        ObjectNode body =
                JSON.createObjectNode().put("acm_op", "create").put("auto_creation", "true");
        ArrayNode list = body.putArray("cnameList");
        for (String name : names) {
            ObjectNode entry = list.addObject().put("domainName", name);
            entry.putArray("sanList").add(name);
            entry.putObject("existing_cf_info").put("distribution_id", template);
        }
        return call("POST", "/ssl_for_saas", JSON.writeValueAsString(body)).path("body").asText();
    }

    boolean isEnded(String job) throws IOException {
        return ended(get("/v1/jobs/" + job));
    }

    static boolean ended(JsonNode job) {
        return !job.path("status").asText().equals("RUNNING");
    }

    JsonNode finished(String job) throws IOException, InterruptedException {
        Patience.until("the end of job " + job, LIMIT, LOOK, () -> isEnded(job));
        return get("/v1/jobs/" + job);
    }

    JsonNode get(String path) throws IOException {
        return call("GET", path, "");
    }

    private JsonNode call(String method, String path, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        byte[] head =
                "%s %s HTTP/1.1\r\nHost: nameplate\r\nx-api-key: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                        .formatted(method, path, API_KEY, content.length)
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[head.length + content.length];
        System.arraycopy(head, 0, request, 0, head.length);
        System.arraycopy(content, 0, request, head.length, content.length);
        Connection.Answer answer = connection.exchange(request);
        if (answer.status() != 200) {
            throw new IllegalStateException(
                    "%s %s answered %d: %s"
                            .formatted(method, path, answer.status(), answer.text()));
        }
        return JSON.readTree(answer.body());
    }

    private static String template(NameplateServer nameplate) throws IOException {
        String config =
                """
                <DistributionConfig xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/">\
                <CallerReference>bench</CallerReference><Comment>template</Comment><Enabled>true</Enabled>\
                <Origins><Quantity>1</Quantity><Items><Origin><Id>app</Id><DomainName>app.example.com</DomainName>\
                <CustomOriginConfig><HTTPPort>80</HTTPPort><HTTPSPort>443</HTTPSPort>\
                <OriginProtocolPolicy>http-only</OriginProtocolPolicy></CustomOriginConfig></Origin></Items></Origins>\
                <DefaultCacheBehavior><TargetOriginId>app</TargetOriginId>\
                <ViewerProtocolPolicy>redirect-to-https</ViewerProtocolPolicy>\
                <CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId></DefaultCacheBehavior>\
                </DistributionConfig>\
                """;
        String answer = nameplate.cloudFront("/2020-05-31/distribution", config);
        return answer.substring(answer.indexOf("<Id>") + 4, answer.indexOf("</Id>"));
    }
}
