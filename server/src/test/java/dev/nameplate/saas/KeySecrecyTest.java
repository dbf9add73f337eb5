package dev.nameplate.saas;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// An import's key rests sealed, is gone once imported, and is never written down elsewhere.
class KeySecrecyTest {
    /// What [SaasScene#importing] makes of this name.
    private static final String NAME = "secret.example.org";

    private static final String KEY = "key of " + NAME;

    @TempDir Path folder;

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger("dev.nameplate");

    @BeforeEach
    void listen() {
        logged.start();
        root.setLevel(Level.TRACE);
        root.addAppender(logged);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(logged);
        root.setLevel(null);
    }

    @Test
    void theFilesOfTheStoreNeverHoldAKeyInClear() throws IOException {
        try (Database database = Database.sqlite(folder.resolve("store.db"))) {
            SaasScene scene = new SaasScene(database);
            JobId id = scene.importing(NAME);
            assertThat(files()).as("the search finds what is there").contains(NAME);
            assertThat(files()).doesNotContain(KEY);
            scene.calls.after =
                    (operation, _) -> {
                        if (operation.equals("importCertificate")) {
                            throw new IllegalStateException("a fault of ours");
                        }
                    };
            scene.tick();
            scene.calls.after = (_, _) -> {};
            assertThat(files()).doesNotContain(KEY);
            scene.run(java.time.Duration.ofMinutes(5));
            assertThat(scene.job(id).overall()).isEqualTo(Stage.Status.SUCCESS);
            assertThat(files()).doesNotContain(KEY);
        }
        assertThat(files()).doesNotContain(KEY);
        assertThat(logged.list).as("the fault was logged").isNotEmpty();
        assertThat(logged.list)
                .allSatisfy(event -> assertThat(event.getFormattedMessage()).doesNotContain(KEY));
    }

    @StoreTest
    void aSealedKeyOpensOnlyForItsOwnEntry(Database database) {
        SaasScene scene = new SaasScene(database);
        JobId id = scene.importing("one.example.org", "two.example.org");
        database.write(write ->
                write.handle()
                        .execute(
                                "UPDATE saas_import SET sealed_key = "
                                        + "(SELECT sealed_key FROM saas_import WHERE number = 0)"));
        scene.tick();

        assertThat(scene.entry(id, 0).state()).isEqualTo(EntryState.DONE);
        assertThat(scene.entry(id, 1).state()).isEqualTo(EntryState.CERTIFICATE);
        assertThat(scene.acm.certificates()).hasSize(1);
    }

    @Test
    void aPemSaysNothingOfItself() {
        var pem = new CertificateSource.Pem(new byte[] {1}, new byte[] {2}, new byte[] {3});
        assertThat(List.of(pem).toString()).isEqualTo("[Pem[redacted]]");
    }

    private String files() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }
}
