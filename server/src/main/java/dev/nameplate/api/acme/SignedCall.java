package dev.nameplate.api.acme;

import dev.nameplate.enrolment.Account;
import dev.nameplate.wire.HttpRequest;

import java.util.Optional;

/// A POST whose signature, URL and nonce were found good.
///
/// @param account whose it is; empty where it is signed by a key that the request itself brings
record SignedCall(
        HttpRequest request, Urls urls, Jws jws, AccountKey key, Optional<Account> account) {

    /// @throws AcmeProblem if it is signed by a key that it brings
    Account requireAccount() {
        return account.orElseThrow(() ->
                AcmeProblem.malformed("this request is signed by an account: give its URL as kid"));
    }

    /// @throws AcmeProblem if it has something to say
    void requirePostAsGet() {
        if (!jws.isPostAsGet()) {
            throw AcmeProblem.malformed("this resource is only read: send an empty payload");
        }
    }
}
