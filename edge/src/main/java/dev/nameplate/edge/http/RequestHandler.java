package dev.nameplate.edge.http;

/// Answers requests. Called on the exchange's event loop; must not block, may answer later on the same loop.
@FunctionalInterface
public interface RequestHandler {
    void handle(Exchange exchange);
}
