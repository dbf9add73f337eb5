package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import software.amazon.awssdk.services.lightsail.LightsailClient;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An answer means that the change is on the disk: the order of the server's own system calls shows it.
@Tag("slow")
final class DurabilityIT {
    private static final int CALLS = 5;

    /// Thread id first, as `strace -f` writes to a file.
    private static final Pattern SYNC =
            Pattern.compile("^(\\d+) +f(?:data)?sync\\(\\d+<[^>]*-wal>(.*)$");

    private static final Pattern RESUMED_SYNC =
            Pattern.compile("^(\\d+) +<\\.\\.\\. f(?:data)?sync resumed>.*= 0$");

    private static final Pattern ANSWER =
            Pattern.compile(
                    "^\\d+ +(?:write|writev|sendto|sendmsg)\\(\\d+<(?:TCP|socket)[^\"]*\"HTTP/1\\.1 200.*");

    @TempDir private Path folder;

    @Test
    void theCommitIsOnTheDiskBeforeTheAnswerIsWritten() throws IOException {
        Parts.need("strace", "strace", "-V");
        Path trace = folder.resolve("trace");
        try (RunningServer server =
                RunningServer.start(folder.resolve("data"), Map.of(), strace(trace))) {
            try (LightsailClient lightsail = SdkClients.of(server).lightsail()) {
                for (int call = 0; call < CALLS; call++) {
                    String name = "durable-certificate-" + call;
                    long before = Files.size(trace);
                    lightsail.createCertificate(request ->
                            request.certificateName(name).domainName(name + ".example.com"));
                    verifyOrder(trace, before, name);
                }
            }
        }
    }

    /// `-D` makes the server, not strace, the process that the test started.
    private static List<String> strace(Path trace) {
        return List.of(
                "strace",
                "-D",
                "-f",
                "-yy",
                "-s",
                "8192",
                "-o",
                trace.toString(),
                "-e",
                "trace=fsync,fdatasync,pwrite64,write,writev,sendto,sendmsg");
    }

    private static void verifyOrder(Path trace, long before, String name) {
        Await.until(
                Duration.ofSeconds(30),
                "the answer in the trace",
                () -> indexOfAnswer(lines(trace, before)) >= 0);
        List<String> lines = lines(trace, before);
        int answer = indexOfAnswer(lines);
        // The first: once committed, the issuance may write of the name before the answer is out.
        int written = -1;
        for (int i = 0; i < answer && written < 0; i++) {
            if (lines.get(i).contains("-wal>") && lines.get(i).contains(name)) {
                written = i;
            }
        }
        assertThat(written)
                .as("%s is written to the log of the store before the answer", name)
                .isNotNegative();
        assertThat(syncEnds(lines, written, answer))
                .as(
                        "between line %d, which writes %s, and the answer in line %d a sync returns",
                        written, name, answer)
                .isTrue();
    }

    private static List<String> lines(Path trace, long before) {
        try {
            byte[] all = Files.readAllBytes(trace);
            String text =
                    new String(
                            all,
                            (int) before,
                            all.length - (int) before,
                            StandardCharsets.ISO_8859_1);
            return text.lines().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int indexOfAnswer(List<String> lines) {
        for (int i = 0; i < lines.size(); i++) {
            if (ANSWER.matcher(lines.get(i)).matches()) {
                return i;
            }
        }
        return -1;
    }

    /// Whether a sync of the write-ahead log that began after line `from` returned before line `to`.
    private static boolean syncEnds(List<String> lines, int from, int to) {
        // Several threads may be in a sync at once: who checkpoints syncs the log too.
        Set<String> waiting = new HashSet<>();
        for (String line : lines.subList(from + 1, to)) {
            Matcher sync = SYNC.matcher(line);
            if (sync.matches()) {
                if (sync.group(2).endsWith("= 0")) {
                    return true;
                }
                waiting.add(sync.group(1));
            }
            Matcher resumed = RESUMED_SYNC.matcher(line);
            if (resumed.matches() && waiting.contains(resumed.group(1))) {
                return true;
            }
        }
        return false;
    }
}
