package dev.nameplate;

import dev.nameplate.client.ConfigOption;
import dev.nameplate.config.Logging;
import dev.nameplate.config.Settings;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

@Command(
        name = "serve",
        description = "Runs the server until SIGTERM or SIGINT.",
        mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
    @Mixin private final ConfigOption config;

    ServeCommand(Map<String, String> environment) {
        config = new ConfigOption(environment);
    }

    @Override
    public Integer call() throws InterruptedException {
        Settings settings = config.read();
        Logging.configure(settings.log());
        Server server = Server.start(settings);
        CountDownLatch stopped = server.closeOnSignal();
        print(server, System.out);
        stopped.await();
        return 0;
    }

    private static void print(Server server, PrintStream out) {
        out.print(HowToUse.text(server));
        out.flush();
    }
}
