package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.TestEdge;
import dev.nameplate.edge.testkit.TestOrigin;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

@ExtendWith(NoLeaks.class)
final class InvalidationTest {
    private static final String MISS = "Miss from cloudfront";
    private static final String HIT = "Hit from cloudfront";

    private static final Executor VISITORS = task -> Thread.ofVirtual().start(task);

    private final TestEdge edge = new TestEdge();

    @AfterEach
    void close() {
        edge.close();
    }

    private String verdict(String target, String... headers) throws Exception {
        return edge.get("i.test", target, headers).header("x-cache").orElseThrow();
    }

    @Test
    void everyVariantOfAPathGoesAndNothingElse() throws Exception {
        edge.serve(
                "i.test",
                edge.site(
                        "i.test",
                        edge.caching(
                                Caching.standard(
                                        new RequestParts(
                                                new Selection.Only(Set.of("x-lang")),
                                                new Selection.Only(Set.of("theme")),
                                                new Selection.Only(Set.of("q")))))));
        String[][] forms = {
            {"/a"}, {"/a", "X-Lang: de"}, {"/a", "Cookie: theme=dark"}, {"/a?q=1"}, {"/ab"}
        };
        for (String[] form : forms) {
            verdict(form[0], List.of(form).subList(1, form.length).toArray(String[]::new));
        }
        edge.edge().invalidate("dist-i.test", List.of("/a"));
        assertThat(verdict("/a")).isEqualTo(MISS);
        assertThat(verdict("/a", "X-Lang: de")).isEqualTo(MISS);
        assertThat(verdict("/a", "Cookie: theme=dark")).isEqualTo(MISS);
        assertThat(verdict("/a?q=1")).as("the query belongs to the key").isEqualTo(HIT);
        assertThat(verdict("/ab")).isEqualTo(HIT);
        assertThat(verdict("/a")).as("and is kept again").isEqualTo(HIT);

        edge.edge().invalidate("dist-i.test", List.of("/a*"));
        assertThat(verdict("/a?q=1")).isEqualTo(MISS);
        assertThat(verdict("/ab")).isEqualTo(MISS);
    }

    @Test
    void formsThatVaryGoToo() throws Exception {
        edge.serve(
                "i.test",
                edge.site(
                        "i.test",
                        edge.caching(
                                Caching.standard(
                                        new RequestParts(
                                                new Selection.Only(Set.of("x-lang")),
                                                Selection.NONE,
                                                Selection.NONE)))));
        edge.origin().answer(TestOrigin.ok("text/plain", "x", "Vary: X-Lang"));
        verdict("/v", "X-Lang: de");
        assertThat(verdict("/v", "X-Lang: de")).isEqualTo(HIT);
        edge.edge().invalidate("dist-i.test", List.of("/v"));
        assertThat(verdict("/v", "X-Lang: de")).isEqualTo(MISS);
    }

    @Test
    void anAnswerBeingFetchedIsPassedOnButNotKeptWhileOthersAre() throws Exception {
        edge.serve("i.test");
        CountDownLatch asked = new CountDownLatch(2);
        CountDownLatch go = new CountDownLatch(1);
        edge.origin()
                .script((request, out) -> {
                    asked.countDown();
                    try {
                        go.await(10, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return TestOrigin.write(out, TestOrigin.ok("text/plain", "old"));
                });
        var purged = CompletableFuture.supplyAsync(() -> text("/slow"), VISITORS);
        var other = CompletableFuture.supplyAsync(() -> text("/other"), VISITORS);
        assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
        edge.edge().invalidate("dist-i.test", List.of("/slow"));
        go.countDown();
        assertThat(purged.get(10, TimeUnit.SECONDS)).isEqualTo("old");
        assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo("old");
        edge.origin().answer(TestOrigin.ok("text/plain", "new"));
        assertThat(text("/slow")).isEqualTo("new");
        assertThat(text("/other")).isEqualTo("old");
    }

    private String text(String target) {
        try {
            return edge.get("i.test", target).text();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
