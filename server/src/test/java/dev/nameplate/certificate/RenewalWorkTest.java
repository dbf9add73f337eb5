package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.certificate.ServingCheck.Seen;
import dev.nameplate.db.Database;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.X509;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

final class RenewalWorkTest {
    private static final String USER = "distribution/E1";

    @StoreTest
    void oneInUseIsRenewedUnderTheSameId(Database database) {
        Scene scene = scene(database);
        Certificate issued = issued(scene, "example.com", "www.example.com");
        scene.use(issued, USER);
        toRenewal(scene, issued);
        scene.jobs.tick();

        // The new material is served, and the certificate is still what it was.
        Certificate trying = scene.now(issued);
        assertThat(trying.state()).isEqualTo(issued.state());
        assertThat(trying.renewal().orElseThrow().status())
                .isEqualTo(Renewal.Status.PENDING_AUTO_RENEWAL);
        assertThat(served(scene, issued)).isNotEqualTo(serial(issued));
        assertThat(X509.serial(scene.chain(issued).getFirst())).isEqualTo(serial(issued));

        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        Certificate renewed = scene.now(issued);
        assertThat(scene.serving.looks).containsExactly(serial(renewed));
        assertThat(serial(renewed)).isNotEqualTo(serial(issued)).isEqualTo(served(scene, issued));
        assertThat(state(renewed).notAfter()).isAfter(state(issued).notAfter());
        assertThat(renewed.createdAt()).isEqualTo(issued.createdAt());
        assertThat(renewed.renewal().orElseThrow())
                .isEqualTo(
                        new Renewal(
                                Renewal.Status.SUCCESS,
                                Optional.empty(),
                                scene.clock.instant(),
                                List.of(Proof.Status.SUCCESS, Proof.Status.SUCCESS)));
        assertThat(X509.serial(scene.chain(issued).getFirst())).isEqualTo(serial(renewed));
        assertThat(scene.jobs.nextDue()).contains(RenewalTiming.start(issued.id(), state(renewed)));
    }

    @StoreTest
    void aCheckThatBreaksKeepsNoOtherFromBeingRenewed(Database database) {
        Scene scene = scene(database);
        // More than there are shards, so that some are checked together.
        List<Certificate> all = new ArrayList<>();
        for (int i = 0; i <= CertificateRows.SHARDS; i++) {
            Certificate issued = issued(scene, "n" + i + ".example.com");
            scene.use(issued, USER + i);
            scene.database.write(write -> scene.certificates.renewNow(write, issued));
            all.add(issued);
        }
        Certificate broken = all.getLast();
        scene.serving.answer =
                (id, _) -> {
                    if (id.equals(broken.id())) {
                        throw new IllegalArgumentException("a port of 70000");
                    }
                    return new ServingCheck.Seen.Everywhere();
                };
        scene.jobs.tick();
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        for (Certificate each : all) {
            assertThat(status(scene, each).equals(Optional.of(Renewal.Status.SUCCESS)))
                    .isEqualTo(!each.equals(broken));
        }
    }

    @StoreTest
    void eachRenewalHasAKeyOfItsOwn(Database database) {
        Scene scene = scene(database);
        Certificate issued = issued(scene, "example.com");
        byte[] before = scene.material(issued).orElseThrow().privateKey();
        scene.database.write(write -> scene.certificates.renewNow(write, issued));
        scene.jobs.tick();
        assertThat(scene.material(issued).orElseThrow().privateKey()).isNotEqualTo(before);
    }

