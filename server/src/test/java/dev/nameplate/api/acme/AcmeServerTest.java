package dev.nameplate.api.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.enrolment.Credentials;
import dev.nameplate.enrolment.EnrolledCertificates;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.RevocationReason;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Dns01Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;

import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The protocol, by acme4j.
@Tag("slow")
final class AcmeServerTest {
    private final TestStore store = TestStore.sqlite();
    private AcmeRig rig;

    @BeforeEach
    void start() {
        rig = new AcmeRig(store.database());
    }

    @AfterEach
    void stop() {
        rig.close();
        store.close();
    }

    @Test
    void theDirectorySaysThatAccountsNeedACredential() throws AcmeException {
        Metadata meta = rig.session().getMetadata();
        assertThat(meta.isExternalAccountRequired()).isTrue();
        assertThat(meta.getCaaIdentities()).containsExactly("nameplate.internal");
        assertThat(meta.isAutoRenewalEnabled()).isFalse();
    }

    @StoreTest
    void certificateIsIssuedForAWildcardAndItsBase(Database database) throws AcmeException {
        try (AcmeRig on = new AcmeRig(database)) {
            KeyPair keys = AcmeRig.newKeys();
            Certificate certificate =
                    on.issue(on.login(), keys, "www.example.com", "*.www.example.com");
            X509Certificate leaf = certificate.getCertificate();
            assertThat(leaf.getPublicKey()).isEqualTo(keys.getPublic());
            assertThat(names(leaf)).containsExactly("www.example.com", "*.www.example.com");
            assertThat(certificate.getCertificateChain()).hasSize(2);
            assertThat(certificate.getAlternates()).isEmpty();
            assertThat(on.certificates.list(AcmeRig.TENANT, Optional.empty(), 10))
                    .singleElement()
                    .satisfies(listed -> assertThat(listed.certificate().leaf()).isEqualTo(leaf));
            certificate.revoke(RevocationReason.SUPERSEDED);
            assertThat(revoked(on, certificate)).isTrue();
        }
    }

    private static List<String> names(X509Certificate leaf) {
        try {
            return leaf.getSubjectAlternativeNames().stream()
                    .map(each -> String.valueOf(each.get(1)))
                    .toList();
        } catch (CertificateParsingException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean revoked(AcmeRig on, Certificate certificate) {
        String serial = certificate.getCertificate().getSerialNumber().toString(16);
        return on.certificates.list(AcmeRig.TENANT, Optional.empty(), 100).stream()
                .filter(each -> each.certificate().serial().equals(serial))
                .anyMatch(each -> each.revokedAt().isPresent());
    }

    private static void assertRefused(ThrowingCallable call, String type) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        AcmeServerException.class,
                        e ->
                                assertThat(e.getType())
                                        .hasToString("urn:ietf:params:acme:error:" + type));
    }

    @Test
    void accountNeedsTheKeyOfACredential() {
        Session session = rig.session();
        Credentials.Created credential = rig.credential("example.com");
        Credentials.Created other = rig.credential("example.com");
        assertRefused(
                () -> new AccountBuilder().useKeyPair(AcmeRig.newKeys()).create(session),
                "externalAccountRequired");
        assertRefused(
                () ->
                        new AccountBuilder()
                                .useKeyPair(AcmeRig.newKeys())
                                .withKeyIdentifier(credential.credential().id(), other.key())
                                .create(session),
                "unauthorized");
        assertRefused(
                () ->
                        new AccountBuilder()
                                .useKeyPair(AcmeRig.newKeys())
                                .withKeyIdentifier("made-up", other.key())
                                .create(session),
                "unauthorized");
    }

    @Test
    void anyOfTheThreeDigestsBindsAnAccount() throws AcmeException {
        Credentials.Created credential = rig.credential("example.com");
        for (String digest : List.of("HS256", "HS384", "HS512")) {
            Account account =
                    new AccountBuilder()
                            .useKeyPair(AcmeRig.newKeys())
                            .withKeyIdentifier(credential.credential().id(), credential.key())
                            .withMacAlgorithm(digest)
                            .addEmail("ops@example.com")
                            .create(rig.session());
            assertThat(account.getStatus()).isEqualTo(Status.VALID);
            assertThat(account.getKeyIdentifier()).contains(credential.credential().id());
            assertThat(account.getContacts()).hasSize(1);
        }
        assertThat(rig.credentials.bound(credential.credential().id())).isEqualTo(3);
    }

