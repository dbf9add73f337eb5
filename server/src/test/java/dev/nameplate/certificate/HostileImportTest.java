package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.names.AccountId;
import dev.nameplate.pki.Finding;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.pki.ReportCard;
import dev.nameplate.testkit.ChildJvm;
import dev.nameplate.testkit.TestStore;

import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Certificate;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Random;

/// Imports that mean harm, in a process with a small heap: each is refused, and each by itself within seconds.
@Tag("slow")
final class HostileImportTest {
    /// Generous for a busy machine, and far from what each would take without its bound.
    private static final long LONGEST_MILLIS = 5000;

    @Test
    void everyHostileImportIsRefusedInBoundedTimeAndMemory() {
        List<String> refused = new ArrayList<>();
        try (ChildJvm child = ChildJvm.start(Attacks.class)) {
            for (String line = child.lineStarting("attack");
                    !line.equals("attack over");
                    line = child.lineStarting("attack")) {
                String[] parts = line.split("\\|", -1);
                assertThat(parts[2]).as(line).isEqualTo("refused");
                assertThat(Long.parseLong(parts[3])).as(line).isLessThan(LONGEST_MILLIS);
                refused.add(parts[1]);
            }
        }
        assertThat(refused).hasSizeGreaterThan(20);
    }

    /// Prints a line for each attack: its name, what came of it, and how long that took.
    static final class Attacks {
        private static final Random RANDOM = new Random(3);

        private final Scene scene;
        private final Instant now;
        private final KeyPair keys = TestCa.KEYS.generate(KeyAlgorithm.EC_P256);
        private final TestCa root;
        private final X509Certificate leaf;

        private Attacks(TestStore store) {
            scene = new Scene(store.database());
            now = scene.clock.instant();
            root = TestCa.root("Root", now);
            leaf =
                    root.sign(
                            new TestCa.Spec("CN=shop.example.com", keys.getPublic(), now)
                                    .dns("shop.example.com"));
        }

        public static void main(String[] arguments) throws Exception {
            try (TestStore store = TestStore.sqlite()) {
                new Attacks(store).run();
            }
            System.out.println("attack over");
        }

