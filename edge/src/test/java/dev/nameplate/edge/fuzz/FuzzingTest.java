package dev.nameplate.edge.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Jazzer, guided by coverage, from the seeds onwards: a minute for each target, or as long as the system property
/// `nameplate.fuzz.seconds` says. In a process of its own: its agent changes every class it sees.
@Tag("conformance")
final class FuzzingTest {
    /// For starting and instrumenting, on a busy machine.
    private static final Duration ASIDE = Duration.ofMinutes(3);

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void nothingIsFound(Target target) throws IOException, InterruptedException {
        int seconds = Integer.getInteger("nameplate.fuzz.seconds", 60);
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        for (Path seed : target.seeds()) {
            Files.copy(seed, corpus.resolve(seed.getFileName().toString()));
        }
        Path log = folder.resolve("jazzer.log");
        Process jazzer =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx512m",
                                "-XX:+UseSerialGC",
                                "-XX:+EnableDynamicAgentLoading",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "com.code_intelligence.jazzer.Jazzer",
                                "--target_class=" + target.type().getName(),
                                "--instrumentation_includes=dev.nameplate.**:io.netty.handler.codec.http.**"
                                        + ":io.netty.handler.ssl.SslClientHello*",
                                "--reproducer_path=" + folder,
                                "-max_total_time=" + seconds,
                                "-timeout=30",
                                "-max_len=16384",
                                "-artifact_prefix=" + folder + "/",
                                corpus.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        boolean ended = jazzer.waitFor(seconds + ASIDE.toSeconds(), TimeUnit.SECONDS);
        jazzer.destroyForcibly();

        List<String> lines = Files.readAllLines(log);
        String tail =
                String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
        assertThat(ended).as(tail).isTrue();
        assertThat(jazzer.exitValue()).as(tail).isZero();
        assertThat(tail).contains("Done ");
    }
}
