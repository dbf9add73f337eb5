package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.db.Database;
import dev.nameplate.dns.Actor;
import dev.nameplate.pki.X509;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import org.junit.jupiter.api.Tag;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/// A second certificate from a second issuer: got, renewed, and put in the first one's place.
@Tag("slow")
final class SpareTest {
    private static final String USER = "distribution/E1";

    private final SettableClock clock = new SettableClock();
    private final Vault vault = TestVault.open();
    private final StandInIssuer first = issuer("first");
    private final StandInIssuer second = issuer("second");
    private final StandInIssuer third = issuer("third");

    /// What authorities say of their certificates.
    private volatile Function<X509Certificate, RevocationStatus.Answer> status =
            _ -> new RevocationStatus.Answer.Good("fine");

    private final ConcurrentLinkedQueue<String> lookedAt = new ConcurrentLinkedQueue<>();

    private StandInIssuer issuer(String name) {
        return new StandInIssuer(clock, name, ProofForm.ACM_RECORD);
    }

    private Scene scene(Database database, StandInIssuer... others) {
        return scene(database, List.of(first), List.of(others));
    }

    private Scene scene(
            Database database, List<StandInIssuer> issuers, List<StandInIssuer> others) {
        Scene scene = new Scene(database, clock, vault, issuers, others);
        scene.lookup.showsEverything = true;
        scene.jobs.add(scene.renewals);
        scene.jobs.add(scene.sparesOn(database));
        scene.jobs.add(
                new StatusWork(
                        database,
                        scene.certificates,
                        chain -> {
                            lookedAt.add(X509.serial(chain.getFirst()));
                            return status.apply(chain.getFirst());
                        },
                        SpareWork.STATUS_EVERY,
                        clock));
        return scene;
    }

    /// Issued by the first choice, and in use.
    private static Certificate used(Scene scene, String... names) {
        Certificate asked = scene.request(names);
        scene.jobs.tick();
        scene.use(asked, USER);
        scene.jobs.tick();
        return scene.now(asked);
    }

    private static Optional<Spare> find(Scene scene, Certificate certificate) {
        return scene.database.read(
                handle -> scene.certificates.spares().of(handle, certificate.id()));
    }

    private static Spare spare(Scene scene, Certificate certificate) {
        return find(scene, certificate).orElseThrow();
    }

    private static Spare.Ready ready(Scene scene, Certificate certificate) {
        return spare(scene, certificate).ready().orElseThrow();
    }

    private static State.Issued state(Certificate certificate) {
        return (State.Issued) certificate.state();
    }

    private static String served(Scene scene, Certificate certificate) {
        var material = scene.material(certificate).orElseThrow();
        X509Certificate leaf = X509.parse(material.chain().getFirst()).getFirst();
        assertThat(KeyMatch.matches(leaf, material.privateKey())).isTrue();
        return X509.serial(leaf);
    }

    /// Long enough for a handshake to show what is served, and for what follows from it.
    private void settle(Scene scene) {
        for (int i = 0; i < 5; i++) {
            clock.advance(Duration.ofSeconds(1));
            scene.jobs.tick();
        }
    }

    @StoreTest
    void oneInUseGetsAnotherFromTheSecondIssuerWithAnotherKey(Database database) {
        Scene scene = scene(database, second);
        Certificate unused = scene.request("unused.example.com");
        Certificate certificate = used(scene, "a.example.com", "b.example.com");
        Spare.Ready ready = ready(scene, certificate);
        assertThat(ready.issuer()).isEqualTo(second.name());
        assertThat(second.asked)
                .singleElement()
                .satisfies(order -> {
                    assertThat(order.id())
                            .isEqualTo(new OrderId(certificate.id(), OrderId.Slot.SPARE));
                    assertThat(order.hosts()).isEqualTo(certificate.names());
                    assertThat(order.keys().getPublic())
                            .isNotEqualTo(scene.chain(certificate).getFirst().getPublicKey());
                    assertThat(order.replaces()).isEmpty();
                });
        assertThat(served(scene, certificate))
                .isEqualTo(state(certificate).serial())
                .isNotEqualTo(ready.serial());
        assertThat(certificate.renewal()).isEmpty();
        assertThat(
                        database.<Boolean>read(
                                h -> IssuedLeaves.known(h, certificate.id(), second.name())))
                .isTrue();
        assertThat(find(scene, unused)).isEmpty();
        assertThat(database.read(Spares::counts)).containsEntry(Spare.State.READY, 1L).hasSize(1);
    }

