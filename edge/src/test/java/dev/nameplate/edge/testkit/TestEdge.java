package dev.nameplate.edge.testkit;

import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.Site;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// An edge on free loopback ports with a source, an authority and an origin of its own.
public final class TestEdge implements AutoCloseable {
    public static final Set<String> ALL_METHODS =
            Set.of("GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE");
    public static final Set<String> READS = Set.of("GET", "HEAD");

    private final TestCa ca = new TestCa();
    private final FakeSource source = new FakeSource();
    private final RecordedEvents events = new RecordedEvents();
    private final SettableClock clock = new SettableClock();
    private final TestOrigin origin = new TestOrigin();
    private final Edge edge;

    public TestEdge() {
        this(settings -> settings);
    }

    public TestEdge(UnaryOperator<EdgeSettings.Builder> change) {
        this(loopback(), change);
    }

    public TestEdge(InetSocketAddress https, UnaryOperator<EdgeSettings.Builder> change) {
        EdgeSettings.Builder settings =
                EdgeSettings.standard(https, loopback()).toBuilder()
                        .eventLoops(1)
                        .drain(Duration.ofMillis(500))
                        .extraOriginRoots(List.of(ca.root()));
        edge =
                Edge.start(
                        change.apply(settings).build(), source, events, clock, new SecureRandom());
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    public Edge edge() {
        return edge;
    }

    public TestCa ca() {
        return ca;
    }

    public FakeSource source() {
        return source;
    }

    public RecordedEvents events() {
        return events;
    }

    public SettableClock clock() {
        return clock;
    }

    public TestOrigin origin() {
        return origin;
    }

    /// Serves a host with a certificate of its own from this edge's origin, caching by default.
    public void serve(String host) {
        serve(host, site(host, caching(Caching.standard(RequestParts.NONE))));
    }

    public void serve(String host, Site site) {
        source.certificate(host, ca.issue(host));
        source.site(host, site);
    }

    public Origin httpOrigin() {
        return Origin.of("main", "origin.test", Origin.ProtocolPolicy.HTTP_ONLY)
                .withPorts(origin.port(), 1);
    }

    public Behavior caching(Caching caching) {
        return Behavior.of(Behavior.EVERY_PATH, "main").toBuilder()
                .allowedMethods(ALL_METHODS)
                .caching(caching)
                .build();
    }

    /// Nothing cached, everything forwarded.
    public Behavior passing() {
        return caching(Caching.off(new RequestParts(Selection.NONE, Selection.ALL, Selection.ALL)));
    }

    public Site site(String id, Behavior... behaviors) {
        return site(id, httpOrigin(), behaviors);
    }

    public Site site(String id, Origin from, Behavior... behaviors) {
        return Site.of("dist-" + id, 1, Map.of("main", from), List.of(behaviors));
    }

    public RawClient connect(String serverName) throws IOException {
        return RawClient.tls(edge.httpsAddress(), ca.trustingContext(), serverName);
    }

    public RawClient connectPlain() throws IOException {
        return RawClient.plain(edge.httpAddress());
    }

    public RawClient.Answer get(String host, String target, String... headers) throws IOException {
        try (RawClient client = connect(host)) {
            return client.get(host, target, headers);
        }
    }

    public HttpClient httpClient(HttpClient.Version version) {
        return HttpClient.newBuilder().version(version).sslContext(ca.trustingContext()).build();
    }

    public String url(String host, String target) {
        return "https://" + host + ":" + edge.httpsAddress().getPort() + target;
    }

    @Override
    public void close() {
        edge.close();
        origin.close();
    }
}
