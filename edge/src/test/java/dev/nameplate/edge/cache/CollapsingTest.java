package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RawClient;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// Visitors who want the same at the same time, on several event loops.
@ExtendWith(NoLeaks.class)
final class CollapsingTest {
    private static final int VISITORS = 12;

    private final TestEdge edge =
            new TestEdge(settings -> settings.eventLoops(3).contentCache(8 << 20, 2 << 20));
    private final ExecutorService visitors = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch origin = new CountDownLatch(1);

    @BeforeEach
    void serve() {
        edge.serve("c.test");
    }

    @AfterEach
    void close() {
        visitors.shutdownNow();
        edge.close();
    }

    private List<Future<RawClient.Answer>> visit(int count, String target, String... headers) {
        List<Future<RawClient.Answer>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(visitors.submit(() -> edge.get("c.test", target, headers)));
        }
        return answers;
    }

    private static void until(BooleanSupplier reached) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!reached.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private void untilTheOriginIsAsked(int times) {
        until(() -> edge.origin().requests().size() >= times);
    }

    /// Sends visitors and waits until the edge has begun to answer some of them; who comes later finds the answer kept,
    /// which none of these tests tells apart.
    private List<Future<RawClient.Answer>> waiting(int count, String target, String... headers) {
        long before = edge.clock().readings();
        List<Future<RawClient.Answer>> answers = visit(count, target, headers);
        until(() -> edge.clock().readings() >= before + count);
        return answers;
    }

    private void afterTheLatch(TestOrigin.Script script) {
        edge.origin()
                .script((request, out) -> {
                    try {
                        origin.await();
                    } catch (InterruptedException e) {
                        throw new java.io.InterruptedIOException();
                    }
                    return script.answer(request, out);
                });
    }

    @Test
    void oneCallAnswersEverybodyWhoWaits() throws Exception {
        String body = "0123456789".repeat(50_000);
        afterTheLatch((_, out) ->
                TestOrigin.write(out, TestOrigin.ok("text/plain", body, "Age: 7", "ETag: \"v\"")));
        List<Future<RawClient.Answer>> answers = waiting(VISITORS, "/");
        untilTheOriginIsAsked(1);
        Future<RawClient.Answer> head =
                visitors.submit(() -> {
                    try (RawClient client = edge.connect("c.test")) {
                        return client.request("HEAD", "c.test", "/");
                    }
                });
        List<Future<RawClient.Answer>> knowing = waiting(1, "/", "If-None-Match: \"v\"");
        origin.countDown();
        int misses = 0;
        for (Future<RawClient.Answer> answer : answers) {
            assertThat(answer.get().text()).isEqualTo(body);
            misses += answer.get().header("x-cache").orElseThrow().startsWith("Miss") ? 1 : 0;
            assertThat(answer.get().header("age")).contains("7");
        }
        assertThat(misses).isLessThanOrEqualTo(1);
        assertThat(head.get().header("content-length")).contains("500000");
        assertThat(knowing.getFirst().get().status()).isEqualTo(304);
        assertThat(edge.origin().requests()).hasSize(1);
    }

    @Test
    void whoComesDuringTheAnswerGetsItFromItsBeginning() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        edge.origin()
                .script((_, out) -> {
                    TestOrigin.write(
                            out,
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                    await(half);
                    return TestOrigin.write(out, "6\r\n world\r\n0\r\n\r\n");
                });
        try (RawClient first = edge.connect("c.test")) {
            first.send("GET / HTTP/1.1\r\nHost: c.test\r\n\r\n");
            untilTheOriginIsAsked(1);
            List<Future<RawClient.Answer>> late = waiting(4, "/");
            half.countDown();
            assertThat(first.read(false).text()).isEqualTo("hello world");
            for (Future<RawClient.Answer> answer : late) {
                assertThat(answer.get().text()).isEqualTo("hello world");
                assertThat(answer.get().header("x-cache")).contains("Hit from cloudfront");
            }
        }
        assertThat(edge.origin().requests()).hasSize(1);
    }

    private static void await(CountDownLatch latch) throws java.io.IOException {
        try {
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new java.io.IOException("nobody opened the latch");
            }
        } catch (InterruptedException e) {
            throw new java.io.InterruptedIOException();
        }
    }

    @Test
    void whatIsOneVisitorsAloneIsGivenToNobodyElse() throws Exception {
        AtomicInteger next = new AtomicInteger();
        afterTheLatch((_, out) ->
                TestOrigin.write(
                        out,
                        TestOrigin.ok(
                                "text/plain",
                                "for " + next.incrementAndGet(),
                                "Cache-Control: private")));
        List<Future<RawClient.Answer>> answers = waiting(VISITORS, "/");
        untilTheOriginIsAsked(1);
        origin.countDown();
        List<String> texts = new ArrayList<>();
        for (Future<RawClient.Answer> answer : answers) {
            texts.add(answer.get().text());
        }
        assertThat(texts).doesNotHaveDuplicates();
        assertThat(edge.origin().requests()).hasSize(VISITORS);
    }

    @Test
    void nobodyWaitsAgainForWhatCannotBeShared() throws Exception {
        edge.origin().answer(TestOrigin.ok("text/plain", "x", "Cache-Control: private"));
        edge.get("c.test", "/");
        CountDownLatch both = new CountDownLatch(2);
        edge.origin()
                .script((_, out) -> {
                    both.countDown();
                    await(both);
                    return TestOrigin.write(
                            out, TestOrigin.ok("text/plain", "x", "Cache-Control: private"));
                });
        for (Future<RawClient.Answer> answer : visit(2, "/")) {
            assertThat(answer.get().status()).isEqualTo(200);
        }
    }

    @Test
    void theLeaderMayLeave() throws Exception {
        afterTheLatch((_, out) -> TestOrigin.write(out, TestOrigin.ok("text/plain", "shared")));
        RawClient leader = edge.connect("c.test");
        leader.send("GET / HTTP/1.1\r\nHost: c.test\r\n\r\n");
        untilTheOriginIsAsked(1);
        List<Future<RawClient.Answer>> others = waiting(3, "/");
        leader.close();
        origin.countDown();
        for (Future<RawClient.Answer> answer : others) {
            assertThat(answer.get().text()).isEqualTo("shared");
        }
        // One more when the leader was gone before anybody had joined.
        assertThat(edge.origin().requests()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void aSlowVisitorHoldsNobodyUp() throws Exception {
        String body = "x".repeat(1_500_000);
        afterTheLatch((_, out) -> TestOrigin.write(out, TestOrigin.ok("text/plain", body)));
        try (RawClient slow = edge.connect("c.test")) {
            slow.send("GET / HTTP/1.1\r\nHost: c.test\r\n\r\n");
            untilTheOriginIsAsked(1);
            List<Future<RawClient.Answer>> others = waiting(3, "/");
            origin.countDown();
            for (Future<RawClient.Answer> answer : others) {
                assertThat(answer.get(10, TimeUnit.SECONDS).text()).isEqualTo(body);
            }
            assertThat(slow.read(false).text()).isEqualTo(body);
        }
        assertThat(edge.origin().requests()).hasSize(1);
    }

    @Test
    void whatOutgrowsTheCacheStillReachesEverybodyWhoStartedWithIt() throws Exception {
        int chunks = 500;
        String chunk = "1f40\r\n" + "y".repeat(8_000) + "\r\n";
        edge.origin()
                .script((_, out) -> {
                    TestOrigin.write(
                            out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk);
                    await(origin);
                    for (int i = 0; i < chunks; i++) {
                        TestOrigin.write(out, chunk);
                    }
                    return TestOrigin.write(out, "0\r\n\r\n");
                });
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            RawClient client = edge.connect("c.test");
            clients.add(client.send("GET / HTTP/1.1\r\nHost: c.test\r\n\r\n"));
            client.in().mark(1);
            assertThat(client.in().read()).isEqualTo('H');
            client.in().reset();
        }
        origin.countDown();
        List<Future<RawClient.Answer>> answers =
                clients.stream().map(client -> visitors.submit(() -> client.read(false))).toList();
        for (Future<RawClient.Answer> answer : answers) {
            assertThat(answer.get().body()).hasSize(8_000 * (chunks + 1));
        }
        for (RawClient client : clients) {
            client.close();
        }
        assertThat(edge.origin().requests()).hasSize(1);
        assertThat(edge.get("c.test", "/").header("x-cache")).contains("Miss from cloudfront");
    }

    @Test
    void aStaleAnswerIsRevalidatedOnceForEverybody() throws Exception {
        edge.origin()
                .answer(
                        TestOrigin.ok(
                                "text/plain", "body", "Cache-Control: max-age=5", "ETag: \"v\""));
        edge.get("c.test", "/");
        edge.clock().advance(Duration.ofSeconds(6));
        afterTheLatch((_, out) ->
                TestOrigin.write(
                        out, "HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=60\r\n\r\n"));
        List<Future<RawClient.Answer>> answers = waiting(5, "/");
        untilTheOriginIsAsked(2);
        origin.countDown();
        for (Future<RawClient.Answer> answer : answers) {
            assertThat(answer.get().text()).isEqualTo("body");
            // Who came after the answer finds it kept.
            assertThat(answer.get().header("x-cache").orElseThrow())
                    .isIn("RefreshHit from cloudfront", "Hit from cloudfront");
        }
        assertThat(edge.origin().requests()).hasSize(2);
    }

    @Test
    void aFailureIsSharedToo() throws Exception {
        afterTheLatch((_, _) -> false);
        List<Future<RawClient.Answer>> answers = waiting(4, "/");
        untilTheOriginIsAsked(1);
        origin.countDown();
        for (Future<RawClient.Answer> answer : answers) {
            assertThat(answer.get().status()).isEqualTo(502);
        }
    }

    @Test
    void eachVariantIsFetchedOnce() throws Exception {
        Behavior behavior =
                edge.caching(Caching.standard(RequestParts.NONE)).toBuilder()
                        .forwarding(
                                new RequestParts(
                                        Selection.only("Accept-Language"),
                                        Selection.NONE,
                                        Selection.NONE))
                        .build();
        edge.serve("c.test", edge.site("c.test", behavior));
        afterTheLatch((request, out) ->
                TestOrigin.write(
                        out,
                        TestOrigin.ok(
                                "text/plain",
                                request.header("accept-language").orElse("none"),
                                "Vary: Accept-Language")));
        List<Future<RawClient.Answer>> german = waiting(4, "/", "Accept-Language: de");
        List<Future<RawClient.Answer>> french = waiting(4, "/", "Accept-Language: fr");
        untilTheOriginIsAsked(1);
        origin.countDown();
        for (Future<RawClient.Answer> answer : german) {
            assertThat(answer.get().text()).isEqualTo("de");
        }
        for (Future<RawClient.Answer> answer : french) {
            assertThat(answer.get().text()).isEqualTo("fr");
        }
        // Two loops that learn of the variant in the same moment may both ask for it.
        assertThat(edge.origin().requests()).hasSizeBetween(2, 3);
    }

    @Test
    void aStaleAnswerIsServedWhileOneCallRevalidatesIt() throws Exception {
        edge.origin()
                .answer(
                        TestOrigin.ok(
                                "text/plain",
                                "old",
                                "Cache-Control: max-age=5, stale-while-revalidate=30"));
        edge.get("c.test", "/");
        edge.clock().advance(Duration.ofSeconds(6));
        afterTheLatch((_, out) ->
                TestOrigin.write(
                        out, TestOrigin.ok("text/plain", "new", "Cache-Control: max-age=60")));
        for (int i = 0; i < 3; i++) {
            assertThat(edge.get("c.test", "/").text()).isEqualTo("old");
        }
        untilTheOriginIsAsked(2);
        origin.countDown();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!edge.get("c.test", "/").text().equals("new")) {
            assertThat(System.nanoTime()).isLessThan(deadline);
        }
        assertThat(edge.origin().requests()).hasSize(2);
    }
}