        private void run() throws Exception {
            byte[] good = TestCa.pem(leaf);
            byte[] key = TestCa.pem(keys.getPrivate());
            byte[] chain = TestCa.pem(root.certificate);
            // The first one warms up what the others share.
            attack("nothing", new byte[0], new byte[0], new byte[0]);

            byte[] large = new byte[10 << 20];
            Arrays.fill(large, (byte) 'A');
            byte[] largePem = block("CERTIFICATE", large);
            everywhere("10 MB of base64", largePem);
            everywhere("10 MB of spaces before garbage", concat(filled(10 << 20, ' '), bytes("x")));
            everywhere("begins without ends", repeated("-----BEGIN CERTIFICATE-----\n", 10 << 20));
            everywhere("ends without begins", repeated("-----END CERTIFICATE-----\n", 10 << 20));
            everywhere("dashes", filled(10 << 20, '-'));
            everywhere(
                    "empty blocks",
                    repeated("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", 10 << 20));
            everywhere("an unending label", concat(bytes("-----BEGIN "), filled(10 << 20, 'A')));
            everywhere("headers", block("CERTIFICATE", repeated("A: b\n", 1 << 20)));
            everywhere("colons", block("CERTIFICATE", filled(200_000, ':')));
            everywhere("NUL bytes", new byte[1 << 20]);
            everywhere("binary garbage", random(1 << 20));
            everywhere("garbage as base64", der(random(20_000)));

            for (int depth : new int[] {40, 5_000, 60_000}) {
                everywhere("nested " + depth + " deep", der(nested(depth)));
                everywhere("nested " + depth + " deep, indefinite", der(indefinite(depth)));
            }
            everywhere("a length of 2 GB", der(new byte[] {0x30, (byte) 0x84, 0x7f, -1, -1, -1}));
            everywhere("a negative length", der(new byte[] {0x30, (byte) 0x84, -1, -1, -1, -1}));
            everywhere("a hundred thousand elements", der(elements(100_000)));

            attack(
                    "10,000 certificates in the chain",
                    good,
                    key,
                    repeated(text(chain), 10_000 * chain.length));
            attack("10,000 different certificates", good, key, namesakes(10_000));
            attack("16 namesakes", good, key, namesakes(16));
            attack("a key as the certificate", key, key, chain);
            attack("a certificate as the key", good, good, chain);
            attack("a key in the chain", good, key, key);
            attack(
                    "a request as the certificate",
                    block("CERTIFICATE REQUEST", bytes("AAAA")),
                    key,
                    chain);

            for (int bits : new int[] {16_384, 32_768, 65_536}) {
                attack(
                        "RSA with " + bits + " bits",
                        certificate(rsa(bits, BigInteger.valueOf(65537)), "CN=a", "CN=a"),
                        key,
                        new byte[0]);
                attack(
                        "RSA with " + bits + " bits and an exponent as long",
                        certificate(
                                rsa(bits, new BigInteger(bits - 1, RANDOM).setBit(0)),
                                "CN=a",
                                "CN=a"),
                        key,
                        new byte[0]);
                attack(
                        "an issuer of RSA with " + bits + " bits",
                        good,
                        key,
                        certificate(rsa(bits, BigInteger.valueOf(65537)), "CN=Root", "CN=Root"));
            }
            attack(
                    "RSA with modulus 0",
                    certificate(rsaKey(BigInteger.ZERO, BigInteger.TWO), "CN=a", "CN=a"),
                    key,
                    chain);
            attack(
                    "RSA with a negative modulus",
                    certificate(
                            rsaKey(BigInteger.TWO.pow(2047).negate(), BigInteger.TWO),
                            "CN=a",
                            "CN=a"),
                    key,
                    chain);
            attack(
                    "a point off the curve",
                    certificate(point(random(65)), "CN=a", "CN=a"),
                    key,
                    chain);
            attack(
                    "a point at infinity",
                    certificate(point(new byte[1]), "CN=a", "CN=a"),
                    key,
                    chain);
            attack("an empty point", certificate(point(new byte[0]), "CN=a", "CN=a"), key, chain);
            attack(
                    "an issuer whose point is off the curve",
                    good,
                    key,
                    certificate(point(random(65)), "CN=Root", "CN=Root"));

            attack(
                    "a name of 20,000 characters",
                    signed("DESCRIPTION=" + "a".repeat(20_000)),
                    key,
                    chain);
            attack("a name with NULs", signed("CN=a\\00b.example.com\\00"), key, chain);
            attack(
                    "alternative names with NULs",
                    TestCa.pem(
                            root.sign(
                                    new TestCa.Spec("CN=a", keys.getPublic(), now)
                                            .dns(
                                                    "a.example\u0000.com",
                                                    "\u0000",
                                                    "\u202e.example"))),
                    key,
                    chain);
            String[] many = new String[3000];
            Arrays.setAll(many, i -> i + ".example.com");
            attack(
                    "3,000 names",
                    TestCa.pem(root.sign(new TestCa.Spec("CN=a", keys.getPublic(), now).dns(many))),
                    key,
                    chain);
        }

        private void everywhere(String what, byte[] evil) {
            attack(what + " as certificate", evil, TestCa.pem(keys.getPrivate()), new byte[0]);
            attack(what + " as key", TestCa.pem(leaf), evil, TestCa.pem(root.certificate));
            attack(what + " as chain", TestCa.pem(leaf), TestCa.pem(keys.getPrivate()), evil);
        }

        private void attack(String what, byte[] certificate, byte[] key, byte[] chain) {
            long start = System.nanoTime();
            ReportCard card =
                    scene.certificates
                            .imports(scene.database)
                            .card(
                                    new AccountId("111122223333"),
                                    new PemTriple(certificate, key, chain),
                                    List.of());
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
            boolean bounded =
                    card.findings().stream()
                                    .mapToInt(each ->
                                            each.message().length() + each.detail().length())
                                    .sum()
                            < 20_000;
            boolean printable =
                    card.findings().stream()
                            .map(Finding::detail)
                            .flatMapToInt(String::chars)
                            .noneMatch(Character::isISOControl);
            String outcome =
                    card.usable()
                            ? "TAKEN"
                            : !bounded ? "TALKATIVE" : !printable ? "UNPRINTABLE" : "refused";
            System.out.println("attack|" + what + "|" + outcome + "|" + millis);
        }

        /// Of one name, so that each might have certified any.
        private byte[] namesakes(int count) throws IOException {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] key = rsa(2048, BigInteger.valueOf(65537));
            for (int i = 0; i < count; i++) {
                all.write(certificate(key, "CN=Root", "CN=Root"));
            }
            return all.toByteArray();
        }

        private byte[] signed(String subject) {
            return TestCa.pem(root.sign(new TestCa.Spec(subject, keys.getPublic(), now)));
        }

