package dev.nameplate;

import static dev.nameplate.DomainScene.ONE;
import static dev.nameplate.DomainScene.TWO;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.NotRenewable;
import dev.nameplate.certificate.State;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.domain.DomainEvent;
import dev.nameplate.saas.JobId;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TemplateConfig;

import org.junit.jupiter.api.Tag;

import software.amazon.awssdk.services.acm.model.ValidationMethod;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.ConnectionMode;
import software.amazon.awssdk.services.cloudfront.model.DomainItem;
import software.amazon.awssdk.services.cloudfront.model.DomainResult;
import software.amazon.awssdk.services.cloudfront.model.SSLSupportMethod;
import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.lightsail.model.LightsailDistribution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A name goes to whom its owner's TXT record names, and to nobody else.
@Tag("slow")
class TakeOverTest {
    private static String state(JsonNode domain) {
        return domain.get("state").textValue();
    }

    @StoreTest
    void aNameMovesOnceItsOwnerShowsTheRecordAndIsServedAtEveryMoment(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "example.com");
        Distribution holder = scene.serving("example.com").orElseThrow();

        JsonNode begun = scene.takeOver(TWO, scene.template(TWO), "example.com");
        String text = DomainScene.wantedText(begun);
        assertThat(text).matches("_nameplate-takeover\\.example\\.com nameplate-[0-9a-f]{40}");
        scene.run(Duration.ofMinutes(10));
        JsonNode waiting = scene.domain(TWO, "example.com");
        assertThat(state(waiting)).isEqualTo("WAITING_FOR_TAKE_OVER");
        assertThat(waiting.get("nextStepBy").textValue()).isEqualTo("DOMAIN_OWNER");
        assertThat(waiting.get("takeOvers").get(0).get("shown").booleanValue()).isFalse();
        Distribution taker =
                scene.distributions(TWO).stream()
                        .filter(each -> each.config().certificate().isPresent())
                        .findFirst()
                        .orElseThrow(() -> new AssertionError("the certificate is not ready"));
        assertThat(taker.config().aliases()).isEmpty();
        assertThat(scene.serving("example.com")).map(Distribution::id).contains(holder.id());

        scene.features.texts.add(text);
        for (int i = 0; i < 40; i++) {
            scene.run(Duration.ofSeconds(1));
            assertThat(scene.serving("example.com"))
                    .hasValueSatisfying(
                            each -> assertThat(each.config().certificate()).isPresent());
        }
        assertThat(scene.serving("example.com")).map(Distribution::id).contains(taker.id());
        assertThat(state(scene.domain(TWO, "example.com"))).isEqualTo("SERVED");

