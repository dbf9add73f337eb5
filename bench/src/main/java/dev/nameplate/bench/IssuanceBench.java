package dev.nameplate.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Certificates that are pending already until all are ISSUED, without the calls that asked for them: see [IssuanceRun]. Each
/// case is a fresh process on a fresh store.
final class IssuanceBench {
    private static final int CERTIFICATES = 10_000;
    private static final int CERTIFICATES_A_ZONE = 10;
    private static final int WARMING_ROUNDS = 2;

    private static final Pattern ROUND =
            Pattern.compile("round \\d+ ([\\d.]+) issued/s ([\\d.]+) us-cpu/certificate .*");
    private static final Pattern PORT = Pattern.compile("port (\\d+)");

    private final Setup setup;
    private final Path folder;
    private final PrintStream out;
    private final int rounds;

    private IssuanceBench(Setup setup, Path folder, PrintStream out) {
        this.setup = setup;
        this.folder = folder;
        this.out = out;
        this.rounds = WARMING_ROUNDS + setup.rounds();
    }

    static void run(Setup setup, Path folder, PrintStream out) throws IOException {
        var bench = new IssuanceBench(setup, folder, out);
        out.printf(
                "%d pending certificates (P-256, one name each) a round; the first of a fresh process, then least - median -"
                        + " greatest of %d rounds after %d%n",
                CERTIFICATES, setup.rounds(), WARMING_ROUNDS);
        bench.measure("SQLite, zones hosted here", setup.allCores(), "own", Optional.empty());
        bench.measure(
                "SQLite, zones hosted here, one core", setup.serverCore(), "own", Optional.empty());
        bench.others();
        if (PrivatePostgres.isThere()) {
            try (PrivatePostgres postgres = PrivatePostgres.start(Setup.freePort())) {
                bench.measure(
                        "PostgreSQL, zones hosted here",
                        setup.allCores(),
                        "own",
                        Optional.of(postgres.url()));
            }
        } else {
            out.println("PostgreSQL is not installed and left out");
        }
    }

    /// The other name server's process is not counted.
    private void others() throws IOException {
        Process answering =
                command(setup.allCores(), "answer", "others", List.of())
                        .redirectError(folder.resolve("others.log").toFile())
                        .start();
        try (var lines = lines(answering)) {
            String port =
                    lines.lines()
                            .map(PORT::matcher)
                            .filter(Matcher::matches)
                            .map(matcher -> matcher.group(1))
                            .findFirst()
                            .orElseThrow(() -> failed("others.log"));
            measure("SQLite, zones in another process", setup.allCores(), port, Optional.empty());
        } finally {
            answering.destroy();
        }
    }

    private void measure(String title, String cores, String world, Optional<String> jdbcUrl)
            throws IOException {
        String store = "store-" + title.replaceAll("\\W+", "-");
        Process run =
                command(
                                cores,
                                "issue",
                                store,
                                Stream.concat(Stream.of(world), jdbcUrl.stream()).toList())
                        .redirectError(folder.resolve(store + ".log").toFile())
                        .start();
        List<Matcher> seen;
        try (var lines = lines(run)) {
            seen = lines.lines().map(ROUND::matcher).filter(Matcher::matches).toList();
        }
        if (seen.size() != rounds) {
            throw failed(store + ".log");
        }
        Series issued = new Series();
        Series cpu = new Series();
        for (Matcher round : seen.subList(WARMING_ROUNDS, rounds)) {
            issued.add(Double.parseDouble(round.group(1)));
            cpu.add(Double.parseDouble(round.group(2)));
        }
        out.printf(
                "%-36s first %s/s, %s us CPU each; then issued/s %s, CPU us each %s%n",
                title, seen.getFirst().group(1), seen.getFirst().group(2), issued, cpu);
    }

    /// The server's own flags.
    private ProcessBuilder command(String cores, String what, String store, List<String> rest) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "taskset",
                                "-c",
                                cores,
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:+UseCompactObjectHeaders",
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                IssuanceRun.class.getName(),
                                what,
                                folder.resolve(store).toString(),
                                "EC_P256",
                                Integer.toString(CERTIFICATES),
                                Integer.toString(rounds),
                                Integer.toString(CERTIFICATES_A_ZONE)));
        command.addAll(rest);
        return new ProcessBuilder(command);
    }

    private static BufferedReader lines(Process process) {
        return new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private IllegalStateException failed(String log) {
        return new IllegalStateException("a run ended early; see " + folder.resolve(log));
    }
}
