package dev.nameplate.edge.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How an edge runs. Start from [#standard] and change what differs through [#toBuilder].
///
/// @param eventLoops 0 means one per processor
/// @param ioUring whether io_uring is used where the kernel allows it
/// @param nodeName stands in `Via` and in the error pages
/// @param location stands in `X-Amz-Cf-Pop`
/// @param certificateCacheBytes native key material kept at most
/// @param siteCacheEntries sites kept at most, one per host name
/// @param unknownNameTtl how long a name without certificate or site is not asked for again
/// @param contentCacheBytes bodies kept at most
/// @param maxObjectBytes a larger body is not kept in memory
/// @param disk where content is kept besides; empty: nowhere
/// @param heuristicFreshness whether answers to which neither origin nor site gives a lifetime are kept for a tenth of
///     the time since their last change (RFC 9111 §4.2.2)
/// @param viewerIdle the longest silence of a visitor, within and between requests
/// @param webSocketIdle the longest silence of a WebSocket, both ways
/// @param http3 whether HTTP/3 is served too, on the UDP port of the same number
/// @param handshakeTimeout for the TLS handshake
/// @param drain how long `close` waits for requests under way
/// @param idleOriginConnections per event loop and origin; more requests at a time than this open connections anew
/// @param originConnections open ones and those being opened, per event loop and origin; as many requests again may wait
/// @param tls bounds and options of handshakes
/// @param countries a table of networks and countries; empty where nobody needs one
/// @param warmUp CPU time that may be spent after the start on rehearsing what visitors will ask for; zero for none
/// @param extraOriginRoots trusted for origins besides the roots of the JDK
public record EdgeSettings(
        InetSocketAddress https,
        InetSocketAddress http,
        int eventLoops,
        boolean ioUring,
        String nodeName,
        String location,
        long certificateCacheBytes,
        long siteCacheEntries,
        Duration unknownNameTtl,
        long contentCacheBytes,
        long maxObjectBytes,
        Optional<DiskCache> disk,
        boolean heuristicFreshness,
        Duration viewerIdle,
        Duration webSocketIdle,
        boolean http3,
        Duration handshakeTimeout,
        Duration drain,
        int idleOriginConnections,
        int originConnections,
        Optional<Path> countries,
        OriginPolicy originPolicy,
        TlsSettings tls,
        ConnectionLimits connections,
        Duration warmUp,
        List<X509Certificate> extraOriginRoots) {

    public EdgeSettings {
        extraOriginRoots = List.copyOf(extraOriginRoots);
        if (drain.isNegative() || drain.compareTo(Duration.ofSeconds(5)) > 0) {
            throw new IllegalArgumentException("drain must be between 0 and 5 s, not " + drain);
        }
        if (maxObjectBytes > contentCacheBytes) {
            throw new IllegalArgumentException(
                    "maxObjectBytes (%d) exceeds contentCacheBytes (%d)"
                            .formatted(maxObjectBytes, contentCacheBytes));
        }
    }

    public static EdgeSettings standard(InetSocketAddress https, InetSocketAddress http) {
        return new EdgeSettings(
                https,
                http,
                0,
                true,
                "edge.nameplate.internal",
                "NPL50-P1",
                256L << 20,
                100_000,
                Duration.ofSeconds(5),
                256L << 20,
                16L << 20,
                Optional.empty(),
                false,
                Duration.ofSeconds(60),
                Duration.ofMinutes(10),
                false,
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                256,
                1_024,
                Optional.empty(),
                OriginPolicy.STANDARD,
                TlsSettings.STANDARD,
                ConnectionLimits.STANDARD,
                Duration.ZERO,
                List.of());
    }

    public Builder toBuilder() {
        return new Builder(this);
    }

    /// Changes single settings.
    public static final class Builder {
        private InetSocketAddress https;
        private InetSocketAddress http;
        private int eventLoops;
        private boolean ioUring;
        private String nodeName;
        private String location;
        private long certificateCacheBytes;
        private long siteCacheEntries;
        private Duration unknownNameTtl;
        private long contentCacheBytes;
        private long maxObjectBytes;
        private Optional<DiskCache> disk;
        private boolean heuristicFreshness;
        private Duration viewerIdle;
        private Duration webSocketIdle;
        private boolean http3;
        private Duration handshakeTimeout;
        private Duration drain;
        private int idleOriginConnections;
        private int originConnections;
        private Optional<Path> countries;
        private OriginPolicy originPolicy;
        private TlsSettings tls;
        private ConnectionLimits connections;
        private Duration warmUp;
        private List<X509Certificate> extraOriginRoots;

        private Builder(EdgeSettings from) {
            https = from.https;
            http = from.http;
            eventLoops = from.eventLoops;
            ioUring = from.ioUring;
            nodeName = from.nodeName;
            location = from.location;
            certificateCacheBytes = from.certificateCacheBytes;
            siteCacheEntries = from.siteCacheEntries;
            unknownNameTtl = from.unknownNameTtl;
            contentCacheBytes = from.contentCacheBytes;
            maxObjectBytes = from.maxObjectBytes;
            disk = from.disk;
            heuristicFreshness = from.heuristicFreshness;
            viewerIdle = from.viewerIdle;
            webSocketIdle = from.webSocketIdle;
            http3 = from.http3;
            handshakeTimeout = from.handshakeTimeout;
            drain = from.drain;
            idleOriginConnections = from.idleOriginConnections;
            originConnections = from.originConnections;
            countries = from.countries;
            originPolicy = from.originPolicy;
            tls = from.tls;
            connections = from.connections;
            warmUp = from.warmUp;
            extraOriginRoots = from.extraOriginRoots;
        }

        public Builder eventLoops(int value) {
            eventLoops = value;
            return this;
        }

        public Builder ioUring(boolean value) {
            ioUring = value;
            return this;
        }

        public Builder location(String value) {
            location = value;
            return this;
        }

        public Builder nodeName(String value) {
            nodeName = value;
            return this;
        }

        public Builder certificateCacheBytes(long value) {
            certificateCacheBytes = value;
            return this;
        }

        public Builder siteCacheEntries(long value) {
            siteCacheEntries = value;
            return this;
        }

        public Builder unknownNameTtl(Duration value) {
            unknownNameTtl = value;
            return this;
        }

        /// @param bytes of all bodies together
        /// @param maxObject of one body
        public Builder contentCache(long bytes, long maxObject) {
            contentCacheBytes = bytes;
            maxObjectBytes = maxObject;
            return this;
        }

        public Builder heuristicFreshness(boolean value) {
            heuristicFreshness = value;
            return this;
        }

        public Builder disk(DiskCache value) {
            disk = Optional.of(value);
            return this;
        }

        public Builder viewerIdle(Duration value) {
            viewerIdle = value;
            return this;
        }

        public Builder webSocketIdle(Duration value) {
            webSocketIdle = value;
            return this;
        }

        public Builder http3(boolean value) {
            http3 = value;
            return this;
        }

        public Builder handshakeTimeout(Duration value) {
            handshakeTimeout = value;
            return this;
        }

        public Builder drain(Duration value) {
            drain = value;
            return this;
        }

        public Builder idleOriginConnections(int value) {
            idleOriginConnections = value;
            return this;
        }

        public Builder originConnections(int value) {
            originConnections = value;
            return this;
        }

        public Builder countries(Optional<Path> value) {
            countries = value;
            return this;
        }

        public Builder originPolicy(OriginPolicy value) {
            originPolicy = value;
            return this;
        }

        public Builder tls(TlsSettings value) {
            tls = value;
            return this;
        }

        public Builder connections(ConnectionLimits value) {
            connections = value;
            return this;
        }

        public Builder warmUp(Duration value) {
            warmUp = value;
            return this;
        }

        public Builder extraOriginRoots(List<X509Certificate> value) {
            extraOriginRoots = value;
            return this;
        }

        public EdgeSettings build() {
            return new EdgeSettings(
                    https,
                    http,
                    eventLoops,
                    ioUring,
                    nodeName,
                    location,
                    certificateCacheBytes,
                    siteCacheEntries,
                    unknownNameTtl,
                    contentCacheBytes,
                    maxObjectBytes,
                    disk,
                    heuristicFreshness,
                    viewerIdle,
                    webSocketIdle,
                    http3,
                    handshakeTimeout,
                    drain,
                    idleOriginConnections,
                    originConnections,
                    countries,
                    originPolicy,
                    tls,
                    connections,
                    warmUp,
                    extraOriginRoots);
        }
    }
}
