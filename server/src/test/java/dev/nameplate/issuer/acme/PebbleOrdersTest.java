package dev.nameplate.issuer.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.Issuer.Answer;
import dev.nameplate.certificate.OrderId;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.issuer.acme.AcmeCa.ExternalAccount;
import dev.nameplate.names.DomainName;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.Pem;
import dev.nameplate.pki.X509;
import dev.nameplate.testkit.Pebble;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/// Orders at a real authority, with our own DNS as its resolver where names are proven.
@Tag("slow")
final class PebbleOrdersTest {
    private static final int MANY = 200;
    private static final int LOCKED_AT_MOST = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestStore store = TestStore.sqlite();

    @AfterEach
    void stop() {
        store.close();
    }

    private AcmeScene scene(AcmeCa ca) {
        return new AcmeScene(store.database(), AcmeScene.vault(), ca);
    }

    private static AcmeCa ca(Pebble pebble) {
        return AcmeScene.ca(pebble.directory(), pebble.tls());
    }

    @Test
    void apexAndWildcardAreProvenByTwoTextsAtTheOneTarget() throws Exception {
        try (AcmeScene.Dns dns = new AcmeScene.Dns(store.database(), InstantSource.system());
                Pebble pebble = Pebble.options().resolver(dns.address()).start();
                AcmeScene scene =
                        new AcmeScene(
                                store.database(),
                                AcmeScene.vault(),
                                ca(pebble),
                                InstantSource.system(),
                                dns::shows,
                                Pacing.NONE)) {
            dns.delegate("example.com");
            OrderId id = AcmeScene.newId();

            assertThat(scene.issue(AcmeScene.order(id, "example.com", "*.example.com")))
                    .isInstanceOf(Answer.UnderWay.class);
            Answer.Signed signed = scene.signed(id);

            X509Certificate leaf = signed.chain().getFirst();
            assertThat(leaf.getSubjectAlternativeNames()).hasSize(2);
            assertThat(leaf.getPublicKey()).isEqualTo(signed.keys().getPublic());
            assertThat(scene.decided).containsExactly(id.certificate());
            assertThat(scene.shownAt(AcmeScene.target(new DomainName("example.com")))).isEmpty();
            assertThat(pebble.orders()).isEqualTo(1);
        }
    }

    @Test
    void aRecordThatLeadsElsewhereIsToldInTheAuthoritysWordsAndTriedLater() {
        try (AcmeScene.Dns dns = new AcmeScene.Dns(store.database(), InstantSource.system());
                Pebble pebble = Pebble.options().resolver(dns.address()).start();
                AcmeScene scene = scene(ca(pebble))) {
            dns.delegate("example.com", _ -> "_else.proof.nameplate.internal");
            OrderId id = AcmeScene.newId();
            scene.issue(AcmeScene.order(id, "example.com"));

            Optional<AcmeProblem> problem = Optional.empty();
            Instant end = Instant.now().plusSeconds(30);
            while (problem.isEmpty() && Instant.now().isBefore(end)) {
                for (int shard = 0; shard < scene.work.shards(); shard++) {
                    scene.work.advance(shard, scene.clock.instant());
                }
                problem = scene.row(id).orElseThrow().progress().problem();
            }

            assertThat(problem).isPresent();
            assertThat(problem.get().about())
                    .first()
                    .satisfies(about -> assertThat(about.identifier()).isEqualTo("example.com"));
            assertThat(scene.row(id).orElseThrow().progress().due())
                    .isAfter(scene.clock.instant().plusSeconds(60));
        }
    }

    @Test
    void halfOfNoncesRefusedAndHalfOfAuthorizationsReusedChangeNothing() {
        try (Pebble pebble =
                        Pebble.options()
                                .alwaysValid()
                                .nonceReject(50)
                                .authorizationReuse(50)
                                .start();
                AcmeScene scene = scene(ca(pebble))) {
            for (int i = 0; i < 4; i++) {
                OrderId id = AcmeScene.newId();
                scene.issue(AcmeScene.order(id, "www.example.com", "*.example.com"));
                scene.signed(id);
            }
            assertThat(pebble.certificates()).isEqualTo(4);
        }
    }

    @Test
    void thePreferredChainIsServedWithoutItsRoot() {
        try (Pebble pebble =
                Pebble.options().alwaysValid().alternateRoots(2).chainLength(2).start()) {
            X509Certificate root =
                    X509.parseOne(
                            Pem.read(pebble.root(2).getBytes(StandardCharsets.US_ASCII))
                                    .getFirst()
                                    .der());
            String wanted = X509.commonName(root.getSubjectX500Principal());
            AcmeCa plain = ca(pebble);
            AcmeCa preferring =
                    new AcmeCa(
                            plain.name(),
                            plain.directory(),
                            plain.contacts(),
                            true,
                            Optional.empty(),
                            Optional.of(wanted),
                            Optional.empty(),
                            List.of(),
                            plain.trust());
            try (AcmeScene scene = scene(preferring)) {
                OrderId id = AcmeScene.newId();
                scene.issue(AcmeScene.order(id, "www.example.com"));
                List<X509Certificate> chain = scene.signed(id).chain();
                assertThat(chain).hasSize(3);
                assertThat(X509.commonName(chain.getLast().getIssuerX500Principal()))
                        .isEqualTo(wanted);
            }
        }
    }

