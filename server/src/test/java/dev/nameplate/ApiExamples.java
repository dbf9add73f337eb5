package dev.nameplate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.nameplate.certificate.Origin;
import dev.nameplate.certificate.Request;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.TemplateConfig;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpResponse;

import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// What the document's examples speak of, under the ids it really has.
final class ApiExamples {
    private static final String DISTRIBUTION = "E1234567890ABC";
    private static final String MULTI_TENANT = "E2TENANTS00ABC";
    private static final String GROUP = "cg_2abcdefghijklmnopqrstuvwxyz";
    private static final String JOB = "35d7dfa3-0000-4000-8000-000000000001";
    private static final String CERTIFICATE = "11111111-2222-4333-8444-555555555555";

    private final ApiWiring server;
    private final String distribution;
    private final String multiTenant;
    private final String group;
    private final String certificate;
    private final String job;

    ApiExamples(ApiWiring server) {
        this.server = server;
        CloudFrontClient cloudFront = server.doors.saas().cloudFrontOf(server.account());
        this.distribution = distribution(cloudFront);
        this.multiTenant = multiTenant(cloudFront);
        this.group =
                cloudFront
                        .createConnectionGroup(request -> request.name("examples"))
                        .connectionGroup()
                        .id();
        this.certificate =
                server.store
                        .database()
                        .write(write ->
                                server.features
                                        .certificates()
                                        .request(
                                                write,
                                                server.account(),
                                                Region.US_EAST_1,
                                                Request.of(
                                                        Origin.ACM,
                                                        List.of(new DomainName("www.example.com")),
                                                        KeyAlgorithm.EC_P256)))
                        .id()
                        .toString();
        this.job =
                id(
                        server.send(
                                "POST",
                                "/v1/jobs",
                                """
                                {"operation":"CREATE","entries":[{"names":["first.example.com"],
                                 "template":{"distribution":"%s"}}]}
                                """
                                        .formatted(distribution)));
    }

    /// With two versions.
    private static String distribution(CloudFrontClient cloudFront) {
        var made =
                cloudFront.createDistribution(
                        request -> request.distributionConfig(config("first.example.com")));
        cloudFront.updateDistribution(request ->
                request.id(made.distribution().id())
                        .ifMatch(made.eTag())
                        .distributionConfig(config("second.example.com")));
        return made.distribution().id();
    }

    private static String multiTenant(CloudFrontClient cloudFront) {
        return cloudFront
                .createDistribution(request ->
                        request.distributionConfig(
                                config("shops.example.com").toBuilder()
                                        .callerReference("shops")
                                        .connectionMode(ConnectionMode.TENANT_ONLY)
                                        .tenantConfig(TemplateConfig::shop)
                                        .build()))
                .distribution()
                .id();
    }

    private static DistributionConfig config(String origin) {
        return DistributionConfig.builder()
                .callerReference("examples")
                .comment("")
                .enabled(true)
                .origins(origins ->
                        origins.quantity(1)
                                .items(
                                        software.amazon.awssdk.services.cloudfront.model.Origin
                                                .builder()
                                                .id("main")
                                                .domainName(origin)
                                                .customOriginConfig(custom ->
                                                        custom.httpPort(80)
                                                                .httpsPort(443)
                                                                .originProtocolPolicy("http-only"))
                                                .build()))
                .defaultCacheBehavior(behavior ->
                        behavior.targetOriginId("main")
                                .viewerProtocolPolicy("allow-all")
                                .cachePolicyId("658327ea-f89d-4fab-a63d-7e88639e58f6"))
                .build();
    }

    private static String id(HttpResponse made) {
        try {
            JsonNode json = new ObjectMapper().readTree(made.body());
            if (made.status() != 201) {
                throw new AssertionError(json.toString());
            }
            return json.path("id").textValue();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String filled(String text) {
        return text.replace(DISTRIBUTION, distribution)
                .replace(MULTI_TENANT, multiTenant)
                .replace(GROUP, group)
                .replace(JOB, job)
                .replace(CERTIFICATE, certificate);
    }

    /// @param operation whose path parameters have examples
    String path(String template, JsonNode operation) {
        String path = template;
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asText().equals("path")) {
                path =
                        path.replace(
                                "{" + parameter.path("name").textValue() + "}",
                                filled(parameter.path("example").textValue()));
            }
        }
        return path;
    }

    /// What a body that is no JSON document needs beside it: the query parameters that have examples.
    String query(JsonNode operation) {
        return operation
                .path("parameters")
                .valueStream()
                .filter(each -> each.path("in").asText().equals("query") && each.has("example"))
                .map(each -> each.path("name").textValue() + "=" + each.path("example").asText())
                .collect(Collectors.joining("&", "?", ""));
    }

    HttpResponse send(String method, String path, String contentType, String body) {
        return server.send(
                method,
                path,
                Headers.of("x-api-key", server.apiKey).with("Content-Type", contentType),
                filled(body).getBytes(StandardCharsets.UTF_8));
    }
}
