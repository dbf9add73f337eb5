package dev.nameplate.vault;

/// A key service that encrypts master keys, so that none rests in the data folder in clear.
public interface KeyWrapping {
    /// @throws MasterKeySource.Refused if the service refuses or cannot be reached; the message says which
    byte[] wrap(byte[] key);

    /// The caller wipes what it is given.
    ///
    /// @throws MasterKeySource.Refused if the service refuses or cannot be reached; the message says which
    byte[] unwrap(byte[] wrapped);
}
