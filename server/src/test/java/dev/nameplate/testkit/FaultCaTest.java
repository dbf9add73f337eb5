package dev.nameplate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Dns01Challenge;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The authority that does wrong does right where nothing else is wanted, as a client library of its own judges.
final class FaultCaTest {
    /// How [X509Certificate#getSubjectAlternativeNames] calls it.
    private static final int DNS_NAME = 2;

    private final SettableClock clock = new SettableClock();
    private final FaultCa ca = FaultCa.start(clock);
    private final HttpClient http =
            HttpClient.newBuilder().sslContext(TlsContexts.trusting(ca.tls())).build();
    private final KeyPair keys = new TestCa(Instant.EPOCH).issue("account.example").keys();
    private final KeyPair leaf = new TestCa(Instant.EPOCH).issue("leaf.example").keys();

    @AfterEach
    void stop() {
        http.close();
        ca.close();
    }

    @Test
    void issuesForProvenNamesAndCountsEachStep() throws AcmeException, GeneralSecurityException {
        Account account = account();
        Order order = account.newOrder().domains("shop.example", "*.shop.example").create();
        assertThat(order.getAuthorizations()).hasSize(2);
        proveAll(order);
        order.execute(leaf);
        order.fetch();
        assertThat(order.getStatus()).isEqualTo(Status.VALID);
        List<X509Certificate> chain = order.getCertificate().getCertificateChain();
        assertThat(chain).hasSize(2);
        chain.getFirst().verify(chain.getLast().getPublicKey());
        chain.getLast().verify(ca.root().getPublicKey());
        assertThat(chain.getFirst().getPublicKey()).isEqualTo(leaf.getPublic());
        assertThat(ca.orders()).containsExactly(List.of("shop.example", "*.shop.example"));
        assertThat(ca.requests(FaultCa.Step.NEW_ORDER, "*.shop.example")).isEqualTo(1);
        assertThat(ca.requests(FaultCa.Step.CHALLENGE, "shop.example")).isEqualTo(2);

        order.getCertificate().revoke();
        assertThat(ca.revoked()).containsExactly(chain.getFirst().getSerialNumber().toString(16));
    }

    @Test
    void isGotThroughWhenHalfOfTheNoncesAreRefused()
            throws AcmeException, GeneralSecurityException {
        ca.refuseNonces(50);
        List<X509Certificate> chain = issued(account()).getCertificateChain();
        X509Certificate got = chain.getFirst();
        assertThat(got.getSubjectAlternativeNames())
                .singleElement()
                .isEqualTo(List.of(DNS_NAME, "shop.example"));
        assertThat(got.getPublicKey()).isEqualTo(leaf.getPublic());
        assertThat(got.getIssuerX500Principal())
                .isEqualTo(chain.getLast().getSubjectX500Principal());
        assertThat(chain.getLast().getIssuerX500Principal())
                .isEqualTo(ca.root().getSubjectX500Principal());
        got.verify(chain.getLast().getPublicKey());
        chain.getLast().verify(ca.root().getPublicKey());
    }

    @Test
    void limitsRatesForAsLongAsItIsTold() throws AcmeException {
        Account account = account();
        ca.next(FaultCa.Step.NEW_ORDER, FaultCaAnswer.rateLimited("3600"));
        assertThatThrownBy(() -> account.newOrder().domain("shop.example").create())
                .isInstanceOfSatisfying(
                        AcmeRateLimitedException.class,
                        limited -> assertThat(limited.getRetryAfter()).isPresent());
        assertThat(account.newOrder().domain("shop.example").create().getStatus())
                .isEqualTo(Status.PENDING);
    }

    @Test
    void ordersWaitTurnInvalidAndExpire() throws AcmeException {
        Account account = account();
        ca.processing(3, "7");
        Order slow = account.newOrder().domain("slow.example").create();
        proveAll(slow);
        slow.execute(leaf);
        assertThat(slow.getStatus()).isEqualTo(Status.PROCESSING);
        Optional<Instant> next = slow.fetch();
        assertThat(next).isPresent();
        slow.fetch();
        assertThat(slow.getStatus()).isEqualTo(Status.VALID);

        ca.processing(0, "7");
        ca.spoil("serverInternal", "something went wrong");
        Order spoiled = account.newOrder().domain("spoiled.example").create();
        proveAll(spoiled);
        spoiled.execute(leaf);
        spoiled.fetch();
        assertThat(spoiled.getStatus()).isEqualTo(Status.INVALID);
        assertThat(spoiled.getError().orElseThrow().getType().toString())
                .endsWith("serverInternal");

        ca.authorizationLife(Duration.ofHours(1));
        Order late = account.newOrder().domain("late.example").create();
        clock.advance(Duration.ofHours(2));
        late.fetch();
        assertThat(late.getStatus()).isEqualTo(Status.INVALID);
    }

    @Test
    void forgetsAccountsEndsConnectionsAndRefusesToReplaceTwice() throws AcmeException {
        Account account = account();
        X509Certificate old = issued(account).getCertificate();
        account.newOrder().domain("shop.example").replaces(old).create();
        assertThat(ca.lastReplaced()).isPresent();
        assertThatThrownBy(() -> account.newOrder().domain("shop.example").replaces(old).create())
                .isInstanceOf(AcmeServerException.class)
                .hasMessageContaining("replaced before");

        ca.next(FaultCa.Step.NEW_ORDER, new FaultCaAnswer.Cut(true));
        int before = ca.orders().size();
        assertThatThrownBy(() -> account.newOrder().domain("cut.example").create())
                .isInstanceOf(AcmeNetworkException.class);
        assertThat(ca.orders()).hasSize(before + 1);

        ca.forgetAccounts();
        assertThatThrownBy(() -> account.newOrder().domain("shop.example").create())
                .isInstanceOfSatisfying(
                        AcmeServerException.class,
                        refused ->
                                assertThat(refused.getType().toString())
                                        .endsWith("accountDoesNotExist"));
    }

    private Account account() throws AcmeException {
        Session session = new Session(ca.directory(), new Trusting(http));
        return new AccountBuilder()
                .agreeToTermsOfService()
                .addContact("mailto:ops@example.com")
                .useKeyPair(keys)
                .create(session);
    }

    private Certificate issued(Account account) throws AcmeException {
        Order order = account.newOrder().domain("shop.example").create();
        proveAll(order);
        order.execute(leaf);
        order.fetch();
        return order.getCertificate();
    }

    private static void proveAll(Order order) throws AcmeException {
        for (Authorization authorization : order.getAuthorizations()) {
            authorization.findChallenge(Dns01Challenge.class).orElseThrow().trigger();
            authorization.fetch();
        }
        order.fetch();
    }

    /// Speaks with whom the client trusts.
    private static final class Trusting extends GenericAcmeProvider {
        private final HttpClient http;

        Trusting(HttpClient http) {
            this.http = http;
        }

        @Override
        public HttpClient createHttpClient(NetworkSettings settings) {
            return http;
        }
    }
}
