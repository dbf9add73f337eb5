package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.CertificateNotices.Kind;
import dev.nameplate.certificate.CertificateNotices.Notice;
import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import java.time.Duration;
import java.util.List;

/// A revoked certificate is served on, since nothing else could be; it is not served on in silence.
final class RevokedInUseTest {
    private static final String USER = "distribution/E1";

    @StoreTest
    void itIsToldWhenItIsRevokedAndDailyUntilNothingUsesItAnyMore(Database database) {
        Scene scene = new Scene(database);
        Certificate certificate = issued(scene);
        scene.use(certificate, USER);
        scene.jobs.add(new ExaminationWork(database, scene.certificates, scene.vault));
        revoke(scene, certificate);

        assertThat(notices(scene))
                .singleElement()
                .satisfies(notice -> {
                    assertThat(notice.kind()).isEqualTo(Kind.REVOKED_IN_USE);
                    assertThat(notice.certificate()).isEqualTo(certificate.id());
                    assertThat(notice.message()).contains(USER).contains("SUPERSEDED");
                });
        scene.jobs.tick();
        assertThat(notices(scene)).as("one a day").hasSize(1);
        scene.clock.advance(Duration.ofDays(1));
        scene.jobs.tick();
        assertThat(notices(scene)).hasSize(2);

        scene.release(certificate, USER);
        scene.clock.advance(Duration.ofDays(1));
        scene.jobs.tick();
        assertThat(notices(scene)).hasSize(2);
    }

    @StoreTest
    void itStandsInForTheSameDaysNoticeOfItsEnd(Database database) {
        Scene scene = new Scene(database);
        Certificate certificate = issued(scene);
        scene.use(certificate, USER);
        database.write(write ->
                CertificateNotices.append(
                        write.handle(),
                        certificate,
                        ((State.Issued) certificate.state()).notAfter(),
                        "it ends",
                        scene.clock.instant()));
        revoke(scene, certificate);
        assertThat(notices(scene)).extracting(Notice::kind).containsExactly(Kind.REVOKED_IN_USE);
    }

    @StoreTest
    void nothingIsToldOfOneThatNothingUses(Database database) {
        Scene scene = new Scene(database);
        revoke(scene, issued(scene));
        assertThat(notices(scene)).isEmpty();
    }

    private static Certificate issued(Scene scene) {
        Certificate certificate = scene.request("example.com");
        scene.show(certificate);
        scene.jobs.tick();
        return scene.now(certificate);
    }

    private static void revoke(Scene scene, Certificate certificate) {
        scene.database.write(write ->
                scene.certificates.revoke(write, certificate, RevocationReason.SUPERSEDED));
    }

    private static List<Notice> notices(Scene scene) {
        return scene.database.read(handle ->
                CertificateNotices.before(
                        handle, Scene.ALICE, scene.clock.instant().plusSeconds(1), 100));
    }
}
