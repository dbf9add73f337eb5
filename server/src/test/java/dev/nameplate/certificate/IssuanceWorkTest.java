package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.nameplate.certificate.Certificates.ServingMaterial;
import dev.nameplate.db.Database;
import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.feed.Change;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.ImportedKey;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import java.io.ByteArrayInputStream;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

final class IssuanceWorkTest {

    @StoreTest
    void aProvenCertificateIsIssuedWithItsKey(Database database) throws Exception {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com", "*.example.com", "www.example.com");
        scene.show(asked);
        scene.jobs.tick();

        Certificate issued = scene.now(asked);
        assertThat(issued.state())
                .isInstanceOfSatisfying(
                        State.Issued.class,
                        state -> {
                            assertThat(state.issuedAt()).isEqualTo(scene.clock.instant());
                            assertThat(state.subject()).isEqualTo("CN=example.com");
                            assertThat(state.issuer()).isEqualTo("Stand-in CA");
                            assertThat(state.serial()).matches("[0-9a-f]{2}(:[0-9a-f]{2})*");
                            assertThat(state.signatureAlgorithm()).isEqualTo("SHA256withECDSA");
                        });
        assertThat(issued.proofs())
                .allSatisfy(proof -> {
                    assertThat(proof.status()).isEqualTo(Proof.Status.SUCCESS);
                    assertThat(proof.nextLook()).isEmpty();
                    assertThat(proof.lastLook().orElseThrow().seen()).contains("192.0.2.53:53");
                });
        // The wildcard and its base share a record, so it was asked for once.
        assertThat(scene.lookup.looks).hasSize(2);

        X509Certificate leaf = scene.chain(asked).getFirst();
        ServingMaterial material = scene.material(asked).orElseThrow();
        assertThat(material.chain()).hasSize(1);
        assertThat(
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(
                                        new ByteArrayInputStream(material.chain().getFirst())))
                .isEqualTo(leaf);
        PrivateKey key =
                KeyFactory.getInstance("EC")
                        .generatePrivate(new PKCS8EncodedKeySpec(material.privateKey()));
        assertThat(
                        new ImportedKey(key, KeyAlgorithm.EC_P256)
                                .matches(leaf.getPublicKey(), new SecureRandom()))
                .isTrue();
        assertThat(scene.changes())
                .extracting(Change::kind, Change::key, Change::names)
                .containsExactly(
                        tuple(
                                Change.Kind.CERTIFICATE,
                                asked.id().toString(),
                                List.of("example.com", "*.example.com", "www.example.com")));
        assertThat(scene.jobs.nextDue()).isEmpty();
    }

    @StoreTest
    void manyAreIssuedInOneRound(Database database) {
        Scene scene = new Scene(database);
        scene.lookup.showsEverything = true;
        List<Certificate> all = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            all.add(scene.request("n" + i + ".example.com"));
        }
        scene.jobs.tick();

