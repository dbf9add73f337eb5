package dev.nameplate.api.acme;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/// What the directory says.
///
/// @param url where the server is reached, without a path; empty: as each request says
/// @param tls whether the port speaks TLS, for servers whose requests say where they are reached
/// @param caaNames the CAA values that permit our authority
/// @param bindingRequired whether an account needs a credential
public record AcmeSettings(
        Optional<URI> url,
        boolean tls,
        Optional<URI> termsOfService,
        Optional<URI> website,
        List<String> caaNames,
        boolean bindingRequired) {
    public AcmeSettings {
        caaNames = List.copyOf(caaNames);
    }
}
