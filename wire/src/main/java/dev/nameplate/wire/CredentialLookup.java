package dev.nameplate.wire;

import java.util.Optional;

/// Finds the secret of an access key. Asked once per signed request; empty means the key is unknown
/// or no longer active.
@FunctionalInterface
public interface CredentialLookup {

    Optional<Credential> find(String accessKeyId);
}
