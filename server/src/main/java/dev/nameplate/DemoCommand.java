package dev.nameplate;

import dev.nameplate.client.ConfigOption;
import dev.nameplate.config.Endpoints;
import dev.nameplate.config.Logging;
import dev.nameplate.config.Settings;
import dev.nameplate.demo.Demo;
import dev.nameplate.demo.ForeignCa;
import dev.nameplate.demo.Visit;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.io.Console;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

@Command(
        name = "demo",
        description =
                "Starts a server in a temporary folder on free ports, does the main job through the public doors, and"
                        + " verifies every step.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    private static final String FOREIGN_ROOT = "foreign-root.pem";
    private static final String WARM_UP = "NAMEPLATE_EDGE_WARM_UP_SECONDS";

    @Mixin private final ConfigOption config;

    @Option(
            names = "--keep-running",
            description = "Leaves the server up at the end, until Ctrl-C or SIGTERM.")
    private boolean keepRunning;

    DemoCommand(Map<String, String> environment) {
        config = new ConfigOption(environment);
    }

    @Override
    @SuppressWarnings(
            "ClosingStandardOutputStreams") // closing the demo ends its origin, not its output
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("nameplate-demo-");
        ForeignCa foreign = new ForeignCa(new SecureRandom(), InstantSource.system().instant());
        Files.writeString(folder.resolve(FOREIGN_ROOT), foreign.rootPem());
        Settings settings = config.read(onFreePorts(folder));
        Logging.configure(settings.log());
        Server server = Server.start(settings);
        CountDownLatch stopped = server.closeOnSignal();
        try (Demo demo =
                new Demo(
                        visit(server),
                        System.out,
                        isTerminal(),
                        InstantSource.system(),
                        foreign,
                        Thread::sleep)) {
            boolean verified = demo.run();
            server.awaitWarm();
            String serve = serveLine(folder, server.endpoints());
            if (keepRunning) {
                demo.printNextSteps(serve, true);
                stopped.await();
            } else {
                server.close();
                demo.printNextSteps(serve, false);
            }
            return verified ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private Map<String, String> onFreePorts(Path folder) {
        Map<String, String> settings = new HashMap<>();
        settings.put("NAMEPLATE_DATA_DIR", folder.toString());
        settings.put("NAMEPLATE_API_PORT", "0");
        settings.put("NAMEPLATE_EDGE_HTTP_PORT", "0");
        settings.put("NAMEPLATE_PUBLIC_PORT", "0");
        settings.put("NAMEPLATE_EDGE_HTTPS_PORT", "0");
        settings.put("NAMEPLATE_TRUSTED_ROOTS", folder.resolve(FOREIGN_ROOT).toString());
        // Nobody waits for a fast edge here, but the launcher, whose start cache learns from it.
        settings.put(WARM_UP, config.variable(WARM_UP).orElse("0"));
        settings.put("NAMEPLATE_DNS_PORT", "0");
        settings.put("NAMEPLATE_LOG_LEVEL", "warn");
        settings.put("NAMEPLATE_LOG_FORMAT", "text");
        return settings;
    }

    private static Visit visit(Server server) {
        var endpoints = server.endpoints();
        var keys = server.keys();
        return new Visit(
                URI.create(endpoints.api()),
                URI.create(endpoints.edgeHttps()),
                endpoints.dns(),
                Path.of(endpoints.caRoot()),
                server.root(),
                keys.accessKeyId().orElseThrow(),
                keys.newSecret().orElseThrow(),
                keys.newApiKey().orElseThrow());
    }

    /// On the same ports, so that the lines printed beside it stay true.
    private static String serveLine(Path folder, Endpoints endpoints) {
        return "NAMEPLATE_DATA_DIR=%s NAMEPLATE_TRUSTED_ROOTS=%s NAMEPLATE_API_PORT=%d NAMEPLATE_EDGE_HTTP_PORT=%d NAMEPLATE_EDGE_HTTPS_PORT=%d NAMEPLATE_PUBLIC_PORT=%d NAMEPLATE_DNS_PORT=%s ./nameplate serve"
                .formatted(
                        folder,
                        folder.resolve(FOREIGN_ROOT),
                        URI.create(endpoints.api()).getPort(),
                        URI.create(endpoints.edgeHttp()).getPort(),
                        URI.create(endpoints.edgeHttps()).getPort(),
                        URI.create(endpoints.pki()).getPort(),
                        endpoints.dns().substring(endpoints.dns().lastIndexOf(':') + 1));
    }

    @SuppressWarnings(
            "SystemConsoleNull") // JDK 25 gives no console to a process without a terminal
    private static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
