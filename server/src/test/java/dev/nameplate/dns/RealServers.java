package dev.nameplate.dns;

import dev.nameplate.testkit.Parts;

import org.xbill.DNS.Flags;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// BIND and Knot as a small Internet on loopback addresses of one port: one BIND is the root and the top-level zone `test.`, two
/// are name servers of customers, and Knot is one more, which signs by itself.
final class RealServers implements AutoCloseable {
    static final String ROOT = "127.0.53.1";
    static final String BIND = "127.0.53.2";
    static final String OTHER_BIND = "127.0.53.3";
    static final String KNOT = "127.0.53.10";

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration START = Duration.ofSeconds(20);

    private final Path folder;
    private final List<AutoCloseable> up = new ArrayList<>();

    /// Address of a BIND → zone → its file.
    private final Map<String, Map<String, Path>> servers = new LinkedHashMap<>();

    private final Map<String, Path> knotZones = new LinkedHashMap<>();
    private final Map<String, Path> knotSigned = new LinkedHashMap<>();
    private final StringBuilder delegations = new StringBuilder();
    final int port;
    private String anchor = "";
    private boolean longKeys;

    RealServers(Path folder) throws IOException {
        for (String program : List.of("named", "dnssec-keygen", "dnssec-signzone")) {
            require(program, "bind9");
        }
        for (String program : List.of("knotd", "keymgr")) {
            require(program, "knot");
        }
        this.folder = folder;
        this.port = freePort(ROOT, List.of(ROOT, BIND, OTHER_BIND, KNOT));
        Stream.of(ROOT, BIND, OTHER_BIND)
                .forEach(server -> servers.put(server, new LinkedHashMap<>()));
    }

    private static void require(String program, String packageName) {
        boolean there =
                Stream.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin")
                        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
        if (!there) {
            Parts.absent(program + " (" + packageName + ")");
        }
    }

    private static int freePort(String first, List<String> addresses) throws IOException {
        for (int attempt = 0; ; attempt++) {
            try (var tcp = new ServerSocket()) {
                tcp.bind(new InetSocketAddress(first, 0));
                int port = tcp.getLocalPort();
                for (String address : addresses) {
                    new DatagramSocket(new InetSocketAddress(address, port)).close();
                }
                return port;
            } catch (IOException e) {
                if (attempt == 20) {
                    throw e;
                }
            }
        }
    }

    InetSocketAddress at(String address) {
        return new InetSocketAddress(address, port);
    }

    /// The DS of `test.`, as a trust anchor.
    String anchor() {
        return anchor;
    }

    /// Has `test.` delegate `zone` to name servers at these addresses.
    RealServers delegate(String zone, String... addresses) {
        for (int i = 0; i < addresses.length; i++) {
            String server = "ns" + (i + 1) + "." + zone;
            delegations.append(zone).append(" NS ").append(server).append('\n');
            delegations.append(server).append(" A ").append(addresses[i]).append('\n');
        }
        return this;
    }

    /// A record of `test.` itself, such as a DS.
    RealServers parent(String record) {
        delegations.append(record).append('\n');
        return this;
    }

    /// Has BIND serve the zone at an address.
    RealServers bind(String address, String zone, String records) {
        Path file = write(address + "-" + zone + "zone", apex(zone) + records);
        zones(address).put(zone, file);
        return this;
    }

    /// A file that BIND cannot load, so that it answers SERVFAIL.
    RealServers broken(String address, String zone) {
        zones(address).put(zone, write(address + "-" + zone + "zone", "this is no zone\n"));
        return this;
    }

    /// Signs by BIND's tools.
    ///
    /// @param options of `dnssec-signzone`
    /// @return the DS records for the parent
    String signed(String address, String zone, String records, String... options) {
        bind(address, zone, records);
        Path keys = folder.resolve("keys-" + zone);
        mkdir(keys);
        Path file = Objects.requireNonNull(zones(address).get(zone));
        key(keys, zone, "-f", "KSK");
        key(keys, zone);
        List<String> command =
                new ArrayList<>(
                        List.of("dnssec-signzone", "-q", "-P", "-S", "-K", ".", "-o", zone));
        command.addAll(List.of(options));
        command.addAll(List.of("-f", file + ".signed", file.toString()));
        run(keys, command.toArray(String[]::new));
        zones(address).put(zone, Path.of(file + ".signed"));
        return read(keys.resolve("dsset-" + zone));
    }

    private void key(Path keys, String zone, String... options) {
        List<String> command = new ArrayList<>(List.of("dnssec-keygen", "-q"));
        command.addAll(
                longKeys
                        ? List.of("-a", "RSASHA256", "-b", "3072")
                        : List.of("-a", "ECDSAP256SHA256"));
        command.addAll(List.of(options));
        command.add(zone);
        run(keys, command.toArray(String[]::new));
    }

    /// With keys so long that no signature fits into BIND's UDP answers, which are kept small here.
    String signedLong(String address, String zone, String records) {
        longKeys = true;
        String digests = signed(address, zone, records);
        longKeys = false;
        return digests;
    }

    RealServers knot(String zone, String records) {
        knotZones.put(zone, write("knot-" + zone + "zone", apex(zone) + records));
        return this;
    }

    /// Signed by Knot.
    RealServers knotSigned(String zone, String records) {
        knotSigned.put(zone, write("knot-" + zone + "zone", apex(zone) + records));
        return this;
    }

