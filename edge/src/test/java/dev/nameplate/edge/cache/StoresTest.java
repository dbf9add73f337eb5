package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.SettableClock;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What every store does, whatever it keeps answers in.
@ExtendWith(NoLeaks.class)
final class StoresTest {
    enum Kind {
        MEMORY,
        DISK,
        TIERED
    }

    private static final CacheKey KEY = new CacheKey("E1", "/a", "");
    private static final RequestHeaders NO_HEADERS = _ -> Optional.empty();
    private static final long MIB = 1 << 20;

    @TempDir private Path folder;
    private final SettableClock clock = new SettableClock();

    @SuppressWarnings("NullAway.Init") // every test begins with `open`
    private CacheStore store;

    private void open(Kind kind) {
        open(kind, 64 * MIB);
    }

    private void open(Kind kind, long bytes) {
        store =
                switch (kind) {
                    case MEMORY -> new MemoryStore(bytes, Runnable::run);
                    case DISK -> {
                        DiskStore disk = DiskStore.open(folder, bytes, bytes, new Purges(), clock);
                        disk.begin();
                        yield disk;
                    }
                    case TIERED -> {
                        TieredStore tiered =
                                new TieredStore(bytes, folder, bytes, bytes, Runnable::run, clock);
                        tiered.begin();
                        yield tiered;
                    }
                };
    }

    @AfterEach
    void close() {
        store.close();
    }

