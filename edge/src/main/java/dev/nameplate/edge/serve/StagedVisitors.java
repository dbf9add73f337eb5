package dev.nameplate.edge.serve;

import dev.nameplate.edge.config.Staging;
import dev.nameplate.edge.config.Staging.Choice;
import dev.nameplate.edge.config.Staging.Stickiness;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.route.ServedSite;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;

import java.util.Optional;
import java.util.random.RandomGenerator;

/// Decides which requests of a site are served by its staging distribution.
final class StagedVisitors {
    private final RandomGenerator random;

    StagedVisitors(RandomGenerator random) {
        this.random = random;
    }

    /// @param session to be told to the visitor
    record Decision(ServedSite site, Optional<StagingSession> session) {}

    /// @param primary has a staging distribution
    Decision decide(Exchange exchange, ServedSite primary) {
        Staging staging = primary.site().staging().orElseThrow();
        if (!staging.site().enabled()) {
            return new Decision(primary, Optional.empty());
        }
        return switch (staging.choice()) {
            case Choice.ByHeader(String name, String value) ->
                    decision(
                            primary,
                            exchange.value(AsciiString.of(name)).filter(value::equals).isPresent(),
                            Optional.empty());
            case Choice.ByWeight(double share, Optional<Stickiness> stickiness) -> {
                Optional<StagingSession> session =
                        stickiness.map(sticky -> session(exchange, staging, share, sticky));
                yield decision(
                        primary,
                        session.isPresent() ? session.get().staged() : drawn(share),
                        session);
            }
        };
    }

    private static Decision decision(
            ServedSite primary, boolean staged, Optional<StagingSession> session) {
        return new Decision(staged ? primary.staged().orElseThrow() : primary, session);
    }

    private StagingSession session(
            Exchange exchange, Staging staging, double share, Stickiness stickiness) {
        long now = exchange.startedMillis() / 1_000;
        String id = staging.site().distributionId();
        return exchange.value(HttpHeaderNames.COOKIE)
                .flatMap(cookies -> StagingSession.find(cookies, id))
                .flatMap(known -> known.goingOn(now, stickiness))
                .orElseGet(() -> StagingSession.begin(drawn(share), id, now, stickiness));
    }

    private boolean drawn(double share) {
        return random.nextDouble() < share;
    }
}
