package dev.nameplate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.nameplate.names.AccountId;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

final class SettingsReaderTest {
    @TempDir Path folder;

    @Test
    void defaultsServeOnLoopbackAndKeepSqliteInTheDataFolder() {
        Settings settings = SettingsReader.read(Optional.empty(), Map.of());

        assertThat(settings.bind()).isEqualTo("127.0.0.1");
        assertThat(settings.api().port()).isEqualTo(8080);
        assertThat(settings.api().tls()).isEqualTo(Settings.ApiTls.AUTO);
        assertThat(settings.edge().publicAddresses()).containsExactly("127.0.0.1");
        assertThat(settings.store().url()).isEmpty();
        assertThat(settings.suffix().ascii()).isEqualTo("nameplate.internal");
        assertThat(settings.certificates().caaNames()).containsExactly("nameplate.internal");
        assertThat(settings.certificates().validity()).isEqualTo(Duration.ofDays(198));
        assertThat(settings.accountId()).isEmpty();
    }

    @Test
    void pausesBetweenAttemptsFitIntoTheTimeForWhichEventsAreKept() {
        assertThat(SettingsReader.read(Optional.empty(), Map.of()).notifications().pauses())
                .hasSize(9)
                .startsWith(Duration.ofSeconds(5), Duration.ofMinutes(5));
        String variable = "NAMEPLATE_NOTIFICATIONS_RETRY_SECONDS";
        assertThat(
                        SettingsReader.read(Optional.empty(), Map.of(variable, "1, 2"))
                                .notifications()
                                .pauses())
                .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThatThrownBy(() ->
                        SettingsReader.read(
                                Optional.empty(),
                                Map.of(
                                        variable,
                                        "500000",
                                        "NAMEPLATE_NOTIFICATIONS_KEEP_DAYS",
                                        "7")))
                .hasMessageContaining("NAMEPLATE_NOTIFICATIONS_KEEP_DAYS");
        assertThatThrownBy(() -> SettingsReader.read(Optional.empty(), Map.of(variable, "1,soon")))
                .hasMessageContaining("expected seconds");
    }

    @Test
    void recipientsNeedAMailServer() {
        assertThatThrownBy(() ->
                        SettingsReader.read(
                                Optional.empty(), Map.of("NAMEPLATE_SMTP_TO", "a@example.com")))
                .hasMessageContaining("NAMEPLATE_SMTP_HOST");
        assertThat(
                        SettingsReader.read(
                                        Optional.empty(),
                                        Map.of(
                                                "NAMEPLATE_SMTP_TO", "a@example.com, b@example.com",
                                                "NAMEPLATE_SMTP_HOST", "mail.example.com"))
                                .notifications()
                                .smtp()
                                .orElseThrow()
                                .to())
                .containsExactly("a@example.com", "b@example.com");
    }

    @Test
    void environmentWinsOverFile() throws IOException {
        Path file = file("bind: 127.0.0.2\napi:\n  port: 1\naccountId: '111122223333'\n");

        Settings settings =
                SettingsReader.read(Optional.of(file), Map.of("NAMEPLATE_API_PORT", "2"));

        assertThat(settings.bind()).isEqualTo("127.0.0.2");
        assertThat(settings.api().port()).isEqualTo(2);
        assertThat(settings.accountId()).contains(new AccountId("111122223333"));
    }

    @Test
    void listsComeFromYamlListsAndFromCommas() throws IOException {
        Path file = file("dns:\n  resolvers: ['127.0.0.1:53', '[::1]:5353']\n");

        assertThat(SettingsReader.read(Optional.of(file), Map.of()).dns().resolvers())
                .extracting(
                        address -> address.getAddress().getHostAddress(),
                        InetSocketAddress::getPort)
                .containsExactly(tuple("127.0.0.1", 53), tuple("0:0:0:0:0:0:0:1", 5353));
        assertThat(
                        SettingsReader.read(
                                        Optional.empty(),
                                        Map.of("NAMEPLATE_RESOLVERS", "127.0.0.1:1, 127.0.0.1:2"))
                                .dns()
                                .resolvers())
                .hasSize(2);
    }

