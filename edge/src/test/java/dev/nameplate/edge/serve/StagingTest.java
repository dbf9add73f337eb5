package dev.nameplate.edge.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestEvent;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.Site;
import dev.nameplate.edge.config.Staging;
import dev.nameplate.edge.config.Staging.Choice;
import dev.nameplate.edge.config.Staging.Stickiness;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

@ExtendWith(NoLeaks.class)
final class StagingTest {
    private static final Stickiness STICKY =
            new Stickiness(Duration.ofMinutes(5), Duration.ofMinutes(10));

    private final TestEdge edge = new TestEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    /// The staging distribution asks its origin below `/new`.
    private void serve(Choice choice, Caching caching, UnaryOperator<Site.Builder> change) {
        Origin fresh = edge.httpOrigin().toBuilder().path("/new").build();
        Site staging =
                edge.site("staging", edge.caching(caching)).toBuilder()
                        .origins(Map.of("main", fresh))
                        .configVersion(9)
                        .build();
        staging = change.apply(staging.toBuilder()).build();
        edge.serve(
                "p.test",
                edge.site("p.test", edge.caching(caching)).toBuilder()
                        .staging(Optional.of(new Staging(staging, choice)))
                        .build());
    }

    private void serve(Choice choice) {
        serve(choice, Caching.standard(RequestParts.NONE), site -> site);
    }

    private static String session(RawClient.Answer answer) {
        String cookie = answer.header("set-cookie").orElseThrow();
        assertThat(cookie)
                .startsWith(Staging.COOKIE + "=")
                .contains("; Path=/; ")
                .contains("; HttpOnly")
                .endsWith("; Secure");
        return cookie.substring(0, cookie.indexOf(';'));
    }

    @Test
    void theHeaderWithItsValueLeadsToStagingWhoseContentIsCachedApart() throws Exception {
        serve(new Choice.ByHeader("aws-cf-cd-try", "yes"));
        for (String cached : new String[] {"Miss from cloudfront", "Hit from cloudfront"}) {
            RawClient.Answer old = edge.get("p.test", "/a");
            RawClient.Answer fresh = edge.get("p.test", "/a", "Aws-Cf-Cd-Try: yes");
            assertThat(old.text()).isEqualTo("hello /a");
            assertThat(fresh.text()).isEqualTo("hello /new/a");
            assertThat(old.header("x-cache")).contains(cached);
            assertThat(fresh.header("x-cache")).contains(cached);
            assertThat(fresh.header("set-cookie")).isEmpty();
            RequestEvent first = edge.events().nextRequest();
            assertThat(first.distributionId()).isEqualTo("dist-p.test");
            RequestEvent second = edge.events().nextRequest();
            assertThat(second.distributionId()).isEqualTo("dist-staging");
            assertThat(second.configVersion()).isEqualTo(9);
        }
        assertThat(edge.get("p.test", "/a", "Aws-Cf-Cd-Try: no").text()).isEqualTo("hello /a");
    }

    @Test
    void aShareOfNothingOrAllIsKeptExactly() throws Exception {
        serve(new Choice.ByWeight(1, Optional.empty()));
        for (int i = 0; i < 5; i++) {
            assertThat(edge.get("p.test", "/a").text()).isEqualTo("hello /new/a");
        }
        serve(new Choice.ByWeight(0, Optional.empty()));
        edge.edge().changed("dist-p.test", Set.of());
        for (int i = 0; i < 5; i++) {
            assertThat(edge.get("p.test", "/a").text()).isEqualTo("hello /a");
        }
    }

    @Test
    void aChangeOfTheStagingDistributionReachesThePrimarysNames() throws Exception {
        serve(new Choice.ByWeight(1, Optional.empty()));
        assertThat(edge.get("p.test", "/a").text()).isEqualTo("hello /new/a");
        serve(
                new Choice.ByWeight(1, Optional.empty()),
                Caching.standard(RequestParts.NONE),
                site -> site.enabled(false));
        assertThat(edge.get("p.test", "/a").text()).isEqualTo("hello /new/a");
        edge.edge().changed("dist-staging", Set.of());
        assertThat(edge.get("p.test", "/a").text()).isEqualTo("hello /a");
    }

    @Test
    void aSessionStaysWhereItBeganWhateverTheWeightBecomes() throws Exception {
        serve(new Choice.ByWeight(1, Optional.of(STICKY)));
        RawClient.Answer first = edge.get("p.test", "/a");
        assertThat(first.text()).isEqualTo("hello /new/a");
        assertThat(first.header("set-cookie").orElseThrow()).contains("; Max-Age=300;");
        serve(new Choice.ByWeight(0, Optional.of(STICKY)));
        edge.edge().changed("dist-p.test", Set.of());
        assertThat(edge.get("p.test", "/a").text()).isEqualTo("hello /a");

        edge.clock().advance(Duration.ofSeconds(299));
        RawClient.Answer second = edge.get("p.test", "/a", "Cookie: x=1; " + session(first));
        assertThat(second.text()).isEqualTo("hello /new/a");
        assertThat(second.header("set-cookie").orElseThrow()).contains("; Max-Age=300;");
        edge.clock().advance(Duration.ofSeconds(299));
        RawClient.Answer third = edge.get("p.test", "/a", "Cookie: " + session(second));
        assertThat(third.text()).isEqualTo("hello /new/a");
        assertThat(third.header("set-cookie").orElseThrow()).contains("; Max-Age=2;");

        // past the maximum, and, with the first cookie, past the idle time
        edge.clock().advance(Duration.ofSeconds(2));
        assertThat(edge.get("p.test", "/a", "Cookie: " + session(third)).text())
                .isEqualTo("hello /a");
        assertThat(edge.get("p.test", "/a", "Cookie: " + session(first)).text())
                .isEqualTo("hello /a");
    }

    @Test
    void theSessionsCookieIsNeitherInTheKeyNorForTheOrigin() throws Exception {
        RequestParts cookies = new RequestParts(Selection.NONE, Selection.ALL, Selection.NONE);
        serve(new Choice.ByWeight(1, Optional.of(STICKY)), Caching.standard(cookies), site -> site);
        RawClient.Answer first = edge.get("p.test", "/a", "Cookie: mine=1");
        edge.clock().advance(Duration.ofSeconds(5));
        RawClient.Answer second = edge.get("p.test", "/a", "Cookie: mine=1; " + session(first));
        assertThat(second.header("x-cache")).contains("Hit from cloudfront");
        assertThat(session(second)).isNotEqualTo(session(first));
        edge.get("p.test", "/b", "Cookie: mine=1; " + session(first));
        assertThat(edge.origin().requests())
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.header("cookie")).contains("mine=1"));
    }

    @Test
    void aForgedOrForeignSessionBeginsAnew() throws Exception {
        serve(new Choice.ByWeight(0, Optional.of(STICKY)));
        long now = edge.clock().millis() / 1_000;
        for (String value :
                new String[] {
                    "s.dist-other.%d.%d".formatted(now, now),
                    "s.dist-staging.%d.%d".formatted(now, now + 100),
                    "s.dist-staging.%d.%d".formatted(now, now - 1),
                    "s.dist-staging.1",
                    "s.dist-staging.99999999999999999999.1"
                }) {
            assertThat(
                            edge.get(
                                            "p.test",
                                            "/a",
                                            "Cookie: %s=%s".formatted(Staging.COOKIE, value))
                                    .text())
                    .describedAs(value)
                    .isEqualTo("hello /a");
        }
    }
}
