package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.ServingCheck.Seen;
import dev.nameplate.db.Database;
import dev.nameplate.pki.X509;
import dev.nameplate.revocation.MassRevocationWork;
import dev.nameplate.revocation.MassRevocations;
import dev.nameplate.revocation.RevocationRun;
import dev.nameplate.revocation.RevocationRun.ItemState;
import dev.nameplate.revocation.RevocationScope;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// Certificates that must be revoked at once, and their spares.
final class SpareEmergencyTest {
    private final SettableClock clock = new SettableClock();
    private final StandInIssuer first = new StandInIssuer(clock, "first", ProofForm.ACM_RECORD);
    private final StandInIssuer second = new StandInIssuer(clock, "second", ProofForm.ACM_RECORD);

    /// Issuer and serial of what authorities were told to revoke.
    private final List<String> told = new CopyOnWriteArrayList<>();

    private Scene scene(Database database) {
        Scene scene = new Scene(database, clock, TestVault.open(), List.of(first), List.of(second));
        scene.lookup.showsEverything = true;
        scene.jobs.add(scene.renewals);
        scene.jobs.add(scene.sparesOn(database));
        scene.jobs.add(new MassRevocationWork(database, scene.certificates, scene::standing, 10));
        scene.jobs.add(
                new AuthorityRevocationWork(
                        database,
                        (issuer, leaf, _) -> {
                            told.add(issuer + " " + X509.serial(leaf));
                            return Optional.empty();
                        },
                        clock));
        return scene;
    }

    private static Certificate used(Scene scene) {
        Certificate asked = scene.request("example.com");
        scene.jobs.tick();
        scene.use(asked, "distribution/E1");
        scene.jobs.tick();
        return scene.now(asked);
    }

    private static String spare(Scene scene, Certificate certificate) {
        return scene.database
                .read(handle -> scene.certificates.spares().of(handle, certificate.id()))
                .flatMap(Spare::ready)
                .orElseThrow()
                .serial();
    }

    private static String serial(Certificate certificate) {
        return ((State.Issued) certificate.state()).serial();
    }

    private static String served(Scene scene, Certificate certificate) {
        return X509.serial(
                X509.parse(scene.material(certificate).orElseThrow().chain().getFirst())
                        .getFirst());
    }

    private RevocationRun start(Scene scene, RevocationScope scope) {
        MassRevocations revocations =
                new MassRevocations(
                        scene.certificates, scene::standing, clock, new Random(7), scene.jobs);
        return scene.database.write(write ->
                revocations.start(write, Scene.ALICE, scope, RevocationReason.KEY_COMPROMISE));
    }

    private static RevocationScope byIssuer(IssuerName issuer) {
        return new RevocationScope(
                Optional.empty(), Optional.of(issuer), Optional.empty(), Optional.empty());
    }

    private void seconds(Scene scene, int many) {
        for (int i = 0; i < many; i++) {
            clock.advance(Duration.ofSeconds(1));
            scene.jobs.tick();
        }
    }

    @StoreTest
    void theSpareIsServedBeforeTheFirstOneIsRevokedAndAnotherFollows(Database database) {
        Scene scene = scene(database);
        Certificate certificate = used(scene);
        String warm = spare(scene, certificate);
        scene.serving.answer = (_, _) -> new Seen.Not("The edge still shows the old one.");
        first.asked.clear();
        start(scene, byIssuer(first.name()));
        scene.jobs.tick();
        assertThat(served(scene, certificate)).isEqualTo(warm);
        seconds(scene, 5);
        assertThat(told).isEmpty();
        assertThat(first.asked).isEmpty();

        scene.serving.answer = (_, _) -> new Seen.Everywhere();
        seconds(scene, 30);
        assertThat(told).containsExactly("first " + serial(certificate));
        assertThat(first.asked).hasSize(1);
        Certificate now = scene.now(certificate);
        assertThat(serial(now)).isEqualTo(served(scene, certificate)).isNotEqualTo(warm);
        assertThat(((State.Issued) now.state()).issuer()).isEqualTo("CA first");
        assertThat(spare(scene, certificate)).isNotEqualTo(warm);
    }

    @StoreTest
    void aSpareThatMustGoAsWellStandsInForNobody(Database database) {
        Scene scene = scene(database);
        Certificate certificate = used(scene);
        String warm = spare(scene, certificate);
        RevocationRun run =
                start(
                        scene,
                        new RevocationScope(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(clock.instant().minusSeconds(3600)),
                                Optional.empty()));
        clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(served(scene, certificate)).isNotEqualTo(warm);
        seconds(scene, 20);
        assertThat(told)
                .containsExactlyInAnyOrder("first " + serial(certificate), "second " + warm);
        assertThat(serial(scene.now(certificate))).isNotEqualTo(serial(certificate));
        assertThat(spare(scene, certificate)).isNotEqualTo(warm);
        assertThat(leaves(scene, run)).isEqualTo(Map.of(ItemState.REVOKED, 2L));
    }

    @StoreTest
    void aSpareAloneIsRevokedAndTheCertificateIsLeftAsItIs(Database database) {
        Scene scene = scene(database);
        Certificate certificate = used(scene);
        String warm = spare(scene, certificate);
        // Even where it was about to be served.
        scene.serving.answer = (_, _) -> new Seen.Not("not yet");
        database.write(write -> {
            scene.certificates.spares().switchNow(write, certificate);
            return certificate;
        });
        assertThat(served(scene, certificate)).isEqualTo(warm);
        RevocationRun run = start(scene, byIssuer(second.name()));
        scene.jobs.tick();
        scene.serving.answer = (_, _) -> new Seen.Everywhere();
        seconds(scene, 5);
        assertThat(told).containsExactly("second " + warm);
        assertThat(served(scene, certificate)).isNotEqualTo(warm);
        assertThat(leaves(scene, run)).isEqualTo(Map.of(ItemState.REVOKED, 1L));
        assertThat(spare(scene, certificate)).isNotEqualTo(warm);
    }

    @StoreTest
    void oneThatDoesNotLoadHidesNoneBehindIt(Database database) {
        Scene scene = scene(database);
        List<CertificateId> ids =
                Stream.generate(() -> used(scene).id())
                        .limit(3)
                        .sorted(Comparator.comparing(CertificateId::toString))
                        .toList();
        database.write(write ->
                write.handle()
                        .execute(
                                "UPDATE certificate_spare SET chain = ? WHERE certificate_id = ?",
                                new byte[] {1},
                                ids.get(1).toString()));
        List<CertificateId> seen = new ArrayList<>();
        Optional<String> after = Optional.of("");
        while (after.isPresent()) {
            String from = after.get();
            Spares.Page page =
                    database.read(handle ->
                            scene.certificates.spares().leaves(handle, Scene.ALICE, from, 1));
            page.leaves().forEach(leaf -> seen.add(leaf.id()));
            after = page.next();
        }
        assertThat(seen).containsExactly(ids.get(0), ids.get(2));
    }

    private Map<ItemState, Long> leaves(Scene scene, RevocationRun run) {
        return scene.database
                .read(handle ->
                        new MassRevocations(
                                        scene.certificates,
                                        scene::standing,
                                        clock,
                                        new Random(7),
                                        scene.jobs)
                                .find(handle, Scene.ALICE, run.id()))
                .orElseThrow()
                .leaves();
    }
}