        private static byte[] rsa(int bits, BigInteger exponent) throws IOException {
            return rsaKey(new BigInteger(bits - 1, RANDOM).setBit(bits - 1).setBit(0), exponent);
        }

        private static byte[] rsaKey(BigInteger modulus, BigInteger exponent) throws IOException {
            ASN1EncodableVector key = new ASN1EncodableVector();
            key.add(new ASN1Integer(modulus));
            key.add(new ASN1Integer(exponent));
            return new SubjectPublicKeyInfo(
                            new AlgorithmIdentifier(
                                    PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                            new DERSequence(key))
                    .getEncoded();
        }

        private static byte[] point(byte[] octets) throws IOException {
            if (octets.length > 1) {
                octets[0] = 4;
            }
            return new SubjectPublicKeyInfo(
                            new AlgorithmIdentifier(
                                    X9ObjectIdentifiers.id_ecPublicKey,
                                    SECObjectIdentifiers.secp256r1),
                            octets)
                    .getEncoded();
        }

        /// With a signature of noise.
        private byte[] certificate(byte[] key, String subject, String issuer) throws IOException {
            AlgorithmIdentifier algorithm =
                    new AlgorithmIdentifier(
                            PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE);
            V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
            tbs.setSerialNumber(new ASN1Integer(RANDOM.nextInt(1 << 30)));
            tbs.setIssuer(new X500Name(issuer));
            tbs.setSubject(new X500Name(subject));
            tbs.setStartDate(new Time(Date.from(now.minus(Duration.ofDays(1)))));
            tbs.setEndDate(new Time(Date.from(now.plus(Duration.ofDays(90)))));
            tbs.setSignature(algorithm);
            tbs.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(key));
            ASN1EncodableVector parts = new ASN1EncodableVector();
            parts.add(tbs.generateTBSCertificate());
            parts.add(algorithm);
            parts.add(new DERBitString(random(256)));
            return der(Certificate.getInstance(new DERSequence(parts)).getEncoded());
        }

        private static byte[] nested(int depth) {
            byte[] inner = new byte[0];
            ByteArrayOutputStream headers = new ByteArrayOutputStream();
            List<byte[]> outwards = new ArrayList<>();
            int length = inner.length;
            for (int i = 0; i < depth; i++) {
                byte[] header = header(length);
                outwards.add(header);
                length += header.length;
            }
            for (byte[] header : outwards.reversed()) {
                headers.writeBytes(header);
            }
            return headers.toByteArray();
        }

        private static byte[] header(int length) {
            if (length < 0x80) {
                return new byte[] {0x30, (byte) length};
            }
            return new byte[] {
                0x30, (byte) 0x83, (byte) (length >> 16), (byte) (length >> 8), (byte) length
            };
        }

        private static byte[] indefinite(int depth) {
            byte[] der = new byte[depth * 4];
            for (int i = 0; i < depth; i++) {
                der[2 * i] = 0x30;
                der[2 * i + 1] = (byte) 0x80;
            }
            return der;
        }

        private static byte[] elements(int count) {
            byte[] header = header(2 * count);
            byte[] der = Arrays.copyOf(header, header.length + 2 * count);
            for (int i = 0; i < count; i++) {
                der[header.length + 2 * i] = 5;
            }
            return der;
        }

        private static byte[] der(byte[] der) {
            return block("CERTIFICATE", Base64.getMimeEncoder().encode(der));
        }

        private static byte[] block(String label, byte[] body) {
            return concat(
                    bytes("-----BEGIN " + label + "-----\n"),
                    body,
                    bytes("\n-----END " + label + "-----\n"));
        }

        private static byte[] repeated(String text, int length) {
            byte[] one = bytes(text);
            byte[] all = new byte[length];
            for (int i = 0; i + one.length <= length; i += one.length) {
                System.arraycopy(one, 0, all, i, one.length);
            }
            return all;
        }

        private static byte[] filled(int length, char with) {
            byte[] all = new byte[length];
            Arrays.fill(all, (byte) with);
            return all;
        }

        private static byte[] random(int length) {
            byte[] all = new byte[length];
            RANDOM.nextBytes(all);
            return all;
        }

        private static byte[] concat(byte[]... parts) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] part : parts) {
                all.writeBytes(part);
            }
            return all.toByteArray();
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }

        private static String text(byte[] bytes) {
            return new String(bytes, StandardCharsets.US_ASCII);
        }
    }
}