    @Test
    void keysOfRsaAndOfP384SignToo() throws Exception {
        Credentials.Created credential = rig.credential("example.com");
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        KeyPairGenerator p384 = KeyPairGenerator.getInstance("EC");
        p384.initialize(384);
        for (KeyPair keys : List.of(rsa.generateKeyPair(), p384.generateKeyPair())) {
            Login login = rig.login(credential, keys);
            assertThat(login.newOrder().domain("a.example.com").create().getStatus())
                    .isEqualTo(Status.PENDING);
        }
    }

    @Test
    void sameKeyHasOneAccountAndACredentialBindsSoMany() throws AcmeException {
        Credentials.Created credential =
                rig.credentials.create(AcmeRig.TENANT, AcmeRig.wanted(1, 10, "example.com"));
        KeyPair keys = AcmeRig.newKeys();
        Login first = rig.login(credential, keys);
        Login again = rig.login(credential, keys);
        assertThat(again.getAccountLocation()).isEqualTo(first.getAccountLocation());
        assertThat(
                        new AccountBuilder()
                                .useKeyPair(keys)
                                .onlyExisting()
                                .createLogin(rig.session())
                                .getAccountLocation())
                .isEqualTo(first.getAccountLocation());
        assertRefused(() -> rig.login(credential, AcmeRig.newKeys()), "unauthorized");
        assertRefused(
                () ->
                        new AccountBuilder()
                                .useKeyPair(AcmeRig.newKeys())
                                .onlyExisting()
                                .create(rig.session()),
                "accountDoesNotExist");
    }

    @Test
    void orderForWhatTheCredentialIsNotForIsRejectedNameByName() throws AcmeException {
        Login login = rig.login();
        assertThatThrownBy(() ->
                        login.newOrder()
                                .domains("a.example.com", "a.example.net", "amazonaws.com")
                                .create())
                .isInstanceOfSatisfying(
                        AcmeServerException.class,
                        e -> {
                            assertThat(e.getType())
                                    .hasToString("urn:ietf:params:acme:error:rejectedIdentifier");
                            assertThat(e.getProblem().getSubProblems())
                                    .extracting(
                                            sub -> sub.getIdentifier().orElseThrow().getDomain())
                                    .containsExactly("a.example.net", "amazonaws.com");
                        });
    }

    @Test
    void credentialWithoutWildcardsOrEndedOrDeletedOrdersNone() throws AcmeException {
        Credentials.Created plain =
                rig.credentials.create(
                        AcmeRig.TENANT,
                        new Credentials.Wanted(
                                "",
                                AcmeRig.wanted(1, 1, "example.com").names(),
                                false,
                                false,
                                3,
                                10,
                                Optional.of(rig.clock.instant().plus(Duration.ofDays(1)))));
        Login login = rig.login(plain, AcmeRig.newKeys());
        assertRefused(
                () -> login.newOrder().domain("*.example.com").create(), "rejectedIdentifier");
        Order order = login.newOrder().domain("example.com").create();
        rig.clock.advance(Duration.ofDays(2));
        assertRefused(() -> login.newOrder().domain("example.com").create(), "unauthorized");
        assertRefused(() -> rig.login(plain, AcmeRig.newKeys()), "unauthorized");
        rig.prove(order);
        assertRefused(() -> order.execute(AcmeRig.newKeys()), "unauthorized");
        assertThat(rig.credentials.delete(AcmeRig.TENANT, plain.credential().id())).isTrue();
        assertRefused(order::fetch, "unauthorized");
    }

    @Test
    void ordersOfADayAreLimitedForAllAccountsOfACredentialTogether() throws AcmeException {
        Credentials.Created credential =
                rig.credentials.create(AcmeRig.TENANT, AcmeRig.wanted(3, 2, "example.com"));
        Login one = rig.login(credential, AcmeRig.newKeys());
        Login other = rig.login(credential, AcmeRig.newKeys());
        one.newOrder().domain("a.example.com").create();
        other.newOrder().domain("b.example.com").create();
        assertRefused(() -> one.newOrder().domain("c.example.com").create(), "rateLimited");
        rig.clock.advance(Duration.ofHours(25));
        assertThat(one.newOrder().domain("c.example.com").create().getStatus())
                .isEqualTo(Status.PENDING);
    }

