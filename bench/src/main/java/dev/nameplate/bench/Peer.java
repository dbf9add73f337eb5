package dev.nameplate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Another caching TLS proxy with one worker, set up as its users would for speed, in front of the same origin.
final class Peer implements AutoCloseable {
    private final String name;
    private final RunningServer process;
    private final InetSocketAddress address;

    private Peer(String name, RunningServer process, InetSocketAddress address) {
        this.name = name;
        this.process = process;
        this.address = address;
    }

    /// Which of the programs are there, in the order they are shown.
    static List<Kind> available(Setup setup) {
        return Stream.of(Kind.values()).filter(kind -> setup.peers().has(kind.program)).toList();
    }

    enum Kind {
        NGINX("nginx"),
        HAPROXY("haproxy"),
        /// Without an add-on it has no cache: what others serve from theirs, it serves as a fixed answer or a file.
        CADDY("caddy");

        private final String program;

        Kind(String program) {
            this.program = program;
        }

        String program() {
            return program;
        }
    }

    /// @param certificates of the one host it serves
    static Peer start(
            Setup setup, Kind kind, PeerCertificates certificates, PeerOrigin origin, Path folder)
            throws IOException {
        int port = Setup.freePort();
        Peers peers = setup.peers();
        String inside = peers.inside(folder);
        PeerConfig config =
                switch (kind) {
                    case NGINX -> PeerConfig.nginx(peers, certificates, origin, folder, port);
                    case HAPROXY -> PeerConfig.haproxy(peers, certificates, origin, folder, port);
                    case CADDY -> PeerConfig.caddy(peers, certificates, origin, folder, port);
                };
        Files.writeString(folder.resolve(config.file()), config.text());
        RunningServer process =
                RunningServer.start(
                        setup.serverCore(),
                        folder.resolve(kind.program + ".log"),
                        Map.of("GOMAXPROCS", "1", "HOME", inside),
                        peers.command(kind.program, config.arguments()));
        return new Peer(
                peers.version(kind.program),
                process,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    /// With its version.
    String name() {
        return name;
    }

    InetSocketAddress address() {
        return address;
    }

    RunningServer process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
