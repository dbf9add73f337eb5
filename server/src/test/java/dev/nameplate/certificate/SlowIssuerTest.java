package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.Issuer.ProofForm;
import dev.nameplate.certificate.IssuerAnswers.Said;
import dev.nameplate.certificate.IssuerAnswers.Word;
import dev.nameplate.db.Database;
import dev.nameplate.dns.Actor;
import dev.nameplate.dns.Cause;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.X509;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// An issuer that takes its time keeps its orders in the store, each with a key of its own.
final class SlowIssuerTest {
    private static final Duration WORK = Duration.ofMinutes(20);

    private final SettableClock clock = new SettableClock();
    private final Vault vault = TestVault.open();
    private final StandInIssuer slow = new StandInIssuer(clock, "slow", ProofForm.ACM_RECORD);
    private final StandInIssuer other = new StandInIssuer(clock, "other", ProofForm.ACM_RECORD);
    private final Map<OrderId, KeyPair> keys = new ConcurrentHashMap<>();
    private final Map<OrderId, Answer> decided = new ConcurrentHashMap<>();

    private Scene scene(TestStore store, StandInIssuer... issuers) {
        Scene scene = new Scene(store.database(), clock, vault, List.of(issuers));
        scene.lookup.showsEverything = true;
        return scene;
    }

    /// What stands in `store` stands there also after it was opened again.
    private void keepsOrdersIn(TestStore store) {
        store.database()
                .write(write -> write.handle().execute("CREATE TABLE slow_order (id TEXT)"));
        slow.answer =
                order -> {
                    keys.put(order.id(), TestCa.KEYS.generate(KeyAlgorithm.EC_P256));
                    store.database()
                            .write(write ->
                                    write.handle()
                                            .execute(
                                                    "INSERT INTO slow_order VALUES (?)",
                                                    order.id().toString()));
                    return working();
                };
        slow.known =
                id ->
                        orders(store.database()).contains(id.toString())
                                ? Optional.of(decided.getOrDefault(id, working()))
                                : Optional.empty();
        slow.forgets =
                (write, id) ->
                        write.handle()
                                .execute("DELETE FROM slow_order WHERE id = ?", id.toString());
    }

    private Answer working() {
        return new Answer.UnderWay("the authority looks", clock.instant().plus(WORK));
    }

    private static List<String> orders(Database database) {
        return database.read(handle ->
                handle.createQuery("SELECT id FROM slow_order").mapTo(String.class).list());
    }

    /// The authority signs what the issuer ordered, for the issuer's key, and the issuer tells of it.
    private void sign(Scene scene, Certificate certificate) {
        Issuer.Order order =
                slow.asked.stream()
                        .filter(each -> each.id().certificate().equals(certificate.id()))
                        .reduce((_, last) -> last)
                        .orElseThrow();
        decide(
                scene,
                certificate,
                slow.sign(
                        new Issuer.Order(
                                order.id(),
                                order.account(),
                                order.names(),
                                Objects.requireNonNull(keys.get(order.id())),
                                order.replaces())));
    }

    private void decide(Scene scene, Certificate certificate, Answer answer) {
        decided.put(OrderId.main(certificate.id()), answer);
        scene.database.write(write -> {
            scene.certificates.orderDecided(write, certificate.id());
            return write;
        });
    }

    private void hasTheOrdersOwnKey(Scene scene, Certificate certificate) {
        KeyPair own = Objects.requireNonNull(keys.get(OrderId.main(certificate.id())));
        Certificates.ServingMaterial material = scene.material(certificate).orElseThrow();
        assertThat(material.privateKey()).isEqualTo(own.getPrivate().getEncoded());
        assertThat(X509.parse(material.chain().getFirst()).getFirst().getPublicKey())
                .isEqualTo(own.getPublic());
    }

    @StoreTest
    void aCertificateWaitsForItsOrderAndIsDueAtOnceWhenThatIsDecided(TestStore store) {
        keepsOrdersIn(store);
        Scene scene = scene(store, slow, other);
        Certificate certificate = scene.request("example.com", "www.example.com");
        Instant asked = clock.instant();
        scene.jobs.tick();
        assertThat(scene.now(certificate).state()).isInstanceOf(State.Pending.class);
        assertThat(scene.jobs.nextDue()).contains(asked.plus(WORK));
        assertThat(scene.database.read(handle -> Diagnoses.of(handle, certificate.id())).values())
                .hasSize(2)
                .allSatisfy(diagnosis -> {
                    assertThat(diagnosis.finding().cause()).isEqualTo(Cause.ISSUER_WORKING);
                    assertThat(diagnosis.actor()).isEqualTo(Actor.ISSUER);
                });

        // However long it takes it is neither ordered anew nor anybody else's turn.
        int looks = scene.lookup.looks.size();
        for (int i = 0; i < 5; i++) {
            clock.advance(WORK);
            scene.jobs.tick();
        }
        assertThat(slow.asked).hasSize(1);
        assertThat(other.asked).isEmpty();
        assertThat(scene.lookup.looks).hasSize(looks);
        assertThat(said(scene, certificate))
                .singleElement()
                .extracting(Said::word, Said::since, Said::at)
                .containsExactly(Word.UNDER_WAY, asked, clock.instant());

        sign(scene, certificate);
        assertThat(orders(store.database())).hasSize(1);
        scene.jobs.tick();
        assertThat(scene.now(certificate).state())
                .isInstanceOfSatisfying(
                        State.Issued.class,
                        issued -> assertThat(issued.issuer()).isEqualTo("CA slow"));
        hasTheOrdersOwnKey(scene, certificate);
        assertThat(orders(store.database())).isEmpty();
        assertThat(slow.asked).hasSize(1);
        assertThat(scene.lookup.looks).hasSize(looks);
        assertThat(scene.database.read(handle -> Diagnoses.of(handle, certificate.id())).values())
                .hasSize(2)
                .allSatisfy(
                        diagnosis -> assertThat(diagnosis.finding().cause()).isEqualTo(Cause.NONE));
    }