    @Test
    void whatTheCustomerHasProvenHereIsAuthorizedAtOnce() throws AcmeException {
        rig.proven.add("www.example.com");
        Order order = rig.login().newOrder().domains("www.example.com").create();
        assertThat(order.getStatus()).isEqualTo(Status.READY);
        assertThat(rig.finish(order, AcmeRig.newKeys()).getCertificateChain()).hasSize(2);
    }

    @Test
    void authorizationIsUsedForTheNextOrderUntilItIsGivenUp() throws AcmeException {
        Login login = rig.login();
        rig.issue(login, AcmeRig.newKeys(), "www.example.com");
        Order next = login.newOrder().domain("www.example.com").create();
        assertThat(next.getStatus()).isEqualTo(Status.READY);
        Authorization authorization = next.getAuthorizations().getFirst();
        authorization.deactivate();
        next.fetch();
        assertThat(next.getStatus()).isEqualTo(Status.INVALID);
        assertThat(login.newOrder().domain("www.example.com").create().getStatus())
                .isEqualTo(Status.PENDING);
        rig.issue(login, AcmeRig.newKeys(), "www.example.com");
        rig.clock.advance(Duration.ofDays(31));
        assertThat(login.newOrder().domain("www.example.com").create().getStatus())
                .isEqualTo(Status.PENDING);
    }

    @Test
    void challengeThatIsNotAnsweredIsLookedAtThreeTimes() throws AcmeException {
        Login login = rig.login();
        Order order = login.newOrder().domain("www.example.com").create();
        Authorization authorization = order.getAuthorizations().getFirst();
        Dns01Challenge challenge = authorization.findChallenge(Dns01Challenge.class).orElseThrow();
        challenge.trigger();
        rig.settle();
        challenge.fetch();
        assertThat(challenge.getStatus()).isEqualTo(Status.PROCESSING);
        assertThat(challenge.getError()).isPresent();
        rig.clock.advance(Duration.ofSeconds(3));
        rig.settle();
        rig.clock.advance(Duration.ofSeconds(7));
        rig.settle();
        challenge.fetch();
        authorization.fetch();
        order.fetch();
        assertThat(challenge.getStatus()).isEqualTo(Status.INVALID);
        assertThat(challenge.getError().orElseThrow().getType())
                .hasToString("urn:ietf:params:acme:error:incorrectResponse");
        assertThat(authorization.getStatus()).isEqualTo(Status.INVALID);
        assertThat(order.getStatus()).isEqualTo(Status.INVALID);
    }

    @Test
    void nameThatKeepsFailingIsHeldBack() throws AcmeException {
        Login login = rig.login();
        for (int i = 0; i < 5; i++) {
            Order order = login.newOrder().domain("nowhere.example.com").create();
            order.getAuthorizations()
                    .getFirst()
                    .findChallenge(Http01Challenge.class)
                    .orElseThrow()
                    .trigger();
            for (int look = 0; look < 3; look++) {
                rig.settle();
                rig.clock.advance(Duration.ofSeconds(7));
            }
            order.fetch();
            assertThat(order.getStatus()).isEqualTo(Status.INVALID);
        }
        assertRefused(() -> login.newOrder().domain("nowhere.example.com").create(), "rateLimited");
    }

    @Test
    void wildcardIsProvenByTheDnsAlone() throws AcmeException {
        Order order = rig.login().newOrder().domain("*.example.com").create();
        Authorization authorization = order.getAuthorizations().getFirst();
        assertThat(authorization.isWildcard()).isTrue();
        assertThat(authorization.getIdentifier().getDomain()).isEqualTo("example.com");
        assertThat(authorization.getChallenges()).extracting("type").containsExactly("dns-01");
    }

    @Test
    void orderThatIsNotReadyIsNotFinished() throws AcmeException {
        Order order = rig.login().newOrder().domain("www.example.com").create();
        assertRefused(() -> order.execute(AcmeRig.newKeys()), "orderNotReady");
        rig.clock.advance(Duration.ofDays(8));
        order.fetch();
        assertThat(order.getStatus()).isEqualTo(Status.INVALID);
    }

