package dev.nameplate.client;

/// A subcommand cannot do what was asked; the message says why and what to do.
public final class CommandFailed extends RuntimeException {
    public CommandFailed(String message) {
        super(message);
    }
}
