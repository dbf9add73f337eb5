package dev.nameplate.notification.webhook;

import dev.nameplate.edge.config.OriginPolicy;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/// POSTs to strangers. A name is resolved once for each attempt and the policy asked about the very address that is connected to;
/// of the answer only the head is read, so that no body can be too long; the whole attempt has one limit in time. Every attempt
/// has a connection of its own.
public final class HttpPost {
    private static final int HTTPS = 443;
    private static final int HTTP = 80;
    private static final int LONGEST_URL = 2048;

    private final Resolver resolver;
    private final OriginPolicy policy;
    private final boolean plain;
    private final SSLContext tls;

    /// @param plain whether receivers may be asked without TLS
    public HttpPost(Resolver resolver, OriginPolicy policy, boolean plain, SSLContext tls) {
        this.resolver = resolver;
        this.policy = policy;
        this.plain = plain;
        this.tls = tls;
    }

    /// What came of an attempt.
    sealed interface Answer {
        /// @param retryAfter seconds
        record Status(int code, Optional<Long> retryAfter) implements Answer {}

        record None(String reason) implements Answer {}
    }

    /// Where a request goes.
    record Target(URI url, boolean secure, String host, int port) {
        /// As the header Host has it.
        String authority() {
            return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + port;
        }

        String pathAndQuery() {
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        }
    }

    Optional<String> problem(String address) {
        try {
            URI url = new URI(address);
            if (address.length() > LONGEST_URL || url.getHost() == null) {
                return Optional.of(
                        "must be an URL such as https://hooks.example.com/nameplate, of at most "
                                + LONGEST_URL
                                + " characters");
            }
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            if (!scheme.equals("https") && !(plain && scheme.equals("http"))) {
                return Optional.of(
                        "must begin with https://"
                                + (plain ? " or http://" : ", so that nobody on the way reads it"));
            }
            if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
                return Optional.of("must have neither user information nor a fragment");
            }
            if (url.getPort() == 0 || url.getPort() > 65535) {
                return Optional.of("must have a port from 1 to 65535");
            }
            return refusedLiteral(target(url).host());
        } catch (URISyntaxException _) {
            return Optional.of("is no URL");
        }
    }

    /// Early, as a courtesy; what keeps the rule is asked at each connect.
    private Optional<String> refusedLiteral(String host) {
        try {
            return policy.allows(InetAddress.ofLiteral(host))
                    ? Optional.empty()
                    : Optional.of("must not have an address inside this network");
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Target target(URI url) {
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        int standard = secure ? HTTPS : HTTP;
        String host = url.getHost();
        return new Target(
                url,
                secure,
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                url.getPort() < 0 ? standard : url.getPort());
    }

    Answer send(URI url, Map<String, String> headers, byte[] body, Duration limit) {
        Target target = target(url);
        Attempt attempt =
                new Attempt(target, headers, body, limit, tls, () -> permitted(target.host()));
        Thread thread = Thread.ofVirtual().name("webhook-attempt").start(attempt);
        try {
            if (!thread.join(limit)) {
                attempt.giveUp();
                return new Answer.None(
                        "no whole answer from "
                                + target.host()
                                + " within "
                                + limit.toSeconds()
                                + " seconds");
            }
        } catch (InterruptedException e) {
            attempt.giveUp();
            Thread.currentThread().interrupt();
            return new Answer.None("interrupted by the stop of this server");
        }
        return attempt.answer();
    }

    /// @throws UnknownHostException with a sentence, if there is none
    private List<InetAddress> permitted(String host) throws UnknownHostException {
        List<InetAddress> found;
        try {
            found = resolver.resolve(host);
        } catch (UnknownHostException e) {
            UnknownHostException worded =
                    new UnknownHostException("no address of " + host + " is found");
            worded.initCause(e);
            throw worded;
        }
        List<InetAddress> permitted = found.stream().filter(policy::allows).toList();
        if (permitted.isEmpty()) {
            throw new UnknownHostException(
                    host
                            + " leads to an address inside this network, where no webhook is sent; notifications.allowLoopback and allowPrivate permit it");
        }
        return permitted;
    }
}
