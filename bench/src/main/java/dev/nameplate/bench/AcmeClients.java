package dev.nameplate.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Other ACME clients, a process for each name, with `http-01` by a web root: the fastest way both have. An account is made, and
/// the program's files are read, by one more name before the clock runs.
///
/// @param webRoot what Pebble finds at port 80 of every name
record AcmeClients(Path folder, PebbleServer pebble, Path webRoot) {
    private static final Duration LOOK = Duration.ofMillis(10);
    private static final Duration LIMIT = Duration.ofMinutes(30);

    /// User and system time of the children, as bash's `times` shows it.
    private static final Pattern TIMES =
            Pattern.compile("(\\d+)m([\\d.]+)s (\\d+)m([\\d.]+)s\\s*$");

    enum Client {
        LEGO(
                "LEGO_CA_CERTIFICATES=%2$s lego --accept-tos --email ops@example.com --server %1$s --path %3$s --key-type ec256"
                        + " --http --http.webroot %4$s --domains {} run"),
        /// Its folders are locked by whoever is at work in them.
        CERTBOT(
                "REQUESTS_CA_BUNDLE=%2$s certbot certonly --non-interactive --agree-tos --email ops@example.com --server %1$s"
                        + " --key-type ecdsa --webroot --webroot-path %4$s --config-dir %3$s --work-dir %3$s/work --logs-dir %3$s/logs"
                        + " --domain {}");

        private final String command;

        Client(String command) {
            this.command = command;
        }
    }

    record Run(double seconds, double cpuSeconds) {}

    /// @param atOnce how many processes side by side
    Run run(Client client, List<String> names, int atOnce)
            throws IOException, InterruptedException, PebbleServer.LockedException {
        Path own = Files.createTempDirectory(folder, client.name().toLowerCase(Locale.ROOT));
        String command =
                client.command.formatted(
                        pebble.directory(), pebble.trust(), own.resolve("files"), webRoot);
        var first = new ArrayList<>(names);
        shell(own, command, List.of(first.removeFirst()), 1);
        long before = pebble.issued();
        long start = System.nanoTime();
        String times = shell(own, command, first, atOnce);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (pebble.issued() - before != first.size()) {
            throw new IllegalStateException(
                    "%d of %d were issued; see %s"
                            .formatted(pebble.issued() - before, first.size(), own));
        }
        Matcher children = TIMES.matcher(times);
        if (!children.find()) {
            throw new IllegalStateException("no times in " + times);
        }
        return new Run(
                seconds,
                60 * (Double.parseDouble(children.group(1)) + Double.parseDouble(children.group(3)))
                        + Double.parseDouble(children.group(2))
                        + Double.parseDouble(children.group(4)));
    }

    private String shell(Path own, String command, List<String> names, int atOnce)
            throws IOException, InterruptedException, PebbleServer.LockedException {
        Files.write(own.resolve("names"), names);
        Path output = own.resolve("times");
        Process process =
                new ProcessBuilder(
                                "bash",
                                "-c",
                                "xargs -P %d -I{} -a names env %s >> log 2>&1 || exit 1; times"
                                        .formatted(atOnce, command))
                        .directory(own.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            pebble.await(names.size() + " names", LIMIT, LOOK, () -> !process.isAlive());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException("not all succeeded; see " + own.resolve("log"));
        }
        return Files.readString(output);
    }
}
