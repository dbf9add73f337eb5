package dev.nameplate.it;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// Somebody with curl who trusts one root only and finds every name at the edge.
///
/// @param root PEM file
record Visitor(RunningServer server, Path root) {
    private static final int CURL_TLS_CONNECT_ERROR = 35;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /// @param headers by lower-case name
    record Page(int status, Map<String, String> headers, String body) {}

    /// The page at `https://name/path`, chain and name verified by curl.
    ///
    /// @param headers of the request, each as `name: value`
    Page fetch(String name, String path, String... headers) {
        Commands.Result result = curl(name, path, headers);
        if (result.exit() != 0) {
            throw new AssertionError(
                    "https://%s%s: curl exit %d: %s"
                            .formatted(name, path, result.exit(), result.errors()));
        }
        return page(result.output());
    }

    /// The same with `--compressed`: the body as curl unpacks it.
    Page fetchCompressed(String name, String path, String... headers) {
        List<String> command = command(name, path, headers);
        command.add("--compressed");
        Commands.Result result = Commands.run(command, Map.of());
        if (result.exit() != 0) {
            throw new AssertionError("curl exit %d: %s".formatted(result.exit(), result.errors()));
        }
        return page(result.output());
    }

    /// Looks until the name answers 200 over verified HTTPS.
    Page fetchWhenServed(String name, String path) {
        AtomicReference<String> last = new AtomicReference<>("");
        AtomicReference<Page> served = new AtomicReference<>();
        Await.until(
                LIMIT,
                "https://" + name + path,
                () -> {
                    Commands.Result result = curl(name, path);
                    last.set(result.output() + result.errors());
                    if (result.exit() == 0) {
                        served.set(page(result.output()));
                    }
                    return served.get() != null && served.get().status() == 200;
                });
        return served.get();
    }

    /// Whether the edge ends the handshake, as it does for a name it does not serve.
    boolean refuses(String name) {
        return curl(name, "/").exit() == CURL_TLS_CONNECT_ERROR;
    }

    private Commands.Result curl(String name, String path, String... headers) {
        return Commands.run(command(name, path, headers), Map.of());
    }

    private List<String> command(String name, String path, String... headers) {
        int port = server.edgeHttps().getPort();
        List<String> command = new ArrayList<>();
        command.addAll(List.of("curl", "--silent", "--show-error", "--include"));
        command.addAll(List.of("--http1.1", "--max-time", "20"));
        command.addAll(List.of("--cacert", root.toString()));
        command.addAll(List.of("--resolve", name + ":" + port + ":127.0.0.1"));
        for (String header : headers) {
            command.addAll(List.of("--header", header));
        }
        command.add("https://" + name + ":" + port + path);
        return command;
    }

    private static Page page(String answer) {
        int end = answer.indexOf("\r\n\r\n");
        String[] head = answer.substring(0, end).split("\r\n");
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < head.length; i++) {
            int colon = head[i].indexOf(':');
            headers.put(
                    head[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    head[i].substring(colon + 1).strip());
        }
        return new Page(
                Integer.parseInt(head[0].split(" ")[1]), headers, answer.substring(end + 4));
    }
}
