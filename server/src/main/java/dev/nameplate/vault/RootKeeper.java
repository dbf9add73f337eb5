package dev.nameplate.vault;

import java.util.Optional;

/// Where the derivation root rests, sealed. It is drawn once in the life of a store, from its first master key, and outlives
/// every master key: what was derived from it (the validation records of every name) is set in other people's zones.
public interface RootKeeper {
    String CONTEXT = "vault/derivation-root/1";

    Optional<byte[]> find();

    /// Keeps `sealed` unless there is one already, and returns the one that is there.
    byte[] keep(byte[] sealed);

    /// Some value of the store with its context, to tell under which master key it was begun; empty for a fresh store.
    Optional<Sample> sample();

    record Sample(byte[] sealed, String context) {}
}
