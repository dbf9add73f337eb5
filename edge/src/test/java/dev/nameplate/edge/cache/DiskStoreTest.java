package dev.nameplate.edge.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.SettableClock;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

@ExtendWith(NoLeaks.class)
final class DiskStoreTest {
    private static final RequestHeaders NO_HEADERS = _ -> Optional.empty();
    private static final CacheKey KEY = new CacheKey("E1", "/a", "");
    private static final long MIB = 1 << 20;

    @TempDir private Path folder;
    private final SettableClock clock = new SettableClock();

    private TieredStore open() {
        TieredStore store =
                new TieredStore(16 * MIB, folder, 64 * MIB, 32 * MIB, Runnable::run, clock);
        if (store.position().isEmpty()) {
            store.told(1);
        }
        return store;
    }

    private TieredStore begun() {
        TieredStore store = open();
        store.begin();
        return store;
    }

    private StoredResponse answer(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        ByteBuf body = UnpooledByteBufAllocator.DEFAULT.directBuffer(size).writeBytes(bytes);
        return new StoredResponse(
                200,
                new DefaultHttpHeaders().add("x-size", size),
                body,
                clock.millis(),
                new Freshness(600_000, 0, 0, 0, Freshness.ALWAYS));
    }

    private static void put(CacheStore store, CacheKey key, StoredResponse answer) {
        store.put(key, List.of(), NO_HEADERS, answer, store.generation());
    }

    private static Optional<StoredResponse> load(CacheStore store, CacheKey key) {
        CompletableFuture<Optional<StoredResponse>> later = new CompletableFuture<>();
        return store.load(key, NO_HEADERS, later::complete)
                ? later.orTimeout(10, TimeUnit.SECONDS).join()
                : Optional.empty();
    }