    @Test
    void requestForOtherNamesOrByTheAccountsKeyIsABadOne() throws AcmeException {
        Credentials.Created credential = rig.credential("example.com");
        KeyPair accountKeys = AcmeRig.newKeys();
        Login login = rig.login(credential, accountKeys);
        Order order = login.newOrder().domain("www.example.com").create();
        rig.prove(order);
        assertRefused(
                () -> order.execute(AcmeRig.newKeys(), csr -> csr.addDomain("more.example.com")),
                "badCSR");
        assertRefused(() -> order.execute(accountKeys), "badCSR");
        assertRefused(() -> order.execute(new byte[] {0x30, 3, 2, 1, 1}), "badCSR");
        assertThat(rig.finish(order, AcmeRig.newKeys()).getCertificateChain()).hasSize(2);
    }

    @Test
    void keyThatTheAuthorityDoesNotSignForMakesTheOrderInvalid() throws Exception {
        Login login = rig.login();
        Order order = login.newOrder().domain("www.example.com").create();
        rig.prove(order);
        KeyPairGenerator short1024 = KeyPairGenerator.getInstance("RSA");
        short1024.initialize(1024);
        order.execute(short1024.generateKeyPair());
        rig.settle();
        order.fetch();
        assertThat(order.getStatus()).isEqualTo(Status.INVALID);
        assertThat(order.getError().orElseThrow().getType())
                .hasToString("urn:ietf:params:acme:error:badCSR");
    }

    @Test
    void caaIsAskedBeforeSigning() throws AcmeException {
        Login login = rig.login();
        Order forbidden = login.newOrder().domains("a.example.com", "b.example.com").create();
        rig.prove(forbidden);
        rig.caa.put(new DomainName("b.example.com"), false);
        forbidden.execute(AcmeRig.newKeys());
        rig.settle();
        forbidden.fetch();
        assertThat(forbidden.getStatus()).isEqualTo(Status.INVALID);
        assertThat(forbidden.getError().orElseThrow().getType())
                .hasToString("urn:ietf:params:acme:error:caa");

        rig.caa.put(new DomainName("b.example.com"), true);
        Order unreadable = login.newOrder().domains("b.example.com").create();
        unreadable.execute(AcmeRig.newKeys());
        rig.settle();
        unreadable.fetch();
        assertThat(unreadable.getStatus()).isEqualTo(Status.PROCESSING);
        rig.caa.clear();
        rig.clock.advance(Duration.ofSeconds(5));
        rig.settle();
        unreadable.fetch();
        assertThat(unreadable.getStatus()).isEqualTo(Status.VALID);
    }

    @Test
    void certificateIsRevokedByItsKeyAndByWhoeverIsAuthorizedForItsNames() throws AcmeException {
        Login owner = rig.login();
        KeyPair keys = AcmeRig.newKeys();
        Certificate byKey = rig.issue(owner, keys, "a.example.com");
        assertRefused(
                () ->
                        Certificate.revoke(
                                rig.session(),
                                AcmeRig.newKeys(),
                                byKey.getCertificate(),
                                RevocationReason.UNSPECIFIED),
                "unauthorized");
        Certificate.revoke(
                rig.session(), keys, byKey.getCertificate(), RevocationReason.KEY_COMPROMISE);
        assertThat(revoked(rig, byKey)).isTrue();
        assertRefused(byKey::revoke, "alreadyRevoked");

        Order sameKey = owner.newOrder().domain("a.example.com").create();
        assertRefused(() -> sameKey.execute(keys), "badCSR");

        Certificate byOther = rig.issue(owner, AcmeRig.newKeys(), "b.example.com", "c.example.com");
        Login other = rig.login();
        assertRefused(
                () ->
                        Certificate.revoke(
                                other, byOther.getCertificate(), RevocationReason.UNSPECIFIED),
                "unauthorized");
        rig.prove(other.newOrder().domain("b.example.com").create());
        assertRefused(
                () ->
                        Certificate.revoke(
                                other, byOther.getCertificate(), RevocationReason.UNSPECIFIED),
                "unauthorized");
        rig.prove(other.newOrder().domain("c.example.com").create());
        Certificate.revoke(other, byOther.getCertificate(), RevocationReason.UNSPECIFIED);
        assertThat(revoked(rig, byOther)).isTrue();
    }

