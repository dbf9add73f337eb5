package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.ServingCheck.Seen;
import dev.nameplate.db.Database;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.UnusableImport;
import dev.nameplate.pki.X509;
import dev.nameplate.revocation.MassRevocationWork;
import dev.nameplate.revocation.MassRevocations;
import dev.nameplate.revocation.RevocationRun;
import dev.nameplate.revocation.RevocationRun.Item;
import dev.nameplate.revocation.RevocationRun.ItemState;
import dev.nameplate.revocation.RevocationScope;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

@Tag("slow")
final class MassRevocationTest {
    private static final IssuerName LE = new IssuerName("le");

    private final List<String> told = new java.util.concurrent.CopyOnWriteArrayList<>();
    private volatile Optional<String> refusal = Optional.empty();

    /// One issuer, one node, everything in use.
    private final class Emergency {
        final Scene scene;
        final MassRevocations revocations;

        Emergency(Database database, IssuerName issuer) {
            scene = new Scene(database, Quotas.Limits.STANDARD, issuer);
            scene.lookup.showsEverything = true;
            scene.jobs.add(scene.renewals);
            revocations =
                    new MassRevocations(
                            scene.certificates,
                            scene::standing,
                            scene.clock,
                            new Random(7),
                            scene.jobs);
            scene.jobs.add(
                    new MassRevocationWork(database, scene.certificates, scene::standing, 3));
            scene.jobs.add(
                    new AuthorityRevocationWork(
                            database,
                            (name, leaf, reason) -> {
                                if (refusal.isEmpty()) {
                                    told.add(name + " " + X509.serial(leaf) + " " + reason);
                                }
                                return refusal;
                            },
                            scene.clock));
        }

        List<Certificate> issued(int many, String suffix) {
            List<Certificate> asked = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                asked.add(scene.request("h" + i + "." + suffix));
            }
            scene.jobs.tick();
            asked.forEach(each -> scene.use(each, "distribution/" + each.id()));
            return asked.stream().map(scene::now).toList();
        }

        RevocationRun start(RevocationScope scope, RevocationReason reason) {
            return scene.database.write(
                    write -> revocations.start(write, Scene.ALICE, scope, reason));
        }

        RevocationRun run(RevocationRun run) {
            return scene.database
                    .read(handle -> revocations.find(handle, Scene.ALICE, run.id()))
                    .orElseThrow();
        }

        List<Item> open(RevocationRun run) {
            return scene.database.read(handle -> revocations.open(handle, run, "", 100));
        }

