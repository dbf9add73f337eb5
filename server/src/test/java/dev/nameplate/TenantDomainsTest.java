package dev.nameplate;

import static dev.nameplate.DomainScene.ONE;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.db.Database;
import dev.nameplate.saas.Interruptions;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.services.acm.model.ValidationMethod;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ConnectionGroup;
import software.amazon.awssdk.services.cloudfront.model.DistributionTenant;
import software.amazon.awssdk.services.cloudfront.model.DistributionTenantSummary;
import software.amazon.awssdk.services.cloudfront.model.DomainItem;
import software.amazon.awssdk.services.cloudfront.model.DomainResult;
import software.amazon.awssdk.services.cloudfront.model.Parameter;

import java.time.Duration;
import java.util.List;

/// A customer is a tenant of a multi-tenant distribution: one call brings it, one takes it off again.
@Tag("slow")
class TenantDomainsTest {
    private static String state(JsonNode domain) {
        return domain.get("state").textValue();
    }

    private static JsonNode onboard(DomainScene scene, String body) {
        return scene.ask(ONE, "POST", "/v1/domains", body, 201);
    }

    private static List<DistributionTenantSummary> tenants(DomainScene scene) {
        return scene.cloudFront(ONE).listDistributionTenants(_ -> {}).distributionTenantList();
    }

    @StoreTest
    void oneCallBringsATenantToBeServedAndAnotherTakesItOff(Database database) {
        DomainScene scene = new DomainScene(database);
        CloudFrontClient api = scene.cloudFront(ONE);
        String shops = scene.shops(ONE);
        String group =
                api.createConnectionGroup(request -> request.name("europe")).connectionGroup().id();
        String endpoint =
                api.getConnectionGroup(request -> request.identifier(group))
                        .connectionGroup()
                        .routingEndpoint();
        String more = ",\"connectionGroup\":\"" + group + "\",\"name\":\"shop-a\"";
        onboard(scene, DomainScene.tenantBody(shops, "", "stays.example.com"));
        scene.run(Duration.ofMinutes(5));
        scene.features.recordsAreShown(false);

        onboard(scene, DomainScene.tenantBody(shops, more, "a.example.com", "b.example.com"));
        scene.run(Duration.ofMinutes(1));
        JsonNode waiting = scene.domain(ONE, "a.example.com");
        assertThat(state(waiting)).isEqualTo("WAITING_FOR_PROOF");
        assertThat(waiting.get("records"))
                .as("all that its owner sets, at once")
                .extracting(record -> record.get("purpose").textValue())
                .containsExactly("PROOF", "PROOF", "TRAFFIC", "TRAFFIC");
        assertThat(waiting.get("records").get(3).get("value").textValue())
                .isEqualTo(endpoint + ".");
        assertThat(tenants(scene)).as("no tenant without its certificate").hasSize(1);

        scene.features.recordsAreShown(true);
        scene.run(Duration.ofMinutes(30));
        JsonNode served = scene.domain(ONE, "b.example.com");
        assertThat(state(served)).isEqualTo("SERVED");
        assertThat(served.get("routingEndpoint").textValue()).isEqualTo(endpoint);
        assertThat(served.has("distributionArn")).isFalse();
        DistributionTenant tenant =
                api.getDistributionTenant(request -> request.identifier("shop-a"))
                        .distributionTenant();
        assertThat(tenant.arn()).isEqualTo(served.get("tenantArn").textValue());
        assertThat(tenant.distributionId()).isEqualTo(shops);
        assertThat(tenant.connectionGroupId()).isEqualTo(group);
        assertThat(tenant.parameters())
                .containsExactly(Parameter.builder().name("shop").value("a").build());
        assertThat(tenant.customizations().certificate().arn())
                .isEqualTo(served.get("certificateArn").textValue());
        assertThat(tenant.domains())
                .extracting(DomainResult::domain)
                .containsExactly("a.example.com", "b.example.com");

        scene.ask(ONE, "DELETE", "/v1/domains/a.example.com", "", 202);
        scene.run(Duration.ofMinutes(10));
        scene.ask(ONE, "GET", "/v1/domains/a.example.com", "", 404);
        assertThat(tenants(scene)).singleElement().matches(left -> !left.name().equals("shop-a"));
        assertThat(scene.certificates(ONE)).hasSize(1);
        assertThat(scene.serving("b.example.com")).isEmpty();
        assertThat(scene.serving("stays.example.com")).isPresent();
        assertThat(api.getConnectionGroup(request -> request.identifier(group)).connectionGroup())
                .as("the group is the account's, not the domain's")
                .returns(group, ConnectionGroup::id)
                .returns("europe", ConnectionGroup::name)
                .returns(endpoint, ConnectionGroup::routingEndpoint)
                .returns(true, ConnectionGroup::enabled);
        assertThat(scene.distributions(ONE))
                .as("the one whose tenant it was stays, and no other was made")
                .extracting(each -> each.id().value())
                .containsExactly(shops);
    }