    @StoreTest
    void thoseThatWereUsedBeforeItWasConfiguredAreFoundAtTheStart(Database database) {
        Scene before = scene(database);
        Certificate certificate = used(before, "example.com");
        assertThat(find(before, certificate)).isEmpty();
        Scene after = scene(database, second);
        after.jobs.tick();
        assertThat(ready(after, certificate).issuer()).isEqualTo(second.name());
        Scene without = scene(database);
        clock.set(RenewalTiming.start(certificate.id(), state(certificate)));
        // Both are due now; while a renewal is tried out, the spare waits.
        without.jobs.tick();
        settle(without);
        assertThat(spare(without, certificate).message()).contains("No issuer is named for it.");
        assertThat(second.asked).hasSize(1);
    }

    @StoreTest
    void whoRefusesIsFollowedByTheNextAndTheFirstOneIsNeverDisturbed(Database database) {
        second.answer = _ -> new Answer.Refused("no account", Actor.SERVER_OPERATOR);
        third.answer = _ -> new Answer.Refused("not for this name");
        Scene scene = scene(database, second, third);
        Certificate certificate = used(scene, "example.com");
        assertThat(second.asked).hasSize(1);
        assertThat(third.asked).hasSize(1);
        Spare spare = spare(scene, certificate);
        assertThat(spare.state()).isEqualTo(Spare.State.ASKED_FOR);
        assertThat(spare.message().orElseThrow())
                .contains("second: no account", "third: not for this name");
        assertThat(spare.nextLook()).contains(now().plus(Duration.ofMinutes(10)));
        assertThat(scene.now(certificate)).isEqualTo(certificate);

        clock.advance(Duration.ofMinutes(10));
        scene.jobs.tick();
        assertThat(spare(scene, certificate).nextLook())
                .contains(now().plus(Duration.ofMinutes(20)));
        third.answer = third::sign;
        clock.advance(Duration.ofMinutes(20));
        scene.jobs.tick();
        assertThat(ready(scene, certificate).issuer()).isEqualTo(third.name());
        assertThat(spare(scene, certificate).failures()).isZero();
        assertThat(scene.now(certificate)).isEqualTo(certificate);
    }

    @StoreTest
    void aMissingProofIsToldWithWhatToDo(Database database) {
        Scene scene = scene(database, second);
        scene.lookup.showsEverything = false;
        Certificate asked = scene.request("example.com");
        scene.show(asked);
        scene.jobs.tick();
        StandInIssuer acme = new StandInIssuer(clock, "acme", ProofForm.ACME_CHALLENGE);
        Scene later = scene(database, List.of(first), List.of(acme));
        scene.lookup.showsEverything = false;
        later.lookup.showsEverything = false;
        later.show(asked);
        later.use(asked, USER);
        later.jobs.tick();
        assertThat(acme.asked).isEmpty();
        assertThat(spare(later, asked).message().orElseThrow())
                .contains("_acme-challenge.example.com");
        // A name asked for from now on is shown the record that serves them all.
        assertThat(later.request("new.example.com").proofs().getFirst().record().name())
                .startsWith("_acme-challenge.");
    }