    private Map<String, Path> zones(String address) {
        return servers.computeIfAbsent(address, _ -> new LinkedHashMap<>());
    }

    void start() throws IOException {
        startKnot();
        bind(ROOT, ".", "test. NS ns.test.\nns.test. A " + ROOT + "\n");
        anchor = signed(ROOT, "test.", "ns.test. A " + ROOT + "\n" + delegations);
        for (Map.Entry<String, Map<String, Path>> each : servers.entrySet()) {
            startBind(each.getKey(), each.getValue());
        }
        await(ROOT, "test.");
        await(BIND, "good.test.");
        await(OTHER_BIND, "flapping.test.");
        await(KNOT, "knot.test.");
    }

    /// BIND listens only on addresses that an interface has, so each of its servers is reached through a relay.
    private void startBind(String address, Map<String, Path> zones) throws IOException {
        int real = freePort(LOOPBACK, List.of(LOOPBACK));
        Path home = folder.resolve("named-" + address);
        mkdir(home);
        StringBuilder config = new StringBuilder();
        config.append("options {\n directory \"").append(home).append("\";\n");
        config.append(" pid-file \"named.pid\";\n session-keyfile \"session.key\";\n");
        config.append(" listen-on-v6 { none; };\n listen-on port ").append(real);
        config.append(" { 127.0.0.1; };\n recursion no;\n dnssec-validation no;\n");
        config.append(" empty-zones-enable no;\n notify no;\n minimal-responses yes;\n");
        config.append(" max-udp-size 512;\n check-names primary ignore;\n};\ncontrols { };\n");
        zones.forEach((zone, file) ->
                config.append("zone \"")
                        .append(zone)
                        .append("\" { type primary; file \"")
                        .append(file)
                        .append("\"; };\n"));
        Path file = write("named-" + address + ".conf", config.toString());
        up.add(
                spawn(
                        "named-" + address,
                        "named",
                        "-f",
                        "-n",
                        "1",
                        "-c",
                        file.toString(),
                        "-L",
                        home + "/log"));
        up.add(
                Relay.open(
                        at(address),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), real),
                        Relay.Weather.FAIR));
    }

    private void startKnot() {
        Path home = folder.resolve("knot");
        mkdir(home);
        StringBuilder config = new StringBuilder();
        config.append("server:\n    rundir: ").append(home);
        config.append("\n    listen: ").append(KNOT).append('@').append(port);
        config.append("\n    udp-workers: 1\n    tcp-workers: 2\n");
        config.append("    background-workers: 1\ndatabase:\n    storage: ").append(home);
        config.append("\npolicy:\n  - id: signing\n    algorithm: ecdsap256sha256\n");
        config.append("    single-type-signing: on\nzone:\n");
        knotZones.forEach((zone, file) ->
                config.append("  - domain: ")
                        .append(zone)
                        .append("\n    file: ")
                        .append(file)
                        .append('\n'));
        knotSigned.forEach((zone, file) ->
                config.append("  - domain: ")
                        .append(zone)
                        .append("\n    file: ")
                        .append(file)
                        .append("\n    dnssec-signing: on\n    dnssec-policy: signing\n")
                        .append("    zonefile-sync: -1\n    zonefile-load: difference\n")
                        .append("    journal-content: all\n"));
        Path file = write("knot.conf", config.toString());
        for (String zone : knotSigned.keySet()) {
            run(
                    folder,
                    "keymgr",
                    "-c",
                    file.toString(),
                    zone,
                    "generate",
                    "algorithm=ecdsap256sha256",
                    "ksk=yes",
                    "zsk=yes");
            parent(run(folder, "keymgr", "-c", file.toString(), zone, "ds"));
        }
        up.add(spawn("knotd", "knotd", "-c", file.toString()));
    }

    private void await(String address, String zone) throws IOException {
        var deadline = NameServer.Deadline.in(START);
        while (deadline.left().isPositive()) {
            try {
                var answer =
                        NameServer.at(at(address))
                                .ask(
                                        OwnerName.toDns(zone),
                                        Type.SOA,
                                        NameServer.Manner.AUTHORITATIVE,
                                        NameServer.Deadline.in(Duration.ofMillis(500)));
                if (answer.getHeader().getFlag(Flags.AA)) {
                    return;
                }
            } catch (IOException _) {
                // It is not up yet: asked again until the deadline.
            }
        }
        throw new IOException(address + " does not serve " + zone + "\n" + logs());
    }

    private String logs() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.endsWith("log") || file.toString().endsWith(".out"))
                    .map(file -> file + ":\n" + read(file))
                    .collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String apex(String zone) {
        String below = zone.equals(".") ? "" : zone;
        return "$ORIGIN "
                + zone
                + "\n$TTL 60\n"
                + "@ IN SOA ns1."
                + below
                + " host."
                + below
                + " 1 7200 900 1209600 60\n"
                + "@ NS ns1."
                + below
                + "\nns1."
                + below
                + " A "
                + ROOT
                + "\n";
    }

    private AutoCloseable spawn(String name, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve(name + ".out").toFile())
                            .start();
            return () -> {
                process.destroy();
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String run(Path directory, String... command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectErrorStream(true)
                            .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Path write(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void mkdir(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (AutoCloseable each : up.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("a name server did not stop", e);
            }
        }
    }
}
