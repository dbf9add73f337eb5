package dev.nameplate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.lightsail.LightsailClient;
import software.amazon.awssdk.services.sts.StsClient;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `serve` promises an operator about its life: start, files, ports, keys, stop.
@Tag("slow")
final class ServeIT {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    /// A running server may keep a key in memory for five seconds.
    private static final Duration DELETED_KEY_LIMIT = Duration.ofSeconds(7);

    private static final Map<String, String> NO_CREDENTIALS =
            Map.of(
                    "NAMEPLATE_ACCESS_KEY_ID", "",
                    "NAMEPLATE_SECRET_ACCESS_KEY", "",
                    "NAMEPLATE_API_KEY", "",
                    "NAMEPLATE_ACCOUNT_ID", "");

    @TempDir private Path folder;

    @Test
    void everyPortAcceptsOnceTheAddressesAreWritten() throws IOException {
        Path data = folder.resolve("data");
        try (RunningServer server = RunningServer.start(data)) {
            String dns = server.dns();
            int dnsPort = Integer.parseInt(dns.substring(dns.lastIndexOf(':') + 1));
            for (int port :
                    List.of(
                            server.api().getPort(),
                            server.edgeHttp().getPort(),
                            server.edgeHttps().getPort(),
                            dnsPort)) {
                try (Socket socket = new Socket()) {
                    socket.connect(loopback(port), 2_000);
                    assertThat(socket.isConnected()).isTrue();
                }
            }
            assertThat(server.caRoot()).isAbsolute().isRegularFile();
            assertThat(curl(server.api() + "/readyz").output()).contains("store ok", "edge ok");
        }
        assertThat(data.resolve("endpoints.json")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NAMEPLATE_API_PORT",
                "NAMEPLATE_EDGE_HTTP_PORT",
                "NAMEPLATE_EDGE_HTTPS_PORT",
                "NAMEPLATE_PUBLIC_PORT",
                "NAMEPLATE_DNS_PORT"
            })
    void aTakenPortFailsTheStartAndLeavesNoAddresses(String setting) throws IOException {
        Path data = folder.resolve("data");
        Files.createDirectories(data);
        Path stale = data.resolve("endpoints.json");
        Files.writeString(stale, "{\"left\": \"by a killed server\"}");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Map<String, String> settings = new HashMap<>(RunningServer.standardSettings(data));
            settings.put(setting, port);
            Commands.Result result =
                    Commands.run(List.of(RunningServer.LAUNCHER.toString(), "serve"), settings);
            assertThat(result.exit()).as(result.output() + result.errors()).isNotZero();
            assertThat(result.errors().lines().reduce((_, last) -> last).orElse(""))
                    .as("the last line says what is wrong")
                    .startsWith("nameplate: ")
                    .contains(port);
        }
        assertThat(stale).doesNotExist();
    }

    @Test
    void aFirstStartThatFailsKeepsTheKeysForTheNext() throws IOException {
        Path data = folder.resolve("data");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, String> settings = new HashMap<>(RunningServer.standardSettings(data));
            settings.putAll(NO_CREDENTIALS);
            settings.put("NAMEPLATE_API_PORT", Integer.toString(taken.getLocalPort()));
            Commands.Result result =
                    Commands.run(List.of(RunningServer.LAUNCHER.toString(), "serve"), settings);
            assertThat(result.exit()).as(result.output() + result.errors()).isNotZero();
        }
        try (RunningServer server = RunningServer.start(data, NO_CREDENTIALS, List.of())) {
            Await.until(
                    Duration.ofSeconds(10),
                    "the keys",
                    () -> text(server.log()).contains("AWS_SECRET_ACCESS_KEY="));
        }
    }

    @Test
    void aKilledServersAddressesAreReplaced() throws IOException {
        Path data = folder.resolve("data");
        RunningServer.start(data).kill();
        Path stale = data.resolve("endpoints.json");
        assertThat(stale).as("a killed server cannot clean up").exists();
        try (RunningServer server = RunningServer.start(data)) {
            assertThat(curl(server.api() + "/healthz").output()).isEqualTo("ok\n");
        }
        assertThat(stale).doesNotExist();
    }

    @Test
    void sigtermEndsTheServerInTimeDespiteIdleConnections() throws IOException {
        Path data = folder.resolve("data");
        RunningServer server = RunningServer.start(data);
        try (Socket api = new Socket();
                Socket edge = new Socket();
                Socket silent = new Socket()) {
            for (Map.Entry<Socket, URI> each :
                    Map.of(api, server.api(), edge, server.edgeHttp()).entrySet()) {
                each.getKey().connect(loopback(each.getValue().getPort()), 2_000);
                each.getKey()
                        .getOutputStream()
                        .write(
                                "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                assertThat(each.getKey().getInputStream().read()).isEqualTo('H');
            }
            silent.connect(loopback(server.edgeHttps().getPort()), 2_000);
            long start = System.nanoTime();
            server.stop();
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            System.out.printf("stopped in %d ms%n", took.toMillis());
            assertThat(took).isLessThan(STOP_LIMIT);
        }
        assertThat(data.resolve("endpoints.json")).doesNotExist();
    }

    @Test
    void dataOutlivesARestart() throws IOException {
        Path data = folder.resolve("data");
        List<String> names = List.of("www.shop.example", "shop.example");
        try (OriginServer origin = OriginServer.start()) {
            String serial;
            try (RunningServer server = RunningServer.start(data)) {
                serial = SdkClients.of(server).serve("shop.example", names, origin).serialNumber();
                new Visitor(server, server.caRoot()).fetchWhenServed("www.shop.example", "/a");
            }
            try (RunningServer server = RunningServer.start(data);
                    LightsailClient lightsail = SdkClients.of(server).lightsail()) {
                Visitor visitor = new Visitor(server, server.caRoot());
                for (String name : names) {
                    assertThat(visitor.fetch(name, "/b").body()).isEqualTo(OriginServer.page("/b"));
                }
                assertThat(
                                lightsail
                                        .getCertificates(
                                                request -> request.includeCertificateDetails(true))
                                        .certificates()
                                        .getFirst()
                                        .certificateDetail()
                                        .serialNumber())
                        .isEqualTo(serial);
            }
        }
    }

    @Test
    void aSecondServerOnTheFolderIsRefused() {
        Path data = folder.resolve("data");
        try (RunningServer server = RunningServer.start(data)) {
            Commands.Result second =
                    Commands.run(
                            List.of(RunningServer.LAUNCHER.toString(), "serve"),
                            RunningServer.standardSettings(data));
            assertThat(second.exit()).isNotZero();
            assertThat(second.errors())
                    .contains("another server is running on " + data)
                    .doesNotContain("\tat ");
            assertThat(data.resolve("endpoints.json")).exists();
            assertThat(curl(server.api() + "/healthz").output()).isEqualTo("ok\n");
        }
    }

    @Test
    void aMisspeltSettingIsRefusedWithTheNearestName() {
        Commands.Result result =
                Commands.run(
                        List.of(RunningServer.LAUNCHER.toString(), "serve"),
                        Map.of(
                                "NAMEPLATE_DATA_DIR",
                                folder.resolve("data").toString(),
                                "NAMEPLATE_EDGE_HTTP_PROT",
                                "0"));
        assertThat(result.exit()).isNotZero();
        assertThat(result.errors())
                .contains("NAMEPLATE_EDGE_HTTP_PROT", "did you mean NAMEPLATE_EDGE_HTTP_PORT?")
                .doesNotContain("\tat ");
    }

    @Test
    void keysComeAndGoBesideARunningServer() throws IOException {
        Path data = folder.resolve("data");
        try (RunningServer server = RunningServer.start(data)) {
            assertThat(NewKey.nameplate(data, "ca", "root").output())
                    .isEqualTo(Files.readString(server.caRoot()));
            NewKey made = NewKey.create(data);
            assertThat(NewKey.nameplate(data, "key", "list").output())
                    .contains(made.id(), RunningServer.ACCESS_KEY)
                    .doesNotContain(made.secret(), RunningServer.SECRET_KEY);
            try (StsClient sts = new SdkClients(server, made.id(), made.secret()).sts()) {
                assertThat(sts.getCallerIdentity().account()).isEqualTo(RunningServer.ACCOUNT);
                assertThat(NewKey.nameplate(data, "key", "delete", made.id()).output())
                        .contains("deleted " + made.id());
                Await.until(DELETED_KEY_LIMIT, "the key to be refused", () -> isRefused(sts));
                assertThatThrownBy(sts::getCallerIdentity)
                        .isInstanceOfSatisfying(
                                AwsServiceException.class,
                                e ->
                                        assertThat(e.awsErrorDetails().errorCode())
                                                .isEqualTo("InvalidClientTokenId"));
            }
            assertThat(NewKey.nameplate(data, "key", "delete", made.id()).errors())
                    .contains("there is no access key " + made.id());
        }
    }

    private static boolean isRefused(StsClient sts) {
        try {
            sts.getCallerIdentity();
            return false;
        } catch (AwsServiceException _) {
            return true;
        }
    }

    @Test
    void beyondLoopbackTheApiSpeaksTls() {
        try (RunningServer server =
                RunningServer.start(
                        folder.resolve("data"), Map.of("NAMEPLATE_BIND", "0.0.0.0"), List.of())) {
            assertThat(server.api().getScheme()).isEqualTo("https");
            String url = server.api() + "/healthz";
            Commands.Result verified = curl("--cacert", server.caRoot().toString(), url);
            assertThat(verified.output()).as(verified.errors()).isEqualTo("ok\n");
            assertThat(curl(url).exit()).as("without the root").isEqualTo(60);
            assertThat(curl(url.replace("https:", "http:")).output()).isNotEqualTo("ok\n");
        }
    }

    @Test
    void plainHttpBeyondLoopbackNeedsASetting() {
        try (RunningServer server =
                RunningServer.start(
                        folder.resolve("data"),
                        Map.of("NAMEPLATE_BIND", "0.0.0.0", "NAMEPLATE_API_TLS", "off"),
                        List.of())) {
            assertThat(server.api().getScheme()).isEqualTo("http");
            assertThat(curl(server.api() + "/healthz").output()).isEqualTo("ok\n");
        }
    }

    @Test
    void aFirstStartShowsItsKeysOnce() throws IOException {
        Path data = folder.resolve("data");
        String id;
        String secret;
        try (RunningServer server = RunningServer.start(data, NO_CREDENTIALS, List.of())) {
            Await.until(
                    Duration.ofSeconds(10),
                    "the lines to copy",
                    () -> text(server.log()).contains("Stop it with"));
            String printed = text(server.log());
            id = printed(printed, "AWS_ACCESS_KEY_ID=(\\S+)");
            secret = printed(printed, "AWS_SECRET_ACCESS_KEY=(\\S+)");
            String apiKey = printed(printed, "SSL_FOR_SAAS_KEY=(\\S+)");
            try (StsClient sts = new SdkClients(server, id, secret).sts()) {
                assertThat(sts.getCallerIdentity().account()).matches("\\d{12}");
            }
            String jobs = server.api() + "/ssl_for_saas/list_ssl_jobs";
            assertThat(curl("-H", "x-api-key: " + apiKey, jobs).output()).isEqualTo("[]");
            Files.delete(server.log());
        }
        try (RunningServer server = RunningServer.start(data, NO_CREDENTIALS, List.of())) {
            Await.until(
                    Duration.ofSeconds(10),
                    "the lines to copy",
                    () -> text(server.log()).contains("Stop it with"));
            assertThat(text(server.log()))
                    .doesNotContain("AWS_SECRET_ACCESS_KEY=", "SSL_FOR_SAAS_KEY=", secret);
            try (StsClient sts = new SdkClients(server, id, secret).sts()) {
                assertThat(sts.getCallerIdentity().account()).matches("\\d{12}");
            }
        }
    }

    private static String printed(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Commands.Result curl(String... arguments) {
        List<String> command = new ArrayList<>(List.of("curl", "--silent", "--show-error"));
        command.addAll(List.of("--max-time", "20"));
        command.addAll(List.of(arguments));
        return Commands.run(command, Map.of());
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
