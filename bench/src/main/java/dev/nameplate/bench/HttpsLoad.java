package dev.nameplate.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Runs a load program for some seconds and reads how much it completed.
final class HttpsLoad {
    private static final Pattern OWN =
            Pattern.compile("operations=(\\d+) failures=(\\d+) seconds=([\\d.]+)");
    private static final Pattern TIMES =
            Pattern.compile("p50_ms=([\\d.]+) p99_ms=([\\d.]+) max_ms=([\\d.]+)");
    private static final Pattern MICROS = Pattern.compile("p50us=([\\d.]+) p99us=([\\d.]+)");
    private static final Pattern H2LOAD = Pattern.compile("(\\d+) succeeded, (\\d+) failed");
    private static final Pattern TRAFFIC = Pattern.compile("\\((\\d+)\\) data");
    private static final double MEGABYTE = 1 << 20;

    private final Setup setup;
    private final String host;

    HttpsLoad(Setup setup, String host) {
        this.setup = setup;
        this.host = host;
    }

    String host() {
        return host;
    }

    /// What a client does over and over.
    enum Kind {
        NEW_CONNECTION("new TLS 1.3 connection + 1 GET", PeerOrigin.PAGE),
        CACHED_HTTP_1("cached 1 KB, HTTP/1.1", PeerOrigin.PAGE),
        CACHED_HTTP_2("cached 1 KB, HTTP/2", PeerOrigin.PAGE),
        PROXIED_HTTP_1("proxied 1 KB, HTTP/1.1", PeerOrigin.FRESH),
        PROXIED_HTTP_2("proxied 1 KB, HTTP/2", PeerOrigin.FRESH),
        CACHED_MEGABYTE("cached 1 MB, HTTP/1.1, per MB", PeerOrigin.MEGABYTE),
        CACHED_HUNDRED_MEGABYTES("cached 100 MB, HTTP/1.1, per MB", PeerOrigin.HUNDRED_MEGABYTES);

        private final String title;
        private final String path;

        Kind(String title, String path) {
            this.title = title;
            this.path = path;
        }

        String title() {
            return title;
        }

        String path() {
            return path;
        }

        boolean cached() {
            return !path.equals(PeerOrigin.FRESH);
        }
    }

    /// What visits of many names came to.
    record Outcome(
            double operations,
            double failures,
            double p50Millis,
            double p99Millis,
            double maxMillis) {}

    List<Kind> kinds() {
        return setup.h2load().isPresent()
                ? List.of(Kind.values())
                : List.of(Kind.NEW_CONNECTION, Kind.CACHED_HTTP_1, Kind.PROXIED_HTTP_1);
    }

    /// As many as the client and the server can.
    ///
    /// @return how many requests were answered, or megabytes where bodies are large
    /// @throws IllegalStateException if more than one in a thousand failed
    double run(Kind kind, InetSocketAddress server, int seconds)
            throws IOException, InterruptedException {
        return switch (kind) {
            case NEW_CONNECTION -> done(handshakes(server, 0, PeerOrigin.PAGE, seconds, 0));
            case CACHED_HTTP_1, PROXIED_HTTP_1 -> keep(kind, server, seconds);
            case CACHED_HTTP_2, PROXIED_HTTP_2 -> h2load(kind, server, seconds, "-c16", "-m8");
            case CACHED_MEGABYTE -> h2load(kind, server, seconds, "--h1", "-c8", "-m1");
            case CACHED_HUNDRED_MEGABYTES -> h2load(kind, server, seconds, "--h1", "-c2", "-m1");
        };
    }

    /// New connections to names picked at random. The host holds a `%d` for the number.
    ///
    /// @param rate connections a second whatever the server does; 0 for as many as possible
    Outcome visits(InetSocketAddress server, int names, int seconds, double rate)
            throws IOException, InterruptedException {
        return outcome(handshakes(server, names, PeerOrigin.PAGE, seconds, rate));
    }

    /// Full handshakes alone, as many as possible, with names picked at random.
    Outcome handshakes(InetSocketAddress server, int names, int seconds)
            throws IOException, InterruptedException {
        return outcome(handshakes(server, names, "-", seconds, 0));
    }

