package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.dns.Actor;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.FaultCa;
import dev.nameplate.testkit.FaultCaValidation;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// dns-account-01 and dns-persist-01, at an authority that offers nothing else and looks for them in our DNS.
final class RarerChallengesTest {
    private final SettableClock clock = new SettableClock();
    private final TestStore store = TestStore.sqlite();
    private final AcmeScene.Dns dns = new AcmeScene.Dns(store.database(), clock);
    private final FaultCa ca = FaultCa.start(clock);
    private final AcmeScene scene =
            new AcmeScene(
                    store.database(),
                    AcmeScene.vault(),
                    AcmeScene.ca(ca.directory(), ca.tls()),
                    clock,
                    dns::shows,
                    Pacing.NONE);
    private final OrderId id = AcmeScene.newId();

    @AfterEach
    void stop() {
        scene.close();
        ca.close();
        dns.close();
        store.close();
    }

    /// The example of draft-ietf-acme-dns-account-label section 3.2.
    @Test
    void theLabelOfAnAccountIsTheDraftsOwnExample() {
        assertThat(ChallengeChoice.label("https://example.com/acme/acct/ExampleAccount"))
                .isEqualTo("_ujmmovf2vn55tgye");
    }

    @ParameterizedTest
    @CsvSource({
        "dns-account-01, _[a-z2-7]{16}\\._acme-challenge\\.example\\.com",
        "dns-persist-01, _validation-persist\\.example\\.com"
    })
    void theRecordThatTheAuthorityLooksForIsNamedUntilItIsThereAndProvesApexAndWildcard(
            String type, String place) {
        ca.offers(type);
        ca.validateBy(FaultCaValidation.dns(dns.port()));
        dns.delegate("example.com");
        scene.issue(AcmeScene.order(id, "example.com", "*.example.com"));

        Answer waiting = scene.work(id, clock, Duration.ofSeconds(20), 15);
        assertThat(waiting)
                .isInstanceOfSatisfying(
                        Answer.UnderWay.class,
                        each -> assertThat(each.actor()).isEqualTo(Actor.NAME_OWNER));
        Matcher told =
                Pattern.compile("Set the record (" + place + ")\\. CNAME (\\S+) ")
                        .matcher(((Answer.UnderWay) waiting).message());
        assertThat(told.find()).as(waiting.toString()).isTrue();
        assertThat(told.group(2)).isEqualTo(AcmeScene.target(new DomainName("example.com")));
        assertThat(ca.requests(FaultCa.Step.CHALLENGE)).isZero();

        dns.lead("example.com", told.group(1));
        assertThat(scene.work(id, clock, Duration.ofMinutes(5), 60))
                .isInstanceOf(Answer.Signed.class);
        assertThat(ca.orders()).hasSize(1);
    }

    @Test
    void whereTheStandingRecordDoesNothingElseIsAskedFor() {
        ca.offers("dns-persist-01", "dns-account-01", "dns-01");
        ca.validateBy(FaultCaValidation.dns(dns.port()));
        dns.delegate("example.com");
        scene.issue(AcmeScene.order(id, "example.com"));
        assertThat(scene.work(id, clock, Duration.ofSeconds(20), 40))
                .isInstanceOf(Answer.Signed.class);
    }
}