    @StoreTest
    void anOrderThatIsRefusedInTheEndIsForgottenAndTheNextIssuerSigns(TestStore store) {
        keepsOrdersIn(store);
        Scene scene = scene(store, slow, other);
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        decide(scene, certificate, new Answer.Refused("found nothing", Actor.NAME_OWNER));
        scene.jobs.tick();

        assertThat(scene.chain(certificate).getFirst().getIssuerX500Principal().getName())
                .isEqualTo("CN=CA other");
        assertThat(orders(store.database())).isEmpty();
        assertThat(said(scene, certificate))
                .extracting(Said::issuer, Said::word, Said::message, Said::actor)
                .containsExactlyInAnyOrder(
                        tuple(slow.name(), Word.REFUSED, "found nothing", Actor.NAME_OWNER),
                        tuple(other.name(), Word.SIGNED, "", Actor.NOBODY));
    }

    @StoreTest
    void anOrderNobodyWaitsForAnyMoreIsForgotten(TestStore store) {
        keepsOrdersIn(store);
        Scene scene = scene(store, slow);
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        assertThat(orders(store.database())).hasSize(1);
        clock.advance(CertificateSettings.DEFAULT_VALIDATION_TIME);
        scene.jobs.tick();
        assertThat(scene.now(certificate).state()).isInstanceOf(State.TimedOut.class);
        assertThat(orders(store.database())).isEmpty();
    }

    /// Killed right before and right after the commit of each round, and the store opened again.
    @StoreTest
    void aKillLosesNeitherTheOrderNorWhatCameOfIt(TestStore store) {
        keepsOrdersIn(store);
        for (boolean committed : List.of(false, true)) {
            Scene first = scene(store, slow, other);
            Certificate certificate = first.request("k" + committed + ".example.com");
            kill(store, first, committed);
            assertThat(orders(store.reopen())).containsExactly(certificate.id().toString());
            assertThat(said(scene(store, slow, other), certificate)).hasSize(committed ? 1 : 0);

            Scene second = scene(store, slow, other);
            second.jobs.tick();
            assertThat(second.now(certificate).state()).isInstanceOf(State.Pending.class);
            sign(second, certificate);
            kill(store, second, committed);
            store.reopen();

            Scene third = scene(store, slow, other);
            // The order is forgotten in the very transaction that stores what came of it.
            assertThat(third.now(certificate).state() instanceof State.Issued).isEqualTo(committed);
            assertThat(third.material(certificate).isPresent()).isEqualTo(committed);
            assertThat(orders(store.database()).isEmpty()).isEqualTo(committed);
            third.jobs.tick();
            assertThat(third.now(certificate).state()).isInstanceOf(State.Issued.class);
            hasTheOrdersOwnKey(third, certificate);
            assertThat(orders(store.database())).isEmpty();
            assertThat(slow.asked).hasSize(1);
            assertThat(other.asked).isEmpty();
            slow.asked.clear();
        }
    }

    private void kill(TestStore store, Scene scene, boolean committed) {
        IssuanceWork killed = scene.workOn(new InterruptedDatabase(store.database(), 1, committed));
        assertThatThrownBy(
                        () -> {
                            for (int shard = 0; shard < killed.shards(); shard++) {
                                var _ = killed.advance(shard, clock.instant());
                            }
                        })
                .isInstanceOf(InterruptedDatabase.PowerCut.class);
        killed.close();
    }

    @StoreTest
    void aRenewalWaitsForItsOrderWhileTheOldServes(TestStore store) {
        Scene scene = scene(store, slow);
        scene.jobs.add(scene.renewals);
        Certificate certificate = scene.request("example.com");
        scene.jobs.tick();
        scene.use(certificate, "distribution/E1");
        Certificates.ServingMaterial old = scene.material(certificate).orElseThrow();
        keepsOrdersIn(store);
        scene.database.write(write -> scene.certificates.renewNow(write, scene.now(certificate)));
        scene.jobs.tick();
        assertThat(scene.material(certificate).orElseThrow().version()).isEqualTo(old.version());
        Renewal waiting = scene.now(certificate).renewal().orElseThrow();
        assertThat(waiting.status()).isEqualTo(Renewal.Status.PENDING_AUTO_RENEWAL);
        assertThat(waiting.reason()).contains("the authority looks");
        assertThat(scene.jobs.nextDue()).contains(clock.instant().plus(WORK));

        sign(scene, certificate);
        scene.jobs.tick();
        hasTheOrdersOwnKey(scene, certificate);
        assertThat(orders(store.database())).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        scene.jobs.tick();
        assertThat(scene.now(certificate).renewal().orElseThrow().status())
                .isEqualTo(Renewal.Status.SUCCESS);
        assertThat(slow.asked).hasSize(2);
    }

    private static List<Said> said(Scene scene, Certificate certificate) {
        return scene.database.read(handle -> IssuerAnswers.of(handle, certificate.id()));
    }
}
