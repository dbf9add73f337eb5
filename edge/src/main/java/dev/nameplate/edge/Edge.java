package dev.nameplate.edge;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.EdgeSource;

import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Set;
import java.util.random.RandomGenerator;

/// A running edge.
@SuppressWarnings("DoNotCallSuggester")
public final class Edge implements AutoCloseable {
    private Edge() {}

    /// Binds both ports and serves until [#close]. `random` feeds request ids.
    public static Edge start(
            EdgeSettings settings,
            EdgeSource source,
            EdgeEvents events,
            InstantSource clock,
            RandomGenerator random) {
        throw new UnsupportedOperationException(
                "the edge does not serve before its listeners land");
    }

    public InetSocketAddress httpsAddress() {
        throw new UnsupportedOperationException();
    }

    public InetSocketAddress httpAddress() {
        throw new UnsupportedOperationException();
    }

    /// Forgets certificates and configuration for these host names and this distribution, so that the next visitor
    /// is served from a fresh answer of the source. `*.x` stands for every name below x.
    public void changed(String distributionId, Set<String> names) {
        throw new UnsupportedOperationException();
    }

    /// Forgets the cached content of a distribution.
    public void purge(String distributionId) {
        throw new UnsupportedOperationException();
    }

    /// Stops accepting, lets requests under way finish within [EdgeSettings#drain], then closes.
    @Override
    public void close() {}
}
