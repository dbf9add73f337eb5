package dev.nameplate.issuer.acme;

import dev.nameplate.db.Database;
import dev.nameplate.issuer.acme.AccountRows.Account;
import dev.nameplate.issuer.acme.AccountRows.Kept;

import org.jdbi.v3.core.Handle;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.toolbox.JSONBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiConsumer;

/// The calls about an account (RFC 8555 section 7.3), each with what is stored of its answer. Where the answer is lost, the row still
/// says what is to come, and the call made again ends it:
///
/// | the row | the call | made again |
/// |---|---|---|
/// | has no address | a new account | gives the account that the key has already |
/// | has a next key | a change of keys | only if the authority does not go by the next key yet |
/// | is being deactivated | deactivate | is refused by an authority that did so before, which comes to the same |
/// | has other contacts than the settings | these contacts | changes nothing |
final class AccountCalls {
    private static final Logger LOG = LoggerFactory.getLogger(AccountCalls.class);

    private final Database database;
    private final Pacing pacing;
    private final InstantSource clock;
    private final AcmeCa ca;
    private final AcmeClient client;
    private final AccountKeys keys;

    AccountCalls(AcmeParts parts, AcmeCa ca, AcmeClient client, AccountKeys keys) {
        this.database = parts.database();
        this.pacing = parts.pacing();
        this.clock = parts.clock();
        this.ca = ca;
        this.client = client;
        this.keys = keys;
    }

    /// @throws CallFailed if the operator has something to do first, it is too early, or the authority refuses or does not answer
    void register(Account row) {
        Optional<String> terms = client.metadata(Metadata::getTermsOfService).map(URI::toString);
        if (terms.isPresent() && !ca.termsAgreed()) {
            throw CallFailed.operators(
                    "Whoever uses issuer '%s' must agree to its terms of service. The operator of this server must read %s and set termsAgreed of that issuer."
                            .formatted(ca.name(), terms.get()));
        }
        if (client.metadata(Metadata::isExternalAccountRequired)
                && ca.externalAccount().isEmpty()) {
            throw CallFailed.operators(
                    "Issuer '%s' wants accounts bound to one that its customers have already. The operator of this server must get a key there and set eab of that issuer."
                            .formatted(ca.name()));
        }
        AccountBuilder account = new AccountBuilder().useKeyPair(keys.open(row.key()));
        if (terms.isPresent()) {
            account.agreeToTermsOfService();
        }
        ca.contacts().forEach(account::addContact);
        ca.externalAccount()
                .ifPresent(eab ->
                        account.withKeyIdentifier(eab.keyId(), eab.mac())
                                .withMacAlgorithm("HS256"));
        admitted();
        String url = client.call(line -> account.createLogin(line).getAccountLocation().toString());
        write((handle, now) ->
                AccountRows.registered(handle, ca, row.key().spki(), url, terms, now));
        LOG.info("issuer '{}' gave the account {}", ca.name(), url);
    }

    private void admitted() {
        switch (database.write(write -> pacing.account(write, ca.name()))) {
            case Pacing.Verdict.Go() -> {}
            case Pacing.Verdict.NotBefore(Instant at, String reason) ->
                    throw new CallFailed(
                            AcmeProblem.of(AcmeProblem.BUDGET, reason)
                                    .after(Duration.between(clock.instant(), at)));
        }
    }

    /// Ends a change of keys, whoever began it. One that is refused is over: the old key goes on, and the row says why.
    ///
    /// @throws CallFailed if it is not known which key counts
    void changeKey(Account row, Kept next) {
        KeyPair nextKeys = keys.open(next);
        Credentials now = keys.credentials(row);
        if (!counts(nextKeys, now.url())) {
            try {
                client.call(line -> {
                    AcmeClient.login(line, now).getAccount().changeKey(nextKeys);
                    return now;
                });
            } catch (CallFailed failed) {
                if (!failed.problem().refusal()) {
                    throw failed;
                }
                // Another node may have been first, and the old key is refused since then.
                if (!counts(nextKeys, now.url())) {
                    write((handle, at) ->
                            AccountRows.unchanged(handle, ca, next.spki(), failed.problem(), at));
                    LOG.warn(
                            "issuer '{}' refused another key for {}, the old one goes on: {}",
                            ca.name(),
                            now.url(),
                            failed.problem().text());
                    return;
                }
            }
        }
        write((handle, at) -> AccountRows.changed(handle, ca, next.spki(), at));
        LOG.info("the account {} at issuer '{}' has a new key", now.url(), ca.name());
    }

    /// Whether the authority goes by this key for the account.
    private boolean counts(KeyPair pair, String url) {
        try {
            String found =
                    client.call(line ->
                            new AccountBuilder()
                                    .useKeyPair(pair)
                                    .onlyExisting()
                                    .createLogin(line)
                                    .getAccountLocation()
                                    .toString());
            return found.equals(url);
        } catch (CallFailed failed) {
            if ("accountDoesNotExist".equals(failed.problem().type())) {
                return false;
            }
            throw failed;
        }
    }

    void tellContacts(Account row) {
        Credentials account = keys.credentials(row);
        client.post(account, account.url(), new JSONBuilder().put("contact", ca.contacts()));
        write((handle, now) -> AccountRows.told(handle, ca, account.url(), now));
    }

    /// Ends a deactivation, whoever began it.
    ///
    /// @throws CallFailed if the authority does not answer, or refuses, and the account goes on
    void deactivate(Account row) {
        Credentials account = keys.credentials(row);
        try {
            client.post(account, account.url(), new JSONBuilder().put("status", "deactivated"));
        } catch (CallFailed failed) {
            switch (failed.problem().type()) {
                case "unauthorized", "accountDoesNotExist" -> {
                    // RFC 8555 section 7.3.6: whatever a deactivated account's key signs is
                    // refused so.
                }
                default -> {
                    if (failed.problem().refusal()) {
                        write((handle, now) -> AccountRows.kept(handle, ca, account.url(), now));
                    }
                    throw failed;
                }
            }
        }
        write((handle, now) -> AccountRows.deactivated(handle, ca, account.url(), now));
        LOG.info("the account {} at issuer '{}' is deactivated", account.url(), ca.name());
    }

    /// @param terms where those are that the operator agrees to
    /// @throws CallFailed if the authority has others, refuses, or does not answer
    void agree(Account row, String terms) {
        client.readDirectoryAgain();
        String current =
                client.metadata(Metadata::getTermsOfService)
                        .map(URI::toString)
                        .orElseThrow(() ->
                                CallFailed.operators(
                                        "Issuer '%s' has no terms of service"
                                                .formatted(ca.name())));
        if (!current.equals(terms)) {
            throw CallFailed.operators(
                    "The terms of service of issuer '%s' are those at %s. The operator of this server must read these and agree to them."
                            .formatted(ca.name(), current));
        }
        Credentials account = keys.credentials(row);
        client.post(account, account.url(), new JSONBuilder().put("termsOfServiceAgreed", true));
        write((handle, now) -> AccountRows.agreed(handle, ca, account.url(), terms, now));
        LOG.info("issuer '{}' was told that its terms at {} are agreed to", ca.name(), terms);
    }

    private void write(BiConsumer<Handle, Instant> work) {
        database.write(write -> {
            work.accept(write.handle(), clock.instant());
            return ca;
        });
    }
}