    @Test
    void certificateHoldIsNoReason() throws AcmeException {
        Certificate certificate = rig.issue(rig.login(), AcmeRig.newKeys(), "a.example.com");
        assertRefused(
                () -> certificate.revoke(RevocationReason.CERTIFICATE_HOLD), "badRevocationReason");
        assertThat(revoked(rig, certificate)).isFalse();
    }

    @StoreTest
    void accountGetsAnotherKeyAndTheOldOneIsGone(Database database) throws AcmeException {
        try (AcmeRig on = new AcmeRig(database)) {
            Credentials.Created credential = on.credential("example.com");
            KeyPair old = AcmeRig.newKeys();
            KeyPair fresh = AcmeRig.newKeys();
            Login login = on.login(credential, old);
            login.getAccount().changeKey(fresh);
            assertThat(login.newOrder().domain("a.example.com").create().getStatus())
                    .isEqualTo(Status.PENDING);
            assertRefused(
                    () ->
                            on.session()
                                    .login(login.getAccountLocation(), old)
                                    .newOrder()
                                    .domain("a.example.com")
                                    .create(),
                    "malformed");
            Login other = on.login(credential, AcmeRig.newKeys());
            assertRefused(() -> other.getAccount().changeKey(fresh), "malformed");
        }
    }

    @Test
    void deactivatedAccountStaysSo() throws AcmeException {
        Credentials.Created credential = rig.credential("example.com");
        KeyPair keys = AcmeRig.newKeys();
        Login login = rig.login(credential, keys);
        Order order = login.newOrder().domain("a.example.com").create();
        rig.prove(order);
        order.execute(AcmeRig.newKeys());
        login.getAccount().deactivate();
        rig.settle();
        assertRefused(order::fetch, "unauthorized");
        assertRefused(() -> rig.login(credential, keys), "unauthorized");
        assertThat(rig.certificates.list(AcmeRig.TENANT, Optional.empty(), 10)).isEmpty();
    }

    @Test
    void contactsChangeAndOthersAreRefused() throws AcmeException {
        Account account = rig.login().getAccount();
        account.modify().addEmail("new@example.com").commit();
        assertThat(account.getContacts()).hasSize(1);
        assertRefused(
                () -> account.modify().addContact("tel:+1234").commit(), "unsupportedContact");
    }