    /// New connections at a rate, by a process that goes before all others on its core.
    Outcome gentleVisits(InetSocketAddress server, int seconds, double rate)
            throws IOException, InterruptedException {
        return outcome(
                output(
                        Stream.concat(
                                        Stream.of("nice", "-n", "-10"),
                                        command(server, 0, PeerOrigin.PAGE, seconds, rate).stream())
                                .toArray(String[]::new)));
    }

    private static Outcome outcome(String text) {
        Matcher counted = find(OWN, text);
        Matcher times = find(TIMES, text);
        return new Outcome(
                Double.parseDouble(counted.group(1)),
                Double.parseDouble(counted.group(2)),
                Double.parseDouble(times.group(1)),
                Double.parseDouble(times.group(2)),
                Double.parseDouble(times.group(3)));
    }

    private String handshakes(
            InetSocketAddress server, int names, String path, int seconds, double rate)
            throws IOException, InterruptedException {
        return output(command(server, names, path, seconds, rate).toArray(String[]::new));
    }

    private List<String> command(
            InetSocketAddress server, int names, String path, int seconds, double rate) {
        return List.of(
                setup.handshakes().toString(),
                String.valueOf(server.getPort()),
                host,
                String.valueOf(names),
                path,
                "64",
                String.valueOf(seconds),
                String.valueOf(rate));
    }

    /// How long answers took.
    record Times(double p50Micros, double p99Micros) {}

    /// Cached pages over 64 kept connections at a fixed rate, each timed from when its request was due.
    Times atRate(InetSocketAddress server, int seconds, double rate)
            throws IOException, InterruptedException {
        String text =
                output(
                        setup.tlsLoad().toString(),
                        "keep",
                        String.valueOf(server.getPort()),
                        host,
                        PeerOrigin.PAGE,
                        "64",
                        String.valueOf(seconds),
                        String.valueOf(rate));
        requireFew(text);
        Matcher times = find(MICROS, text);
        return new Times(Double.parseDouble(times.group(1)), Double.parseDouble(times.group(2)));
    }

    private double keep(Kind kind, InetSocketAddress server, int seconds)
            throws IOException, InterruptedException {
        return done(
                output(
                        setup.tlsLoad().toString(),
                        "keep",
                        String.valueOf(server.getPort()),
                        host,
                        kind.path(),
                        "64",
                        String.valueOf(seconds)));
    }

    private static double done(String text) {
        requireFew(text);
        return Double.parseDouble(find(OWN, text).group(1));
    }

    private static void requireFew(String text) {
        Matcher figures = find(OWN, text);
        requireFew(
                Double.parseDouble(figures.group(2)), Double.parseDouble(figures.group(1)), text);
    }

    private double h2load(Kind kind, InetSocketAddress server, int seconds, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(setup.h2load().orElseThrow());
        command.add("-t1");
        command.addAll(List.of(options));
        command.addAll(
                List.of(
                        "-D",
                        String.valueOf(seconds),
                        "--connect-to=127.0.0.1:" + server.getPort(),
                        "https://" + host + ":" + server.getPort() + kind.path()));
        String text = output(command.toArray(String[]::new));
        Matcher counted = find(H2LOAD, text);
        double succeeded = Double.parseDouble(counted.group(1));
        // A body cut by the end of the run is no request, but its bytes were served.
        double megabytes = Double.parseDouble(find(TRAFFIC, text).group(1)) / MEGABYTE;
        boolean large = kind == Kind.CACHED_MEGABYTE || kind == Kind.CACHED_HUNDRED_MEGABYTES;
        double operations = large ? megabytes : succeeded;
        requireFew(Double.parseDouble(counted.group(2)), operations, text);
        return operations;
    }

    private static Matcher find(Pattern figures, String text) {
        Matcher found = figures.matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("the load program printed\n" + text);
        }
        return found;
    }

    private static void requireFew(double failures, double operations, String text) {
        if (operations == 0 || failures * 1000 > operations) {
            throw new IllegalStateException(
                    "%.0f done, %.0f failed%n%s".formatted(operations, failures, text));
        }
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return String.join(" ", command) + "\n" + text;
    }
}