    @Test
    void anAccountIsBoundToAnExternalOne() {
        String key = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
        try (Pebble pebble =
                Pebble.options().alwaysValid().externalAccount("customer-7", key).start()) {
            try (AcmeScene unbound = scene(ca(pebble))) {
                assertThatThrownBy(() -> unbound.issuer.account().register())
                        .isInstanceOf(CallFailed.class)
                        .hasMessageContaining("operator of this server");
            }
            AcmeCa plain = ca(pebble);
            AcmeCa bound =
                    new AcmeCa(
                            plain.name(),
                            plain.directory(),
                            plain.contacts(),
                            true,
                            Optional.of(ExternalAccount.of("customer-7", key)),
                            Optional.empty(),
                            Optional.empty(),
                            List.of(),
                            plain.trust());
            try (TestStore other = TestStore.sqlite();
                    AcmeScene scene = new AcmeScene(other.database(), AcmeScene.vault(), bound)) {
                assertThat(scene.issuer.account().register().status())
                        .isEqualTo(AcmeAccount.Status.VALID);
            }
        }
    }

    @Test
    void anAccountGetsAnotherKeyOtherContactsAndAnEnd() {
        try (Pebble pebble = Pebble.options().alwaysValid().start();
                AcmeScene scene = scene(ca(pebble))) {
            AcmeAccount account = scene.issuer.account();
            AcmeAccount.View first = account.register();
            AcmeAccount.View rolled = account.rollKey();
            assertThat(rolled.url()).isEqualTo(first.url());
            assertThat(rolled.thumbprint()).isNotEqualTo(first.thumbprint());
            assertThat(rolled.keyChange()).isFalse();
            OrderId id = AcmeScene.newId();
            scene.issue(AcmeScene.order(id, "www.example.com"));
            scene.signed(id);

            assertThat(account.deactivate().status()).isEqualTo(AcmeAccount.Status.DEACTIVATED);
            assertThatThrownBy(account::ready).isInstanceOf(CallFailed.class);
            assertThat(account.register().url()).isPresent().isNotEqualTo(first.url());
        }
    }

    @Test
    void aCertificateIsRevokedByTheAccountOrByItsOwnKey() {
        try (Pebble pebble = Pebble.options().alwaysValid().start();
                AcmeScene scene = scene(ca(pebble))) {
            OrderId one = AcmeScene.newId();
            OrderId other = AcmeScene.newId();
            scene.issue(AcmeScene.order(one, "one.example.com"));
            scene.issue(AcmeScene.order(other, "other.example.com"));
            X509Certificate first = scene.signed(one).chain().getFirst();
            Answer.Signed second = scene.signed(other);

            scene.issuer.revoke(first, RevocationReason.SUPERSEDED);
            scene.issuer.revoke(first, RevocationReason.SUPERSEDED);
            scene.issuer.revoke(
                    second.chain().getFirst(), second.keys(), RevocationReason.KEY_COMPROMISE);

            assertThat(pebble.status(first.getSerialNumber().toString(16))).isEqualTo("Revoked");
            assertThat(pebble.status(second.chain().getFirst().getSerialNumber().toString(16)))
                    .isEqualTo("Revoked");
        }
    }

    @Test
    void manyOrdersAreWorkedOnSideBySide() throws Exception {
        int locked = 0;
        while (!manyAreSigned()) {
            locked++;
            assertThat(locked).as("authorities that locked themselves").isLessThan(LOCKED_AT_MOST);
        }
    }

    /// @return false where Pebble has locked itself on the way, so that nothing can be said
    private boolean manyAreSigned() throws Exception {
        try (Pebble pebble = Pebble.options().alwaysValid().start();
                AcmeScene scene = scene(ca(pebble))) {
            KeyPair keys = AcmeScene.KEYS.generate(KeyAlgorithm.EC_P256);
            List<Issuer.Order> orders = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                orders.add(
                        AcmeScene.order(
                                AcmeScene.newId(), keys, Issuer.Way.DNS, "n" + i + ".example.com"));
            }
            scene.issuer.issue(orders);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int shard = 0; shard < scene.work.shards(); shard++) {
                    int each = shard;
                    threads.execute(() -> untilNothingWaits(scene, each));
                }
            }
            Map<OrderId, Answer> answers =
                    scene.issuer.underWay(orders.stream().map(Issuer.Order::id).toList());
            if (pebble.isLocked()) {
                return false;
            }
            assertThat(answers.values())
                    .hasSize(MANY)
                    .allSatisfy(answer -> assertThat(answer).isInstanceOf(Answer.Signed.class));
            assertThat(pebble.orders()).isEqualTo(MANY);
            return true;
        }
    }

    @Test
    void aConnectionThatStopsMovingDoesNotHoldUpTheNextCall() throws Exception {
        try (Pebble pebble = Pebble.options().alwaysValid().start();
                StallingRelay relay = StallingRelay.to(pebble.directory().getPort());
                AcmeScene scene =
                        scene(
                                AcmeScene.ca(
                                        URI.create("https://localhost:" + relay.port() + "/dir"),
                                        pebble.tls()))) {
            OrderId before = AcmeScene.newId();
            scene.issue(AcmeScene.order(before, "before.example.com"));
            scene.signed(before);

            assertThat(relay.stall()).isPositive();
            OrderId after = AcmeScene.newId();
            scene.issue(AcmeScene.order(after, "after.example.com"));
            scene.signed(after);
        }
    }

    private static void untilNothingWaits(AcmeScene scene, int shard) {
        Instant end = Instant.now().plus(PATIENCE);
        while (scene.work.advance(shard, scene.clock.instant()).isPresent()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("orders of shard " + shard + " wait still");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
