package dev.nameplate;

import dev.nameplate.config.Settings;
import dev.nameplate.identity.AccessKey;
import dev.nameplate.identity.AccessKeys;
import dev.nameplate.names.AccountId;

import java.util.List;
import java.util.Optional;

/// The credentials a start made or was given. Secrets are present only when this start made them: they are shown once.
///
/// @param accessKeyId one that works; empty if every key was deleted
record FirstKeys(
        Optional<String> accessKeyId, Optional<String> newSecret, Optional<String> newApiKey) {

    /// Stores what is configured, and makes what is missing at the first start.
    static FirstKeys establish(Settings.Credentials given, AccessKeys keys, AccountId account) {
        given.accessKeyId()
                .ifPresent(id -> keys.put(account, id, given.secretAccessKey().orElseThrow()));
        given.apiKey().ifPresent(apiKey -> keys.putApiKey(account, apiKey));
        Optional<String> newApiKey =
                keys.hasApiKey(account)
                        ? Optional.empty()
                        : Optional.of(keys.createApiKey(account));
        if (given.accessKeyId().isPresent()) {
            return new FirstKeys(given.accessKeyId(), Optional.empty(), newApiKey);
        }
        List<AccessKey> known = keys.list(account);
        // Whoever deletes the last key gets no new one by restarting: the API key shows that this
        // is no first start.
        if (known.isEmpty() && newApiKey.isPresent()) {
            AccessKeys.Created made = keys.create(account);
            return new FirstKeys(
                    Optional.of(made.key().id()), Optional.of(made.secret()), newApiKey);
        }
        return new FirstKeys(
                known.stream().findFirst().map(AccessKey::id), Optional.empty(), newApiKey);
    }

    @Override
    public String toString() {
        return "FirstKeys[accessKeyId=" + accessKeyId + "]";
    }
}
