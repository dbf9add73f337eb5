package dev.nameplate.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nameplate.certificate.CertificateSettings;
import dev.nameplate.certificate.Certificates;
import dev.nameplate.certificate.Quotas;
import dev.nameplate.db.Database;
import dev.nameplate.distribution.Distribution;
import dev.nameplate.distribution.Distributions;
import dev.nameplate.distribution.ServedConfig;
import dev.nameplate.dns.DnsSettings;
import dev.nameplate.dns.Zones;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.pki.PemTriple;
import dev.nameplate.vault.MasterKeySource;
import dev.nameplate.vault.SealedStore;
import dev.nameplate.vault.Vault;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// A process that puts names into the store of a server that is stopped: each with a certificate of its own and a distribution
/// that serves it, by the same features the doors use, many in one transaction.
///
/// ```
/// StoredNames DATA_FOLDER ORIGIN_PORT FROM TO PEM_FOLDER PEM_BELOW
/// ```
/// Names are `n%07d.stored.example`, each with a P-256 key of its own. Those below PEM_BELOW also become files `NAME.pem` and
/// `NAME.key` for other servers. The leaves share an issuer, whose key is made anew for each run and lost at its end. All cores
/// make and examine the next names while one thread writes the last ones; this process does its cryptography by Corretto.
final class StoredNames {
    static final String ACCOUNT = "123456789012";
    static final String ZONE = "stored.example";

    private static final int NAMES_A_WRITE = 1_000;
    private static final int NAMES_A_LINE = 50_000;
    private static final Duration VALIDITY = Duration.ofDays(90);
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final X500Name ISSUER = new X500Name("O=Bench,CN=Stored");

    private final InstantSource clock = InstantSource.system();
    private final SecureRandom random = new SecureRandom();
    private final Database database;
    private final Certificates certificates;
    private final Distributions distributions;
    private final Origin origin;
    private final KeyPairs keys = KeyPairs.fastest(random);
    private final KeyPair issuer;
    private final byte[] issuerPem;