    @Test
    void unknownKeyIsRefusedWithTheNearestKnownOne() throws IOException {
        Path file = file("api:\n  prot: 8080\n");

        assertThatThrownBy(() -> SettingsReader.read(Optional.of(file), Map.of()))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("unknown key 'api.prot'; did you mean 'api.port'?");
        assertThatThrownBy(() ->
                        SettingsReader.read(Optional.empty(), Map.of("NAMEPLATE_DATADIR", "/tmp")))
                .hasMessageContaining("did you mean NAMEPLATE_DATA_DIR?");
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        assertThatThrownBy(() ->
                        SettingsReader.read(
                                Optional.empty(),
                                Map.of(
                                        "NAMEPLATE_API_PORT", "70000",
                                        "NAMEPLATE_ACCOUNT_ID", "12",
                                        "NAMEPLATE_ACCESS_KEY_ID", "AKIA1",
                                        "NAMEPLATE_STORE_URL", "jdbc:mysql://x",
                                        "NAMEPLATE_API_TLS", "perhaps")))
                .hasMessageContaining("NAMEPLATE_API_PORT (api.port) cannot be '70000'")
                .hasMessageContaining("an account id has twelve digits")
                .hasMessageContaining("must be set together")
                .hasMessageContaining("expected jdbc:postgresql://")
                .hasMessageContaining("expected one of [auto, on, off]");
    }

    @Test
    void brokenYamlIsRefusedByName() throws IOException {
        Path file = file("api: [1, 2\n");

        assertThatThrownBy(() -> SettingsReader.read(Optional.of(file), Map.of()))
                .hasMessageContaining("is not valid YAML");
    }

    @Test
    void aKeyGivenTwiceIsRefusedWithItsLine() throws IOException {
        Path file = file("bind: 127.0.0.1\napi: {port: 0, port: 1}\n");

        assertThatThrownBy(() -> SettingsReader.read(Optional.of(file), Map.of()))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("Duplicate field 'port'")
                .hasMessageContaining("(line 2)");
    }

    @Test
    void aFileThatIsNotThereIsSaidNotToExist() {
        Path missing = folder.resolve("nope.yaml");

        assertThatThrownBy(() -> SettingsReader.read(Optional.of(missing), Map.of()))
                .hasMessageContaining("nope.yaml does not exist");
    }

    @Test
    void aQuorumNeedsVantagePoints() {
        assertThatThrownBy(() ->
                        SettingsReader.read(Optional.empty(), Map.of("NAMEPLATE_DNS_QUORUM", "5")))
                .hasMessageContaining("it needs ")
                .hasMessageContaining("dns.vantagePoints");
    }

    @Test
    void trafficCannotBeKeptForLessThanByTheMinute() {
        assertThatThrownBy(() ->
                        SettingsReader.read(
                                Optional.empty(), Map.of("NAMEPLATE_METRICS_DAYS", "14")))
                .hasMessageContaining("NAMEPLATE_METRICS_DAYS (metrics.days) cannot be '14'")
                .hasMessageContaining("15 of NAMEPLATE_METRICS_MINUTE_DAYS");
    }

    @Test
    void placesThatCannotBeUsedAreToldBeforeAnythingIsMade() throws IOException {
        Path file = file("x");

        assertThatThrownBy(() ->
                        SettingsReader.read(
                                Optional.empty(),
                                Map.of(
                                        "NAMEPLATE_EDGE_COUNTRIES",
                                        folder.resolve("none.csv").toString(),
                                        "NAMEPLATE_EDGE_DISK_DIR",
                                        file.resolve("cache").toString(),
                                        "NAMEPLATE_ACCESS_LOG_FOLDER",
                                        file.toString())))
                .hasMessageContaining(
                        "NAMEPLATE_EDGE_COUNTRIES (edge.countries) cannot be '"
                                + folder.resolve("none.csv")
                                + "': there is no such file or folder")
                .hasMessageContaining("(edge.diskDir) cannot be '" + file.resolve("cache") + "': ")
                .hasMessageContaining("(accessLog.folder) cannot be '" + file + "': ")
                .hasMessageContaining(file + " is not a folder");
        assertThat(
                        SettingsReader.read(
                                        Optional.empty(),
                                        Map.of(
                                                "NAMEPLATE_EDGE_DISK_DIR",
                                                folder.resolve("to/be/made").toString()))
                                .edge()
                                .diskDir())
                .contains(folder.resolve("to/be/made"));
    }

    @Test
    void secretsAreNotInTheText() {
        Settings settings =
                SettingsReader.read(
                        Optional.empty(),
                        Map.of(
                                "NAMEPLATE_ACCESS_KEY_ID", "AKIAEXAMPLE",
                                "NAMEPLATE_SECRET_ACCESS_KEY", "very-secret",
                                "NAMEPLATE_API_KEY", "api-secret",
                                "NAMEPLATE_STORE_PASSWORD", "store-secret"));

        assertThat(settings.toString()).doesNotContain("secret");
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("nameplate.yaml"), yaml);
    }
}
