package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.exception.AcmeException;

import software.amazon.awssdk.services.sts.StsClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// After a run that used every kind of secret, none of them is in the log at its most talkative or in any file of the data
/// folder. `master.key` alone is exempt, and only from the search for the master key: it is the secret that opens the sealed
/// others, and lies beside them unless the operator mounts it from elsewhere.
@Tag("slow")
final class SecretsIT {
    private static final String MASTER_KEY_FILE = "master.key";
    private static final String ZONE = "customers.example";

    /// How any unencrypted PKCS#8 or SEC 1 key of the kinds in use begins: finds keys that only the server knows.
    private static final Map<String, String> DER_HEADS =
            Map.of(
                    "a PKCS#8 key on P-256",
                    "020100301306072a8648ce3d020106082a8648ce3d030107",
                    "a PKCS#8 key on P-384",
                    "020100301006072a8648ce3d020106052b81040022",
                    "a PKCS#8 RSA key",
                    "020100300d06092a864886f70d010101050004",
                    "a SEC 1 key on P-256",
                    "30770201010420",
                    "a SEC 1 key on P-384",
                    "3081a40201010430");

    @TempDir private Path folder;

    private final Map<String, byte[]> secrets = new LinkedHashMap<>();

    @Test
    void noSecretIsInTheLogOrInTheDataFolder() throws IOException, GeneralSecurityException {
        Path data = folder.resolve("data");
        ForeignCa foreign = ForeignCa.make(folder.resolve("foreign"));
        Map<String, String> settings = new HashMap<>(foreign.trusted());
        settings.put("NAMEPLATE_LOG_LEVEL", "debug");
        Path log;
        try (OriginServer origin = OriginServer.start();
                RunningServer server = RunningServer.start(data, settings, List.of())) {
            log = server.log();
            useEverySecret(server, origin, foreign);
            collectMasterKey(data);
            assertThat(found(data, log)).as("while the server runs").isEmpty();
        }
        assertThat(found(data, log)).as("after its stop").isEmpty();
        verifyTheSearch(data, log);
    }

    private void useEverySecret(RunningServer server, OriginServer origin, ForeignCa foreign)
            throws IOException, GeneralSecurityException {
        text("the configured secret access key", RunningServer.SECRET_KEY);
        text("the configured API key", RunningServer.API_KEY);
        SdkClients.of(server).serve(ZONE, List.of("www." + ZONE, ZONE), origin);
        List<ForeignCa.Triple> triples =
                List.of(foreign.issue("one.foreign.example"), foreign.issue("two.foreign.example"));
        for (ForeignCa.Triple triple : triples) {
            privateKey(triple.privateKey());
        }
        SaasDoor door = SaasDoor.of(server);
        String template = SdkClients.of(server).template(origin);
        String created = door.post(SaasDoor.create(template, List.of(List.of("tenant." + ZONE))));
        String brought = door.post(SaasDoor.bring(template, triples));
        door.awaitServed(created);
        door.awaitServed(brought);
        for (String id : List.of(created, brought)) {
            assertThat(inText(door.job(id).toString())).as("what get_ssl_job shows").isEmpty();
        }
        assertThat(inText(door.get("/list_ssl_jobs").toString()))
                .as("what list_ssl_jobs shows")
                .isEmpty();
        new Visitor(server, server.caRoot()).fetchWhenServed("tenant." + ZONE, "/");
        new Visitor(server, foreign.root()).fetchWhenServed("one.foreign.example", "/");
        useANewKey(server);
        useAnAcmeCredential(server);
    }

    private void useAnAcmeCredential(RunningServer server) throws GeneralSecurityException {
        AcmeCredential made = AcmeCredential.create(server.dataDir(), ZONE);
        text("an ACME credential's key as it is given", made.key());
        byte[] key = Base64.getUrlDecoder().decode(made.key());
        secrets.put("an ACME credential's key", key);
        encodings("an ACME credential's key", key);
        try {
            assertThat(
                            made.login(
                                            new Session(AcmeCredential.directory(server)),
                                            AcmeCredential.newKeys())
                                    .getAccount()
                                    .getStatus())
                    .isEqualTo(Status.VALID);
        } catch (AcmeException e) {
            throw new AssertionError(e);
        }
    }