    @Test
    void ordersAreListedPageByPage() throws AcmeException {
        Login login = rig.login();
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 103; i++) {
            rig.clock.advance(Duration.ofSeconds(1));
            made.add(login.newOrder().domain("a.example.com").create().getLocation().toString());
        }
        List<String> listed = new ArrayList<>();
        login.getAccount()
                .getOrders()
                .forEachRemaining(order -> listed.add(order.getLocation().toString()));
        assertThat(listed).isEqualTo(made.reversed());
    }

    @Test
    void renewalIsSuggestedInTheLastThirdAndAtOnceAfterRevocation() throws AcmeException {
        Login login = rig.login();
        Certificate certificate = rig.issue(login, AcmeRig.newKeys(), "a.example.com");
        X509Certificate leaf = certificate.getCertificate();
        Instant start = leaf.getNotBefore().toInstant();
        Duration life = Duration.between(start, leaf.getNotAfter().toInstant());
        assertThat(certificate.hasRenewalInfo()).isTrue();
        assertThat(certificate.getRenewalInfo().getSuggestedWindowStart())
                .isAfter(start.plus(life.dividedBy(2)))
                .isBefore(certificate.getRenewalInfo().getSuggestedWindowEnd());
        assertThat(certificate.getRenewalInfo().getSuggestedWindowEnd())
                .isBefore(leaf.getNotAfter().toInstant());

        Order replacing = login.newOrder().domain("a.example.com").replaces(certificate).create();
        assertThat(replacing.getJSON().get("replaces").isPresent()).isTrue();
        rig.finish(replacing, AcmeRig.newKeys());
        assertRefused(
                () -> login.newOrder().domain("a.example.com").replaces(certificate).create(),
                "alreadyReplaced");
        assertRefused(
                () -> rig.login().newOrder().domain("a.example.com").replaces(certificate).create(),
                "malformed");
        assertThat(rig.certificates.list(AcmeRig.TENANT, Optional.empty(), 10)).hasSize(2);

        certificate.revoke();
        Certificate again = login.bindCertificate(certificate.getLocation());
        again.download();
        assertThat(again.getRenewalInfo().getSuggestedWindowEnd()).isBefore(rig.clock.instant());
    }

    @StoreTest
    void orderGoesOnAfterTheProcessEndedAnywhere(TestStore durable) throws AcmeException {
        var vault = TestVault.open();
        Credentials.Created credential;
        KeyPair keys = AcmeRig.newKeys();
        String order;
        try (AcmeRig before =
                new AcmeRig(durable.database(), vault, new AcmeRig.Ports(1, 1), true)) {
            credential = before.credential("example.com");
            Order made = before.login(credential, keys).newOrder().domain("a.example.com").create();
            order = made.getLocation().getPath();
        }
        try (AcmeRig challenged =
                new AcmeRig(durable.reopen(), vault, new AcmeRig.Ports(1, 1), true)) {
            Order found = bound(challenged, credential, keys, order);
            Dns01Challenge challenge =
                    found.getAuthorizations()
                            .getFirst()
                            .findChallenge(Dns01Challenge.class)
                            .orElseThrow();
            challenge.trigger();
            challenge.fetch();
            assertThat(challenge.getStatus()).isEqualTo(Status.PROCESSING);
        }
        try (AcmeRig looked = new AcmeRig(durable.reopen(), vault, new AcmeRig.Ports(1, 1), true)) {
            Order found = bound(looked, credential, keys, order);
            Dns01Challenge challenge =
                    found.getAuthorizations()
                            .getFirst()
                            .findChallenge(Dns01Challenge.class)
                            .orElseThrow();
            looked.texts.add("_acme-challenge.a.example.com " + challenge.getDigest());
            looked.settle();
            found.fetch();
            assertThat(found.getStatus()).isEqualTo(Status.READY);
            found.execute(AcmeRig.newKeys());
            found.fetch();
            assertThat(found.getStatus()).isEqualTo(Status.PROCESSING);
        }
        try (AcmeRig signed = new AcmeRig(durable.reopen(), vault, new AcmeRig.Ports(1, 1), true)) {
            signed.settle();
            Order found = bound(signed, credential, keys, order);
            assertThat(found.getStatus()).isEqualTo(Status.VALID);
            found.getCertificate().download();
            List<EnrolledCertificates.Listed> all =
                    signed.certificates.list(AcmeRig.TENANT, Optional.empty(), 10);
            assertThat(all).hasSize(1);
            signed.settle();
            assertThat(signed.certificates.list(AcmeRig.TENANT, Optional.empty(), 10))
                    .isEqualTo(all);
            assertThat(signed.audit()).isEmpty();
        }
    }

    /// From the directory on, over more than a year: nothing is left but what is in force, and what is left fits together.
    @StoreTest
    void whatHasEndedIsForgotten(Database database) throws AcmeException {
        try (AcmeRig on = new AcmeRig(database)) {
            Login login = on.login();
            on.issue(login, AcmeRig.newKeys(), "a.example.com");
            login.newOrder().domain("b.example.com").create();
            assertThat(on.rows("enrolment_order")).isEqualTo(2);
            on.clock.advance(Duration.ofDays(60));
            on.settle();
            assertThat(on.rows("enrolment_order")).as("the one with a certificate").isEqualTo(1);
            assertThat(on.rows("enrolment_authorization")).isEqualTo(1);
            assertThat(on.audit()).isEmpty();
            on.clock.advance(Duration.ofDays(340));
            on.settle();
            for (String table :
                    List.of(
                            "enrolment_order",
                            "enrolment_order_authorization",
                            "enrolment_authorization",
                            "enrolment_challenge",
                            "enrolment_certificate",
                            "enrolment_nonce")) {
                assertThat(on.rows(table)).as(table).isZero();
            }
            assertThat(on.audit()).isEmpty();
        }
    }

    private static Order bound(
            AcmeRig on, Credentials.Created credential, KeyPair keys, String path)
            throws AcmeException {
        Order order = on.login(credential, keys).bindOrder(url(on.url(path)));
        order.fetch();
        return order;
    }

    private static URL url(String text) {
        try {
            return URI.create(text).toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }
}
