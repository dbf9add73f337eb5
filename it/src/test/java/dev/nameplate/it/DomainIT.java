package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.acm.AcmClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One customer comes by one call and goes by one; in between a name moves to another holder under the eyes of its visitors.
@Tag("slow")
final class DomainIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String NAME = "shop.customers.example";
    private static final String TENANT = "tenant.customers.example";

    @TempDir private Path folder;

    @Test
    void aCustomerComesMovesAndGoes() throws IOException {
        Path data = folder.resolve("data");
        try (OriginServer origin = OriginServer.start()) {
            try (RunningServer server = RunningServer.start(data)) {
                SdkClients sdk = SdkClients.of(server);
                try (LightsailClient lightsail = sdk.lightsail()) {
                    lightsail.createDomain(request -> request.domainName("customers.example"));
                }
                String template = sdk.template(origin);
                String body =
                        "{\"names\":[\"%s\"],\"template\":{\"distribution\":\"%s\"}}"
                                .formatted(NAME, template);
                JsonNode first = RestApi.call(server, "POST", "/v1/domains", body, 201);
                awaitState(server, NAME, "SERVED");
                Visitor visitor = new Visitor(server, server.caRoot());
                assertThat(visitor.fetch(NAME, "/a").status()).isEqualTo(200);
                assertThat(
                                RestApi.call(server, "POST", "/v1/domains", body, 409)
                                        .path("detail")
                                        .asText())
                        .contains("take-over");

                move(server, sdk, visitor, body, first);
                tenant(server, sdk, visitor, origin);
                String id = first.path("id").asText();
                RestApi.call(server, "DELETE", "/v1/domains/" + id, "", 202);
                RestApi.call(server, "DELETE", "/v1/domains/" + NAME, "", 202);
                RestApi.call(server, "DELETE", "/v1/domains/" + TENANT, "", 202);
                server.kill();
            }
            try (RunningServer server = RunningServer.start(data)) {
                Await.until(
                        LIMIT,
                        "the domains to be gone",
                        () -> RestApi.get(server, "/v1/domains").path("domains").isEmpty());
                assertNothingIsLeft(server);
            }
        }
    }

    /// Visitors come all the while, and each of them is served.
    private void move(
            RunningServer server, SdkClients sdk, Visitor visitor, String body, JsonNode first) {
        String path = "/v1/domains/" + NAME + "/take-over";
        JsonNode asked = RestApi.call(server, "POST", path, body, 201);
        awaitState(server, NAME, "WAITING_FOR_TAKE_OVER");
        JsonNode wanted =
                asked.path("records")
                        .valueStream()
                        .filter(record -> record.path("purpose").asText().equals("TAKE_OVER"))
                        .findFirst()
                        .orElseThrow();
        try (LightsailClient lightsail = sdk.lightsail()) {
            lightsail.createDomainEntry(request ->
                    request.domainName("customers.example")
                            .domainEntry(entry ->
                                    entry.name("_nameplate-takeover." + NAME)
                                            .type("TXT")
                                            .target("\"" + wanted.path("value").asText() + "\"")));
        }
        assertThat(RestApi.get(server, "/v1/domains/" + NAME + "/dns").path("records"))
                .filteredOn(record -> record.path("purpose").asText().equals("TAKE_OVER"))
                .allMatch(record -> record.path("shown").booleanValue());
        RestApi.call(server, "POST", path, "", 201);
        List<Integer> statuses = new ArrayList<>();
        Await.until(
                LIMIT,
                "the name to have moved",
                () -> {
                    statuses.add(visitor.fetch(NAME, "/" + statuses.size()).status());
                    return state(server, NAME).equals("SERVED");
                });
        assertThat(statuses).containsOnly(200);
        String target = domain(server, NAME).path("distributionDomainName").asText();
        assertThat(target)
                .isNotEqualTo(
                        domain(server, first.path("id").asText())
                                .path("distributionDomainName")
                                .asText());
        assertThat(state(server, first.path("id").asText())).isEqualTo("LOST");
        assertThat(
                        RestApi.get(server, "/v1/domain-events?name=" + NAME)
                                .path("events")
                                .valueStream()
                                .filter(event -> event.path("kind").asText().equals("NAME_LOST"))
                                .map(event -> event.path("detail").asText()))
                .singleElement()
                .satisfies(detail -> assertThat(detail).contains(wanted.path("value").asText()));
    }

    /// Another customer is a tenant of a multi-tenant distribution.
    private void tenant(
            RunningServer server, SdkClients sdk, Visitor visitor, OriginServer origin) {
        String shops = sdk.multiTenant(origin);
        RestApi.call(
                server,
                "POST",
                "/v1/domains",
                "{\"names\":[\"%s\"],\"tenant\":{\"distribution\":\"%s\",\"parameters\":{\"shop\":\"a\"}}}"
                        .formatted(TENANT, shops),
                201);
        awaitState(server, TENANT, "SERVED");
        assertThat(visitor.fetch(TENANT, "/b").body()).isEqualTo(OriginServer.page("/a/b"));
        assertThat(domain(server, TENANT).path("tenantArn").asText())
                .contains(":distribution-tenant/dt_");
    }

    private static void assertNothingIsLeft(RunningServer server) {
        SdkClients sdk = SdkClients.of(server);
        try (CloudFrontClient cloudFront = sdk.cloudFront();
                AcmClient acm = sdk.acm()) {
            assertThat(cloudFront.listDistributions(_ -> {}).distributionList().items())
                    .as("the template and the multi-tenant one")
                    .hasSize(2);
            assertThat(cloudFront.listDistributionTenants(_ -> {}).distributionTenantList())
                    .isEmpty();
            assertThat(
                            acm.listCertificates(request ->
                                            request.includes(filter ->
                                                    filter.keyTypesWithStrings("EC_prime256v1")))
                                    .certificateSummaryList())
                    .isEmpty();
        }
        assertThat(new Visitor(server, server.caRoot()).refuses(NAME)).isTrue();
        assertThat(new Visitor(server, server.caRoot()).refuses(TENANT)).isTrue();
    }

    private void awaitState(RunningServer server, String name, String state) {
        Await.until(
                LIMIT,
                name + " to be " + state,
                () -> {
                    JsonNode domain = domain(server, name);
                    if (domain.path("state").asText().equals("FAILED")) {
                        throw new AssertionError(domain.toPrettyString());
                    }
                    return domain.path("state").asText().equals(state);
                });
    }

    private String state(RunningServer server, String name) {
        return domain(server, name).path("state").asText();
    }

    private JsonNode domain(RunningServer server, String name) {
        return RestApi.get(server, "/v1/domains/" + name);
    }
}