    @StoreTest
    void oneThatIsNeitherInUseNorExportedIsNotRenewedButNoticed(Database database) {
        Scene scene = scene(database);
        Certificate issued = issued(scene, "example.com");
        toRenewal(scene, issued);
        scene.jobs.tick();
        scene.jobs.tick();
        assertThat(scene.now(issued).renewal()).isEmpty();
        assertThat(events(scene))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.certificate()).isEqualTo(issued.id());
                    assertThat(event.message()).contains("neither in use nor exported");
                });

        // The day after it is in use.
        scene.use(issued, USER);
        scene.clock.advance(Duration.ofDays(1));
        scene.jobs.tick();
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(status(scene, issued)).contains(Renewal.Status.SUCCESS);
    }

    @StoreTest
    void oneThatWasExportedIsRenewedWithNothingToLookAt(Database database) {
        Scene scene = scene(database);
        Certificate issued = issued(scene, "example.com");
        exported(scene, issued);
        toRenewal(scene, issued);
        scene.jobs.tick();
        assertThat(status(scene, issued)).contains(Renewal.Status.SUCCESS);
        assertThat(scene.serving.looks).isEmpty();
        assertThat(serial(scene.now(issued))).isNotEqualTo(serial(issued));
    }

    @StoreTest
    void aMissingProofSaysWhoMustActAndIsLookedForUntilTheEnd(Database database) {
        Scene scene = scene(database);
        Certificate issued = issued(scene, "example.com", "www.example.com");
        scene.use(issued, USER);
        toRenewal(scene, issued);
        scene.lookup.showsEverything = false;
        scene.lookup.show(issued.proofs().getFirst().record());
        scene.jobs.tick();

        Renewal waiting = scene.now(issued).renewal().orElseThrow();
        assertThat(waiting.status()).isEqualTo(Renewal.Status.PENDING_VALIDATION);
        assertThat(waiting.names()).containsExactly(Proof.Status.SUCCESS, Proof.Status.PENDING);
        assertThat(waiting.reason().orElseThrow())
                .contains("Whoever runs the DNS of www.example.com must have the record")
                .contains(issued.proofs().get(1).record().value());
        assertThat(scene.jobs.nextDue()).contains(scene.clock.instant().plus(Duration.ofDays(1)));
        assertThat(served(scene, issued)).isEqualTo(serial(issued));

        Instant end = state(issued).notAfter();
        List<Duration> pauses = new ArrayList<>();
        while (scene.clock.instant().isBefore(end)) {
            Instant next = scene.jobs.nextDue().orElseThrow();
            pauses.add(Duration.between(scene.clock.instant(), next));
            scene.clock.set(next);
            scene.jobs.tick();
        }
        assertThat(scene.clock.instant()).isEqualTo(end);
        assertThat(pauses)
                .contains(Duration.ofDays(1), Duration.ofHours(6), Duration.ofHours(1))
                .allSatisfy(pause -> assertThat(pause).isLessThanOrEqualTo(Duration.ofDays(1)));
        Renewal failed = scene.now(issued).renewal().orElseThrow();
        assertThat(failed.status()).isEqualTo(Renewal.Status.FAILED);
        assertThat(failed.names()).containsExactly(Proof.Status.SUCCESS, Proof.Status.FAILED);
        assertThat(failed.reason().orElseThrow()).contains("www.example.com");
        assertThat(scene.jobs.nextDue()).isEmpty();

        // A notice for each day.
        assertThat(events(scene))
                .extracting(event -> event.at().toString().substring(0, 10))
                .doesNotHaveDuplicates()
                .hasSizeBetween(
                        (int) pauses.stream().filter(Duration.ofDays(1)::equals).count(), 40);
    }

    @StoreTest
    void theProofThatComesBackSavesIt(Database database) {
        Scene scene = scene(database);
        Certificate issued = issued(scene, "example.com");
        scene.use(issued, USER);
        toRenewal(scene, issued);
        scene.lookup.showsEverything = false;
        scene.jobs.tick();
        assertThat(status(scene, issued)).contains(Renewal.Status.PENDING_VALIDATION);

        scene.show(issued);
        scene.database.write(write -> scene.certificates.renewNow(write, scene.now(issued)));
        scene.jobs.tick();
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(status(scene, issued)).contains(Renewal.Status.SUCCESS);
    }

    @StoreTest
    void caaThatForbidsUsSinceIsTheOwnersToChange(Database database) {
        Scene scene = scene(database);
        Certificate issued = issued(scene, "example.com");
        scene.use(issued, USER);
        toRenewal(scene, issued);
        scene.lookup.caa(
                "example.com",
                new CaaVerdict.Forbidden(new DomainName("example.com"), "0 issue \"other.test\""));
        scene.jobs.tick();
        Renewal waiting = scene.now(issued).renewal().orElseThrow();
        assertThat(waiting.status()).isEqualTo(Renewal.Status.PENDING_VALIDATION);
        assertThat(waiting.reason().orElseThrow()).contains("other.test").contains("ca.test");
        assertThat(scene.now(issued).state()).isEqualTo(issued.state());
    }

    @StoreTest
    void anIssuerThatCannotSignIsOursToMend(Database database) {
        Scene scene = scene(database);
        Certificate issued = issued(scene, "example.com");
        scene.use(issued, USER);
        toRenewal(scene, issued);
        scene.issuer.answer = _ -> new Issuer.Answer.Unavailable("tea break");
        scene.jobs.tick();
        Renewal waiting = scene.now(issued).renewal().orElseThrow();
        assertThat(waiting.status()).isEqualTo(Renewal.Status.PENDING_AUTO_RENEWAL);
        assertThat(waiting.reason().orElseThrow()).contains("tea break").contains("operator");
        assertThat(scene.jobs.nextDue()).contains(scene.clock.instant().plus(Duration.ofHours(1)));
    }

    @StoreTest
    void whatTheEdgeDoesNotShowDoesNotCount(Database database) {
        Scene scene = scene(database);
        Certificate issued = issued(scene, "example.com");
        scene.use(issued, USER);
        toRenewal(scene, issued);
        scene.serving.answer = (_, _) -> new Seen.Not("example.com answers no handshake.");
        scene.jobs.tick();
        Instant from = scene.clock.instant();
        assertThat(served(scene, issued)).isNotEqualTo(serial(issued));
        while (!served(scene, issued).equals(serial(issued))) {
            assertThat(serial(scene.now(issued))).isEqualTo(serial(issued));
            assertThat(Duration.between(from, scene.clock.instant()))
                    .isLessThan(RenewalTiming.SERVING_LIMIT.plusMinutes(2));
            scene.clock.set(scene.jobs.nextDue().orElseThrow());
            scene.jobs.tick();
        }
        Renewal waiting = scene.now(issued).renewal().orElseThrow();
        assertThat(waiting.status()).isEqualTo(Renewal.Status.PENDING_AUTO_RENEWAL);
        assertThat(waiting.reason().orElseThrow()).contains("answers no handshake");
        // The edge was told to take the new, and to take the old again.
        assertThat(scene.changes()).hasSize(3);

        scene.serving.answer = (_, _) -> new Seen.Everywhere();
        scene.clock.set(scene.jobs.nextDue().orElseThrow());
        scene.jobs.tick();
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(status(scene, issued)).contains(Renewal.Status.SUCCESS);
    }

    @StoreTest
    void thoseOfOneHourAreRenewedOverAWeek(Database database) {
        Scene scene = scene(database);
        scene.lookup.showsEverything = true;
        List<Instant> starts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Certificate issued = scene.request("n" + i + ".example.com");
            scene.jobs.tick();
            starts.add(RenewalTiming.start(issued.id(), state(scene.now(issued))));
        }
        Instant first = starts.stream().min(Instant::compareTo).orElseThrow();
        Instant last = starts.stream().max(Instant::compareTo).orElseThrow();
        assertThat(Duration.between(first, last)).isBetween(Duration.ofDays(5), Duration.ofDays(7));
        assertThat(starts.stream().map(at -> at.toString().substring(0, 10)).distinct().count())
                .isGreaterThanOrEqualTo(7);
    }

    @StoreTest
    void anImportIsNotRenewed(Database database) {
        Scene scene = scene(database);
        Certificate imported = scene.imported("example.com");
        assertThatThrownBy(() ->
                        scene.database.write(write -> scene.certificates.renewNow(write, imported)))
                .isInstanceOf(NotRenewable.class)
                .hasMessageContaining("imported");
        scene.database.write(write -> {
            ExpiryEvents.choose(write, Scene.ALICE, Region.US_EAST_1, 30);
            return write;
        });
        scene.jobs.wake(RenewalWork.NAME);
        scene.clock.set(state(imported).notAfter().minus(Duration.ofDays(31)));
        scene.jobs.tick();
        assertThat(events(scene)).isEmpty();
        scene.clock.advance(Duration.ofDays(1));
        scene.jobs.tick();
        assertThat(events(scene)).hasSize(1);
        scene.clock.set(state(imported).notAfter());
        scene.jobs.tick();
        assertThat(scene.now(imported).renewal()).isEmpty();
        assertThat(scene.jobs.nextDue()).isEmpty();
    }

    @StoreTest
    void whatIsRevokedDuringItsTrialIsNotServedAnew(Database database) {
        Scene scene = scene(database);
        Certificate issued = issued(scene, "example.com");
        scene.use(issued, USER);
        toRenewal(scene, issued);
        scene.jobs.tick();
        String tried = served(scene, issued);
        scene.database.write(write ->
                scene.certificates.revoke(
                        write, scene.now(issued), RevocationReason.KEY_COMPROMISE));
        assertThat(scene.revoked).containsExactlyInAnyOrder(serial(issued), tried);
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(scene.now(issued).state()).isInstanceOf(State.Revoked.class);
        assertThat(status(scene, issued)).contains(Renewal.Status.FAILED);
        assertThat(served(scene, issued)).isEqualTo(serial(issued));
        assertThat(scene.jobs.nextDue()).isEmpty();
    }

    /// A power cut at the n-th write, before and after its commit, for every n there is.
    @StoreTest
    void aCutAtAnyWriteLeavesOneChainWithItsKeyAndIsMadeGood(TestStore store) {
        Scene scene = scene(store.database());
        int cuts = 0;
        for (int cut = 1; cut <= 6; cut++) {
            for (boolean committed : List.of(false, true)) {
                Certificate issued = issued(scene, "cut" + cut + committed + ".example.com");
                scene.use(issued, USER + cut + committed);
                scene.clock.set(RenewalTiming.start(issued.id(), state(issued)));
                InterruptedDatabase interrupted =
                        new InterruptedDatabase(store.database(), cut, committed);
                RenewalWork work = scene.renewalsOn(interrupted);
                try {
                    // Looks and signs, then checks.
                    run(scene, work, issued);
                    scene.clock.advance(Duration.ofSeconds(1));
                    run(scene, work, issued);
                } catch (InterruptedDatabase.PowerCut _) {
                    cuts++;
                }
                work.close();
                ServingMaterial left = scene.material(issued).orElseThrow();
                assertThat(matches(left)).isTrue();
                assertThat(List.of(serial(scene.now(issued))))
                        .containsExactly(X509.serial(scene.chain(issued).getFirst()));

                RenewalWork next = scene.renewalsOn(store.database());
                run(scene, next, issued);
                scene.clock.advance(Duration.ofSeconds(1));
                run(scene, next, issued);
                next.close();
                assertThat(status(scene, issued)).contains(Renewal.Status.SUCCESS);
                assertThat(serial(scene.now(issued)))
                        .isNotEqualTo(serial(issued))
                        .isEqualTo(served(scene, issued));
                assertThat(matches(scene.material(issued).orElseThrow())).isTrue();
                // In the same shard it could be due beside the next one, and add a write.
                scene.release(issued, USER + cut + committed);
                scene.delete(issued);
            }
        }
        // Begin, put beside, and (with the bookkeeping of the second round) promote.
        assertThat(cuts).isEqualTo(8);
    }

    private static Scene scene(Database database) {
        Scene scene = new Scene(database);
        scene.jobs.add(scene.renewals);
        return scene;
    }

    private static boolean matches(ServingMaterial material) {
        return KeyMatch.matches(
                X509.parse(material.chain().getFirst()).getFirst(), material.privateKey());
    }

    private static void run(Scene scene, RenewalWork work, Certificate certificate) {
        var _ = work.advance(CertificateRows.shardOf(certificate.id()), scene.clock.instant());
    }

    @StoreTest
    void aMissingProofOverHttpSaysWhoMustRedirectWhat(Database database) {
        Scene scene = scene(database);
        scene.lookup.showsEverything = true;
        Certificate asked =
                scene.database.write(write ->
                        scene.certificates.request(
                                write,
                                Scene.ALICE,
                                Region.US_EAST_1,
                                new Request(
                                        Origin.ACM,
                                        List.of(new DomainName("www.example.com")),
                                        new KeyChoice.Named(KeyAlgorithm.EC_P256),
                                        Validation.HTTP,
                                        false)));
        scene.jobs.tick();
        Certificate issued = scene.now(asked);
        scene.use(issued, USER);
        toRenewal(scene, issued);
        scene.lookup.showsEverything = false;
        scene.jobs.tick();

        HttpRecord file = issued.proofs().getFirst().file().orElseThrow();
        assertThat(scene.now(issued).renewal().flatMap(Renewal::reason).orElseThrow())
                .endsWith(
                        "Whoever serves www.example.com must redirect "
                                + file.redirectFrom()
                                + " to "
                                + file.redirectTo()
                                + ".");
    }

    private static Certificate issued(Scene scene, String... names) {
        scene.lookup.showsEverything = true;
        Certificate asked = scene.request(names);
        scene.jobs.tick();
        return scene.now(asked);
    }

    private static void toRenewal(Scene scene, Certificate issued) {
        scene.clock.set(RenewalTiming.start(issued.id(), state(issued)));
        // What it was due for before was read ahead of its issuance.
        scene.jobs.wake(RenewalWork.NAME);
    }

    private static void exported(Scene scene, Certificate certificate) {
        scene.database.write(write ->
                write.handle()
                        .execute(
                                "UPDATE certificate SET exportable = 1, exported_at = ? WHERE id = ?",
                                scene.clock.instant().toEpochMilli(),
                                certificate.id().toString()));
    }

    private static State.Issued state(Certificate certificate) {
        return (State.Issued) certificate.state();
    }

    private static String serial(Certificate certificate) {
        return state(certificate).serial();
    }

    private static Optional<Renewal.Status> status(Scene scene, Certificate certificate) {
        return scene.now(certificate).renewal().map(Renewal::status);
    }

    private static String served(Scene scene, Certificate certificate) {
        return X509.serial(
                X509.parse(scene.material(certificate).orElseThrow().chain().getFirst())
                        .getFirst());
    }

    private static List<CertificateNotices.Notice> events(Scene scene) {
        return scene.database.read(handle ->
                CertificateNotices.before(
                        handle, Scene.ALICE, scene.clock.instant().plusSeconds(1), 100));
    }
}
