package dev.nameplate.identity;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.vault.Vault;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Access keys (for SigV4) and API keys (for `x-api-key`) of the accounts served here.
public final class AccessKeys {
    public AccessKeys(Database database, Vault vault, SecureRandom random, InstantSource clock) {
        throw new UnsupportedOperationException();
    }

    /// An access key with its secret: shown once, at creation.
    public record Created(AccessKey key, String secret) {
        @Override
        public String toString() {
            return "Created[" + key + "]";
        }
    }

    public Created create(AccountId account) {
        throw new UnsupportedOperationException();
    }

    /// Stores a given pair; the same pair again changes nothing, another secret for a known id replaces it.
    public void put(AccountId account, String id, String secret) {
        throw new UnsupportedOperationException();
    }

    public List<AccessKey> list(AccountId account) {
        throw new UnsupportedOperationException();
    }

    public boolean delete(String id) {
        throw new UnsupportedOperationException();
    }

    /// The key and its secret; cached, so that verifying a signature reads the store once per key.
    public Optional<Created> find(String id) {
        throw new UnsupportedOperationException();
    }

    /// Stores a given API key (only its keyed digest rests in the store).
    public void putApiKey(AccountId account, String apiKey) {
        throw new UnsupportedOperationException();
    }

    public String createApiKey(AccountId account) {
        throw new UnsupportedOperationException();
    }

    public Optional<AccountId> accountOfApiKey(String apiKey) {
        throw new UnsupportedOperationException();
    }
}
