package dev.nameplate;

/// A subcommand cannot do what was asked; the message says why and what to do.
final class CommandFailed extends RuntimeException {
    CommandFailed(String message) {
        super(message);
    }
}
