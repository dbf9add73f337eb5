package dev.nameplate.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What people run today when they need AWS's certificate calls on their own machine.
final class MotoServer implements AutoCloseable {
    private static final String REMEDY =
            "moto_server is missing: pip install 'moto[server,acm]' puts it on the path";

    private final RunningServer process;
    private final InetSocketAddress address;

    private MotoServer(RunningServer process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /// Only starts the process, which may not answer yet.
    static MotoServer launch(Setup setup, Path folder, String cores) throws IOException {
        String program = Setup.need(setup.moto(), REMEDY);
        int port = Setup.freePort();
        RunningServer process =
                RunningServer.start(
                        cores,
                        folder.resolve("moto.log"),
                        Map.of(),
                        List.of(program, "-H", "127.0.0.1", "-p", String.valueOf(port)));
        return new MotoServer(
                process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    static MotoServer start(Setup setup, Path folder, String cores)
            throws IOException, InterruptedException {
        MotoServer server = launch(setup, folder, cores);
        server.awaitCall();
        return server;
    }

    /// @return how long it took until a call was answered
    Duration awaitCall() throws InterruptedException {
        return Patience.until(
                "moto_server",
                Duration.ofMillis(5),
                () -> {
                    try (Connection connection = new Connection(address)) {
                        return connection.exchange(new Signing(address).callerIdentity()).status()
                                == 200;
                    }
                });
    }

    InetSocketAddress address() {
        return address;
    }

    Duration cpu() {
        return process.cpu();
    }

    @Override
    public void close() {
        process.close();
    }
}
