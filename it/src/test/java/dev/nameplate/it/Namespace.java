package dev.nameplate.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// A network of its own (Linux network and mount namespaces), for programs that know no other ports than 53, 80 and 443: it has a
/// loopback interface, whose ports are all free, and names are looked up at 127.0.0.1. What is started in it is reached only from
/// inside.
final class Namespace implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final Process holder;

    private Namespace(Process holder) {
        this.holder = holder;
    }

    /// @param folder a new one, for its files
    static Namespace make(Path folder) throws IOException {
        Parts.need(
                "the right to make namespaces (unshare -n -m, as root)",
                "unshare",
                "-n",
                "-m",
                "ip",
                "link",
                "set",
                "lo",
                "up");
        Path resolver = folder.resolve("resolv.conf");
        Files.writeString(resolver, "nameserver 127.0.0.1\noptions timeout:1 attempts:2\n");
        Path ready = folder.resolve("ready");
        String script =
                "ip link set lo up && mount --bind %s $(readlink -f /etc/resolv.conf) && touch %s && exec sleep infinity"
                        .formatted(resolver, ready);
        Path log = folder.resolve("log");
        Process holder =
                new ProcessBuilder("unshare", "-n", "-m", "sh", "-c", script)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Await.until(
                LIMIT, "the namespaces; " + log, () -> Files.exists(ready) || !holder.isAlive());
        if (!holder.isAlive()) {
            throw new IllegalStateException("no namespaces: " + Files.readString(log));
        }
        return new Namespace(holder);
    }

    /// What is put before a command that is to run inside.
    List<String> wrapper() {
        return List.of("nsenter", "--target", Long.toString(holder.pid()), "--net", "--mount");
    }

    /// Starts what runs until it is ended.
    Process start(Path log, String... command) throws IOException {
        return new ProcessBuilder(inside(command))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    /// The output of a command that must succeed.
    String output(String... command) {
        return Commands.output(inside(command).toArray(String[]::new));
    }

    private List<String> inside(String... command) {
        return Stream.concat(wrapper().stream(), Stream.of(command)).toList();
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        holder.onExit().join();
    }
}
