package dev.nameplate.api.pki;

import dev.nameplate.issuer.ca.revocation.OcspResponder;
import dev.nameplate.wire.Headers;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;

/// OCSP over HTTP (RFC 6960 appendix A): by POST, and by GET with caches in mind (RFC 5019 section 6).
final class OcspDoor {
    /// The bound on how much later a cache's clients see a revocation.
    private static final Duration LONGEST_KEPT = Duration.ofHours(1);

    private final OcspResponder responder;
    private final InstantSource clock;

    OcspDoor(OcspResponder responder, InstantSource clock) {
        this.responder = responder;
        this.clock = clock;
    }

    static boolean accepts(String path) {
        return path.equals("/ocsp") || path.startsWith("/ocsp/");
    }

    HttpResponse handle(HttpRequest request) {
        return switch (request.method()) {
            case "POST" -> plain(responder.answer(bounded(request.body())));
            case "GET", "HEAD" -> cached(request);
            default -> Cached.notAllowed("GET, HEAD, POST");
        };
    }

    /// A body that was cut off is no request; nor is one of that length.
    private static byte[] bounded(byte[] body) {
        return body.length > Repository.MAX_BODY ? new byte[0] : body;
    }

    private HttpResponse cached(HttpRequest request) {
        OcspResponder.Answer answer =
                responder.answer(decoded(request.rawPath()).orElse(new byte[0]));
        if (answer.reusable().isEmpty()) {
            return plain(answer);
        }
        OcspResponder.Validity validity = answer.reusable().get();
        Duration left = Duration.between(clock.instant(), validity.nextUpdate());
        return new Cached(
                        "application/ocsp-response",
                        answer.der(),
                        Math.clamp(left.toSeconds(), 0, LONGEST_KEPT.toSeconds()),
                        Optional.of(validity.thisUpdate()),
                        Optional.of(validity.nextUpdate()))
                .answer(request);
    }

    private static HttpResponse plain(OcspResponder.Answer answer) {
        return new HttpResponse(
                200,
                Headers.of(
                        "Content-Type", "application/ocsp-response", "Cache-Control", "no-store"),
                answer.der());
    }

    /// Clients differ in what they escape; a plus sign is one either way.
    private static Optional<byte[]> decoded(String path) {
        if (path.length() <= "/ocsp/".length()) {
            return Optional.empty();
        }
        try {
            String text =
                    URLDecoder.decode(
                            path.substring("/ocsp/".length()).replace("+", "%2B"),
                            StandardCharsets.US_ASCII);
            return Optional.of(Base64.getMimeDecoder().decode(text));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
