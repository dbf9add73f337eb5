package dev.nameplate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A server process that this bench started, its output in a file, and what it has cost so far.
final class RunningServer implements AutoCloseable {
    /// The kernel shows CPU time in hundredths of a second to every program (USER_HZ).
    private static final long NANOS_A_TICK = 10_000_000;

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final Process process;

    private RunningServer(Process process) {
        this.process = process;
    }

    /// @param cores as `taskset -c` takes them
    static RunningServer start(
            String cores, Path log, Map<String, String> environment, List<String> command)
            throws IOException {
        List<String> pinned =
                Stream.concat(Stream.of("taskset", "-c", cores), command.stream()).toList();
        ProcessBuilder builder =
                new ProcessBuilder(pinned)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return new RunningServer(builder.start());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /// User and system time of the process and its children, compilation and collection included.
    Duration cpu() {
        long ticks =
                Stream.concat(Stream.of(process.toHandle()), process.descendants())
                        .mapToLong(handle -> ticks(handle.pid()))
                        .sum();
        return Duration.ofNanos(ticks * NANOS_A_TICK);
    }

    private static long ticks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", String.valueOf(pid), "stat"));
            // The second field, the program's name, may hold blanks; utime and stime are the 14th
            // and 15th.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " is gone; see its log", e);
        }
    }

    /// What the process and its children hold of the machine, pages shared with others counted in proportion (PSS).
    double memoryMegabytes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                        .mapToLong(handle -> proportionalKilobytes(handle.pid()))
                        .sum()
                / 1024.0;
    }

    /// What is alive in a JVM's heap, after a full collection.
    double aliveMegabytes() throws IOException {
        Process histogram =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                String.valueOf(process.pid()),
                                "GC.class_histogram")
                        .redirectErrorStream(true)
                        .start();
        try (Stream<String> lines = histogram.inputReader().lines()) {
            return lines.filter(line -> line.startsWith("Total"))
                            .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[2]))
                            .sum()
                    / 1e6;
        }
    }

    private static long proportionalKilobytes(long pid) {
        try (Stream<String> lines =
                Files.lines(Path.of("/proc", String.valueOf(pid), "smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " is gone; see its log", e);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