        JsonNode lost = scene.domain(ONE, "example.com");
        assertThat(state(lost)).isEqualTo("LOST");
        assertThat(lost.get("lost").get(0).get("name").textValue()).isEqualTo("example.com");
        assertThat(scene.events(ONE, "example.com")).contains("NAME_LOST");
        assertThat(scene.events(TWO, "example.com")).contains("TAKE_OVER_ASKED", "TAKEN_OVER");
        assertThat(scene.told)
                .filteredOn(event -> event.kind() == DomainEvent.Kind.NAME_LOST)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.account()).isEqualTo(ONE);
                    assertThat(event.detail())
                            .contains("distribution " + holder.id(), text.replace(" ", " TXT "));
                    assertThat(event.detail()).doesNotContain(taker.id().value());
                });
    }

    @StoreTest
    void theLoserDoesNotRenewForTheNameAndCanTakeAwayWhatIsLeft(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "example.com");
        Certificate certificate = scene.certificates(ONE).getFirst();
        scene.features.texts.add(
                DomainScene.wantedText(scene.takeOver(TWO, scene.template(TWO), "example.com")));
        scene.run(Duration.ofMinutes(10));

        List<Distribution> using =
                scene.features.database.read(
                        handle -> scene.features.distributions.using(handle, certificate.id()));
        assertThat(using).as("what is not in use is not renewed").isEmpty();
        scene.ask(ONE, "DELETE", "/v1/domains/example.com", "", 202);
        scene.run(Duration.ofMinutes(10));
        assertThat(scene.certificates(ONE)).isEmpty();
        assertThat(scene.distributions(ONE)).hasSize(1);
        assertThat(state(scene.domain(TWO, "example.com"))).isEqualTo("SERVED");
    }

    @StoreTest
    void aCertificateThatServesOtherNamesIsNotRenewedWithTheLostOne(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com", "b.example.com");
        scene.features.texts.add(
                DomainScene.wantedText(scene.takeOver(TWO, scene.template(TWO), "a.example.com")));
        scene.run(Duration.ofMinutes(10));
        Certificate before = scene.certificates(ONE).getFirst();
        assertThatThrownBy(() ->
                        scene.features.database.write(
                                write -> scene.features.certificates.renewNow(write, before)))
                .isInstanceOf(NotRenewable.class)
                .hasMessageContaining("a.example.com")
                .hasMessageContaining("without that name");

        Instant end = ((State.Issued) before.state()).notAfter();
        scene.features.clock.set(end.minus(Duration.ofDays(20)));
        scene.features.renewCertificates();
        assertThat(scene.certificates(ONE).getFirst().state()).isEqualTo(before.state());
        assertThat(scene.certificates(TWO).getFirst().state())
                .as("the winner's is renewed")
                .isInstanceOfSatisfying(
                        State.Issued.class,
                        issued ->
                                assertThat(issued.notAfter())
                                        .isAfter(end.plus(Duration.ofDays(90))));
    }

    @StoreTest
    void neitherAnothersValueNorAnOldOneProvesAnything(Database database) {
        DomainScene scene = new DomainScene(database);
        String template = scene.template(ONE);
        scene.serve(ONE, template, "a.example.com", "b.example.com");
        String two = scene.template(TWO);
        String forA = DomainScene.wantedText(scene.takeOver(TWO, two, "a.example.com"));
        String forB = DomainScene.wantedText(scene.takeOver(TWO, two, "b.example.com"));
        String value = forA.substring(forA.indexOf(' '));

        scene.features.texts.add("_nameplate-takeover.b.example.com" + value);
        scene.run(Duration.ofMinutes(5));
        assertThat(state(scene.domain(TWO, "b.example.com"))).isEqualTo("WAITING_FOR_TAKE_OVER");

        scene.features.clock.advance(Duration.ofDays(8));
        scene.run(Duration.ofMinutes(1));
        JsonNode expired = scene.domain(TWO, "a.example.com");
        assertThat(state(expired)).isEqualTo("FAILED");
        assertThat(expired.get("reason").textValue()).contains("expired");
        assertThat(scene.events(TWO, "a.example.com")).contains("TAKE_OVER_EXPIRED");
        scene.features.texts.add(forA);
        scene.features.texts.add(forB);
        String anew = DomainScene.wantedText(scene.takeOver(TWO, two, "a.example.com"));
        assertThat(anew).isNotEqualTo(forA);
        scene.run(Duration.ofMinutes(5));
        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("WAITING_FOR_TAKE_OVER");
        assertThat(scene.serving("a.example.com").orElseThrow().account()).isEqualTo(ONE);

        scene.features.texts.add(anew);
        scene.run(Duration.ofMinutes(5));
        assertThat(scene.serving("a.example.com").orElseThrow().account()).isEqualTo(TWO);
        assertThat(scene.serving("b.example.com").orElseThrow().account())
                .as("the other name of the loser's distribution stays")
                .isEqualTo(ONE);
        JsonNode loser = scene.domain(ONE, "b.example.com");
        assertThat(state(loser)).isEqualTo("SERVED");
        assertThat(loser.get("lost")).hasSize(1);
    }

    @StoreTest
    void whoAsksTwiceWaitsOnceAndIsLookedAtAtOnce(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        String two = scene.template(TWO);
        JsonNode first = scene.takeOver(TWO, two, "a.example.com");
        scene.run(Duration.ofHours(1));
        scene.features.texts.add(DomainScene.wantedText(first));
        JsonNode again = scene.ask(TWO, "POST", "/v1/domains/a.example.com/take-over", "", 201);
        assertThat(again.get("id")).isEqualTo(first.get("id"));
        scene.tick();
        assertThat(scene.serving("a.example.com").orElseThrow().account()).isEqualTo(TWO);
    }

    @StoreTest
    void neitherADryRunNorARefusedBodyBeginsAnExpiredTakeOverAnew(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        String two = scene.template(TWO);
        scene.takeOver(TWO, two, "a.example.com");
        scene.features.clock.advance(Duration.ofDays(8));
        scene.run(Duration.ofMinutes(1));
        JsonNode expired = scene.domain(TWO, "a.example.com");
        assertThat(expired.get("takeOvers").get(0).get("state").textValue()).isEqualTo("EXPIRED");

        String path = "/v1/domains/a.example.com/take-over";
        String body = DomainScene.body(two, "a.example.com");
        String dry = body.substring(0, body.length() - 1) + ",\"dryRun\":true}";
        assertThat(scene.ask(TWO, "POST", path, dry, 200).get("valid").booleanValue()).isTrue();
        scene.ask(TWO, "POST", path, body.replace("names", "nomes"), 400);
        scene.ask(TWO, "POST", path, "[]", 400);
        assertThat(scene.domain(TWO, "a.example.com")).isEqualTo(expired);

        String anew = DomainScene.wantedText(scene.ask(TWO, "POST", path, body, 201));
        assertThat(anew).startsWith("_nameplate-takeover.a.example.com ");
    }

    @StoreTest
    void noNameMovesBeforeItsCertificateIsReady(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        scene.features.recordsAreShown(false);
        scene.features.texts.add(
                DomainScene.wantedText(scene.takeOver(TWO, scene.template(TWO), "a.example.com")));
        scene.run(Duration.ofMinutes(15));
        JsonNode waiting = scene.domain(TWO, "a.example.com");
        assertThat(state(waiting))
                .as("no name moves to a distribution without its certificate")
                .isEqualTo("WAITING_FOR_PROOF");
        assertThat(waiting.get("takeOvers").get(0).get("shown").booleanValue()).isTrue();
        assertThat(scene.serving("a.example.com").orElseThrow().account()).isEqualTo(ONE);
        scene.features.recordsAreShown(true);
        scene.run(Duration.ofMinutes(15));
        assertThat(scene.serving("a.example.com").orElseThrow().account()).isEqualTo(TWO);
    }

    @StoreTest
    void aWildcardMovesByARecordAtItsBaseAndNotInOverAnothersNames(Database database) {
        DomainScene scene = new DomainScene(database);
        String one = scene.template(ONE);
        scene.serve(ONE, one, "*.example.com");
        scene.serve(ONE, one, "a.example.com");
        String text =
                DomainScene.wantedText(scene.takeOver(TWO, scene.template(TWO), "*.example.com"));
        assertThat(text).startsWith("_nameplate-takeover.example.com ");
        scene.features.texts.add(text);
        scene.run(Duration.ofMinutes(10));
        JsonNode waiting = scene.domain(TWO, "*.example.com");
        assertThat(state(waiting))
                .as("a.example.com is still another account's")
                .isEqualTo("WAITING_FOR_TAKE_OVER");
        assertThat(waiting.get("reason").textValue()).isNotBlank();
        assertThat(scene.serving("x.example.com").orElseThrow().account()).isEqualTo(ONE);

        scene.ask(ONE, "DELETE", "/v1/domains/a.example.com", "", 202);
        scene.run(Duration.ofMinutes(10));
        assertThat(scene.serving("x.example.com").orElseThrow().account()).isEqualTo(TWO);
        assertThat(state(scene.domain(TWO, "*.example.com"))).isEqualTo("SERVED");
    }

    @StoreTest
    void betweenTwoDomainsOfOneAccountTheNewerHasTheName(Database database) {
        DomainScene scene = new DomainScene(database);
        String template = scene.template(ONE);
        scene.serve(ONE, template, "a.example.com");
        String old = scene.domain(ONE, "a.example.com").get("id").textValue();
        JsonNode begun = scene.takeOver(ONE, template, "a.example.com");
        scene.features.texts.add(DomainScene.wantedText(begun));
        scene.run(Duration.ofMinutes(10));
        assertThat(scene.domain(ONE, "a.example.com").get("id")).isEqualTo(begun.get("id"));
        assertThat(state(scene.domain(ONE, "a.example.com"))).isEqualTo("SERVED");
        assertThat(state(scene.domain(ONE, old))).isEqualTo("LOST");
        scene.ask(ONE, "DELETE", "/v1/domains/" + old, "", 202);
        scene.run(Duration.ofMinutes(10));
        assertThat(scene.distributions(ONE)).hasSize(2);
        assertThat(state(scene.domain(ONE, "a.example.com"))).isEqualTo("SERVED");
    }

    @StoreTest
    void aTenantLosesItsDomainLikeADistribution(Database database) {
        DomainScene scene = new DomainScene(database);
        CloudFrontClient one = scene.cloudFront(ONE);
        String certificate = certificate(scene, "*.example.com");
        String shops =
                one.createDistribution(request ->
                                request.distributionConfig(
                                        TemplateConfig.of("shops", "").toBuilder()
                                                .connectionMode(ConnectionMode.TENANT_ONLY)
                                                .viewerCertificate(viewer ->
                                                        viewer.acmCertificateArn(certificate)
                                                                .sslSupportMethod(
                                                                        SSLSupportMethod.SNI_ONLY))
                                                .build()))
                        .distribution()
                        .id();
        String tenant =
                one.createDistributionTenant(request ->
                                request.distributionId(shops)
                                        .name("shop-a")
                                        .domains(
                                                DomainItem.builder()
                                                        .domain("a.example.com")
                                                        .build(),
                                                DomainItem.builder()
                                                        .domain("b.example.com")
                                                        .build()))
                        .distributionTenant()
                        .id();
        scene.features.texts.add(
                DomainScene.wantedText(scene.takeOver(TWO, scene.template(TWO), "a.example.com")));
        scene.run(Duration.ofMinutes(5));

        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("SERVED");
        assertThat(
                        one.getDistributionTenant(request -> request.identifier(tenant))
                                .distributionTenant()
                                .domains())
                .extracting(DomainResult::domain)
                .containsExactly("b.example.com");
        assertThat(scene.told)
                .filteredOn(event -> event.kind() == DomainEvent.Kind.NAME_LOST)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.account()).isEqualTo(ONE);
                    assertThat(event.domain()).isEmpty();
                    assertThat(event.detail()).contains("tenant " + tenant);
                });
    }

    private static String certificate(DomainScene scene, String name) {
        String arn =
                scene.acm(ONE)
                        .requestCertificate(request ->
                                request.domainName(name).validationMethod(ValidationMethod.DNS))
                        .certificateArn();
        scene.features.settleCertificates();
        return arn;
    }

    @StoreTest
    void aLightsailDistributionLosesItsNameLikeAnyOther(Database database) {
        DomainScene scene = new DomainScene(database);
        LightsailClient one = scene.lightsail(ONE);
        one.createCertificate(request ->
                request.certificateName("both")
                        .domainName("a.example.com")
                        .subjectAlternativeNames("b.example.com"));
        scene.features.settleCertificates();
        one.createDistribution(request ->
                request.distributionName("front")
                        .bundleId("small_1_0")
                        .origin(origin -> origin.name("192.0.2.7:8080"))
                        .defaultCacheBehavior(cache -> cache.behavior("cache"))
                        .certificateName("both"));
        scene.features.deployAll();
        String template = scene.template(TWO);

        scene.features.texts.add(
                DomainScene.wantedText(scene.takeOver(TWO, template, "a.example.com")));
        scene.run(Duration.ofMinutes(5));
        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("SERVED");
        assertThat(scene.serving("a.example.com").orElseThrow().account()).isEqualTo(TWO);
        LightsailDistribution left = front(one);
        assertThat(left.alternativeDomainNames()).containsExactly("b.example.com");
        assertThat(left.certificateName()).isEqualTo("both");
        assertThat(scene.told)
                .filteredOn(event -> event.kind() == DomainEvent.Kind.NAME_LOST)
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.account()).isEqualTo(ONE);
                    assertThat(event.name().ascii()).isEqualTo("a.example.com");
                });

        one.updateDistribution(request -> request.distributionName("front").isEnabled(true));
        scene.features.deployAll();
        assertThat(front(one).alternativeDomainNames())
                .as("a later change does not bring it back")
                .containsExactly("b.example.com");

        scene.features.texts.add(
                DomainScene.wantedText(scene.takeOver(TWO, template, "b.example.com")));
        scene.run(Duration.ofMinutes(5));
        assertThat(state(scene.domain(TWO, "b.example.com"))).isEqualTo("SERVED");
        assertThat(front(one).alternativeDomainNames()).isEmpty();
        assertThat(front(one).certificateName()).as("nothing is left of it to serve").isNull();
        assertThatThrownBy(() ->
                        one.attachCertificateToDistribution(request ->
                                request.distributionName("front").certificateName("both")))
                .hasMessageContaining("is already in use by another distribution");
        one.deleteCertificate(request -> request.certificateName("both"));
    }

    private static LightsailDistribution front(LightsailClient lightsail) {
        return lightsail
                .getDistributions(request -> request.distributionName("front"))
                .distributions()
                .getFirst();
    }

    @StoreTest
    void aNameMovesToATenantWithoutAMomentInWhichNobodyHasIt(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        String shops = scene.shops(TWO);
        JsonNode begun =
                scene.ask(
                        TWO,
                        "POST",
                        "/v1/domains/a.example.com/take-over",
                        DomainScene.tenantBody(shops, "", "a.example.com", "b.example.com"),
                        201);
        scene.run(Duration.ofMinutes(5));
        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("WAITING_FOR_TAKE_OVER");
        assertThat(domains(scene)).as("what nobody has is served").containsExactly("b.example.com");
        assertThat(scene.serving("a.example.com").orElseThrow().account()).isEqualTo(ONE);

        scene.features.texts.add(DomainScene.wantedText(begun));
        for (int i = 0; i < 8; i++) {
            scene.restart();
            scene.run(Duration.ofSeconds(5));
            assertThat(scene.serving("a.example.com")).isPresent();
        }
        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("SERVED");
        assertThat(domains(scene)).containsExactlyInAnyOrder("a.example.com", "b.example.com");
        assertThat(state(scene.domain(ONE, "a.example.com"))).isEqualTo("LOST");
    }

    /// The first name brings the tenant about.
    @StoreTest
    void aTenantIsMadeOfTakenNamesAlone(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        scene.features.texts.add(
                DomainScene.wantedText(
                        scene.ask(
                                TWO,
                                "POST",
                                "/v1/domains/a.example.com/take-over",
                                DomainScene.tenantBody(scene.shops(TWO), "", "a.example.com"),
                                201)));
        scene.run(Duration.ofMinutes(5));
        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("SERVED");
        assertThat(domains(scene)).containsExactly("a.example.com");
        scene.ask(TWO, "DELETE", "/v1/domains/a.example.com", "", 202);
        scene.run(Duration.ofMinutes(5));
        assertThat(scene.cloudFront(TWO).listDistributionTenants(_ -> {}).distributionTenantList())
                .isEmpty();
        assertThat(scene.certificates(TWO)).isEmpty();
    }

    @StoreTest
    void whatIsCancelledWhileItsRecordIsLookedForTakesNothing(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        JsonNode begun =
                takeOver(scene, DomainScene.tenantBody(scene.shops(TWO), "", "a.example.com"));
        scene.features.texts.add(DomainScene.wantedText(begun));
        scene.whileLooked = () -> scene.jobs.cancel(TWO, new JobId(begun.get("job").textValue()));
        scene.run(Duration.ofMinutes(10));
        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("CANCELLED");
        assertThat(scene.serving("a.example.com").orElseThrow().account()).isEqualTo(ONE);
        assertThat(domains(scene)).isEmpty();
    }

    @StoreTest
    void aTakeOverIsCalledOffWithItsJobAndBeginsAgainWithIt(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        JsonNode begun = takeOver(scene, DomainScene.body(scene.template(TWO), "a.example.com"));
        JobId job = new JobId(begun.get("job").textValue());

        scene.jobs.cancel(TWO, job);
        scene.run(Duration.ofMinutes(10));
        JsonNode cancelled = scene.domain(TWO, "a.example.com");
        assertThat(state(cancelled)).isEqualTo("CANCELLED");
        assertThat(cancelled.get("reason").textValue()).contains("called off");
        assertThat(takeOvers(cancelled)).containsExactly("CALLED_OFF");
        assertThat(purposes(cancelled)).doesNotContain("TAKE_OVER");
        assertThat(scene.events(TWO, "a.example.com")).contains("TAKE_OVER_CALLED_OFF");

        scene.ask(TWO, "POST", "/v1/domains/a.example.com/retry", "", 202);
        scene.run(Duration.ofMinutes(1));
        assertThat(takeOvers(scene.domain(TWO, "a.example.com"))).containsExactly("WAITING");
        scene.jobs.cancel(TWO, job);
        scene.run(Duration.ofMinutes(10));
        assertThat(takeOvers(scene.domain(TWO, "a.example.com"))).containsExactly("CALLED_OFF");
        JsonNode anew = scene.ask(TWO, "POST", "/v1/domains/a.example.com/take-over", "", 201);
        assertThat(anew.get("id")).isEqualTo(begun.get("id"));
        scene.features.texts.add(DomainScene.wantedText(begun));
        scene.run(Duration.ofMinutes(10));
        assertThat(state(scene.domain(TWO, "a.example.com")))
                .as("a record of what was called off proves nothing")
                .isEqualTo("WAITING_FOR_TAKE_OVER");
        scene.features.texts.add(DomainScene.wantedText(anew));
        scene.run(Duration.ofMinutes(10));
        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("SERVED");
    }

    @StoreTest
    void aTakeOverIsCalledOffWhenItsJobIsRolledBack(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        JsonNode begun =
                takeOver(scene, DomainScene.tenantBody(scene.shops(TWO), "", "a.example.com"));
        JobId job = new JobId(begun.get("job").textValue());
        scene.jobs.cancel(TWO, job);
        scene.jobs.rollBack(TWO, job, false);
        scene.run(Duration.ofMinutes(10));
        assertThat(
                        scene.features.database.<List<String>>read(handle ->
                                handle.createQuery("SELECT state FROM domain_take_over")
                                        .mapTo(String.class)
                                        .list()))
                .containsExactly("CALLED_OFF");
        assertThat(scene.certificates(TWO)).isEmpty();
        assertThat(scene.serving("a.example.com").orElseThrow().account()).isEqualTo(ONE);
    }

    private static List<String> takeOvers(JsonNode domain) {
        return domain.get("takeOvers")
                .valueStream()
                .map(each -> each.get("state").textValue())
                .toList();
    }

    private static List<String> purposes(JsonNode domain) {
        return domain.get("records")
                .valueStream()
                .map(each -> each.get("purpose").textValue())
                .toList();
    }

    @StoreTest
    void aNameThatComesWhileItsTenantIsMadeReadyStaysThere(Database database) {
        DomainScene scene = new DomainScene(database);
        staysThere(
                scene,
                DomainScene.tenantBody(scene.shops(TWO), "", "a.example.com", "b.example.com"),
                "updateDistributionTenant");
    }

    @StoreTest
    void aNameThatComesWhileItsDistributionIsMadeReadyStaysThere(Database database) {
        DomainScene scene = new DomainScene(database);
        staysThere(
                scene,
                DomainScene.body(scene.template(TWO), "a.example.com", "b.example.com"),
                "updateDistribution");
    }

    /// @param change the call that would take it off
    private static void staysThere(DomainScene scene, String body, String change) {
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        JsonNode begun = takeOver(scene, body);
        scene.afterAwaited =
                () -> {
                    scene.afterAwaited = () -> {};
                    scene.features.texts.add(DomainScene.wantedText(begun));
                    scene.lookForRecord(TWO, "a.example.com");
                    assertThat(scene.serving("a.example.com").orElseThrow().account())
                            .isEqualTo(TWO);
                };
        scene.kills.after = change;
        scene.run(Duration.ofMinutes(10));
        assertThat(scene.kills.after).as("nothing was taken off").isEqualTo(change);
        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("SERVED");
    }

    private static JsonNode takeOver(DomainScene scene, String body) {
        JsonNode begun = scene.ask(TWO, "POST", "/v1/domains/a.example.com/take-over", body, 201);
        scene.run(Duration.ofMinutes(5));
        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("WAITING_FOR_TAKE_OVER");
        return begun;
    }

    private static List<String> domains(DomainScene scene) {
        return scene
                .cloudFront(TWO)
                .listDistributionTenants(_ -> {})
                .distributionTenantList()
                .stream()
                .flatMap(tenant -> tenant.domains().stream())
                .map(DomainResult::domain)
                .toList();
    }

    @StoreTest
    void whatIsCalledOffLeavesTheHolderAlone(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        JsonNode begun = scene.takeOver(TWO, scene.template(TWO), "a.example.com");
        scene.run(Duration.ofMinutes(10));
        scene.ask(TWO, "DELETE", "/v1/domains/a.example.com", "", 202);
        scene.features.texts.add(DomainScene.wantedText(begun));
        scene.run(Duration.ofMinutes(10));
        scene.ask(TWO, "GET", "/v1/domains/a.example.com", "", 404);
        assertThat(scene.serving("a.example.com").orElseThrow().account()).isEqualTo(ONE);
        assertThat(state(scene.domain(ONE, "a.example.com"))).isEqualTo("SERVED");
        assertThat(scene.distributions(TWO)).hasSize(1);
        assertThat(scene.certificates(TWO)).isEmpty();
    }

    @StoreTest
    void aTakeOverSurvivesAPowerCutAfterEveryRound(Database database) {
        DomainScene scene = new DomainScene(database);
        scene.serve(ONE, scene.template(ONE), "a.example.com");
        JsonNode begun = scene.takeOver(TWO, scene.template(TWO), "a.example.com");
        scene.features.texts.add(DomainScene.wantedText(begun));
        for (int i = 0; i < 12; i++) {
            scene.restart();
            scene.run(Duration.ofSeconds(3));
            assertThat(scene.serving("a.example.com")).isPresent();
        }
        assertThat(state(scene.domain(TWO, "a.example.com"))).isEqualTo("SERVED");
        assertThat(scene.distributions(TWO)).hasSize(2);
    }

    @StoreTest
    void whatNobodyHasIsNotTakenOver(Database database) {
        DomainScene scene = new DomainScene(database);
        String template = scene.template(ONE);
        assertThat(
                        scene.ask(
                                        ONE,
                                        "POST",
                                        "/v1/domains/a.example.com/take-over",
                                        DomainScene.body(template, "a.example.com"),
                                        409)
                                .get("detail")
                                .textValue())
                .contains("nobody has");
        scene.serve(ONE, template, "a.example.com");
        scene.ask(
                TWO,
                "POST",
                "/v1/domains/a.example.com/take-over",
                DomainScene.body(scene.template(TWO), "other.example.com"),
                409);
        assertThat(scene.domains.page(TWO, Optional.empty(), 10)).isEmpty();
    }
}
