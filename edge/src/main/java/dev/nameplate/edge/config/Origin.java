package dev.nameplate.edge.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A web server to fetch from.
///
/// @param path put before every request path; empty or `/like/this`
/// @param customHeaders sent with every request; they win over the visitor's
/// @param connectionAttempts tries to connect, each of at most `connectTimeout`
/// @param readTimeout the longest silence of the origin once it has the request
/// @param keepAlive how long an idle connection is kept
/// @param completionTimeout for the whole answer, from the request on; empty for none
/// @param tlsProtocols versions that may be spoken, by the names `TLSv1` to `TLSv1.3`
/// @param http2 whether HTTP/2 is spoken where the origin offers it over TLS
/// @param addresses of which kind are connected to
/// @param own whether it is a listener of this very installation, to which [OriginPolicy] does not apply
public record Origin(
        String id,
        String host,
        int httpPort,
        int httpsPort,
        ProtocolPolicy protocolPolicy,
        String path,
        Map<String, String> customHeaders,
        Duration connectTimeout,
        int connectionAttempts,
        Duration readTimeout,
        Duration keepAlive,
        Optional<Duration> completionTimeout,
        Verification verification,
        Set<String> tlsProtocols,
        boolean http2,
        Addresses addresses,
        boolean own) {
    private static final Set<String> MODERN_TLS = Set.of("TLSv1.2", "TLSv1.3");

    public Origin {
        customHeaders = Map.copyOf(customHeaders);
        tlsProtocols = Set.copyOf(tlsProtocols);
        if (host.isEmpty()) {
            throw new IllegalArgumentException("origin " + id + " has no host");
        }
        if (!path.isEmpty() && (!path.startsWith("/") || path.endsWith("/"))) {
            throw new IllegalArgumentException(
                    "the path of origin %s must start with / and not end with it: %s"
                            .formatted(id, path));
        }
        if (connectionAttempts < 1) {
            throw new IllegalArgumentException(
                    "origin " + id + " needs at least one connection attempt");
        }
    }

    /// A plain HTTP listener of this installation.
    public static Origin own(String id, String host, int httpPort, String path) {
        Builder own = of(id, host, ProtocolPolicy.HTTP_ONLY).toBuilder();
        own.own = true;
        return own.httpPort(httpPort).path(path).build();
    }

    /// An origin with CloudFront's default ports and times.
    public static Origin of(String id, String host, ProtocolPolicy protocolPolicy) {
        return new Origin(
                id,
                host,
                80,
                443,
                protocolPolicy,
                "",
                Map.of(),
                Duration.ofSeconds(10),
                3,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Optional.empty(),
                Verification.FULL,
                MODERN_TLS,
                true,
                Addresses.ANY,
                false);
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    public Origin withPorts(int http, int https) {
        return toBuilder().httpPort(http).httpsPort(https).build();
    }

    /// How the edge speaks to the origin.
    public enum ProtocolPolicy {
        HTTP_ONLY,
        HTTPS_ONLY,
        MATCH_VIEWER
    }

    /// What the edge asks of the origin's certificate.
    public enum Verification {
        /// A trusted chain and a name that matches.
        FULL,
        /// Nothing; for origins in a network that is trusted by other means.
        NONE
    }

    public enum Addresses {
        ANY,
        IPV4,
        IPV6
    }

    /// Changes single components.
    public static final class Builder {
        private final String id;
        private String host;
        private int httpPort;
        private int httpsPort;
        private final ProtocolPolicy protocolPolicy;
        private String path;
        private Map<String, String> customHeaders;
        private Duration connectTimeout;
        private int connectionAttempts;
        private Duration readTimeout;
        private Duration keepAlive;
        private Optional<Duration> completionTimeout;
        private Verification verification;
        private Set<String> tlsProtocols;
        private boolean http2;
        private Addresses addresses;
        private boolean own;

        private Builder(Origin from) {
            id = from.id;
            host = from.host;
            httpPort = from.httpPort;
            httpsPort = from.httpsPort;
            protocolPolicy = from.protocolPolicy;
            path = from.path;
            customHeaders = from.customHeaders;
            connectTimeout = from.connectTimeout;
            connectionAttempts = from.connectionAttempts;
            readTimeout = from.readTimeout;
            keepAlive = from.keepAlive;
            completionTimeout = from.completionTimeout;
            verification = from.verification;
            tlsProtocols = from.tlsProtocols;
            http2 = from.http2;
            addresses = from.addresses;
            own = from.own;
        }

        public Builder httpPort(int value) {
            httpPort = value;
            return this;
        }

        public Builder httpsPort(int value) {
            httpsPort = value;
            return this;
        }

        public Builder host(String value) {
            host = value;
            return this;
        }

        public Builder path(String value) {
            path = value;
            return this;
        }

        public Builder customHeaders(Map<String, String> value) {
            customHeaders = value;
            return this;
        }

        public Builder connectTimeout(Duration value) {
            connectTimeout = value;
            return this;
        }

        public Builder connectionAttempts(int value) {
            connectionAttempts = value;
            return this;
        }

        public Builder readTimeout(Duration value) {
            readTimeout = value;
            return this;
        }

        public Builder keepAlive(Duration value) {
            keepAlive = value;
            return this;
        }

        public Builder completionTimeout(Optional<Duration> value) {
            completionTimeout = value;
            return this;
        }

        public Builder tlsProtocols(Set<String> value) {
            tlsProtocols = value;
            return this;
        }

        public Builder http2(boolean value) {
            http2 = value;
            return this;
        }

        public Builder addresses(Addresses value) {
            addresses = value;
            return this;
        }

        public Builder verification(Verification value) {
            verification = value;
            return this;
        }

        public Origin build() {
            return new Origin(
                    id,
                    host,
                    httpPort,
                    httpsPort,
                    protocolPolicy,
                    path,
                    customHeaders,
                    connectTimeout,
                    connectionAttempts,
                    readTimeout,
                    keepAlive,
                    completionTimeout,
                    verification,
                    tlsProtocols,
                    http2,
                    addresses,
                    own);
        }
    }
}
