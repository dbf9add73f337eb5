package dev.nameplate.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

final class ValidationWorkTest {
    private final TestStore store = TestStore.sqlite();
    private final SettableClock clock = new SettableClock();
    private final SecureRandom random = new SecureRandom();
    private final Accounts accounts =
            new Accounts(store.database(), new AccountId("123456789012"), random, clock);
    private final Orders orders =
            new Orders(
                    store.database(),
                    NamePolicy.standard(new DomainName("nameplate.internal")),
                    (_, _, _) -> false,
                    new NoAuthority(),
                    random,
                    clock,
                    _ -> {});
    private final Account account =
            accounts.register("{}", "thumbprint", List.of(), true, Optional.empty()).account();
    private final CountDownLatch answer = new CountDownLatch(1);
    private final Threads threads = new Threads();
    private final ValidationWork work =
            new ValidationWork(store.database(), this::look, clock, threads);

    @AfterEach
    void stop() {
        answer.countDown();
        store.close();
    }

    /// The server of one name does not answer before it is told to, and then badly.
    private Optional<Problem> look(
            Challenge.Type type, DomainName name, String token, String keyAuthorization) {
        if (!name.ascii().startsWith("slow")) {
            return keyAuthorization.equals(token + ".thumbprint")
                    ? Optional.empty()
                    : Optional.of(new Problem(Problem.Kind.MALFORMED, "another key"));
        }
        try {
            answer.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return Optional.of(new Problem(Problem.Kind.CONNECTION, "it does not answer " + type));
    }

    /// Whose work can be waited for one by one.
    private static final class Threads extends AbstractExecutorService {
        final List<Thread> started = new ArrayList<>();
        private volatile boolean shutdown;

        @Override
        public void execute(Runnable command) {
            started.add(Thread.ofVirtual().start(command));
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            started.forEach(Thread::interrupt);
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    private Authorization answered(String name) {
        Order order = orders.create(account, List.of(new DomainName(name)), Optional.empty());
        Authorization authorization = now(order.authorizations().getFirst());
        assertThat(orders.answered(account, authorization.challenges().getFirst().id()))
                .isPresent();
        return authorization;
    }

    private Authorization now(String id) {
        return orders.authorization(account, id).orElseThrow();
    }

    private void advance() {
        for (int shard = 0; shard < work.shards(); shard++) {
            var _ = work.advance(shard, clock.instant());
        }
    }

    @Test
    void serverThatDoesNotAnswerHoldsNobodyElseUp() throws InterruptedException {
        Authorization slow = answered("slow.example.com");
        clock.advance(Duration.ofSeconds(1));
        Authorization quick = answered("quick.example.com");
        advance();
        threads.started.get(1).join();
        advance();
        assertThat(threads.started).as("each is looked at once").hasSize(2);
        assertThat(now(quick.id()).status()).isEqualTo(Authorization.Status.VALID);
        assertThat(now(slow.id()).challenges().getFirst().status())
                .isEqualTo(Challenge.Status.PROCESSING);

        answer.countDown();
        threads.started.get(0).join();
        assertThat(now(slow.id()).challenges().getFirst().problem().orElseThrow().kind())
                .isEqualTo(Problem.Kind.CONNECTION);
    }

    @Test
    void lookThatIsCutOffByAStopIsNoFailure() throws InterruptedException {
        Authorization slow = answered("slow.example.com");
        advance();
        work.close();
        threads.started.getFirst().join();
        Challenge challenge = now(slow.id()).challenges().getFirst();
        assertThat(challenge.status()).isEqualTo(Challenge.Status.PROCESSING);
        assertThat(challenge.attempts()).isZero();
        assertThat(challenge.problem()).isEmpty();
    }
}
