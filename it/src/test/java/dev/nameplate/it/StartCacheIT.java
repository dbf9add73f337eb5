package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import static java.nio.file.attribute.PosixFilePermissions.asFileAttribute;
import static java.nio.file.attribute.PosixFilePermissions.fromString;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// When the launcher makes its start cache, takes it and leaves it; with a `java` that only writes down how it was called.
final class StartCacheIT {
    private static final Instant BUILT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir private Path folder;
    private Path launcher;
    private Path target;
    private Path jar;
    private Path jdk;
    private Path calls;

    @BeforeEach
    void installALauncherWithAJavaThatOnlyNotesItsArguments() throws IOException {
        Path home = Files.createDirectories(folder.resolve("home"));
        launcher = Files.copy(RunningServer.LAUNCHER, home.resolve("nameplate"));
        target = Files.createDirectories(home.resolve("server/target"));
        jar = Files.createFile(target.resolve("nameplate.jar"));
        Files.setLastModifiedTime(jar, FileTime.from(BUILT));
        calls = folder.resolve("calls");
        jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        program(
                "java",
                """
                #!/bin/sh
                echo "$@" >>'%1$s'
                env | sed 's/^/env /' >>'%1$s'
                [ ! -e '%2$s' ] || kill -9 "$PPID"
                for option; do
                  case $option in -XX:AOTCacheOutput=*) echo learnt >"${option#*=}" ;; esac
                done
                case "$*" in *' stay') exec sleep 330 ;; esac
                """
                        .formatted(calls, folder.resolve("kill")));
        program("javac", "#!/bin/sh\n");
    }

    @Test
    void aMadeCacheIsTakenByTheNextStart() throws IOException {
        assertThat(run("start-cache").exit()).isZero();

        assertThat(lastCall(run("serve"))).contains("-XX:AOTCache=" + cache() + " ");
    }

    @Test
    void itIsMadeByTheDemoWithTheServersOptionsAndNoneOfTheCallersSettings() throws IOException {
        run("start-cache", Map.of("NAMEPLATE_STORE_URL", "jdbc:postgresql://production/x"));

        String training = calls().getFirst();
        String serving = lastCall(run("serve", Map.of("NAMEPLATE_START_CACHE", "off")));
        assertThat(training).endsWith(" demo");
        assertThat(training.split(" "))
                .contains(serving.substring(0, serving.indexOf(" -jar")).split(" "));
        assertThat(Files.readString(calls)).doesNotContain("production");
    }

    @Test
    void aCacheOlderThanTheJarIsNeitherTakenNorKept() throws IOException {
        run("start-cache");
        Path old = cache();
        Files.setLastModifiedTime(old, FileTime.from(BUILT.minus(Duration.ofDays(1))));

        assertThat(lastCall(run("serve"))).doesNotContain("AOTCache");

        Files.move(old, target.resolve("start-1.aot"));
        run("start-cache");
        assertThat(caches()).hasSize(1).doesNotContain(target.resolve("start-1.aot"));
    }

    @Test
    void anotherJdkInTheSamePlaceGetsACacheOfItsOwn() throws IOException {
        run("start-cache");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.2\"\n");