    /// The process ends between a call's effect and its record.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "requestCertificate",
                "createDistributionTenant",
                "updateDistributionTenant",
                "deleteDistributionTenant",
                "deleteCertificate"
            })
    void madeAndRemovedOnceHoweverTheProcessEnds(String call) {
        try (TestStore store = TestStore.sqlite()) {
            DomainScene scene = new DomainScene(store.database());
            scene.kills.after = call;
            onboard(scene, DomainScene.tenantBody(scene.shops(ONE), "", "a.example.com"));
            survive(scene, Duration.ofMinutes(10));
            assertThat(state(scene.domain(ONE, "a.example.com"))).isEqualTo("SERVED");
            assertThat(tenants(scene)).hasSize(1);
            assertThat(scene.certificates(ONE)).hasSize(1);

            scene.ask(ONE, "DELETE", "/v1/domains/a.example.com", "", 202);
            survive(scene, Duration.ofMinutes(10));
            assertThat(scene.kills.after).as("the call was made, and cut").isEmpty();
            scene.ask(ONE, "GET", "/v1/domains/a.example.com", "", 404);
            assertThat(tenants(scene)).isEmpty();
            assertThat(scene.certificates(ONE)).isEmpty();
        }
    }

    private static void survive(DomainScene scene, Duration span) {
        try {
            scene.run(span);
        } catch (IllegalStateException killed) {
            assertThat(killed).hasCauseInstanceOf(Interruptions.Killed.class);
            scene.restart();
            scene.run(span);
        }
    }

    /// The process ends after every round, and the order comes at another moment each time.
    @StoreTest
    void offBoardingWorksAtEveryMomentAndAfterEveryPowerCut(Database database) {
        DomainScene scene = new DomainScene(database);
        String shops = scene.shops(ONE);
        for (int moment = 0; moment < 4; moment++) {
            String name = "n" + moment + ".example.com";
            scene.features.recordsAreShown(moment % 2 == 0);
            onboard(scene, DomainScene.tenantBody(shops, "", name));
            for (int i = 0; i < moment; i++) {
                scene.restart();
                scene.run(Duration.ofMillis(300));
            }
            scene.restart();
            scene.ask(ONE, "DELETE", "/v1/domains/" + name, "", 202);
            for (int i = 0; i < 4; i++) {
                scene.restart();
                scene.run(Duration.ofSeconds(20));
            }
            assertThat(tenants(scene)).as(name).isEmpty();
            assertThat(scene.certificates(ONE)).as(name).isEmpty();
            scene.ask(ONE, "GET", "/v1/domains/" + name, "", 404);
        }
    }

    @StoreTest
    void whatCannotBeATenantIsRefusedAndNothingIsMade(Database database) {
        DomainScene scene = new DomainScene(database);
        String shops = scene.shops(ONE);
        String plain = scene.template(ONE);
        String names = "{\"names\":[\"a.example.com\"],";
        refused(scene, DomainScene.tenantBody(plain, "", "a.example.com"), "tenant.distribution");
        refused(
                scene,
                DomainScene.tenantBody("E0000000000NONE", "", "a.example.com"),
                "tenant.distribution");
        refused(
                scene,
                DomainScene.tenantBody(shops, ",\"connectionGroup\":\"cg_none\"", "a.example.com"),
                "tenant.connectionGroup");
        refused(
                scene,
                DomainScene.tenantBody(shops, ",\"name\":\"a b\"", "a.example.com"),
                "tenant.name");
        refused(
                scene,
                names + "\"tenant\":{\"distribution\":\"" + shops + "\"}}",
                "tenant.parameters");
        refused(
                scene,
                names
                        + "\"tenant\":{\"distribution\":\""
                        + shops
                        + "\",\"parameters\":{\"shop\":\"a\",\"other\":\"b\"}}}",
                "tenant.parameters");
        refused(
                scene,
                names
                        + "\"tenant\":{\"distribution\":\""
                        + shops
                        + "\",\"parameters\":{\"shop\":7}}}",
                "tenant.parameters.shop");
        refused(
                scene,
                names
                        + "\"template\":{\"distribution\":\""
                        + plain
                        + "\"},\"tenant\":{\"distribution\":\""
                        + shops
                        + "\"}}",
                "tenant");
        refused(scene, names + "\"template\":{\"distribution\":\"" + shops + "\"}}", "template");
        String dry = DomainScene.tenantBody(shops, "", "a.example.com");
        scene.ask(
                ONE,
                "POST",
                "/v1/domains",
                dry.substring(0, dry.length() - 1) + ",\"dryRun\":true}",
                200);
        assertThat(scene.ask(ONE, "GET", "/v1/domains", "", 200).get("domains")).isEmpty();
    }

    private static void refused(DomainScene scene, String body, String field) {
        assertThat(scene.ask(ONE, "POST", "/v1/domains", body, 400).get("detail").textValue())
                .contains(field);
    }

    @StoreTest
    void aTenantThatSomebodyElseMadeIsLeftAlone(Database database) {
        DomainScene scene = new DomainScene(database);
        String shops = scene.shops(ONE);
        String body = DomainScene.tenantBody(shops, ",\"name\":\"shop-a\"", "a.example.com");
        scene.features.recordsAreShown(false);
        onboard(scene, body);
        scene.run(Duration.ofMinutes(1));
        String certificate = scene.domain(ONE, "a.example.com").get("certificateArn").textValue();
        scene.features.recordsAreShown(true);
        scene.features.settleCertificates();
        scene.cloudFront(ONE)
                .createDistributionTenant(request ->
                        request.distributionId(shops)
                                .name("shop-a")
                                .parameters(Parameter.builder().name("shop").value("z").build())
                                .customizations(
                                        with -> with.certificate(one -> one.arn(certificate)))
                                .domains(DomainItem.builder().domain("a.example.com").build()));
        scene.run(Duration.ofMinutes(10));
        JsonNode failed = scene.domain(ONE, "a.example.com");
        assertThat(state(failed)).isEqualTo("FAILED");
        assertThat(failed.get("reason").textValue()).contains("shop-a", "not made for this entry");

        scene.ask(ONE, "DELETE", "/v1/domains/a.example.com", "", 202);
        scene.run(Duration.ofMinutes(10));
        assertThat(tenants(scene)).singleElement().matches(DistributionTenantSummary::enabled);
    }

    @StoreTest
    void aTakenTenantNameIsRefusedBeforeAnythingIsMade(Database database) {
        DomainScene scene = new DomainScene(database);
        String shops = scene.shops(ONE);
        onboard(scene, DomainScene.tenantBody(shops, ",\"name\":\"shop-a\"", "stays.example.com"));
        scene.run(Duration.ofMinutes(10));
        assertThat(scene.certificates(ONE)).hasSize(1);

        onboard(scene, DomainScene.tenantBody(shops, ",\"name\":\"shop-a\"", "a.example.com"));
        scene.run(Duration.ofMinutes(10));
        JsonNode failed = scene.domain(ONE, "a.example.com");
        assertThat(state(failed)).isEqualTo("FAILED");
        assertThat(failed.get("nextStepBy").textValue()).isEqualTo("REQUESTER");
        assertThat(failed.get("reason").textValue()).contains("shop-a", "not made for this entry");
        assertThat(scene.certificates(ONE)).as("none was asked for").hasSize(1);
        assertThat(tenants(scene)).hasSize(1);
    }

    @StoreTest
    void whatTenantsOfOneBatchHaveInCommonIsReadOnce(Database database) {
        DomainScene scene = new DomainScene(database);
        String shops = scene.shops(ONE);
        String group =
                scene.cloudFront(ONE)
                        .createConnectionGroup(request -> request.name("europe"))
                        .connectionGroup()
                        .id();
        scene.features.recordsAreShown(false);
        for (int i = 0; i < 8; i++) {
            onboard(
                    scene,
                    DomainScene.tenantBody(
                            shops,
                            ",\"connectionGroup\":\"%s\",\"name\":\"shop-%d\"".formatted(group, i),
                            "n" + i + ".example.com"));
        }
        scene.kills.made.clear();
        scene.run(Duration.ofMinutes(1));
        assertThat(scene.certificates(ONE)).hasSize(8);
        // A batch in each of four shards.
        assertThat(scene.kills.made)
                .filteredOn(call -> call.equals("getDistributionConfig"))
                .hasSizeBetween(1, 4);
        assertThat(scene.kills.made)
                .filteredOn(call -> call.equals("getConnectionGroup"))
                .hasSizeBetween(1, 4);
    }

    /// A tenant is made last: what fails there has a certificate already.
    @StoreTest
    void oneThatFailedBeginsAgainWithTheCertificateItHas(Database database) {
        DomainScene scene = new DomainScene(database);
        CloudFrontClient api = scene.cloudFront(ONE);
        String shops = scene.shops(ONE);
        scene.features.recordsAreShown(false);
        onboard(scene, DomainScene.tenantBody(shops, "", "a.example.com"));
        scene.run(Duration.ofMinutes(1));
        String wildcard =
                scene.acm(ONE)
                        .requestCertificate(request ->
                                request.domainName("*.example.com")
                                        .validationMethod(ValidationMethod.DNS))
                        .certificateArn();
        scene.features.recordsAreShown(true);
        scene.features.settleCertificates();
        String squatter =
                api.createDistributionTenant(request ->
                                request.distributionId(shops)
                                        .name("squatter")
                                        .parameters(
                                                Parameter.builder().name("shop").value("z").build())
                                        .customizations(
                                                with -> with.certificate(one -> one.arn(wildcard)))
                                        .domains(
                                                DomainItem.builder()
                                                        .domain("a.example.com")
                                                        .build()))
                        .distributionTenant()
                        .id();
        scene.run(Duration.ofMinutes(10));
        JsonNode failed = scene.domain(ONE, "a.example.com");
        assertThat(state(failed)).isEqualTo("FAILED");
        assertThat(failed.get("reason").textValue()).contains("Take the name off");

        String etag =
                api.updateDistributionTenant(request ->
                                request.id(squatter)
                                        .ifMatch(
                                                api.getDistributionTenant(
                                                                of -> of.identifier(squatter))
                                                        .eTag())
                                        .enabled(false))
                        .eTag();
        scene.features.deployAll();
        api.deleteDistributionTenant(request -> request.id(squatter).ifMatch(etag));
        scene.ask(ONE, "POST", "/v1/domains/a.example.com/retry", "", 202);
        scene.run(Duration.ofMinutes(10));
        JsonNode served = scene.domain(ONE, "a.example.com");
        assertThat(state(served)).isEqualTo("SERVED");
        assertThat(served.get("certificateArn")).isEqualTo(failed.get("certificateArn"));
        assertThat(scene.certificates(ONE)).as("its own and the wildcard").hasSize(2);
    }
}
