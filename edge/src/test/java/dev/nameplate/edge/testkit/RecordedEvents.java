package dev.nameplate.edge.testkit;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.RequestEvent;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Events in the order they came.
public final class RecordedEvents implements EdgeEvents {
    public record Failure(String serverName, HandshakeFailure reason) {}

    private final BlockingQueue<RequestEvent> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> connections = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> successes = new LinkedBlockingQueue<>();
    private final BlockingQueue<Failure> failures = new LinkedBlockingQueue<>();

    @Override
    public void requestFinished(RequestEvent event) {
        connections.add(
                event.tlsProtocol() + " " + event.tlsCipher() + " from " + event.clientPort());
        requests.add(event);
    }

    @Override
    public void handshakeSucceeded(String serverName) {
        successes.add(serverName);
    }

    @Override
    public void handshakeFailed(String serverName, HandshakeFailure reason) {
        failures.add(new Failure(serverName, reason));
    }

    public RequestEvent nextRequest() {
        return next(requests);
    }

    /// Protocol, cipher and client port of the next finished request, read while its event was valid.
    public String nextConnection() {
        return next(connections);
    }

    public String nextHandshake() {
        return next(successes);
    }

    public Failure nextFailure() {
        return next(failures);
    }

    /// Whether nothing happened but what was asked for.
    public boolean isQuiet() {
        return requests.isEmpty() && successes.isEmpty() && failures.isEmpty();
    }

    private static <T> T next(BlockingQueue<T> queue) {
        try {
            T event = queue.poll(10, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("no event within 10 s");
            }
            return event;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
