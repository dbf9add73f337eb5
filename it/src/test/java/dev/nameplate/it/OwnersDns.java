package dev.nameplate.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The name servers of somebody whose zone is not hosted here: BIND, which also looks up for others what lies under our suffix.
final class OwnersDns implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Process process;
    private final int port;
    private final List<String> wrapper;

    private OwnersDns(Process process, int port, List<String> wrapper) {
        this.process = process;
        this.port = port;
        this.wrapper = wrapper;
    }

    /// @param ours the port of our own DNS
    /// @param records of the zone, each in one line
    static OwnersDns start(Path folder, int ours, String zone, List<String> records)
            throws IOException {
        return start(folder, FreePort.find(), List.of(), ours, zone, records);
    }

    /// @param wrapper command put before each that is run; empty for none
    static OwnersDns start(
            Path folder,
            int port,
            List<String> wrapper,
            int ours,
            String zone,
            List<String> records)
            throws IOException {
        Parts.need("BIND (Debian: bind9)", "named", "-V");
        Files.writeString(
                folder.resolve("zone"),
                """
                $TTL 1
                @ SOA ns hostmaster 1 60 60 600 1
                @ NS ns
                ns A 127.0.0.1
                %s
                """
                        .formatted(String.join("\n", records)));
        // Nothing is kept, so that what an authority looks for is seen as soon as it is shown.
        Path settings = folder.resolve("named.conf");
        Files.writeString(
                settings,
                """
                options {
                  directory "%1$s"; pid-file none; session-keyfile "%1$s/session.key";
                  listen-on port %2$d { 127.0.0.1; }; listen-on-v6 { none; };
                  recursion yes; dnssec-validation no; empty-zones-enable no; max-cache-ttl 0; max-ncache-ttl 0;
                };
                controls { };
                zone "%3$s" { type primary; file "%1$s/zone"; allow-update { 127.0.0.1; }; };
                zone "nameplate.internal" { type forward; forward only; forwarders { 127.0.0.1 port %4$d; }; };
                """
                        .formatted(folder, port, zone, ours));
        Path log = folder.resolve("named.log");
        Process process =
                new ProcessBuilder(
                                wrapped(
                                        wrapper,
                                        "named",
                                        "-f",
                                        "-n",
                                        "1",
                                        "-c",
                                        settings.toString(),
                                        "-g"))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        OwnersDns dns = new OwnersDns(process, port, wrapper);
        Await.until(
                LIMIT,
                "BIND to answer; its output: " + log,
                () -> !process.isAlive() || dns.answers(zone));
        if (!process.isAlive()) {
            throw new IllegalStateException("BIND ended at start: " + Files.readString(log));
        }
        return dns;
    }

    private boolean answers(String zone) {
        return Commands.run(
                        wrapped(
                                wrapper,
                                "dig",
                                "+short",
                                "+tries=1",
                                "+time=1",
                                "@127.0.0.1",
                                "-p",
                                Integer.toString(port),
                                "SOA",
                                zone),
                        Map.of())
                .output()
                .contains("hostmaster");
    }

    private static List<String> wrapped(List<String> wrapper, String... command) {
        return Stream.concat(wrapper.stream(), Stream.of(command)).toList();
    }

    /// One more record of the zone.
    void add(String record) throws IOException {
        Path script = Files.createTempFile("nameplate-it", ".update");
        try {
            Files.writeString(
                    script, "server 127.0.0.1 %d\nupdate add %s\nsend\n".formatted(port, record));
            Commands.output(wrapped(wrapper, "nsupdate", script.toString()).toArray(String[]::new));
        } finally {
            Files.delete(script);
        }
    }

    int port() {
        return port;
    }

    /// `host:port`.
    String address() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