    private StoredNames(Path data, int originPort)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        this.database = Database.sqlite(data.resolve("nameplate.db"));
        Vault vault =
                Vault.open(
                        MasterKeySource.file(data.resolve("master.key"), random),
                        random,
                        new SealedStore(database, List.of()));
        String suffix = CertificateSettings.DEFAULT_SUFFIX;
        ChangeFeed feed = new ChangeFeed();
        Zones zones =
                new Zones(
                        clock,
                        random,
                        DnsSettings.under(
                                new DomainName(suffix), InetAddress.getLoopbackAddress()));
        this.certificates =
                new Certificates(
                        zones,
                        feed,
                        vault,
                        clock,
                        random,
                        _ -> {},
                        (_, serial, _, _) -> {
                            throw new IllegalStateException("nothing is revoked here: " + serial);
                        },
                        new CertificateSettings(
                                suffix,
                                CertificateSettings.DEFAULT_VALIDATION_TIME,
                                NamePolicy.standard(DomainName.parse(suffix)),
                                new Quotas.Limits(
                                        Long.MAX_VALUE,
                                        Long.MAX_VALUE,
                                        Long.MAX_VALUE,
                                        Long.MAX_VALUE)));
        this.distributions = new Distributions(certificates, feed, clock, random, suffix, _ -> {});
        this.origin =
                Origin.of("origin", "127.0.0.1", Origin.ProtocolPolicy.HTTP_ONLY).toBuilder()
                        .httpPort(originPort)
                        .build();
        this.issuer = keys.generate(KeyAlgorithm.EC_P256);
        this.issuerPem =
                pem(
                        "CERTIFICATE",
                        builder(BigInteger.ONE, ISSUER, issuer.getPublic())
                                .addExtension(
                                        Extension.basicConstraints, true, new BasicConstraints(0))
                                .addExtension(
                                        Extension.keyUsage,
                                        true,
                                        new KeyUsage(KeyUsage.keyCertSign))
                                .build(signer())
                                .getEncoded());
    }

    public static void main(String[] args)
            throws GeneralSecurityException,
                    OperatorCreationException,
                    IOException,
                    ReflectiveOperationException {
        Class.forName("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider")
                .getMethod("install")
                .invoke(null);
        var names = new StoredNames(Path.of(args[0]), Integer.parseInt(args[1]));
        int from = Integer.parseInt(args[2]);
        int to = Integer.parseInt(args[3]);
        Path pems = Path.of(args[4]);
        int pemBelow = Integer.parseInt(args[5]);
        long start = System.nanoTime();
        CompletableFuture<Void> written = CompletableFuture.completedFuture(null);
        for (int next = from; next < to; next += NAMES_A_WRITE) {
            List<Made> made =
                    IntStream.range(next, Math.min(to, next + NAMES_A_WRITE))
                            .parallel()
                            .mapToObj(index -> names.make(index, pems, index < pemBelow))
                            .toList();
            written.join();
            written = CompletableFuture.runAsync(() -> names.write(made));
            if (next > from && (next - from) % NAMES_A_LINE == 0) {
                System.err.printf(
                        Locale.ROOT,
                        "  %,d of %,d names stored, %.0f a second%n",
                        next - from,
                        to - from,
                        (next - from) * 1e9 / (System.nanoTime() - start));
            }
        }
        written.join();
        names.database.close();
    }

    static String name(int index) {
        return String.format(Locale.ROOT, "n%07d.%s", index, ZONE);
    }

    private record Made(DomainName name, Certificates.Examined certificate) {}

    private Made make(int index, Path pems, boolean asFiles) {
        try {
            KeyPair pair = keys.generate(KeyAlgorithm.EC_P256);
            byte[] leaf = leaf(index, pair.getPublic());
            byte[] key = pem("PRIVATE KEY", pair.getPrivate().getEncoded());
            if (asFiles) {
                Files.write(pems.resolve(name(index) + ".pem"), concat(leaf, issuerPem));
                Files.write(pems.resolve(name(index) + ".key"), key);
            }
            return new Made(
                    new DomainName(name(index)),
                    certificates
                            .imports(database)
                            .examine(new AccountId(ACCOUNT), new PemTriple(leaf, key, issuerPem)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OperatorCreationException e) {
            throw new IllegalStateException("the leaf could not be signed", e);
        }
    }

    private void write(List<Made> all) {
        database.write(write -> {
            for (Made each : all) {
                var certificate =
                        certificates.store(
                                write,
                                new AccountId(ACCOUNT),
                                Region.US_EAST_1,
                                each.certificate());
                Distribution made =
                        distributions.create(
                                write,
                                new AccountId(ACCOUNT),
                                Distribution.Kind.CLOUDFRONT,
                                each.name().ascii(),
                                served(each.name(), certificate.id()),
                                "{}");
                distributions.deployed(write, made.id(), made.version());
            }
            return all.size();
        });
    }

    private ContentSigner signer() throws OperatorCreationException {
        return new JcaContentSignerBuilder(SIGNATURE).build(issuer.getPrivate());
    }

    private ServedConfig served(
            DomainName name, dev.nameplate.certificate.CertificateId certificate) {
        return ServedConfig.of(
                List.of(name),
                Optional.of(certificate),
                "TLSv1.2_2021",
                List.of(origin),
                List.of(
                        Behavior.of(Behavior.EVERY_PATH, "origin").toBuilder()
                                .caching(Caching.standard(RequestParts.NONE))
                                .build()));
    }

    private byte[] leaf(int index, PublicKey key) throws IOException, OperatorCreationException {
        return pem(
                "CERTIFICATE",
                builder(BigInteger.valueOf(index + 2L), new X500Name("CN=" + name(index)), key)
                        .addExtension(
                                Extension.subjectAlternativeName,
                                false,
                                new GeneralNames(new GeneralName(GeneralName.dNSName, name(index))))
                        .build(signer())
                        .getEncoded());
    }

    private X509v3CertificateBuilder builder(BigInteger serial, X500Name subject, PublicKey key) {
        Instant now = clock.instant();
        return new JcaX509v3CertificateBuilder(
                ISSUER,
                serial,
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(VALIDITY)),
                subject,
                key);
    }

    private static byte[] pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(type, body, type)
                .getBytes(US_ASCII);
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = new byte[first.length + second.length];
        System.arraycopy(first, 0, both, 0, first.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