        void seconds(int many) {
            for (int i = 0; i < many; i++) {
                scene.clock.advance(Duration.ofSeconds(1));
                scene.jobs.tick();
            }
        }
    }

    private static RevocationScope byIssuer(IssuerName issuer) {
        return new RevocationScope(
                Optional.empty(), Optional.of(issuer), Optional.empty(), Optional.empty());
    }

    private static RevocationScope byTime(Instant from, Instant to) {
        return new RevocationScope(
                Optional.empty(), Optional.empty(), Optional.of(from), Optional.of(to));
    }

    private static RevocationScope byKey(String digest) {
        return new RevocationScope(
                Optional.of(digest), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static String serial(Certificate certificate) {
        return ((State.Issued) certificate.state()).serial();
    }

    private static PublicKey key(Scene scene, Certificate certificate) {
        return scene.chain(certificate).getFirst().getPublicKey();
    }

    @StoreTest
    void eachIsRevokedOnlyWhenVisitorsHaveItsReplacement(Database database) {
        Emergency emergency = new Emergency(database, IssuerName.EMBEDDED);
        Scene scene = emergency.scene;
        List<Certificate> all = emergency.issued(5, "example.com");
        List<PublicKey> keys = all.stream().map(each -> key(scene, each)).toList();
        scene.serving.answer = (_, _) -> new Seen.Not("The edge still shows the old one.");
        RevocationRun run =
                emergency.start(byIssuer(IssuerName.EMBEDDED), RevocationReason.SUPERSEDED);
        scene.jobs.tick();
        // Three a second.
        assertThat(emergency.run(run).leaves())
                .isEqualTo(Map.of(ItemState.REPLACING, 3L, ItemState.WAITING, 2L));
        emergency.seconds(5);
        assertThat(emergency.run(run).leaves()).isEqualTo(Map.of(ItemState.REPLACING, 5L));
        assertThat(scene.revoked).isEmpty();
        assertThat(emergency.run(run).status()).isEqualTo(RevocationRun.Status.RUNNING);

        scene.serving.answer = (_, _) -> new Seen.Everywhere();
        emergency.seconds(20);
        assertThat(scene.revoked)
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(MassRevocationTest::serial).toList());
        RevocationRun done = emergency.run(run);
        assertThat(done.leaves()).isEqualTo(Map.of(ItemState.REVOKED, 5L));
        assertThat(done.status()).isEqualTo(RevocationRun.Status.FINISHED);
        for (int i = 0; i < all.size(); i++) {
            Certificate now = scene.now(all.get(i));
            assertThat(serial(now)).isNotEqualTo(serial(all.get(i)));
            assertThat(key(scene, now)).isNotEqualTo(keys.get(i));
        }
        assertThat(emergency.open(run)).isEmpty();
    }

    @StoreTest
    void anotherAuthorityIsToldAndAskedAgainUntilItHasDoneIt(Database database) {
        Emergency emergency = new Emergency(database, LE);
        List<Certificate> all = emergency.issued(2, "example.com");
        refusal = Optional.of("503: try later");
        RevocationRun run = emergency.start(byIssuer(LE), RevocationReason.KEY_COMPROMISE);
        emergency.seconds(5);
        assertThat(emergency.run(run).leaves()).isEqualTo(Map.of(ItemState.REVOKING, 2L));
        assertThat(emergency.open(run))
                .extracting(Item::message)
                .containsOnly(Optional.of("503: try later"));
        assertThat(emergency.scene.revoked).isEmpty();
        refusal = Optional.empty();
        emergency.seconds(300);
        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(
                        all.stream()
                                .map(each -> "le " + serial(each) + " KEY_COMPROMISE")
                                .toList());
        assertThat(emergency.run(run).status()).isEqualTo(RevocationRun.Status.FINISHED);
    }

    @StoreTest
    void aKeyIsFoundInWhatWasReplacedLongAgoAndNeverComesBack(Database database) {
        Emergency emergency = new Emergency(database, LE);
        Scene scene = emergency.scene;
        Certificate first = emergency.issued(1, "example.com").getFirst();
        String stolen = IssuedLeaves.keyDigest(scene.chain(first).getFirst());
        scene.database.write(write -> scene.certificates.renewNow(write, first));
        emergency.seconds(3);
        assertThat(serial(scene.now(first))).isNotEqualTo(serial(first));

        RevocationRun run = emergency.start(byKey(stolen), RevocationReason.KEY_COMPROMISE);
        emergency.seconds(3);
        assertThat(told).containsExactly("le " + serial(first) + " KEY_COMPROMISE");
        assertThat(emergency.run(run).leaves()).isEqualTo(Map.of(ItemState.REVOKED, 1L));
        assertThat(scene.database.<Boolean>read(handle -> CompromisedKeys.contains(handle, stolen)))
                .isTrue();
    }

    @StoreTest
    void anImportWithTheKeyIsToldToItsOwnerAndNoneIsTakenAgain(Database database) {
        Emergency emergency = new Emergency(database, IssuerName.EMBEDDED);
        Scene scene = emergency.scene;
        Certificate imported = scene.imported("imported.example.com");
        String stolen = IssuedLeaves.keyDigest(scene.chain(imported).getFirst());
        assertThat(emergency.revocations.preview(database, Scene.ALICE, byKey(stolen)))
                .isEqualTo(new MassRevocations.Preview(Map.of(), 1));
        RevocationRun run = emergency.start(byKey(stolen), RevocationReason.KEY_COMPROMISE);
        emergency.seconds(2);
        assertThat(emergency.open(run))
                .singleElement()
                .satisfies(item -> {
                    assertThat(item.state()).isEqualTo(ItemState.FAILED);
                    assertThat(item.message().orElseThrow()).contains("whoever manages it");
                });
        assertThat(emergency.run(run).finished()).isTrue();

        TestCa ca = TestCa.root("Elsewhere", scene.clock.instant());
        KeyPair keys = TestCa.KEYS.generate(KeyAlgorithm.EC_P256);
        X509Certificate leaf =
                ca.sign(
                        new TestCa.Spec("CN=a.example.com", keys.getPublic(), scene.clock.instant())
                                .dns("a.example.com"));
        scene.database.write(write -> {
            CompromisedKeys.add(write, IssuedLeaves.keyDigest(leaf), scene.clock.instant());
            return leaf;
        });
        PemTriple pem =
                new PemTriple(
                        TestCa.pem(leaf),
                        TestCa.pem(keys.getPrivate()),
                        TestCa.pem(ca.certificate));
        assertThatThrownBy(() -> scene.certificates.imports(database).examine(Scene.ALICE, pem))
                .isInstanceOf(UnusableImport.class)
                .hasMessageContaining("compromised");
    }

    @StoreTest
    void aScopeOfTimeLeavesTheOthersAlone(Database database) {
        Emergency emergency = new Emergency(database, IssuerName.EMBEDDED);
        Scene scene = emergency.scene;
        List<Certificate> before = emergency.issued(2, "before.example.com");
        scene.clock.advance(Duration.ofHours(1));
        Instant from = scene.clock.instant();
        List<Certificate> within = emergency.issued(2, "within.example.com");
        scene.clock.advance(Duration.ofHours(1));
        List<Certificate> after = emergency.issued(1, "after.example.com");
        RevocationScope scope = byTime(from, from.plus(Duration.ofMinutes(30)));
        assertThat(emergency.revocations.preview(database, Scene.ALICE, scope))
                .isEqualTo(new MassRevocations.Preview(Map.of(IssuerName.EMBEDDED, 2L), 0));
        assertThat(emergency.revocations.preview(database, Scene.BOB, scope).leaves()).isEmpty();
        RevocationRun run = emergency.start(scope, RevocationReason.SUPERSEDED);
        emergency.seconds(5);
        assertThat(emergency.run(run).leaves()).isEqualTo(Map.of(ItemState.REVOKED, 2L));
        assertThat(scene.revoked)
                .containsExactlyInAnyOrderElementsOf(
                        within.stream().map(MassRevocationTest::serial).toList());
        assertThat(before).allSatisfy(each -> assertThat(scene.now(each)).isEqualTo(each));
        assertThat(after).allSatisfy(each -> assertThat(scene.now(each)).isEqualTo(each));
    }

    @StoreTest
    void whatIsNotRevokedYetCanBeTakenBack(Database database) {
        Emergency emergency = new Emergency(database, IssuerName.EMBEDDED);
        Scene scene = emergency.scene;
        List<Certificate> all = emergency.issued(5, "example.com");
        scene.serving.answer = (_, _) -> new Seen.Not("not yet");
        RevocationRun run =
                emergency.start(byIssuer(IssuerName.EMBEDDED), RevocationReason.SUPERSEDED);
        scene.jobs.tick();
        scene.database.write(write -> {
            emergency.revocations.cancel(write, emergency.run(run));
            return run;
        });
        scene.serving.answer = (_, _) -> new Seen.Everywhere();
        emergency.seconds(10);
        assertThat(scene.revoked).isEmpty();
        RevocationRun cancelled = emergency.run(run);
        assertThat(cancelled.status()).isEqualTo(RevocationRun.Status.CANCELLED);
        assertThat(cancelled.leaves()).isEqualTo(Map.of(ItemState.CANCELLED, 5L));
        // Three replacements were under way.
        assertThat(all.stream().filter(each -> !serial(scene.now(each)).equals(serial(each))))
                .hasSize(3);
    }

    @StoreTest
    void aMissingProofSaysWhoMustActAndNothingIsRevoked(Database database) {
        Emergency emergency = new Emergency(database, IssuerName.EMBEDDED);
        Scene scene = emergency.scene;
        Certificate one = emergency.issued(1, "example.com").getFirst();
        scene.lookup.showsEverything = false;
        RevocationRun run =
                emergency.start(byIssuer(IssuerName.EMBEDDED), RevocationReason.SUPERSEDED);
        emergency.seconds(3);
        assertThat(emergency.open(run))
                .singleElement()
                .satisfies(item -> {
                    assertThat(item.state()).isEqualTo(ItemState.REPLACING);
                    assertThat(item.message().orElseThrow())
                            .contains("Whoever runs the DNS of h0.example.com");
                });
        assertThat(scene.revoked).isEmpty();
        assertThat(serial(scene.now(one))).isEqualTo(serial(one));
    }

    @StoreTest
    void oneThatWasDeletedMeanwhileIsRevokedAllTheSame(Database database) {
        Emergency emergency = new Emergency(database, LE);
        Scene scene = emergency.scene;
        Certificate one = emergency.issued(1, "example.com").getFirst();
        scene.serving.answer = (_, _) -> new Seen.Not("not yet");
        RevocationRun run = emergency.start(byIssuer(LE), RevocationReason.SUPERSEDED);
        emergency.seconds(2);
        scene.release(one, "distribution/" + one.id());
        scene.delete(one);
        emergency.seconds(3);
        assertThat(told).containsExactly("le " + serial(one) + " SUPERSEDED");
        assertThat(emergency.run(run).leaves()).isEqualTo(Map.of(ItemState.REVOKED, 1L));
    }

    @StoreTest
    void whatWasDeletedBeforeIsRevokedToo(Database database) {
        Emergency emergency = new Emergency(database, LE);
        Scene scene = emergency.scene;
        List<Certificate> all = emergency.issued(2, "example.com");
        Certificate gone = all.getFirst();
        String stolen = IssuedLeaves.keyDigest(scene.chain(gone).getFirst());
        scene.release(gone, "distribution/" + gone.id());
        scene.delete(gone);
        emergency.seconds(3);
        RevocationRun run = emergency.start(byKey(stolen), RevocationReason.KEY_COMPROMISE);
        emergency.seconds(3);
        assertThat(told).containsExactly("le " + serial(gone) + " KEY_COMPROMISE");
        assertThat(emergency.run(run).leaves()).isEqualTo(Map.of(ItemState.REVOKED, 1L));
    }

    @StoreTest
    void whatOurOwnAuthoritySignedBeforeIsRevokedToo(Database database) {
        Emergency emergency = new Emergency(database, IssuerName.EMBEDDED);
        Scene scene = emergency.scene;
        List<Certificate> all = emergency.issued(3, "example.com");
        Instant before = scene.clock.instant();
        all.forEach(each -> scene.signatures.add(signature(each, serial(each), before)));
        Certificate gone = all.getFirst();
        scene.release(gone, "distribution/" + gone.id());
        scene.delete(gone);
        Certificate renewed = all.get(1);
        scene.clock.advance(Duration.ofHours(1));
        scene.database.write(write -> scene.certificates.renewNow(write, renewed));
        emergency.seconds(3);
        Instant after = scene.clock.instant();
        scene.signatures.add(signature(renewed, serial(scene.now(renewed)), after));
        // Recorded, and about to be tried out.
        scene.signatures.add(signature(renewed, "77:77", after.plusSeconds(1)));

        RevocationRun run =
                emergency.start(
                        byTime(before.minusSeconds(60), before.plusSeconds(60)),
                        RevocationReason.KEY_COMPROMISE);
        emergency.seconds(10);
        assertThat(scene.revoked)
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(MassRevocationTest::serial).toList());
        assertThat(emergency.run(run).leaves()).isEqualTo(Map.of(ItemState.REVOKED, 3L));
        assertThat(emergency.run(run).status()).isEqualTo(RevocationRun.Status.FINISHED);
    }

    private static Signatures.Signature signature(Certificate of, String serial, Instant at) {
        return new Signatures.Signature(of.id(), serial, at, "00".repeat(32));
    }

    /// Each write of the run is lost once, and once it is kept but its process ends.
    @StoreTest
    void aCutAtAnyWriteForgetsNoneAndRevokesNoneTwice(TestStore store) {
        Emergency emergency = new Emergency(store.database(), IssuerName.EMBEDDED);
        Scene scene = emergency.scene;
        List<Certificate> all = emergency.issued(4, "example.com");
        RevocationRun run =
                emergency.start(byIssuer(IssuerName.EMBEDDED), RevocationReason.SUPERSEDED);
        int cuts = 0;
        for (int write = 1; write <= 8; write++) {
            for (boolean committed : List.of(false, true)) {
                MassRevocationWork work =
                        new MassRevocationWork(
                                new InterruptedDatabase(store.database(), write, committed),
                                scene.certificates,
                                scene::standing,
                                3);
                try {
                    var _ = work.advance(0, scene.clock.instant());
                } catch (InterruptedDatabase.PowerCut _) {
                    cuts++;
                }
                scene.clock.advance(Duration.ofSeconds(1));
            }
        }
        assertThat(cuts).isPositive();
        emergency.seconds(30);
        assertThat(scene.revoked)
                .containsExactlyInAnyOrderElementsOf(
                        all.stream().map(MassRevocationTest::serial).toList());
        assertThat(emergency.run(run).leaves()).isEqualTo(Map.of(ItemState.REVOKED, 4L));
    }

    @StoreTest
    void revokingOneByHandTellsItsOwnAuthority(Database database) {
        Emergency emergency = new Emergency(database, LE);
        Scene scene = emergency.scene;
        Certificate one = emergency.issued(1, "example.com").getFirst();
        scene.database.write(write ->
                scene.certificates.revoke(write, one, RevocationReason.CESSATION_OF_OPERATION));
        scene.jobs.tick();
        assertThat(told).containsExactly("le " + serial(one) + " CESSATION_OF_OPERATION");
        assertThat(scene.revoked).isEmpty();
    }

    @Test
    void aScopeMustSaySomethingThatCanBeTrue() {
        assertThatThrownBy(() ->
                        new RevocationScope(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty()))
                .hasMessageContaining("a scope is needed");
        assertThatThrownBy(() -> byKey("abc")).hasMessageContaining("64 hex digits");
        Instant now = Instant.parse("2026-01-15T12:00:00Z");
        assertThatThrownBy(() -> byTime(now, now)).hasMessageContaining("swap them");
        assertThat(byKey("AB:".repeat(31) + "AB").keyDigest()).contains("ab".repeat(32));
    }
}
