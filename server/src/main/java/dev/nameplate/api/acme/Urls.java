package dev.nameplate.api.acme;

import dev.nameplate.wire.HttpRequest;

import java.util.regex.Pattern;

/// Where things are, as the client that asks reaches them.
///
/// @param base scheme and host
record Urls(String base) {
    static final String ROOT = "/acme/embedded";
    static final String DIRECTORY = ROOT + "/directory";

    /// What else a client sends is not said again.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9.:\\[\\]-]{1,260}");

    static Urls of(HttpRequest request, AcmeSettings settings) {
        return new Urls(
                settings.url()
                        .map(url -> url.toString().replaceAll("/+$", ""))
                        .orElseGet(() ->
                                (settings.tls() ? "https://" : "http://")
                                        + request.headers()
                                                .first("host")
                                                .filter(host -> HOST.matcher(host).matches())
                                                .orElse("localhost")));
    }

    /// Of the request itself.
    String own(HttpRequest request) {
        return base
                + request.rawPath()
                + (request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery());
    }

    String directory() {
        return base + DIRECTORY;
    }

    String of(String kind) {
        return base + ROOT + "/" + kind;
    }

    String account(String id) {
        return of("account/" + id);
    }

    String order(String id) {
        return of("order/" + id);
    }

    String authorization(String id) {
        return of("authorization/" + id);
    }

    String challenge(String id) {
        return of("challenge/" + id);
    }

    String certificate(String id) {
        return of("certificate/" + id);
    }
}
