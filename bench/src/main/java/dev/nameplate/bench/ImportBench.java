package dev.nameplate.bench;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// ImportCertificate with 10,000 certificates of a foreign authority, each with a key and a chain of its own: every check of the
/// report card, sealed and durable before it is answered.
final class ImportBench {
    private static final int CERTIFICATES = 10_000;
    private static final int RSA_CERTIFICATES = 300;
    private static final int CONNECTIONS = 8;
    private static final Base64.Encoder PEM =
            Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

    private final KeyPair rootKeys = ec();
    private final KeyPair issuerKeys = ec();
    private final String chain;
    private long serial = 1;

    /// What its certificates are dated around.
    private final Instant now;

    private ImportBench(Instant now) {
        this.now = now;
        chain =
                pem(
                        "CERTIFICATE",
                        certificate(
                                "CN=Bench Issuer",
                                issuerKeys.getPublic(),
                                "CN=Bench Root",
                                rootKeys,
                                true));
    }

    static void run(Setup setup, Path folder, PrintStream out)
            throws IOException, InterruptedException {
        try (NameplateServer nameplate = NameplateServer.start(setup, folder, setup.serverCore())) {
            ImportBench bench = new ImportBench(InstantSource.system().instant());
            out.printf("imports over %d connections, on one core%n", CONNECTIONS);
            bench.round(nameplate, "P-256", CERTIFICATES, out);
            bench.round(nameplate, "RSA-2048", RSA_CERTIFICATES, out);
        }
    }

    private void round(NameplateServer nameplate, String kind, int count, PrintStream out)
            throws InterruptedException {
        Queue<byte[]> calls = new ConcurrentLinkedQueue<>();
        for (int i = 0; i < count; i++) {
            calls.add(call(nameplate, kind, i));
        }
        Duration cpu = nameplate.cpu();
        ClosedLoop.Outcome outcome =
                ClosedLoop.run(nameplate.api(), CONNECTIONS, calls, Duration.ofMinutes(10));
        if (outcome.failures() > 0 || outcome.nanos().length != count) {
            throw new IllegalStateException(
                    "only %d of %d imports succeeded".formatted(outcome.nanos().length, count));
        }
        out.printf(
                "%-8s %6d PEMs  %6.0f imports/s  %6.0f us CPU each  p50 %.1f ms  p99 %.1f ms%n",
                kind,
                count,
                outcome.perSecond(),
                nameplate.cpu().minus(cpu).toNanos() / 1e3 / count,
                ClosedLoop.percentileMillis(outcome.nanos(), 0.5),
                ClosedLoop.percentileMillis(outcome.nanos(), 0.99));
    }

    private byte[] call(NameplateServer nameplate, String kind, int number) {
        KeyPair keys = kind.equals("P-256") ? ec() : rsa();
        String name = kind.toLowerCase(Locale.ROOT) + "-" + number + "." + NameplateServer.ZONE;
        byte[] leaf =
                certificate("CN=" + name, keys.getPublic(), "CN=Bench Issuer", issuerKeys, false);
        return nameplate
                .signing()
                .acm(
                        "ImportCertificate",
                        "{\"Certificate\":\"%s\",\"PrivateKey\":\"%s\",\"CertificateChain\":\"%s\"}"
                                .formatted(
                                        blob(pem("CERTIFICATE", leaf)),
                                        blob(pem("PRIVATE KEY", keys.getPrivate().getEncoded())),
                                        blob(chain)));
    }

    private byte[] certificate(
            String subject, PublicKey key, String issuer, KeyPair signing, boolean authority) {
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name(issuer),
                            BigInteger.valueOf(serial++),
                            Date.from(now.minus(Duration.ofDays(1))),
                            Date.from(now.plus(Duration.ofDays(90))),
                            new X500Name(subject),
                            key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
            if (!authority) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                new GeneralName(GeneralName.dNSName, subject.substring(3))));
            }
            ContentSigner signer =
                    new JcaContentSignerBuilder("SHA256withECDSA").build(signing.getPrivate());
            X509CertificateHolder made = builder.build(signer);
            return made.getEncoded();
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException("every JDK signs with ECDSA", e);
        }
    }

    private static KeyPair ec() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has P-256", e);
        }
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(label, PEM.encodeToString(der), label);
    }

    private static String blob(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
    }
}
