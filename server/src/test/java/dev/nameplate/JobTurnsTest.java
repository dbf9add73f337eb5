package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.config.Settings;
import dev.nameplate.config.SettingsReader;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Whom a job's forecast reckons with.
final class JobTurnsTest {
    @TempDir private Path folder;

    @Test
    void aSpareComesFromTheFirstOfItsIssuersThatIsAnother() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("settings.yaml"),
                        """
                        issuers: {le: {preset: letsencrypt}, zero: {preset: zerossl}}
                        issuer: {saas: [le, embedded], spare: [zero, le]}
                        """);
        Settings settings = SettingsReader.read(Optional.of(file), Map.of());
        try (TestStore store = TestStore.sqlite()) {
            JobTurns turns = new JobTurns(settings, store.database(), new SettableClock());
            assertThat(turns.asked(Optional.empty())).contains("le");
            assertThat(turns.asked(Optional.of("embedded"))).contains("embedded");
            assertThat(turns.spareOf(Optional.of("le"))).contains("zero");
            assertThat(turns.spareOf(Optional.of("zero"))).contains("le");
        }
    }
}
