package dev.nameplate.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.ratelimit.Demand;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.StoreTest;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

final class BudgetRoutesTest {
    private static final IssuerName LE = new IssuerName("le");

    @StoreTest
    void anIssuersBudgetTellsWhatIsUsedWhenItIsBackAndWhatIsPaused(Database database) {
        RestScene scene = new RestScene(database);
        Instant now = scene.features.clock.instant();
        database.write(write -> {
            for (int i = 0; i < 50; i++) {
                var _ =
                        scene.budgets.admit(
                                write, LE, "o" + i, wanted("h" + i + ".example.com", now));
            }
            var _ = scene.budgets.admit(write, LE, "late", wanted("late.example.com", now));
            var _ = scene.budgets.admit(write, LE, "other", wanted("www.example.org", now));
            return scene.budgets.limited(
                    write,
                    LE,
                    Optional.of(new DomainName("www.example.net")),
                    Optional.of(now.plus(Duration.ofHours(2))),
                    "too many");
        });
        JsonNode all = scene.get("/v1/issuers/le/budget");
        assertThat(all.path("limits").path("certificatesPerDomain").textValue()).isEqualTo("50/7d");
        JsonNode orders = all.path("used").path(0);
        assertThat(orders.path("kind").textValue()).isEqualTo("newOrders");
        assertThat(orders.path("used").intValue()).isEqualTo(51);
        assertThat(orders.path("limit").intValue()).isEqualTo(300);
        assertThat(orders.has("nextAt")).isFalse();
        assertThat(all.path("pauses").path(0).path("domain").textValue()).isEqualTo("example.net");

        JsonNode one = scene.get("/v1/issuers/le/budget?domain=shop.example.com");
        JsonNode domain = one.path("used").path(2);
        assertThat(domain.path("scope").textValue()).isEqualTo("example.com");
        assertThat(domain.path("used").intValue()).isEqualTo(50);
        assertThat(domain.path("waiting").intValue()).isEqualTo(1);
        assertThat(domain.path("nextAt").textValue())
                .isEqualTo(now.plus(Duration.ofDays(7).dividedBy(50)).toString());
        assertThat(domain.path("unusedAgainAt").textValue())
                .isEqualTo(now.plus(Duration.ofDays(7)).toString());
        assertThat(scene.get("/v1/issuers/embedded/budget").path("used")).isEmpty();
        assertThat(scene.send(RestScene.KEY, "GET", "/v1/issuers/nobody/budget").status())
                .isEqualTo(404);
        assertThat(scene.send(RestScene.KEY, "GET", "/v1/issuers/le/budget?domain=x").status())
                .isEqualTo(400);
    }

    private static Demand wanted(String name, Instant now) {
        return new Demand(
                Set.of(new DomainName(name)), Demand.Occasion.NEW, now.plus(Duration.ofDays(3)));
    }
}
