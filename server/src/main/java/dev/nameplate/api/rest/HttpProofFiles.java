package dev.nameplate.api.rest;

import dev.nameplate.certificate.HttpProofs;
import dev.nameplate.db.Database;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What proves names over HTTP: under `/<account>/…` where redirects lead, and under `/proof/<name>/…` for the edge, which passes
/// on what it is asked under the names themselves.
public final class HttpProofFiles {
    public static final int MAX_BODY = 0;

    private static final String FILE = "(/\\.well-known/pki-validation/[0-9a-f]{32}\\.txt)";
    private static final Pattern TARGET = Pattern.compile("/\\d{12}" + FILE);
    private static final Pattern PASSED_ON = Pattern.compile("/proof/([a-z0-9.-]{1,253})" + FILE);

    private final Database database;
    private final String validationHost;

    /// @param validationHost the name that redirects lead to
    public HttpProofFiles(Database database, String validationHost) {
        this.database = database;
        this.validationHost = validationHost;
    }

    public static boolean accepts(HttpRequest request) {
        return url(request.rawPath(), "").isPresent();
    }

    public HttpResponse handle(HttpRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return text(405, "only GET and HEAD\n");
        }
        return url(request.rawPath(), validationHost)
                .flatMap(url -> database.read(handle -> HttpProofs.content(handle, url)))
                .map(content -> text(200, content))
                .orElseGet(() -> text(404, "not found\n"));
    }

    private static Optional<String> url(String path, String validationHost) {
        if (TARGET.matcher(path).matches()) {
            return Optional.of("http://" + validationHost + path);
        }
        Matcher passedOn = PASSED_ON.matcher(path);
        return passedOn.matches()
                ? Optional.of("http://" + passedOn.group(1) + passedOn.group(2))
                : Optional.empty();
    }

    private static HttpResponse text(int status, String body) {
        return new HttpResponse(
                status,
                Headers.of(
                        "Content-Type", "text/plain; charset=utf-8", "Cache-Control", "no-store"),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