    private static boolean has(CacheStore store, CacheKey key) {
        Optional<StoredResponse> found = load(store, key);
        found.ifPresent(StoredResponse::release);
        return found.isPresent();
    }

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private List<Path> files() {
        try (Stream<Path> all = Files.walk(folder.resolve("kept-2"))) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String noted() {
        try {
            return Files.readString(folder.resolve("position")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes one answer and closes the store.
    private Path keep(int size) {
        TieredStore store = begun();
        put(store, KEY, answer(size));
        await("kept", () -> files().size() == 1);
        store.close();
        return files().getFirst();
    }

    @Test
    void anAnswerOutlivesTheProcess() {
        keep(70_000);
        clock.advance(Duration.ofSeconds(100));
        try (TieredStore store = begun()) {
            StoredResponse found = load(store, KEY).orElseThrow();
            StoredResponse same = answer(70_000);
            assertThat(found.body()).isEqualTo(same.body());
            assertThat(found.ageSeconds(clock.millis())).isEqualTo(100);
            found.release();
            same.release();
            assertThat(store.get(KEY, NO_HEADERS))
                    .as("in memory now")
                    .isPresent()
                    .hasValueSatisfying(StoredResponse::release);
        }
    }

    @Test
    void aFileCutOffAnywhereIsDroppedAndNeverServed() throws IOException {
        Path file = keep(3_000);
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length += 61) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            try (TieredStore store = begun()) {
                assertThat(has(store, KEY)).as("cut to " + length).isFalse();
            }
            assertThat(file).doesNotExist();
        }
        Files.write(file, whole);
        try (TieredStore store = begun()) {
            assertThat(has(store, KEY)).isTrue();
        }
    }

    @Test
    void aFlippedBitAnywhereIsNoticed() throws IOException {
        Path file = keep(3_000);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += 37) {
            byte[] torn = whole.clone();
            torn[at] ^= 4;
            Files.write(file, torn);
            try (TieredStore store = begun()) {
                assertThat(has(store, KEY)).as("flipped at " + at).isFalse();
            }
        }
    }

    @Test
    void aLargeBodyIsReadPartByPartAndItsDamageIsNoticed() throws IOException {
        int size = 5 * (int) MIB + 17;
        Path file = keep(size);
        StoredResponse same = answer(size);
        try (TieredStore store = begun()) {
            StoredResponse found = load(store, KEY).orElseThrow();
            FileBody body = found.file().orElseThrow();
            assertThat(body.length()).isEqualTo(size);
            for (int from : new int[] {0, 1, 65_535, 65_536, 3_000_001, size - 5}) {
                int length = Math.min(200_000, size - from);
                ByteBuf part = part(body, from, length).orElseThrow();
                assertThat(part).isEqualTo(same.body().slice(from, length));
                part.release();
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.write(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}), 1_000_000);
            }
            assertThat(part(body, 990_000, 65_536)).isEmpty();
            ByteBuf elsewhere = part(body, 2_000_000, 10).orElseThrow();
            elsewhere.release();
            found.release();
            assertThat(file).as("not served again").doesNotExist();
        }
        same.release();
    }

    private static Optional<ByteBuf> part(FileBody body, long from, int size) {
        CompletableFuture<Optional<ByteBuf>> read = new CompletableFuture<>();
        body.read(from, size, part -> read.complete(Optional.ofNullable(part)));
        return read.orTimeout(10, TimeUnit.SECONDS).join();
    }

    @Test
    void aNewHeadForALargeBodyDoesNotWriteTheBodyAgain() {
        int size = 5 * (int) MIB;
        Path file = keep(size);
        long before = file.toFile().length();
        try (TieredStore store = begun()) {
            await("listed", () -> entries(store) == 1);
            StoredResponse found = load(store, KEY).orElseThrow();
            clock.advance(Duration.ofSeconds(700));
            StoredResponse fresh =
                    found.with(
                            found.headers().set("x-new", "1"), clock.millis(), found.freshness());
            found.release();
            put(store, KEY, fresh);
        }
        assertThat(file.toFile().length()).isBetween(before + 50, before + 1_000);
        try (TieredStore store = begun()) {
            StoredResponse found = load(store, KEY).orElseThrow();
            assertThat(found.headers().get("x-new")).isEqualTo("1");
            assertThat(found.isFresh(clock.millis())).isTrue();
            assertThat(found.length()).isEqualTo(size);
            found.release();
        }
    }

    @Test
    void whatWasInvalidatedWhileTheProcessWasAwayIsNotServed() {
        keep(100);
        try (TieredStore store = open()) {
            assertThat(store.position()).hasValue(1);
            store.invalidate("E1", List.of("/*"));
            store.told(2);
            store.begin();
            assertThat(has(store, KEY)).isFalse();
            await("deleted", () -> files().isEmpty());
            await("noted", () -> noted().equals("2"));
        }
        try (TieredStore store = open()) {
            assertThat(store.position()).as("need not be told again").hasValue(2);
        }
    }

    @Test
    void anInvalidationThatWasToldButNotSearchedForIsToldAgain() {
        keep(100);
        TieredStore killed = open();
        killed.invalidate("E1", List.of("/a"));
        killed.told(2); // and no file was looked at before the end
        killed.close();
        try (TieredStore store = open()) {
            assertThat(store.position()).hasValue(1);
        }
    }

    @Test
    void withoutAPositionNothingThatIsThereIsTrusted() throws IOException {
        keep(100);
        Files.delete(folder.resolve("position"));
        try (TieredStore store = begun()) {
            assertThat(has(store, KEY)).isFalse();
            await("deleted", () -> noOldFolders());
        }
    }

    private boolean noOldFolders() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.noneMatch(path -> path.getFileName().toString().startsWith("old-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anInvalidationDeletesTheFilesItMeansAndNoOthers() {
        try (TieredStore store = begun()) {
            put(store, KEY, answer(100));
            put(store, new CacheKey("E1", "/b", ""), answer(100));
            put(store, new CacheKey("E1/tenant", "/a", ""), answer(100));
            put(store, new CacheKey("E2", "/a", ""), answer(100));
            await("written", () -> files().size() == 4);
            store.invalidate("E1", List.of("/a"));
            await("deleted", () -> files().size() == 2);
            assertThat(has(store, new CacheKey("E1", "/b", ""))).isTrue();
            assertThat(has(store, new CacheKey("E2", "/a", ""))).isTrue();
        }
    }

    @Test
    void anAnswerThatLivesShortlyIsNotWritten() {
        try (TieredStore store = begun()) {
            StoredResponse shortly =
                    new StoredResponse(
                            200,
                            new DefaultHttpHeaders(),
                            UnpooledByteBufAllocator.DEFAULT.directBuffer(1),
                            clock.millis(),
                            new Freshness(10_000, 0, 0, 0, 0));
            put(store, KEY, shortly);
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void aDiskThatCannotBeWrittenIsLeftAloneForAWhile() throws IOException {
        try (TieredStore store = begun()) {
            Path beginnings = folder.resolve("new");
            await("nothing is being written", () -> beginnings.toFile().delete());
            put(store, KEY, answer(100));
            store.get(KEY, NO_HEADERS).orElseThrow().release();
            await("failed", () -> store.sink(-1).map(DiskStoreTest::dropped).isEmpty());
            Files.createDirectories(beginnings);
            put(store, KEY, answer(100));
            clock.advance(Duration.ofSeconds(11));
            put(store, KEY, answer(100));
            await("written again", () -> files().size() == 1);
        }
    }

    private static BodySink dropped(BodySink sink) {
        sink.drop();
        return sink;
    }

    @Test
    void whatIsBeingWrittenWhenTheProcessEndsIsNotKept() {
        TieredStore store = begun();
        BodySink sink = store.sink(-1).orElseThrow();
        ByteBuf data = UnpooledByteBufAllocator.DEFAULT.directBuffer(100).writeZero(100);
        sink.add(data);
        data.release();
        await("begun", () -> folder.resolve("new").toFile().list().length > 0);
        store.close(); // without an end of the sink
        try (TieredStore next = begun()) {
            assertThat(files()).isEmpty();
            assertThat(folder.resolve("new")).isEmptyDirectory();
            assertThat(has(next, KEY)).isFalse();
        }
    }

    @Test
    void aBodyThroughASinkIsKept() {
        try (TieredStore store = begun()) {
            BodySink sink = store.sink(-1).orElseThrow();
            StoredResponse whole = answer(10 * (int) MIB);
            for (int i = 0; i < 10; i++) {
                assertThat(sink.add(whole.body().slice(i * (int) MIB, (int) MIB))).isTrue();
            }
            sink.keep(
                    KEY,
                    List.of(),
                    NO_HEADERS,
                    200,
                    new DefaultHttpHeaders(),
                    clock.millis(),
                    whole.freshness(),
                    Optional.empty(),
                    store.generation());
            await("written", () -> has(store, KEY));
            StoredResponse found = store.get(KEY, NO_HEADERS).orElseThrow();
            assertThat(found.length()).isEqualTo(10 * MIB);
            assertThat(found.bytes()).isLessThan((int) MIB);
            found.release();
            whole.release();
        }
    }

    private static long entries(TieredStore store) {
        return Objects.requireNonNull(store.usage().get("disk")).entries();
    }
}