        assertThat(all)
                .allSatisfy(c -> assertThat(scene.now(c).state()).isInstanceOf(State.Issued.class));
        assertThat(scene.changes()).hasSize(300);
    }

    @StoreTest
    void aMissingRecordIsLookedForOnSchedule(Database database) {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com", "www.example.com");
        scene.lookup.show(asked.proofs().get(0).record());
        scene.jobs.tick();

        Certificate waiting = scene.now(asked);
        assertThat(waiting.state()).isEqualTo(asked.state());
        assertThat(waiting.proofs())
                .extracting(Proof::status)
                .containsExactly(Proof.Status.SUCCESS, Proof.Status.PENDING);
        assertThat(waiting.proofs().get(1).lastLook().orElseThrow().seen())
                .contains("no CNAME is there");
        assertThat(waiting.proofs().get(1).nextLook())
                .contains(scene.clock.instant().plusSeconds(1));
        assertThat(scene.jobs.nextDue()).contains(scene.clock.instant().plusSeconds(1));

        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        // The proven name is not asked about again.
        assertThat(scene.lookup.looks).hasSize(3);
        assertThat(scene.now(asked).proofs().get(1).nextLook())
                .contains(scene.clock.instant().plusSeconds(1));

        scene.show(asked);
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(scene.now(asked).state()).isInstanceOf(State.Issued.class);
    }

    @StoreTest
    void afterThreeDaysItTimesOut(Database database) {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com", "www.example.com");
        scene.lookup.show(asked.proofs().get(0).record());
        scene.jobs.tick();
        scene.clock.advance(Duration.ofDays(3));
        scene.show(asked);
        scene.jobs.tick();

        Certificate timedOut = scene.now(asked);
        assertThat(timedOut.state()).isEqualTo(new State.TimedOut(scene.clock.instant()));
        assertThat(timedOut.proofs())
                .extracting(Proof::status)
                .containsExactly(Proof.Status.SUCCESS, Proof.Status.FAILED);
        assertThat(timedOut.proofs()).extracting(Proof::nextLook).allMatch(next -> next.isEmpty());
        assertThat(scene.jobs.nextDue()).isEmpty();
    }

    @StoreTest
    void forbiddingCaaFailsIt(Database database) {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com");
        scene.show(asked);
        scene.lookup.caa(
                "example.com",
                new CaaVerdict.Forbidden(new DomainName("example.com"), "0 issue \"other.test\""));
        scene.jobs.tick();

        assertThat(scene.now(asked).state())
                .isInstanceOfSatisfying(
                        State.Failed.class,
                        failed -> {
                            assertThat(failed.reason()).isEqualTo(State.FailureReason.CAA_ERROR);
                            assertThat(failed.message()).contains("other.test");
                        });
        assertThat(scene.jobs.nextDue()).isEmpty();
    }

    @StoreTest
    void unreadableCaaIsNotPermissionAndIsTriedAgain(Database database) {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com");
        scene.show(asked);
        scene.lookup.caa("example.com", new CaaVerdict.Unknown("SERVFAIL"));
        scene.jobs.tick();

        assertThat(scene.now(asked).state()).isInstanceOf(State.Pending.class);
        assertThat(scene.now(asked).proofs().getFirst().lastLook().orElseThrow().seen())
                .contains("SERVFAIL");

        scene.lookup.caa("example.com", new CaaVerdict.Allowed());
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(scene.now(asked).state()).isInstanceOf(State.Issued.class);
    }

    @StoreTest
    void aZoneMadeLaterGetsTheRecord(Database database) {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com");
        scene.jobs.tick();
        scene.zone(Scene.ALICE, "example.com");
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();

        assertThat(scene.now(asked).proofs().getFirst().automatic())
                .isEqualTo(Proof.Automatic.SUCCEEDED);
    }

    @StoreTest
    void whatTheIssuerRefusesFailsAndHoldsNobodyBack(Database database) {
        Scene scene = new Scene(database);
        scene.lookup.showsEverything = true;
        Certificate bad = scene.request("bad.example.com");
        Certificate good = scene.request("good.example.com");
        scene.issuer.answer =
                order ->
                        order.id().equals(OrderId.main(bad.id()))
                                ? new Issuer.Answer.Refused("not this one")
                                : scene.issuer.sign(order);
        scene.jobs.tick();

        assertThat(scene.now(bad).state())
                .isEqualTo(new State.Failed(State.FailureReason.OTHER, "not this one"));
        assertThat(scene.now(good).state()).isInstanceOf(State.Issued.class);
    }

    @StoreTest
    void anUnavailableIssuerIsAskedAgain(Database database) {
        Scene scene = new Scene(database);
        scene.lookup.showsEverything = true;
        Certificate asked = scene.request("example.com");
        scene.issuer.answer = _ -> new Issuer.Answer.Unavailable("tea break");
        scene.jobs.tick();
        assertThat(scene.now(asked).state()).isInstanceOf(State.Pending.class);
        assertThat(scene.now(asked).proofs().getFirst().lastLook().orElseThrow().seen())
                .contains("tea break");

        scene.issuer.answer = scene.issuer::sign;
        scene.clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(scene.now(asked).state()).isInstanceOf(State.Issued.class);
    }

    @StoreTest
    void whatIsDeletedMeanwhileLeavesNothingBehind(Database database) {
        Scene scene = new Scene(database);
        scene.lookup.showsEverything = true;
        Certificate asked = scene.request("example.com");
        scene.issuer.answer =
                order -> {
                    scene.delete(asked);
                    return scene.issuer.sign(order);
                };
        scene.jobs.tick();

        assertThat(scene.material(asked)).isEmpty();
        int names =
                database.read(h ->
                        h.createQuery("SELECT COUNT(*) FROM certificate_name")
                                .mapTo(Integer.class)
                                .one());
        assertThat(names).isZero();
    }

    @StoreTest
    void whoeverWaitsIsToldOfEachDecision(Database database) {
        Scene scene = new Scene(database);
        scene.lookup.showsEverything = true;
        Certificate certificate = scene.request("www.example.com");
        advanceAll(scene.work, scene);
        assertThat(scene.decided).extracting(Certificate::id).containsExactly(certificate.id());
    }

    @StoreTest
    void aSlowNameHoldsBackNobodyElse(Database database) throws Exception {
        Scene scene = new Scene(database);
        scene.lookup.showsEverything = true;
        CountDownLatch woken = new CountDownLatch(1);
        IssuanceWork work =
                new IssuanceWork(
                        database,
                        scene.zones,
                        scene.feed,
                        scene.vault,
                        scene.lookup,
                        Issuers.of(scene.issuer),
                        TestCa.KEYS,
                        scene.clock,
                        _ -> woken.countDown(),
                        _ -> {});
        Certificate slow = scene.request("slow.example.com");
        CountDownLatch answer = scene.lookup.hold(slow.proofs().getFirst().record());
        List<Certificate> others = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            others.add(scene.request("n" + i + ".example.com"));
        }
        advanceAll(work, scene);
        assertThat(others)
                .allSatisfy(c -> assertThat(scene.now(c).state()).isInstanceOf(State.Issued.class));
        assertThat(scene.now(slow).state()).isInstanceOf(State.Pending.class);

        answer.countDown();
        assertThat(woken.await(60, TimeUnit.SECONDS)).isTrue();
        advanceAll(work, scene);
        assertThat(scene.now(slow).state()).isInstanceOf(State.Issued.class);
        assertThat(
                        scene.lookup.looks.stream()
                                .filter(slow.proofs().getFirst().record().name()::equals))
                .hasSize(1);
        work.close();
    }

    @StoreTest
    void aLookThatEndsItsThreadIsMadeAgainAtTheNextTime(Database database) {
        Scene scene = new Scene(database);
        scene.lookup.showsEverything = true;
        Certificate broken = scene.request("broken.example.com");
        Certificate other = scene.request("other.example.com");
        scene.lookup.breakOnce(broken.proofs().getFirst().record());
        IssuanceWork work = scene.workOn(database, IssuanceWork.PATIENCE);
        advanceAll(work, scene);
        assertThat(scene.now(other).state()).isInstanceOf(State.Issued.class);
        assertThat(scene.now(broken).state()).isInstanceOf(State.Pending.class);
        scene.clock.advance(Duration.ofMinutes(1));
        advanceAll(work, scene);
        assertThat(scene.now(broken).state()).isInstanceOf(State.Issued.class);
        work.close();
    }

    /// A power cut at the n-th write, before and after its commit, for every n there is.
    @StoreTest
    void aCutAtAnyWriteLeavesItPendingOrWhole(TestStore store) {
        Scene scene = new Scene(store.database());
        for (int cut = 1; cut <= 3; cut++) {
            for (boolean committed : List.of(false, true)) {
                String name = "cut" + cut + committed + ".example.com";
                Certificate asked = scene.request(name);
                scene.zone(Scene.ALICE, name);
                scene.show(asked);
                InterruptedDatabase interrupted =
                        new InterruptedDatabase(store.database(), cut, committed);
                IssuanceWork work = scene.workOn(interrupted);
                try {
                    advanceAll(work, scene);
                } catch (InterruptedDatabase.PowerCut _) {
                    // What is left is looked at below.
                }
                work.close();
                boolean whole = scene.now(asked).state() instanceof State.Issued;
                assertThat(scene.material(asked).isPresent()).isEqualTo(whole);

                advanceAll(scene.workOn(store.database()), scene);
                assertThat(scene.now(asked).state()).isInstanceOf(State.Issued.class);
            }
        }
    }

    @StoreTest
    void anIssuerThatBreaksLeavesItPending(Database database) {
        Scene scene = new Scene(database);
        scene.lookup.showsEverything = true;
        Certificate asked = scene.request("example.com");
        Function<Issuer.Order, Issuer.Answer> sign = scene.issuer.answer;
        scene.issuer.answer =
                _ -> {
                    throw new IllegalStateException("the token is gone");
                };
        assertThatThrownBy(scene.jobs::tick).hasMessage("the token is gone");
        assertThat(scene.now(asked).state()).isInstanceOf(State.Pending.class);

        scene.issuer.answer = sign;
        scene.jobs.wake(IssuanceWork.NAME);
        scene.jobs.tick();
        assertThat(scene.now(asked).state()).isInstanceOf(State.Issued.class);
    }

    private static void advanceAll(IssuanceWork work, Scene scene) {
        for (int shard = 0; shard < work.shards(); shard++) {
            work.advance(shard, scene.clock.instant());
        }
    }
}
