package dev.nameplate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// RSA-2048 certificates from the call to ISSUED: with keys made ahead, and without.
final class RsaBench {
    private static final int CERTIFICATES = 100;
    private static final int WARM = 50;
    private static final int CONNECTIONS = 8;
    private static final Pattern LEVEL =
            Pattern.compile("nameplate_rsa_pool_keys\\{algorithm=\"RSA_2048\"\\} ([0-9.]+)");

    private RsaBench() {}

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        out.printf(
                "%d certificates (RSA-2048, one name each) over %d connections, all cores%n",
                CERTIFICATES, CONNECTIONS);
        for (int pool : new int[] {0, CERTIFICATES}) {
            try (NameplateServer nameplate =
                    NameplateServer.start(
                            setup,
                            Files.createDirectory(folder.resolve("pool-" + pool)),
                            setup.allCores(),
                            Map.of(
                                    "NAMEPLATE_KEY_ALGORITHM",
                                    "RSA_2048",
                                    "NAMEPLATE_RSA_POOL",
                                    String.valueOf(pool)))) {
                issue(nameplate, "warm", WARM);
                awaitLevel(nameplate, pool);
                double seconds = issue(nameplate, "round", CERTIFICATES);
                out.printf("pool of %4d: %6.1f issued/s%n", pool, CERTIFICATES / seconds);
            }
        }
    }

    private static double issue(NameplateServer nameplate, String prefix, int count)
            throws IOException, InterruptedException {
        List<String> names = IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
        ConcurrentLinkedQueue<byte[]> calls = new ConcurrentLinkedQueue<>();
        names.forEach(name ->
                calls.add(
                        nameplate
                                .signing()
                                .lightsail(
                                        "CreateCertificate",
                                        NameplateServer.createCertificate(name))));
        long start = System.nanoTime();
        ClosedLoop.Outcome outcome =
                ClosedLoop.run(nameplate.api(), CONNECTIONS, calls, Duration.ofMinutes(5));
        if (outcome.failures() > 0) {
            throw new IllegalStateException("a call failed");
        }
        nameplate.awaitIssued(names.subList(count - 2 * CONNECTIONS, count));
        long tail = System.nanoTime();
        return (nameplate.awaitIssued(names).orElse(tail) - start) / 1e9;
    }

    private static void awaitLevel(NameplateServer nameplate, int level)
            throws IOException, InterruptedException {
        byte[] request =
                "GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII);
        try (Connection connection = new Connection(nameplate.api())) {
            Patience.until(
                    "the pool to be full",
                    Duration.ofMillis(200),
                    () -> {
                        Matcher found = LEVEL.matcher(connection.exchange(request).text());
                        return found.find() && Double.parseDouble(found.group(1)) >= level;
                    });
        }
    }
}
