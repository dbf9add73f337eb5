package dev.nameplate.enrolment.validation;

import dev.nameplate.enrolment.Problem;
import dev.nameplate.http.PlainAnswer;
import dev.nameplate.names.DomainName;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/// RFC 8555 section 8.3. Redirects are followed, to the usual ports of http and https alone; the certificate of a server that
/// was redirected to is not looked at, since many who redirect to https do so in order to get one.
final class HttpChallenge {
    private static final int MOST_REDIRECTS = 10;
    private static final int LONGEST_ANSWER = 16 * 1024;

    private final Reach reach;
    private final ValidationSettings settings;

    HttpChallenge(Reach reach, ValidationSettings settings) {
        this.reach = reach;
        this.settings = settings;
    }

    Optional<Problem> look(DomainName name, String token, String keyAuthorization) {
        Reach.Deadline deadline = Reach.Deadline.in(settings.patience());
        URI url = URI.create("http://" + name.ascii() + "/.well-known/acme-challenge/" + token);
        try {
            for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
                PlainAnswer response = fetch(url, deadline);
                if (!response.redirects()) {
                    return judge(url, response, keyAuthorization);
                }
                Optional<URI> next = target(url, response.location().orElseThrow());
                if (next.isEmpty()) {
                    return wrong(
                            url
                                    + " redirects to something that is not an http or https URL on its usual port");
                }
                url = next.get();
            }
            return wrong(url + " is the end of too many redirects");
        } catch (Reach.Unreachable e) {
            return Optional.of(
                    new Problem(
                            e.isNamed() ? Problem.Kind.CONNECTION : Problem.Kind.DNS,
                            String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return Optional.of(
                    new Problem(
                            Problem.Kind.CONNECTION,
                            "fetching " + url + " failed: " + e.getMessage()));
        }
    }

    private static Optional<Problem> judge(URI url, PlainAnswer response, String keyAuthorization) {
        if (response.status() != 200) {
            return wrong(url + " answers " + response.status());
        }
        // Section 8.3: whitespace at the end is to be ignored.
        return response.body().stripTrailing().equals(keyAuthorization)
                ? Optional.empty()
                : wrong(url + " has another text than the key authorization");
    }

    private static Optional<Problem> wrong(String message) {
        return Optional.of(new Problem(Problem.Kind.INCORRECT_RESPONSE, message));
    }

    private Optional<URI> target(URI from, String location) {
        try {
            URI to = from.resolve(location);
            String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
            boolean usual =
                    switch (scheme) {
                        case "http" -> to.getPort() == -1 || to.getPort() == settings.httpPort();
                        case "https" -> to.getPort() == -1 || to.getPort() == settings.tlsPort();
                        default -> false;
                    };
            return usual
                            && to.getHost() != null
                            && to.getRawUserInfo() == null
                            && !DomainName.parse(to.getHost()).isWildcard()
                    ? Optional.of(to)
                    : Optional.empty();
        } catch (IllegalArgumentException _) {
            // No URL, or its host is no name: addresses are not redirected to.
            return Optional.empty();
        }
    }

    /// HTTP/1.0, so that the answer ends with the connection and comes in one piece.
    private PlainAnswer fetch(URI url, Reach.Deadline deadline) throws IOException {
        boolean tls = url.getScheme().equalsIgnoreCase("https");
        try (Socket plain =
                        reach.connect(
                                url.getHost(),
                                tls ? settings.tlsPort() : settings.httpPort(),
                                deadline);
                Socket socket = tls ? AnyTls.over(plain, url.getHost(), deadline) : plain) {
            String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            String request =
                    "GET "
                            + path
                            + query
                            + " HTTP/1.0\r\nHost: "
                            + url.getRawAuthority()
                            + "\r\nUser-Agent: Nameplate-Validation\r\nAccept: */*\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return PlainAnswer.parse(
                    new String(
                            Reach.read(socket, LONGEST_ANSWER, deadline),
                            StandardCharsets.ISO_8859_1));
        }
    }
}
