package dev.nameplate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What `bench/run` found on this machine.
///
/// @param launcher the project's `nameplate`
/// @param serverCore where servers run; the load runs on another core, set by `bench/run` for this process and its children
/// @param loadCore where the load and what it needs run
/// @param allCores every core, as `taskset -c` takes them
/// @param tlsLoad the compiled load client for kept connections
/// @param handshakes the compiled load client for new connections
/// @param moto the `moto_server` program, if installed
/// @param nginx the `nginx` program, if installed; serves as origin
/// @param peers where the servers to compare with are
/// @param h2load the `h2load` program, if installed
/// @param stored how many names `million` stores, ascending
/// @param slowHttpTest the `slowhttptest` program
/// @param abuseSeconds how long each kind of abuse lasts
/// @param abuseKinds the kinds of abuse to take, by their names in the table; empty for all
/// @param saasSizes how many entries the jobs of `saas` have
/// @param acmeNames how many names each client has certified by `acme`
/// @param certbotNames the same for certbot, which takes its time
/// @param minutes how long a soak takes
/// @param rounds how often each pair is measured, in turn
record Setup(
        Path launcher,
        String serverCore,
        String loadCore,
        String allCores,
        Path tlsLoad,
        Path handshakes,
        Optional<String> moto,
        Optional<String> nginx,
        Peers peers,
        Optional<String> h2load,
        String slowHttpTest,
        int abuseSeconds,
        List<String> abuseKinds,
        Path work,
        List<Integer> stored,
        List<Integer> saasSizes,
        int acmeNames,
        int certbotNames,
        int minutes,
        int rounds) {

    static Setup fromEnvironment() {
        return new Setup(
                Path.of(required("BENCH_LAUNCHER")),
                required("BENCH_SERVER_CORE"),
                required("BENCH_LOAD_CORE"),
                required("BENCH_ALL_CORES"),
                Path.of(required("BENCH_TLSLOAD")),
                Path.of(required("BENCH_HANDSHAKES")),
                optional("BENCH_MOTO"),
                optional("BENCH_NGINX"),
                new Peers(optional("BENCH_CHROOT").map(Path::of)),
                optional("BENCH_H2LOAD"),
                optional("BENCH_SLOWHTTPTEST").orElse("slowhttptest"),
                Integer.parseInt(optional("BENCH_ABUSE_SECONDS").orElse("15")),
                optional("BENCH_ABUSE_KINDS").stream()
                        .flatMap(kinds -> Stream.of(kinds.split(";")))
                        .toList(),
                Path.of(required("BENCH_WORK")),
                Stream.of(required("BENCH_STORED").split(",")).map(Integer::valueOf).toList(),
                Stream.of(optional("BENCH_SAAS").orElse("10000").split(","))
                        .map(Integer::valueOf)
                        .toList(),
                Integer.parseInt(optional("BENCH_NAMES").orElse("1000")),
                Integer.parseInt(optional("BENCH_CERTBOT_NAMES").orElse("30")),
                Integer.parseInt(required("BENCH_MINUTES")),
                Integer.parseInt(required("BENCH_ROUNDS")));
    }

    /// @throws IllegalStateException naming the remedy, if the program is missing
    static String need(Optional<String> program, String remedy) {
        return program.orElseThrow(() -> new IllegalStateException(remedy));
    }

    Path newFolder(String name) throws IOException {
        return Files.createTempDirectory(work, name + "-");
    }

    /// Free a moment ago; for programs that cannot take port 0 and tell which one they got.
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String required(String variable) {
        return optional(variable)
                .orElseThrow(() ->
                        new IllegalStateException(
                                variable + " is not set: start this through bench/run"));
    }

    private static Optional<String> optional(String variable) {
        return Optional.ofNullable(System.getenv(variable)).filter(value -> !value.isBlank());
    }
}