    private void useANewKey(RunningServer server) {
        NewKey made = NewKey.create(server.dataDir());
        text("a secret access key made by the command line", made.secret());
        try (StsClient sts = new SdkClients(server, made.id(), made.secret()).sts()) {
            assertThat(sts.getCallerIdentity().account()).isEqualTo(RunningServer.ACCOUNT);
        }
    }

    private void text(String name, String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        secrets.put(name, bytes);
        encodings(name, bytes);
    }

    private void encodings(String name, byte[] bytes) {
        String base64 = Base64.getEncoder().encodeToString(bytes).replaceAll("=+$", "");
        // The last group of Base64 depends on what follows.
        ascii(name + " in Base64", base64.substring(0, base64.length() / 4 * 4));
        ascii(name + " in hex", HexFormat.of().formatHex(bytes));
    }

    private void ascii(String name, String text) {
        secrets.put(name, text.getBytes(StandardCharsets.US_ASCII));
    }

    private void privateKey(Path file) throws IOException, GeneralSecurityException {
        String name = file.getFileName().toString();
        List<String> lines =
                Files.readAllLines(file).stream().filter(line -> !line.startsWith("-")).toList();
        for (String line : lines) {
            if (line.length() >= 16) {
                ascii(name + ", a line of its PEM", line);
            }
        }
        byte[] der = Base64.getDecoder().decode(String.join("", lines));
        secrets.put(name + ", DER", der);
        ECPrivateKey key =
                (ECPrivateKey)
                        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        byte[] scalar = key.getS().toByteArray();
        secrets.put(name + ", private number", Arrays.copyOfRange(scalar, 1, scalar.length));
        encodings(name + ", private number", scalar);
    }

    private void collectMasterKey(Path data) throws IOException {
        List<String> lines = Files.readAllLines(data.resolve(MASTER_KEY_FILE));
        String hex = lines.get(1).split(" ")[0];
        byte[] key = HexFormat.of().parseHex(hex);
        secrets.put("the master key", key);
        encodings("the master key", key);
    }

    /// Each secret found, with where.
    private List<String> found(Path data, Path log) throws IOException {
        List<String> all = new ArrayList<>();
        List<Path> files = files(data);
        assertThat(files).as("the folder's files").hasSizeGreaterThan(3);
        for (Path file : files) {
            inBytes(read(file), file.getFileName().toString(), all);
        }
        inBytes(read(log), "the log", all);
        return all;
    }

    private static List<Path> files(Path data) throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException _) {
            return new byte[0]; // A temporary file of a running server.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> inText(String text) {
        List<String> all = new ArrayList<>();
        inBytes(text.getBytes(StandardCharsets.UTF_8), "the answer", all);
        return all;
    }

    private void inBytes(byte[] content, String where, List<String> found) {
        // One character a byte: then a search of strings is a search of bytes.
        String text = new String(content, StandardCharsets.ISO_8859_1);
        secrets.forEach((name, secret) -> {
            boolean itself = where.equals(MASTER_KEY_FILE) && name.startsWith("the master key");
            if (!itself && text.contains(new String(secret, StandardCharsets.ISO_8859_1))) {
                found.add(name + " in " + where);
            }
        });
        DER_HEADS.forEach((name, head) -> {
            byte[] bytes = HexFormat.of().parseHex(head);
            if (text.contains(new String(bytes, StandardCharsets.ISO_8859_1))) {
                found.add(name + " in " + where);
            }
        });
        if (text.contains("PRIVATE KEY")) {
            found.add("'PRIVATE KEY' in " + where);
        }
    }

    /// The same search finds what is no secret: it looks where the run left its traces.
    private void verifyTheSearch(Path data, Path log) throws IOException {
        secrets.clear();
        ascii("an imported name", "one.foreign.example");
        assertThat(found(data, log)).anyMatch(each -> each.contains("nameplate.db"));
        secrets.clear();
        ascii("an operation", "GetCallerIdentity");
        assertThat(found(data, log)).anyMatch(each -> each.endsWith("in the log"));
    }
}