        assertThat(lastCall(run("serve"))).doesNotContain("AOTCache");
    }

    @Test
    void offTakesNoneAndOtherWordsAreRefused() throws IOException {
        run("start-cache");

        assertThat(lastCall(run("serve", Map.of("NAMEPLATE_START_CACHE", "off"))))
                .doesNotContain("AOTCache");
        Commands.Result refused = run("serve", Map.of("NAMEPLATE_START_CACHE", "soon"));
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.errors()).contains("NAMEPLATE_START_CACHE is 'off', 'use', or");
    }

    @Test
    void whatAKilledOneLeftIsNotTakenAndGoesWithTheNext() throws IOException {
        Files.createFile(folder.resolve("kill"));
        run("start-cache");
        Files.createFile(target.resolve("start-1.aot.new.config"));
        Files.delete(folder.resolve("kill"));

        assertThat(lastCall(run("serve"))).doesNotContain("AOTCache");
        assertThat(run("start-cache").exit()).isZero();
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "nameplate.jar", ".start-cache.lock", cache().getFileName().toString());
    }

    @Test
    void oneThatTheJvmDoesNotTakeIsThrownAway() throws IOException {
        program(
                "java",
                """
                #!/bin/sh
                for option; do
                  case $option in
                    -XX:AOTCacheOutput=*) echo learnt >"${option#*=}" ;;
                    -XX:AOTMode=on) echo "does not fit" >&2; exit 1 ;;
                  esac
                done
                """);

        Commands.Result made = run("start-cache");

        assertThat(made.exit()).isEqualTo(1);
        assertThat(made.errors()).contains("does not fit", "no start cache could be made");
        assertThat(caches()).isEmpty();
    }

    @Test
    void twoAtOnceMakeOne() throws Exception {
        List<Process> both =
                List.of(builder("start-cache").start(), builder("start-cache").start());

        for (Process each : both) {
            assertThat(each.waitFor()).isZero();
        }
        assertThat(caches()).hasSize(1);
        assertThat(calls()).filteredOn(call -> call.endsWith(" demo")).hasSize(1);
    }

    @Test
    void aServerThatStaysUpHasOneMadeBesideIt() throws Exception {
        ProcessBuilder stays = builder("serve", Map.of("NAMEPLATE_START_CACHE", "0"));
        stays.command().add("stay");
        Process server = stays.start();
        try {
            Await.until(Duration.ofMinutes(5), "a start cache", () -> !caches().isEmpty());
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void whereNothingCanBeWrittenItLiesInTheUsersCacheFolder() throws IOException {
        Path closed = folder.resolve("closed");
        Files.createDirectory(closed, asFileAttribute(fromString("r-xr-xr-x")));
        assumeFalse(Files.isWritable(closed), "this user may write everywhere");
        Files.setPosixFilePermissions(target, fromString("r-xr-xr-x"));
        try {
            Map<String, String> settings = Map.of("XDG_CACHE_HOME", folder + "/xdg");
            assertThat(run("start-cache", settings).exit()).isZero();
            assertThat(lastCall(run("serve", settings))).contains("AOTCache=" + folder + "/xdg/");
        } finally {
            Files.setPosixFilePermissions(target, fromString("rwxr-xr-x"));
        }
    }

    private void program(String name, String text) throws IOException {
        Path file = jdk.resolve("bin").resolve(name);
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, fromString("rwxr-xr-x"));
    }

    private Commands.Result run(String command) {
        return run(command, Map.of());
    }

    private Commands.Result run(String command, Map<String, String> settings) {
        return Commands.run(List.of(launcher.toString(), command), environment(settings));
    }

    private ProcessBuilder builder(String command) {
        return builder(command, Map.of());
    }

    private ProcessBuilder builder(String command, Map<String, String> settings) {
        ProcessBuilder builder =
                new ProcessBuilder(new ArrayList<>(List.of(launcher.toString(), command)));
        builder.environment().putAll(environment(settings));
        return builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    }

    private Map<String, String> environment(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("NAMEPLATE_JAVA_HOME", jdk.toString());
        all.put("NAMEPLATE_JAVA_OPTS", "");
        all.putIfAbsent("NAMEPLATE_START_CACHE", "use");
        return all;
    }

    private String lastCall(Commands.Result result) throws IOException {
        assertThat(result.exit()).isZero();
        assertThat(result.errors()).isEmpty();
        return calls().getLast();
    }

    private List<String> calls() throws IOException {
        return Files.readAllLines(calls).stream().filter(line -> !line.startsWith("env ")).toList();
    }

    private Path cache() {
        List<Path> all = caches();
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private List<Path> caches() {
        try (Stream<Path> files = Files.list(target)) {
            return files.filter(file -> file.toString().endsWith(".aot")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