    @StoreTest
    void itIsRenewedInItsTimeWhateverTheFirstOneDoes(Database database) {
        Scene scene = scene(database, second);
        Certificate certificate = used(scene, "example.com");
        Spare.Ready before = ready(scene, certificate);
        clock.set(
                RenewalTiming.start(certificate.id(), before.notBefore(), before.notAfter())
                        .minusSeconds(1));
        scene.jobs.tick();
        assertThat(second.asked).hasSize(1);
        clock.advance(Duration.ofSeconds(1));
        first.answer = _ -> new Answer.Unavailable("down");
        scene.jobs.tick();
        settle(scene);
        Spare.Ready after = ready(scene, certificate);
        assertThat(after.serial()).isNotEqualTo(before.serial());
        assertThat(second.asked).hasSize(2);
        assertThat(second.asked.stream().toList().getLast().replaces().map(X509::serial))
                .contains(before.serial());
        assertThat(replaced(scene)).containsExactly(before.serial());
        assertThat(served(scene, certificate)).isEqualTo(state(certificate).serial());
    }

    private static List<String> replaced(Scene scene) {
        return scene.earlier().stream().map(EarlierLeaves.Leaf::serial).toList();
    }

    @StoreTest
    void whenTheFirstOneComesFromItsIssuerItGoesToAnotherOrRests(Database database) {
        Scene scene = scene(database, List.of(first, second), List.of(second, third));
        Certificate certificate = used(scene, "example.com");
        assertThat(ready(scene, certificate).issuer()).isEqualTo(second.name());
        first.answer = _ -> new Answer.Refused("not today");
        database.write(write -> scene.certificates.renewNow(write, certificate));
        scene.jobs.tick();
        settle(scene);
        assertThat(state(scene.now(certificate)).issuer()).isEqualTo("CA second");
        assertThat(ready(scene, certificate).issuer()).isEqualTo(third.name());

        Scene alone = scene(database, List.of(first, second), List.of(second));
        Certificate other = used(alone, "other.example.com");
        assertThat(spare(alone, other).state()).isEqualTo(Spare.State.RESTING);
        assertThat(spare(alone, other).message().orElseThrow())
                .contains("from second itself", "name one more");
    }

    @StoreTest
    void whatItsAuthorityRevokedIsReplacedAtOnceAndAnotherIsAskedFor(Database database) {
        Scene scene = scene(database, second);
        Certificate certificate = used(scene, "example.com");
        String warm = ready(scene, certificate).serial();
        clock.advance(SpareWork.STATUS_EVERY);
        scene.jobs.tick();
        assertThat(lookedAt).contains(state(certificate).serial());
        assertThat(served(scene, certificate)).isEqualTo(state(certificate).serial());

        String revoked = state(certificate).serial();
        status =
                leaf ->
                        X509.serial(leaf).equals(revoked)
                                ? new RevocationStatus.Answer.Revoked("ocsp.test says so")
                                : new RevocationStatus.Answer.Good("fine");
        clock.advance(SpareWork.STATUS_EVERY);
        int changes = scene.changes().size();
        scene.jobs.tick();
        assertThat(served(scene, certificate)).isEqualTo(warm);
        assertThat(scene.changes()).hasSizeGreaterThan(changes);
        Spare spare = spare(scene, certificate);
        assertThat(spare.switched().map(Spare.Switched::why)).contains(Spare.Why.REVOKED);
        assertThat(spare.look().orElseThrow().words()).isEqualTo("ocsp.test says so");

        settle(scene);
        // Back at the first choice, with a spare again; both are new.
        Certificate now = scene.now(certificate);
        assertThat(state(now).issuer()).isEqualTo("CA first");
        assertThat(state(now).serial()).isNotEqualTo(revoked);
        assertThat(served(scene, certificate)).isEqualTo(state(now).serial());
        assertThat(ready(scene, certificate).issuer()).isEqualTo(second.name());
        assertThat(ready(scene, certificate).serial()).isNotEqualTo(warm);
        assertThat(replaced(scene)).contains(revoked, warm);
    }

