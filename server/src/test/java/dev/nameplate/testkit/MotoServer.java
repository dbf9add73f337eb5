package dev.nameplate.testkit;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// moto's ACM and CloudFront, in a process of their own. Requested certificates are issued when they are first looked at.
public final class MotoServer implements AutoCloseable {
    private static final long START_SECONDS = 60;

    private final Process process;
    private final int port;

    private MotoServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static MotoServer start() throws IOException, InterruptedException {
        Optional<Path> program =
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .map(folder -> Path.of(folder, "moto_server"))
                        .filter(Files::isExecutable)
                        .findFirst();
        if (program.isEmpty()) {
            Parts.absent("moto_server");
        }
        int port = FreePort.find();
        ProcessBuilder builder =
                new ProcessBuilder(
                        List.of(
                                program.orElseThrow().toString(),
                                "-H",
                                "127.0.0.1",
                                "-p",
                                String.valueOf(port)));
        builder.environment().put("MOTO_ACM_VALIDATION_WAIT", "0");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        MotoServer server = new MotoServer(builder.start(), port);
        server.await();
        return server;
    }

    private void await() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException _) {
                process.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
        close();
        throw new IllegalStateException("moto_server does not listen on port " + port);
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