    private StoredResponse answer(String body, String... fields) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(fields[i], fields[i + 1]);
        }
        ByteBuf bytes =
                UnpooledByteBufAllocator.DEFAULT
                        .directBuffer()
                        .writeBytes(body.getBytes(StandardCharsets.UTF_8));
        return new StoredResponse(
                200,
                headers,
                bytes,
                clock.millis(),
                new Freshness(600_000, 5_000, 0, 1_000, Freshness.ALWAYS));
    }

    private void put(CacheKey key, String body) {
        store.put(key, List.of(), NO_HEADERS, answer(body), store.generation());
    }

    private Optional<StoredResponse> find(CacheKey key, RequestHeaders view) {
        Optional<StoredResponse> found = store.get(key, view);
        if (found.isPresent()) {
            return found;
        }
        CompletableFuture<Optional<StoredResponse>> later = new CompletableFuture<>();
        return store.load(key, view, later::complete)
                ? later.orTimeout(10, TimeUnit.SECONDS).join()
                : Optional.empty();
    }

    private Optional<String> text(CacheKey key, RequestHeaders view) {
        return find(key, view)
                .map(response -> {
                    String text = response.body().toString(StandardCharsets.UTF_8);
                    response.release();
                    return text;
                });
    }

    /// What is put may take a moment to be written.
    private void awaitText(CacheKey key, RequestHeaders view, String text) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!text(key, view).equals(Optional.of(text))) {
            assertThat(System.nanoTime()).as("deadline for " + text).isLessThan(deadline);
        }
    }

    private void awaitNothing(CacheKey key) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (text(key, NO_HEADERS).isPresent()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsPutIsFoundWithAllThatWasSaidOfIt(Kind kind) {
        open(kind);
        store.put(
                KEY,
                List.of(),
                NO_HEADERS,
                answer("body", "ETag", "\"1\"", "X-Two", "a", "X-Two", "b"),
                store.generation());
        awaitText(KEY, NO_HEADERS, "body");
        StoredResponse found = find(KEY, NO_HEADERS).orElseThrow();
        assertThat(found.status()).isEqualTo(200);
        assertThat(found.headers().getAll("x-two")).containsExactly("a", "b");
        assertThat(found.header(HttpHeaderNames.ETAG)).contains(new AsciiString("\"1\""));
        assertThat(found.header(HttpHeaderNames.CONTENT_LENGTH)).contains(new AsciiString("4"));
        assertThat(found.ageSeconds(clock.millis() + 10_000)).isEqualTo(15);
        assertThat(found.isFresh(clock.millis() + 594_000)).isTrue();
        assertThat(found.isFresh(clock.millis() + 595_000)).isFalse();
        assertThat(found.usableWhileRevalidating(clock.millis() + 595_500)).isTrue();
        found.release();
        assertThat(text(new CacheKey("E1", "/b", ""), NO_HEADERS)).isEmpty();
        assertThat(text(new CacheKey("E2", "/a", ""), NO_HEADERS)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aLaterAnswerTakesThePlaceOfAnEarlier(Kind kind) {
        open(kind);
        put(KEY, "old");
        awaitText(KEY, NO_HEADERS, "old");
        put(KEY, "new");
        awaitText(KEY, NO_HEADERS, "new");
        assertThat(text(KEY, NO_HEADERS)).contains("new");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void answersVaryByTheHeadersTheyName(Kind kind) {
        open(kind);
        AsciiString lang = AsciiString.cached("x-lang");
        RequestHeaders german = headers(Map.of(lang, "de"));
        RequestHeaders french = headers(Map.of(lang, "fr"));
        store.put(KEY, List.of("x-lang"), german, answer("hallo"), store.generation());
        awaitText(KEY, german, "hallo");
        store.put(KEY, List.of("x-lang"), french, answer("salut"), store.generation());
        awaitText(KEY, french, "salut");
        assertThat(text(KEY, german)).contains("hallo");
        assertThat(text(KEY, NO_HEADERS)).isEmpty();
        store.forget(KEY);
        assertThat(text(KEY, german)).isEmpty();
        store.put(KEY, List.of("x-lang"), french, answer("encore"), store.generation());
        awaitText(KEY, french, "encore");
        assertThat(text(KEY, german)).as("of a list that was forgotten").isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatVariesAndWasForgottenLendsNothingToWhatComesNext(Kind kind) {
        open(kind);
        AsciiString lang = AsciiString.cached("x-lang");
        RequestHeaders german = headers(Map.of(lang, "de"));
        for (int round = 0; round < 100; round++) {
            store.put(KEY, List.of("x-lang"), german, answer("round " + round), store.generation());
            awaitText(KEY, german, "round " + round);
            store.forget(KEY);
        }
    }

    private static RequestHeaders headers(Map<AsciiString, String> values) {
        return name -> Optional.ofNullable(values.get(name));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsInvalidatedIsNotFoundAndWhatComesLaterIs(Kind kind) {
        open(kind);
        CacheKey other = new CacheKey("E1", "/b", "");
        put(KEY, "one");
        put(other, "two");
        awaitText(KEY, NO_HEADERS, "one");
        awaitText(other, NO_HEADERS, "two");
        long before = store.generation();
        store.invalidate("E1", List.of("/a"));
        assertThat(text(KEY, NO_HEADERS)).isEmpty();
        assertThat(text(other, NO_HEADERS)).contains("two");
        store.put(KEY, List.of(), NO_HEADERS, answer("asked for before"), before);
        awaitNothing(KEY);
        put(KEY, "asked for after");
        awaitText(KEY, NO_HEADERS, "asked for after");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void whatIsForgottenIsNotFound(Kind kind) {
        open(kind);
        put(KEY, "one");
        awaitText(KEY, NO_HEADERS, "one");
        store.forget(KEY);
        assertThat(text(KEY, NO_HEADERS)).isEmpty();
        put(KEY, "two");
        awaitText(KEY, NO_HEADERS, "two");
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void bytesAreBounded(Kind kind) {
        open(kind, MIB);
        String body = "x".repeat(50_000);
        for (int i = 0; i < 100; i++) {
            put(new CacheKey("E1", "/" + i, ""), body);
        }
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (store.usage().values().stream()
                .anyMatch(tier -> tier.evictions() < 50 || tier.bytes() > MIB)) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadline);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anEmptyBodyIsABody(Kind kind) {
        open(kind);
        store.put(KEY, List.of(), NO_HEADERS, answer(""), store.generation());
        awaitText(KEY, NO_HEADERS, "");
    }
}