    @StoreTest
    void whileTheFirstIssuerFailsTheSpareIsTheCertificatesOwn(Database database) {
        Scene scene = scene(database, second, third);
        Certificate certificate = used(scene, "example.com");
        String warm = ready(scene, certificate).serial();
        first.answer = _ -> new Answer.Refused("account suspended");
        status = _ -> new RevocationStatus.Answer.Revoked("gone");
        clock.advance(SpareWork.STATUS_EVERY);
        scene.jobs.tick();
        status = _ -> new RevocationStatus.Answer.Good("fine");
        settle(scene);
        Certificate now = scene.now(certificate);
        assertThat(state(now).serial()).isEqualTo(warm);
        assertThat(now.renewal().orElseThrow().reason().orElseThrow())
                .contains("account suspended");
        assertThat(ready(scene, certificate).issuer()).isEqualTo(third.name());
    }

    @StoreTest
    void aWindowForRenewalThatIsOverIsTakenByItsWordWhereNobodySaysTheOpposite(Database database) {
        Scene scene = scene(database, second);
        Certificate certificate = used(scene, "example.com");
        String warm = ready(scene, certificate).serial();
        status = _ -> new RevocationStatus.Answer.Unknown("neither a responder nor a list");
        first.answer = _ -> new Answer.Unavailable("down");
        scene.jobs.add(
                new RenewalInfoWork(
                        database,
                        (issuer, _) ->
                                issuer.equals(first.name())
                                        ? new RenewalSuggestions.Answer.Window(
                                                clock.instant().minusSeconds(7200),
                                                clock.instant().minusSeconds(3600),
                                                Optional.empty(),
                                                Optional.empty())
                                        : new RenewalSuggestions.Answer.NotOffered(),
                        clock,
                        scene.jobs));
        clock.advance(Duration.ofHours(2));
        scene.jobs.tick();
        assertThat(served(scene, certificate)).isEqualTo(warm);
        assertThat(spare(scene, certificate).switched().map(Spare.Switched::why))
                .contains(Spare.Why.UNWANTED);
    }

    @StoreTest
    void inItsLastDaysUnrenewedItGivesWay(Database database) {
        Scene scene = scene(database, second);
        Certificate certificate = used(scene, "example.com");
        first.answer = _ -> new Answer.Unavailable("down");
        clock.set(RenewalTiming.start(certificate.id(), state(certificate)));
        scene.jobs.tick();
        Instant last = SpareStep.lastDays(state(certificate));
        clock.set(last.minusSeconds(1));
        scene.jobs.tick();
        assertThat(served(scene, certificate)).isEqualTo(state(certificate).serial());
        String warm = ready(scene, certificate).serial();
        clock.set(last);
        scene.jobs.tick();
        assertThat(served(scene, certificate)).isEqualTo(warm);
        settle(scene);
        assertThat(state(scene.now(certificate)).serial()).isEqualTo(warm);
        assertThat(scene.now(certificate).renewal().orElseThrow().reason().orElseThrow())
                .contains("down");
    }

    @StoreTest
    void anEdgeThatDoesNotShowItGivesAnOrdinaryRenewalItsTurn(Database database) {
        Scene scene = scene(database, second);
        Certificate certificate = used(scene, "example.com");
        String warm = ready(scene, certificate).serial();
        scene.serving.answer =
                (_, serial) ->
                        serial.equals(warm)
                                ? new ServingCheck.Seen.Not("shows another")
                                : new ServingCheck.Seen.Everywhere();
        status = _ -> new RevocationStatus.Answer.Revoked("gone");
        clock.advance(SpareWork.STATUS_EVERY);
        scene.jobs.tick();
        clock.advance(RenewalTiming.SERVING_LIMIT);
        scene.jobs.tick();
        status = _ -> new RevocationStatus.Answer.Good("fine");
        clock.advance(Duration.ofHours(1));
        scene.jobs.tick();
        settle(scene);
        assertThat(state(scene.now(certificate)).serial())
                .isNotEqualTo(state(certificate).serial())
                .isNotEqualTo(warm);
        assertThat(ready(scene, certificate).serial()).isEqualTo(warm);
    }

