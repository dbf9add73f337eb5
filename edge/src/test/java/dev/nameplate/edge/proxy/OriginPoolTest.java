package dev.nameplate.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

@ExtendWith(NoLeaks.class)
final class OriginPoolTest {
    /// Whatever an origin does to its connections, an answer reaches the request it was given to, or none.
    @Test
    void noAnswerEverReachesAnotherRequest() throws Exception {
        try (TestEdge edge = new TestEdge();
                ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
            edge.serve("o.test", edge.site("o.test", edge.passing()));
            Random chance = new Random(42);
            edge.origin()
                    .script((request, out) -> {
                        int what;
                        synchronized (chance) {
                            what = chance.nextInt(12);
                        }
                        String right = TestOrigin.ok("text/plain", request.target());
                        return switch (what) {
                            case 0 -> TestOrigin.writeAndClose(out, right);
                            case 1 -> false;
                            case 2 -> // an answer nobody asked for, right behind
                                    TestOrigin.write(
                                            out, right + TestOrigin.ok("text/plain", "stray"));
                            case 3 -> TestOrigin.writeAndClose(out, right.substring(0, 20));
                            case 4 -> TestOrigin.write(out, right + "\r\n");
                            case 5 ->
                                    TestOrigin.writeAndClose(
                                            out, "HTTP/1.1 200 OK\r\n\r\n" + request.target());
                            case 6 ->
                                    TestOrigin.write(
                                            out,
                                            "HTTP/1.1 100 Continue\r\n\r\n"
                                                    + right.replace(
                                                            "Content-Type",
                                                            "Connection: close\r\nContent-Type"));
                            default -> TestOrigin.write(out, right);
                        };
                    });
            AtomicInteger answered = new AtomicInteger();
            List<Future<?>> runs = new ArrayList<>();
            for (int v = 0; v < 8; v++) {
                int number = v;
                runs.add(
                        visitors.submit(() -> {
                            for (int i = 0; i < 60; i++) {
                                String target = "/" + number + "/" + i;
                                try {
                                    RawClient.Answer answer = edge.get("o.test", target);
                                    assertThat(answer.status()).isIn(200, 502);
                                    if (answer.status() == 200) {
                                        assertThat(answer.text()).isEqualTo(target);
                                        answered.incrementAndGet();
                                    }
                                } catch (IOException e) {
                                    // the origin broke off in the middle of an answer
                                }
                            }
                            return null;
                        }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
            assertThat(answered.get()).isGreaterThan(250);
        }
    }

    @Test
    void aDeadOriginHoldsNoMoreThanItsShareAndTheRestIsToldAtOnce() throws Exception {
        try (TestEdge edge = new TestEdge(settings -> settings.originConnections(3));
                ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
            edge.origin().script((_, _) -> true); // takes requests, never answers
            Origin slow =
                    edge.httpOrigin().toBuilder()
                            .connectTimeout(Duration.ofMillis(500))
                            .readTimeout(Duration.ofSeconds(2))
                            .build();
            edge.serve("o.test", edge.site("o.test", slow, edge.passing()));
            List<Future<Integer>> statuses = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                statuses.add(visitors.submit(() -> edge.get("o.test", "/").status()));
            }
            int crowded = 0;
            int late = 0;
            for (Future<Integer> status : statuses) {
                crowded += status.get() == 503 ? 1 : 0;
                late += status.get() == 504 ? 1 : 0;
            }
            assertThat(crowded).isEqualTo(6);
            assertThat(late).isEqualTo(6);
            assertThat(edge.origin().connections()).isEqualTo(3);
        }
    }

    @Test
    void whoWaitsGetsTheNextFreeConnection() throws Exception {
        try (TestEdge edge = new TestEdge(settings -> settings.originConnections(2));
                ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor()) {
            edge.serve("o.test", edge.site("o.test", edge.passing()));
            edge.origin()
                    .script((request, out) -> {
                        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
                        return TestOrigin.write(out, TestOrigin.ok("text/plain", request.target()));
                    });
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                String target = "/" + i;
                answers.add(visitors.submit(() -> edge.get("o.test", target).text()));
            }
            for (int i = 0; i < 4; i++) {
                assertThat(answers.get(i).get()).isEqualTo("/" + i);
            }
            assertThat(edge.origin().connections()).isEqualTo(2);
        }
    }

    @Test
    void anAnswerMustBeCompleteInTime() throws Exception {
        try (TestEdge edge = new TestEdge()) {
            Origin timed =
                    edge.httpOrigin().toBuilder()
                            .completionTimeout(Optional.of(Duration.ofMillis(300)))
                            .build();
            edge.serve("o.test", edge.site("o.test", timed, edge.passing()));
            assertThat(edge.get("o.test", "/quick").text()).isEqualTo("hello /quick");
            edge.origin().script((_, _) -> true);
            assertThat(edge.get("o.test", "/slow").status()).isEqualTo(504);
        }
    }
}
