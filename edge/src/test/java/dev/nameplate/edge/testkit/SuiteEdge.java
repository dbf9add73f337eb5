package dev.nameplate.edge.testkit;

import dev.nameplate.edge.Edge;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.Caching;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.ErrorAnswer;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.config.RequestParts;
import dev.nameplate.edge.config.Selection;
import dev.nameplate.edge.config.Site;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An edge in front of an origin on this machine, for suites that bring client and origin of their own: obeys the origin's
/// headers, keeps no error longer than those say, forwards every header, and tells answers apart by path and query. Ends with its standard input.
public final class SuiteEdge {
    private SuiteEdge() {}

    /// @param arguments the port to listen on, the origin's port
    public static void main(String[] arguments) throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        int origin = Integer.parseInt(arguments[1]);
        Caching caching =
                new Caching(
                        true,
                        Duration.ZERO,
                        Duration.ZERO,
                        Duration.ofDays(3650),
                        new RequestParts(Selection.NONE, Selection.NONE, Selection.ALL),
                        Set.of());
        Behavior behavior =
                Behavior.of(Behavior.EVERY_PATH, "main").toBuilder()
                        .allowedMethods(TestEdge.ALL_METHODS)
                        .caching(caching)
                        .forwarding(new RequestParts(Selection.ALL, Selection.ALL, Selection.ALL))
                        .build();
        Map<Integer, ErrorAnswer> errors = new HashMap<>();
        for (int status : new int[] {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}) {
            errors.put(status, new ErrorAnswer(status, Optional.empty(), Duration.ZERO));
        }
        Site site =
                Site.of(
                                "suite",
                                1,
                                Map.of(
                                        "main",
                                        Origin.of(
                                                        "main",
                                                        "localhost",
                                                        Origin.ProtocolPolicy.HTTP_ONLY)
                                                .withPorts(origin, 443)),
                                List.of(behavior))
                        .toBuilder()
                        .errorAnswers(errors)
                        .build();
        FakeSource source = new FakeSource();
        source.site("localhost", site);
        EdgeSettings settings =
                EdgeSettings.standard(
                                new InetSocketAddress(loopback, 0),
                                new InetSocketAddress(loopback, Integer.parseInt(arguments[0])))
                        .toBuilder()
                        .heuristicFreshness(true)
                        .build();
        try (Edge edge =
                Edge.start(
                        settings,
                        source,
                        new RecordedEvents(),
                        InstantSource.system(),
                        new SecureRandom())) {
            System.out.println("serving on " + edge.httpAddress());
            while (System.in.read() >= 0) {
                // until the caller closes it
            }
        }
    }
}
