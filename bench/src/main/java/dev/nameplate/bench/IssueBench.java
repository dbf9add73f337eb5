package dev.nameplate.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/// Certificates from the call to ISSUED: name, proof written to the own zone and found by DNS, key, lint, signature, store.
final class IssueBench {
    private static final int CERTIFICATES = 1_000;
    private static final int CONNECTIONS = 8;
    private static final int WARM_MATHS = 5_000;
    private static final int MATHS = 3_000;

    private IssueBench() {}

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        try (NameplateServer nameplate = NameplateServer.start(setup, folder, setup.serverCore())) {
            double maths = bareMathsMicros();
            Round cold = round(nameplate, "cold");
            Series calls = new Series();
            Series issued = new Series();
            Series cost = new Series();
            Series ratio = new Series();
            for (int i = 0; i < setup.rounds(); i++) {
                Round round = round(nameplate, "round" + i + "-");
                calls.add(round.callsPerSecond());
                issued.add(round.issuedPerSecond());
                cost.add(round.cpuMicros());
                ratio.add(round.cpuMicros() / maths);
            }
            out.printf(
                    "%d certificates (P-256, one name each) over %d connections, on one core; least - median - greatest of %d rounds%n",
                    CERTIFICATES, CONNECTIONS, setup.rounds());
            out.printf("CreateCertificate calls/s              %s%n", calls);
            out.printf("issued/s, from first call to last one  %s%n", issued);
            out.printf("server CPU per certificate, us         %s%n", cost);
            out.printf("bare maths in the JDK, us              %.0f%n", maths);
            out.printf("server CPU / bare maths                %s%n", ratio);
            out.printf(
                    "first round of a fresh process         %.1f calls/s, %.1f issued/s%n",
                    cold.callsPerSecond(), cold.issuedPerSecond());
        }
    }

    private record Round(double callsPerSecond, double issuedPerSecond, double cpuMicros) {}

    private static Round round(NameplateServer nameplate, String prefix)
            throws IOException, InterruptedException {
        List<String> names = IntStream.range(0, CERTIFICATES).mapToObj(i -> prefix + i).toList();
        ConcurrentLinkedQueue<byte[]> calls = new ConcurrentLinkedQueue<>();
        names.forEach(name ->
                calls.add(
                        nameplate
                                .signing()
                                .lightsail(
                                        "CreateCertificate",
                                        NameplateServer.createCertificate(name))));
        Duration cpu = nameplate.cpu();
        long start = System.nanoTime();
        ClosedLoop.Outcome outcome =
                ClosedLoop.run(nameplate.api(), CONNECTIONS, calls, Duration.ofMinutes(2));
        // Work is taken up about in order: the last few tell the end without a thousand questions.
        nameplate.awaitIssued(names.subList(CERTIFICATES - 2 * CONNECTIONS, CERTIFICATES));
        long tail = System.nanoTime();
        Duration spent = nameplate.cpu().minus(cpu);
        double seconds = (nameplate.awaitIssued(names).orElse(tail) - start) / 1e9;
        if (outcome.failures() > 0 || outcome.nanos().length != CERTIFICATES) {
            throw new IllegalStateException(
                    "only %d of %d calls succeeded"
                            .formatted(outcome.nanos().length, CERTIFICATES));
        }
        return new Round(
                outcome.perSecond(), CERTIFICATES / seconds, spent.toNanos() / 1e3 / CERTIFICATES);
    }

    /// What no issuer can do without: one key pair and one signature, in this warm JVM, as CPU time of one thread.
    private static double bareMathsMicros() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            byte[] message = new byte[600];
            long before = 0;
            for (int i = 0; i < WARM_MATHS + MATHS; i++) {
                if (i == WARM_MATHS) {
                    before = threads.getCurrentThreadCpuTime();
                }
                KeyPair pair = generator.generateKeyPair();
                Signature signature = Signature.getInstance("SHA256withECDSA");
                signature.initSign(pair.getPrivate());
                signature.update(message);
                signature.sign();
            }
            return (threads.getCurrentThreadCpuTime() - before) / 1e3 / MATHS;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no P-256", e);
        }
    }
}
