package dev.nameplate.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/// The subcommands of `job` against a server that answers as it is told.
class JobCommandTest extends CommandScene {
    private static final String ID = "35d7dfa3-0000-4000-8000-000000000001";

    private int job(String... words) {
        return run("job", words);
    }

    @Test
    void aRefusalThatIsNotJsonIsToldByItsStatus() {
        server.answers(502, "<html>bad gateway</html>");
        assertThat(job("list")).isNotZero();
        assertThat(err.toString()).contains("answered 502").doesNotContain("JSON");
    }

    @Test
    void aRefusalIsToldInTheServersWords() {
        server.answers(409, "{\"detail\":\"job x has ended\"}");
        assertThat(job("pause", ID)).isNotZero();
        assertThat(err.toString().strip()).isEqualTo("nameplate: job x has ended");
    }

    @Test
    void whatCannotBeAnIdOrAKeyIsRefusedInASentence() throws IOException {
        assertThat(job("watch", "not an id")).isNotZero();
        assertThat(err.toString().strip())
                .isEqualTo(
                        "nameplate: 'not an id' is no job's ID; './nameplate job list' shows them");

        Path file = Files.writeString(folder.resolve("job.json"), "{}");
        assertThat(job("create", file.toString(), "--idempotency-key", "t\u00fcr\n")).isNotZero();
        assertThat(err.toString()).contains("--idempotency-key takes").doesNotContain("Exception");
    }

    @Test
    void aWatchStaysWhileARollBackIsUnderWay() {
        server.answers(200, event("1", shown("ROLLING_BACK", "DONE")));
        server.answers(200, ": cut off before anything came");
        server.answers(200, event("2", shown("ROLLED_BACK", "REMOVED")));
        server.answers(200, "{\"entries\":[]}");
        AtomicInteger pauses = new AtomicInteger();
        JobCommand job = new JobCommand(Map.of(), pauses::incrementAndGet);
        assertThat(runAlone(job, "watch", ID)).isNotZero();
        assertThat(pauses).hasValue(2);
        assertThat(server.lastEventIds).containsExactly("", "1", "1", "");
        assertThat(out.toString()).contains("ROLLING_BACK  1 done", "ROLLED_BACK  1 removed");
    }

    private static String event(String id, String job) {
        return "id: %s\nevent: progress\ndata: %s\n\n".formatted(id, job);
    }

    private static String shown(String status, String state) {
        return "{\"id\":\"%s\",\"status\":\"%s\",\"total\":1,\"entries\":{\"%s\":1}}"
                .formatted(ID, status, state);
    }
}
