package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Quotas.Kind;
import dev.nameplate.certificate.Quotas.Limits;
import dev.nameplate.certificate.Quotas.Usage;
import dev.nameplate.db.Database;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.StoreTest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

final class QuotasTest {

    @StoreTest
    void oneMoreThanTheLimitIsRefusedAndStoresNothing(Database database) {
        Scene scene = new Scene(database, new Limits(3, 100, 1, 100));
        for (int i = 0; i < 3; i++) {
            var _ = scene.request("n" + i + ".example.com");
        }
        assertThatThrownBy(() -> scene.request("n3.example.com"))
                .isInstanceOfSatisfying(
                        QuotaExceeded.class,
                        refused -> {
                            assertThat(refused.kind()).isEqualTo(Kind.LIGHTSAIL_CERTIFICATES);
                            assertThat(refused.limit()).isEqualTo(3);
                        });
        assertThat(scene.list(Region.US_EAST_1)).hasSize(3);
        // Another account, and another kind, have their own.
        var _ = scene.request(Scene.BOB, "n3.example.com");
        var _ = scene.imported("n3.example.com");
        assertThatThrownBy(() -> scene.imported("n4.example.com"))
                .isInstanceOf(QuotaExceeded.class);
    }

    @StoreTest
    void deletingGivesBackThePlaceButNotTheYearsSlot(Database database) {
        Scene scene = new Scene(database, new Limits(2, 3, 10, 10));
        Instant first = scene.clock.instant();
        Certificate one = scene.request("one.example.com");
        scene.clock.advance(Duration.ofDays(1));
        Certificate two = scene.request("two.example.com");
        assertThatThrownBy(() -> scene.request("three.example.com"))
                .isInstanceOf(QuotaExceeded.class);
        scene.delete(one);
        var _ = scene.request("three.example.com");
        scene.delete(two);
        assertThat(usage(scene, Kind.LIGHTSAIL_CERTIFICATES))
                .isEqualTo(new Usage(Kind.LIGHTSAIL_CERTIFICATES, 1, 2, Optional.empty()));
        assertThat(usage(scene, Kind.LIGHTSAIL_CERTIFICATES_YEARLY))
                .isEqualTo(
                        new Usage(
                                Kind.LIGHTSAIL_CERTIFICATES_YEARLY,
                                3,
                                3,
                                Optional.of(first.plus(Duration.ofDays(365)))));
        assertThatThrownBy(() -> scene.request("four.example.com"))
                .isInstanceOfSatisfying(
                        QuotaExceeded.class,
                        refused ->
                                assertThat(refused.kind())
                                        .isEqualTo(Kind.LIGHTSAIL_CERTIFICATES_YEARLY));

        scene.clock.set(first.plus(Duration.ofDays(365)));
        var _ = scene.request("four.example.com");
        assertThat(usage(scene, Kind.LIGHTSAIL_CERTIFICATES_YEARLY).used()).isEqualTo(3);
    }

    @StoreTest
    void manyAtOnceStayWithinTheLimit(Database database) throws Exception {
        Scene scene = new Scene(database, new Limits(50, 1000, 10, 10));
        List<Future<Certificate>> asked = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 70; i++) {
                String name = "n" + i + ".example.com";
                Callable<Certificate> request = () -> scene.request(name);
                asked.add(threads.submit(request));
            }
        }
        long refused =
                asked.stream()
                        .filter(each -> each.state() == Future.State.FAILED)
                        .filter(each -> each.exceptionNow() instanceof QuotaExceeded)
                        .count();
        assertThat(refused).isEqualTo(20);
        assertThat(scene.list(Region.US_EAST_1)).hasSize(50);
    }

    private static Usage usage(Scene scene, Kind kind) {
        return scene.database.read(handle ->
                scene.certificates.quotas().usage(handle, Scene.ALICE, Region.US_EAST_1).stream()
                        .filter(usage -> usage.kind() == kind)
                        .findFirst()
                        .orElseThrow());
    }
}
