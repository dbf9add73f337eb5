package dev.nameplate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Runs a load program for some seconds and reads how many operations it completed.
final class HttpsLoad {
    private static final Pattern OWN =
            Pattern.compile("operations=(\\d+) failures=(\\d+) seconds=([\\d.]+)");
    private static final Pattern H2LOAD = Pattern.compile("(\\d+) succeeded, (\\d+) failed");

    private final Setup setup;
    private final String host;

    HttpsLoad(Setup setup, String host) {
        this.setup = setup;
        this.host = host;
    }

    /// What a client does over and over.
    enum Kind {
        NEW_CONNECTION("new TLS 1.3 connection + 1 GET"),
        CACHED_HTTP_1("cached 1 KB, HTTP/1.1"),
        CACHED_HTTP_2("cached 1 KB, HTTP/2");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    List<Kind> kinds() {
        return setup.h2load().isPresent()
                ? List.of(Kind.values())
                : List.of(Kind.NEW_CONNECTION, Kind.CACHED_HTTP_1);
    }

    /// @return operations completed
    /// @throws IllegalStateException if more than one in a thousand failed
    long run(Kind kind, InetSocketAddress server, int seconds)
            throws IOException, InterruptedException {
        return switch (kind) {
            case NEW_CONNECTION -> own("new", server, seconds);
            case CACHED_HTTP_1 -> own("keep", server, seconds);
            case CACHED_HTTP_2 -> h2load(server, seconds);
        };
    }

    private long own(String mode, InetSocketAddress server, int seconds)
            throws IOException, InterruptedException {
        return run(
                OWN,
                setup.tlsLoad().toString(),
                mode,
                String.valueOf(server.getPort()),
                host,
                Origin.PATH,
                "64",
                String.valueOf(seconds));
    }

    private long h2load(InetSocketAddress server, int seconds)
            throws IOException, InterruptedException {
        return run(
                H2LOAD,
                setup.h2load().orElseThrow(),
                "-t1",
                "-c16",
                "-m8",
                "-D",
                String.valueOf(seconds),
                "--connect-to=127.0.0.1:" + server.getPort(),
                "https://" + host + ":" + server.getPort() + Origin.PATH);
    }

    private static long run(Pattern figures, String... command)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        Matcher found = figures.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException(String.join(" ", command) + " printed\n" + text);
        }
        long done = Long.parseLong(found.group(1));
        long failed = Long.parseLong(found.group(2));
        if (done == 0 || failed * 1000 > done) {
            throw new IllegalStateException(
                    "%s: %d done, %d failed%n%s"
                            .formatted(String.join(" ", command), done, failed, text));
        }
        return done;
    }
}
