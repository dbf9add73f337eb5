package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The keys of an import, once it is done: in no file of the data folder, and in no object that the server's heap keeps. The edge
/// has served them by then, and has them in native memory. What the collector has not yet reused is not an object; nor can
/// a JVM wipe the strings that a request was parsed into, so they are gone with the next collection and not before.
@Tag("slow")
final class HeapSecretsIT {
    private static final int SCALAR = 32;

    /// A full collection may leave what is dead in place, as a filler that no object refers to and that still has the old bytes. Here
    /// it moves everything together.
    private static final String NO_FILLERS = "-XX:TieredStopAtLevel=1 -XX:MarkSweepDeadRatio=0";

    @TempDir private Path folder;

    @Test
    void anImportsKeysAreInNoFileAndNoObjectOnceTheJobIsDone()
            throws IOException, GeneralSecurityException {
        ForeignCa foreign = ForeignCa.make(folder.resolve("foreign"));
        List<ForeignCa.Triple> triples = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            triples.add(foreign.issue("n%d.foreign.example".formatted(i)));
        }
        Map<String, byte[]> secrets = new LinkedHashMap<>();
        for (ForeignCa.Triple triple : triples) {
            forms(triple.privateKey(), secrets);
        }
        Map<String, String> settings = new HashMap<>(foreign.trusted());
        settings.put("NAMEPLATE_JAVA_OPTS", NO_FILLERS);
        Path data = folder.resolve("data");
        Path dump = folder.resolve("heap.hprof");
        try (OriginServer origin = OriginServer.start();
                RunningServer server = RunningServer.start(data, settings, List.of())) {
            SaasDoor door = SaasDoor.of(server);
            String template = SdkClients.of(server).template(origin);
            door.awaitServed(door.post(SaasDoor.bring(template, triples)));
            assertThat(found(data, secrets)).as("files").isEmpty();
            dump(server, dump);
        }
        assertThat(
                        contains(
                                Files.readAllBytes(dump),
                                RunningServer.ACCOUNT.getBytes(StandardCharsets.US_ASCII)))
                .as("the search finds what is there")
                .isTrue();
        assertThat(found(dump, secrets)).as("the heap").isEmpty();
    }

    /// All live objects, after a full collection.
    private static void dump(RunningServer server, Path dump) {
        Commands.output(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(server.pid()),
                "GC.heap_dump",
                dump.toString());
    }

    /// As text in bytes, which is also how a string is kept, as text in characters, and as the number itself, which is what a DER
    /// encoding and a BigInteger are made of.
    private static void forms(Path file, Map<String, byte[]> forms)
            throws IOException, GeneralSecurityException {
        String name = file.getFileName().toString();
        List<String> lines =
                Files.readAllLines(file).stream().filter(line -> !line.startsWith("-")).toList();
        // The first line ends and the second begins with the number's Base64.
        for (int i = 0; i < 2; i++) {
            String line = lines.get(i);
            String what = name + ", line " + (i + 1) + " of its PEM";
            forms.put(what, line.getBytes(StandardCharsets.US_ASCII));
            forms.put(what + " in characters", line.getBytes(StandardCharsets.UTF_16BE));
        }
        byte[] der = Base64.getDecoder().decode(String.join("", lines));
        ECPrivateKey key =
                (ECPrivateKey)
                        KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
        byte[] number = key.getS().toByteArray();
        byte[] scalar = new byte[SCALAR];
        int length = Math.min(SCALAR, number.length);
        System.arraycopy(number, number.length - length, scalar, SCALAR - length, length);
        forms.put(name + ", its number", scalar);
        byte[] words = new byte[SCALAR];
        for (int i = 0; i < SCALAR; i++) {
            words[i] = scalar[SCALAR - 1 - i];
        }
        forms.put(name + ", its number turned round", words);
    }

    private static List<String> found(Path where, Map<String, byte[]> secrets) {
        try (Stream<Path> files = Files.walk(where)) {
            List<String> found = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes = Files.readAllBytes(file);
                secrets.forEach((name, secret) -> {
                    if (contains(bytes, secret)) {
                        found.add(name + " in " + file.getFileName());
                    }
                });
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean contains(byte[] all, byte[] wanted) {
        for (int i = 0; i <= all.length - wanted.length; i++) {
            if (all[i] == wanted[0]
                    && Arrays.equals(all, i, i + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
