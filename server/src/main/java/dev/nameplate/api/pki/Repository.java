package dev.nameplate.api.pki;

import dev.nameplate.issuer.ca.revocation.Crls;
import dev.nameplate.issuer.ca.revocation.OcspResponder;
import dev.nameplate.wire.HttpRequest;
import dev.nameplate.wire.HttpResponse;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The repository of RFC 5280 section 4.2: `/ca/root.pem`, `/ca/<issuer>.cer`, `/crl/<issuer>/<shard>.crl` and `/ocsp`.
public final class Repository {
    private static final Logger LOG = LoggerFactory.getLogger(Repository.class);

    /// No honest OCSP request comes near.
    public static final int MAX_BODY = 16 * 1024;

    private static final Pattern CERTIFICATE = Pattern.compile("/ca/([0-9a-f]{1,40})\\.cer");
    private static final Pattern LIST = Pattern.compile("/crl/([0-9a-f]{1,40})/(\\d{1,9})\\.crl");

    /// Soon enough that a revocation is seen; unchanged lists cost a 304.
    private static final int LIST_SECONDS = 300;

    private static final int CERTIFICATE_SECONDS = 86_400;

    private final Supplier<String> rootPem;
    private final Function<String, Optional<byte[]>> certificates;
    private final Crls lists;
    private final OcspDoor ocsp;

    /// @param certificates DER of a CA certificate by its serial number
    public Repository(
            Supplier<String> rootPem,
            Function<String, Optional<byte[]>> certificates,
            Crls lists,
            OcspResponder responder,
            InstantSource clock) {
        this.rootPem = rootPem;
        this.certificates = certificates;
        this.lists = lists;
        this.ocsp = new OcspDoor(responder, clock);
    }

    public static boolean accepts(HttpRequest request) {
        String path = request.rawPath();
        return path.startsWith("/ca/") || path.startsWith("/crl/") || OcspDoor.accepts(path);
    }

    public HttpResponse handle(HttpRequest request) {
        if (OcspDoor.accepts(request.rawPath())) {
            return ocsp.handle(request);
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Cached.notAllowed("GET, HEAD");
        }
        return found(request.rawPath())
                .map(content -> content.answer(request))
                .orElseGet(Cached::notFound);
    }

    /// For what no door on the public port takes.
    public static HttpResponse nothing(HttpRequest request) {
        LOG.debug("nothing at {}", request.rawPath());
        return Cached.notFound();
    }

    private Optional<Cached> found(String path) {
        if (path.equals("/ca/root.pem")) {
            return Optional.of(
                    Cached.forSeconds(
                            "application/x-pem-file",
                            rootPem.get().getBytes(StandardCharsets.US_ASCII),
                            CERTIFICATE_SECONDS));
        }
        Matcher certificate = CERTIFICATE.matcher(path);
        if (certificate.matches()) {
            return certificates
                    .apply(serial(certificate.group(1)))
                    .map(der ->
                            Cached.forSeconds("application/pkix-cert", der, CERTIFICATE_SECONDS));
        }
        Matcher list = LIST.matcher(path);
        if (list.matches()) {
            return lists.find(serial(list.group(1)), Integer.parseInt(list.group(2)))
                    .map(stored ->
                            new Cached(
                                    "application/pkix-crl",
                                    stored.der(),
                                    LIST_SECONDS,
                                    Optional.of(stored.thisUpdate()),
                                    Optional.of(stored.nextUpdate())));
        }
        return Optional.empty();
    }

    private static String serial(String text) {
        return new BigInteger(text, 16).toString(16);
    }
}