    /// A mass revocation has to find it.
    @StoreTest
    void aRenewalThatIsNotSeenAtTheEdgeIsAmongTheReplacedAndASpareIsNot(Database database) {
        Scene scene = scene(database, second);
        Certificate certificate = used(scene, "example.com");
        scene.serving.answer = (_, _) -> new ServingCheck.Seen.Not("shows another");
        for (boolean ordered : List.of(true, false)) {
            database.write(write -> scene.certificates.renewNow(write, certificate));
            scene.jobs.tick();
            String tried = served(scene, certificate);
            assertThat(replaced(scene)).doesNotContain(tried);
            if (ordered) {
                database.write(write -> {
                    scene.certificates.replaceNow(write, certificate);
                    return certificate;
                });
            } else {
                clock.advance(RenewalTiming.SERVING_LIMIT);
                scene.jobs.tick();
            }
            assertThat(replaced(scene)).contains(tried);
        }
        switchNow(scene, certificate);
        clock.advance(RenewalTiming.SERVING_LIMIT);
        scene.jobs.tick();
        assertThat(replaced(scene)).doesNotContain(ready(scene, certificate).serial());
        assertThat(served(scene, certificate)).isEqualTo(state(certificate).serial());
    }

    @StoreTest
    void byOrderItTakesThePlaceAndStays(Database database) {
        Scene scene = scene(database, second, third);
        Certificate certificate = used(scene, "example.com");
        String warm = ready(scene, certificate).serial();
        switchNow(scene, certificate);
        assertThat(served(scene, certificate)).isEqualTo(warm);
        settle(scene);
        assertThat(state(scene.now(certificate)).serial()).isEqualTo(warm);
        assertThat(first.asked).hasSize(1);
        assertThat(ready(scene, certificate).issuer()).isEqualTo(third.name());

        Certificate without = scene.request("without.example.com");
        scene.jobs.tick();
        assertThatThrownBy(() -> switchNow(scene, scene.now(without)))
                .isInstanceOf(Spares.NoSpare.class)
                .hasMessageContaining("while it is in use");
    }

    private static void switchNow(Scene scene, Certificate certificate) {
        scene.database.write(write -> {
            scene.certificates.spares().switchNow(write, certificate);
            return certificate;
        });
    }

    @StoreTest
    void itsIssuersMayBeChosenForOneCertificate(Database database) {
        Scene scene = scene(database, second, third);
        Certificate certificate = used(scene, "example.com");
        choose(scene, certificate, Optional.of(List.of(third.name())));
        scene.jobs.tick();
        // What is there serves as well as any other until it is renewed.
        assertThat(ready(scene, certificate).issuer()).isEqualTo(second.name());
        clock.set(
                RenewalTiming.start(
                        certificate.id(),
                        ready(scene, certificate).notBefore(),
                        ready(scene, certificate).notAfter()));
        scene.jobs.tick();
        settle(scene);
        assertThat(ready(scene, certificate).issuer()).isEqualTo(third.name());
        choose(scene, certificate, Optional.of(List.of()));
        scene.jobs.tick();
        assertThat(spare(scene, certificate).message()).contains("No issuer is named for it.");
    }

