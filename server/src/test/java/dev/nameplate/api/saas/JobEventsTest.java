package dev.nameplate.api.saas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.api.saas.JobEvents.Standing;
import dev.nameplate.names.AccountId;
import dev.nameplate.wire.StreamedResponse;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

class JobEventsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final AccountId ACCOUNT = new AccountId("000000000001");
    private static final JobEvents.Places ONE = new JobEvents.Places(1, 1);

    private static Standing running(String id) {
        return new Standing(id, "{\"n\":\"" + id + "\"}", false);
    }

    private static final Standing ENDED = new Standing("z", "{\"n\":\"z\"}", true);

    /// What a listener is sent while the job goes from standing to standing, one at each pause.
    private static String heard(Optional<String> last, List<Standing> standings)
            throws IOException {
        Queue<Standing> next = new ArrayDeque<>(standings);
        AtomicReference<Standing> now = new AtomicReference<>(next.remove());
        JobEvents events =
                new JobEvents(
                        ONE,
                        () -> now.set(next.isEmpty() ? ENDED : next.remove()),
                        PATIENCE,
                        Duration.ZERO);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        events.listening(ACCOUNT, "job", last, now::get).writeTo(out);
        assertThat(events.isFull(ACCOUNT)).as("it has left").isFalse();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyStandingIsToldOnceAndTheLastIsTheEnd() throws IOException {
        assertThat(heard(Optional.empty(), List.of(running("a"), running("a"), running("b"))))
                .isEqualTo(
                        """
                        id: a
                        event: progress
                        data: {"n":"a"}

                        id: b
                        event: progress
                        data: {"n":"b"}

                        id: z
                        event: end
                        data: {"n":"z"}

                        """);
    }

    @Test
    void whoComesBackIsNotToldAgainWhatTheyHad() throws IOException {
        assertThat(heard(Optional.of("a"), List.of(running("a"), running("b"))))
                .startsWith("id: b\n");
    }

    @Test
    void silenceIsBrokenByAComment() throws IOException {
        List<Standing> quiet = Collections.nCopies(65, running("a"));
        assertThat(heard(Optional.empty(), quiet).lines().filter(line -> line.startsWith(":")))
                .hasSize(2);
    }

    @Test
    void whoTakesNothingIsDroppedAndTheirPlaceIsFree() {
        JobEvents events = new JobEvents(ONE, () -> {}, Duration.ofMillis(50));
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch never = new CountDownLatch(1);
        OutputStream stuck =
                new OutputStream() {
                    @Override
                    public void write(int one) throws IOException {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            interrupted.set(true);
                            throw new IOException(e);
                        }
                    }
                };
        assertThatThrownBy(() ->
                        events.listening(ACCOUNT, "job", Optional.empty(), () -> running("a"))
                                .writeTo(stuck))
                .isInstanceOf(IOException.class);
        assertThat(interrupted).isTrue();
        assertThat(events.isFull(ACCOUNT)).isFalse();
    }

    @Test
    void oneMoreThanTheMostIsSentAwayAtOnce() throws IOException {
        AtomicReference<String> second = new AtomicReference<>("");
        AtomicReference<JobEvents> itself = new AtomicReference<>();
        JobEvents events =
                new JobEvents(
                        ONE,
                        () -> {
                            ByteArrayOutputStream out = new ByteArrayOutputStream();
                            try {
                                assertThat(itself.get().isFull(ACCOUNT)).isTrue();
                                itself.get()
                                        .listening(ACCOUNT, "job", Optional.empty(), () -> ENDED)
                                        .writeTo(out);
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                            second.set(out.toString(StandardCharsets.UTF_8));
                            Thread.currentThread().interrupt();
                        },
                        PATIENCE);
        itself.set(events);
        assertThatThrownBy(() ->
                        events.listening(ACCOUNT, "job", Optional.empty(), () -> running("a"))
                                .writeTo(new ByteArrayOutputStream()))
                .isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(second.get()).isEqualTo("retry: 5000\n\n");
    }

    @Test
    void oneAccountLeavesPlacesForTheOthers() {
        AccountId other = new AccountId("000000000002");
        AtomicReference<JobEvents> itself = new AtomicReference<>();
        AtomicReference<String> others = new AtomicReference<>("");
        JobEvents events =
                new JobEvents(
                        new JobEvents.Places(2, 1),
                        () -> {
                            assertThat(itself.get().isFull(ACCOUNT)).isTrue();
                            assertThat(itself.get().isFull(other)).isFalse();
                            others.set(
                                    all(
                                            itself.get()
                                                    .listening(
                                                            other,
                                                            "own",
                                                            Optional.empty(),
                                                            () -> ENDED)));
                            Thread.currentThread().interrupt();
                        },
                        PATIENCE);
        itself.set(events);
        assertThatThrownBy(() ->
                        events.listening(ACCOUNT, "job", Optional.empty(), () -> running("a"))
                                .writeTo(new ByteArrayOutputStream()))
                .isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(others.get()).contains("event: end");
        assertThat(events.isFull(ACCOUNT)).isFalse();
    }

    @Test
    void aStreamEndsAfterAnHourOfLooks() {
        AtomicInteger pauses = new AtomicInteger();
        JobEvents events = new JobEvents(ONE, pauses::incrementAndGet, PATIENCE);
        String heard = all(events.listening(ACCOUNT, "job", Optional.empty(), () -> running("a")));
        assertThat(JobEvents.LOOK.multipliedBy(pauses.get())).isEqualTo(Duration.ofHours(1));
        assertThat(heard).contains("event: progress").doesNotContain("event: end");
        assertThat(events.isFull(ACCOUNT)).isFalse();
    }

    private static String all(StreamedResponse.Body body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            body.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
