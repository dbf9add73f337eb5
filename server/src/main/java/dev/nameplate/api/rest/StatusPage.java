package dev.nameplate.api.rest;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Diagnoses;
import dev.nameplate.certificate.Diagnosis;
import dev.nameplate.certificate.StatusLinks;
import dev.nameplate.db.Database;
import dev.nameplate.names.DomainName;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// The page behind a status link: for the owner of a name, who has no account here. It needs no credential but the link, shows
/// one certificate only, and holds no script.
public final class StatusPage {
    public static final int MAX_BODY = 0;

    private static final String ROOT = "/status/";

    private final Database database;
    private final StatusLinks links;

    public StatusPage(Database database, StatusLinks links) {
        this.database = database;
        this.links = links;
    }

    public static boolean accepts(HttpRequest request) {
        return request.rawPath().startsWith(ROOT);
    }

    static String path(StatusLinks.Link link) {
        return ROOT + link.id() + "/" + link.secret();
    }

    public HttpResponse handle(HttpRequest request) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return page(
                    405, StatusHtml.notice("This page can only be read."), "Allow", "GET, HEAD");
        }
        String[] segments = Query.segments(request.rawPath());
        Optional<Shown> found =
                segments.length == 4
                        ? shown(new StatusLinks.Link(segments[2], segments[3]))
                        : Optional.empty();
        return found.map(shown -> page(200, StatusHtml.of(shown.certificate(), shown.diagnoses())))
                .orElseGet(() ->
                        page(
                                404,
                                StatusHtml.notice(
                                        "There is nothing under this link. It may have been replaced: ask whoever"
                                                + " gave it to you for the current one.")));
    }

    private record Shown(Certificate certificate, Map<DomainName, Diagnosis> diagnoses) {}

    private Optional<Shown> shown(StatusLinks.Link link) {
        return database.read(handle ->
                links.find(handle, link)
                        .map(found -> new Shown(found, Diagnoses.of(handle, found.id()))));
    }

    private static HttpResponse page(int status, String html, String... headers) {
        Headers all =
                Headers.of(
                        "Content-Type", "text/html; charset=utf-8",
                        "Cache-Control", "no-store",
                        "X-Robots-Tag", "noindex, nofollow, noarchive",
                        // The link is the credential: it must not leave with a click or a frame.
                        "Referrer-Policy", "no-referrer",
                        "Content-Security-Policy",
                                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
                                        + " form-action 'none'; frame-ancestors 'none'",
                        "X-Content-Type-Options", "nosniff");
        for (int i = 0; i < headers.length; i += 2) {
            all = all.with(headers[i], headers[i + 1]);
        }
        return new HttpResponse(status, all, html.getBytes(StandardCharsets.UTF_8));
    }
}