    /// An issuer may take minutes to answer, and the pause after the tenth failure is twelve hours.
    @StoreTest
    void issuersThatAreChosenWhileAnotherIsAskedAreAskedAtOnce(Database database) {
        second.answer = _ -> new Answer.Unavailable("down");
        Scene scene = scene(database, second);
        Certificate certificate = used(scene, "example.com");
        assertThat(spare(scene, certificate).failures()).isEqualTo(1);
        Scene next = scene(database, second, third);
        second.answer =
                _ -> {
                    clock.advance(Duration.ofMinutes(1));
                    choose(next, certificate, Optional.of(List.of(third.name())));
                    return new Answer.Unavailable("down");
                };
        clock.advance(Duration.ofMinutes(10));
        run(next.sparesOn(database), certificate);
        Spare spare = spare(next, certificate);
        assertThat(spare.chosen()).contains(List.of(third.name()));
        assertThat(spare.nextLook()).contains(now());
        assertThat(spare.failures()).isZero();
        next.jobs.tick();
        assertThat(ready(next, certificate).issuer()).isEqualTo(third.name());
    }

    /// There may be hours' worth of others, since an authority gets so many questions a second.
    @StoreTest
    void whatThereIsDoubtOfIsAskedAboutBeforeAllOthers(Database database) {
        Scene scene = scene(database, second);
        List<Certificate> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(used(scene, "n" + i + ".example.com"));
        }
        clock.advance(SpareWork.STATUS_EVERY);
        Certificate doubted = all.getLast();
        assertThat(
                        database.<Boolean>write(write ->
                                SpareRows.doubt(
                                        write.handle(), doubted.id(), state(doubted).serial())))
                .isTrue();
        lookedAt.clear();
        scene.jobs.tick();
        assertThat(lookedAt).contains(state(doubted).serial()).hasSizeLessThan(all.size());
    }

    @StoreTest
    void aSearchAtTheStartThatFailsIsMadeAgain(Database database) {
        Scene before = scene(database);
        Certificate certificate = used(before, "example.com");
        Scene after = scene(database, second);
        InterruptedDatabase interrupted = new InterruptedDatabase(database, 1, false);
        SpareWork work = after.sparesOn(interrupted);
        assertThatThrownBy(() -> work.advance(0, clock.instant()))
                .isInstanceOf(InterruptedDatabase.PowerCut.class);
        var _ = work.advance(0, clock.instant());
        work.close();
        assertThat(find(after, certificate)).isPresent();
    }

    private static void choose(
            Scene scene, Certificate certificate, Optional<List<IssuerName>> issuers) {
        scene.database.write(write -> {
            scene.certificates.spares().choose(write, certificate, issuers);
            return certificate;
        });
    }

    @StoreTest
    void withTheCertificateGoesItsSpare(Database database) {
        Scene scene = scene(database, second);
        Certificate deleted = used(scene, "deleted.example.com");
        Certificate revoked = used(scene, "revoked.example.com");
        String serial = ready(scene, revoked).serial();
        scene.release(deleted, USER);
        scene.delete(deleted);
        database.write(write ->
                scene.certificates.revoke(write, revoked, RevocationReason.KEY_COMPROMISE));
        scene.jobs.tick();
        for (Certificate each : List.of(deleted, revoked)) {
            assertThat(find(scene, each)).isEmpty();
        }
        Optional<AuthorityRevocations.Status> told =
                database.read(h -> AuthorityRevocations.status(h, revoked.id(), serial));
        assertThat(told).isPresent();
    }

    /// Whoever signed it goes by it until its end.
    @StoreTest
    void oneThatIsSignedAfterItsCertificatesEndIsKnownAndRevokedWithIt(Database database) {
        Scene scene = scene(database, second);
        List<Certificate> ended = new ArrayList<>();
        second.answer =
                order -> {
                    Certificate certificate =
                            database.<Optional<Certificate>>read(handle ->
                                            scene.certificates.find(
                                                    handle, Scene.ALICE, order.id().certificate()))
                                    .orElseThrow();
                    ended.add(certificate);
                    if (order.hosts().getFirst().ascii().startsWith("deleted")) {
                        scene.release(certificate, USER);
                        scene.delete(certificate);
                    } else {
                        database.write(write ->
                                scene.certificates.revoke(
                                        write, certificate, RevocationReason.SUPERSEDED));
                    }
                    return second.sign(order);
                };
        for (String name : List.of("deleted.example.com", "revoked.example.com")) {
            Certificate asked = scene.request(name);
            scene.jobs.tick();
            scene.use(asked, USER);
            scene.jobs.tick();
        }
        assertThat(ended).hasSize(2);
        for (Certificate each : ended) {
            assertThat(find(scene, each)).isEmpty();
            assertThat(database.<Boolean>read(h -> IssuedLeaves.known(h, each.id(), second.name())))
                    .isTrue();
        }
        Certificate revoked = ended.getLast();
        // What was never used is as good as replaced.
        List<String> late =
                scene.earlier().stream()
                        .filter(leaf -> leaf.id().equals(revoked.id()))
                        .map(EarlierLeaves.Leaf::serial)
                        .toList();
        assertThat(late).hasSize(1);
        Optional<AuthorityRevocations.Status> told =
                database.read(h -> AuthorityRevocations.status(h, revoked.id(), late.getFirst()));
        assertThat(told).isPresent();
    }

    /// Order placed, signed and stored; switched, promoted, asked for anew: whatever the process is killed in, there is one
    /// order in hand, and each chain has its key.
    @StoreTest
    void aPowerCutAtAnyWriteIsFollowedByTheSameEnd(Database database) {
        int cuts = 0;
        for (int cut = 1; cut <= 4; cut++) {
            for (boolean committed : List.of(false, true)) {
                Scene scene = scene(database, second);
                Certificate certificate = used(scene, "cut" + cut + committed + ".example.com");
                String warm = ready(scene, certificate).serial();
                switchNow(scene, certificate);
                clock.advance(Duration.ofSeconds(1));
                scene.jobs.tick();
                InterruptedDatabase interrupted = new InterruptedDatabase(database, cut, committed);
                SpareWork work = scene.sparesOn(interrupted);
                try {
                    clock.advance(Duration.ofSeconds(1));
                    run(work, certificate);
                    run(work, certificate);
                } catch (InterruptedDatabase.PowerCut _) {
                    cuts++;
                }
                work.close();
                assertThat(served(scene, certificate)).isEqualTo(warm);
                Scene next = scene(database, second, third);
                settle(next);
                assertThat(served(next, certificate)).isEqualTo(warm);
                assertThat(ready(next, certificate).issuer()).isEqualTo(third.name());
                next.release(certificate, USER);
                next.delete(certificate);
            }
        }
        assertThat(cuts).isGreaterThanOrEqualTo(4);
    }

    private void run(SpareWork work, Certificate certificate) {
        var _ = work.advance(CertificateRows.shardOf(certificate.id()), clock.instant());
    }

    @StoreTest
    void anOrderThatTakesItsTimeIsFoundAgainAndNotMadeTwice(Database database) {
        second.answer =
                _ -> new Answer.UnderWay("being validated", clock.instant().plusSeconds(60));
        Scene scene = scene(database, second);
        Certificate certificate = used(scene, "example.com");
        Issuer.Order order = second.asked.element();
        assertThat(spare(scene, certificate).message()).contains("being validated");
        second.known =
                id -> id.equals(order.id()) ? Optional.of(second.sign(order)) : Optional.empty();
        ConcurrentLinkedQueue<OrderId> forgotten = new ConcurrentLinkedQueue<>();
        second.forgets = (_, id) -> forgotten.add(id);

        Scene next = scene(database, second);
        database.write(write -> {
            next.certificates.orderDecided(write, certificate.id());
            return certificate;
        });
        next.jobs.tick();
        assertThat(second.asked).hasSize(1);
        assertThat(ready(next, certificate).issuer()).isEqualTo(second.name());
        assertThat(forgotten).containsExactly(order.id());
        assertThat(next.now(certificate)).isEqualTo(certificate);
    }

    private Instant now() {
        return clock.instant();
    }
}
