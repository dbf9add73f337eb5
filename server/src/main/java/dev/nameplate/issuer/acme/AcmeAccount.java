package dev.nameplate.issuer.acme;

import dev.nameplate.certificate.IssuerName;
import dev.nameplate.db.Database;
import dev.nameplate.issuer.acme.AccountRows.Account;
import dev.nameplate.issuer.acme.AccountRows.Kept;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.Vault;

import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.toolbox.AcmeUtils;
import org.shredzone.acme4j.toolbox.JSONBuilder;
import org.shredzone.acme4j.toolbox.JoseUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// This installation's account at one authority; there is one for all nodes.
///
/// The key is stored before the authority hears of it, by whichever node comes first; asking for an account with a key it knows gives
/// that key's account, so it does not matter who asks, or how often. A change of keys stores the next one first; whoever finds a next
/// key, now or after a crash, asks the authority which of the two it goes by, and ends the change.
public final class AcmeAccount {
    private static final Logger LOG = LoggerFactory.getLogger(AcmeAccount.class);

    /// After what only a person can change.
    private static final Duration OPERATORS_TURN = Duration.ofMinutes(10);

    private static final Duration AUTHORITYS_TURN = Duration.ofMinutes(1);

    private final Database database;
    private final Vault vault;
    private final KeyPairs keyPairs;
    private final InstantSource clock;
    private final AcmeCa ca;
    private final AcmeClient client;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Optional<Opened> opened = Optional.empty();

    private record Opened(int version, Credentials credentials) {}

    public enum Status {
        /// The authority has not given it yet.
        NEW,
        VALID,
        /// By us; orders wait for [#register].
        DEACTIVATED
    }

    /// @param url its name at the authority
    /// @param terms what was agreed to
    /// @param thumbprint of its key (RFC 7638)
    /// @param keyChange whether a change of keys is under way
    /// @param problem what is in the way of every order
    public record View(
            IssuerName issuer,
            URI directory,
            Status status,
            Optional<String> url,
            List<String> contacts,
            Optional<String> terms,
            String thumbprint,
            boolean keyChange,
            Optional<AcmeProblem> problem) {}

    AcmeAccount(
            Database database,
            Vault vault,
            KeyPairs keyPairs,
            InstantSource clock,
            AcmeCa ca,
            AcmeClient client) {
        this.database = database;
        this.vault = vault;
        this.keyPairs = keyPairs;
        this.clock = clock;
        this.ca = ca;
        this.client = client;
    }

    /// As it is stored; nobody is asked. Empty until the first order.
    public Optional<View> view() {
        return find().map(this::view);
    }

    /// Makes the account if there is none, also after [#deactivate], and tells the authority of changed contacts, at once: whatever
    /// was in the way is tried again.
    ///
    /// @throws CallFailed if the authority refuses or does not answer
    public View register() {
        Kept fresh = fresh();
        Instant now = clock.instant();
        database.write(write -> {
            AccountRows.insert(write.handle(), ca, fresh, now);
            AccountRows.renew(write.handle(), ca, fresh, now);
            AccountRows.problem(write.handle(), ca, Optional.empty(), Instant.EPOCH, now);
            return ca;
        });
        ready();
        return stored();
    }

    /// Has the authority take another key of the account (RFC 8555 section 7.3.5).
    ///
    /// @throws CallFailed if it refuses, and the old key still counts; or does not answer, and the change is ended later
    public View rollKey() {
        ready();
        Kept next = fresh();
        database.write(write -> AccountRows.begin(write.handle(), ca, next, clock.instant()));
        ready();
        return stored();
    }

    /// For good: the authority refuses its key from then on.
    ///
    /// @throws CallFailed if the authority refuses or does not answer
    public View deactivate() {
        Credentials account = ready();
        client.post(account, account.url(), new JSONBuilder().put("status", "deactivated"));
        database.write(write -> {
            AccountRows.deactivated(write.handle(), ca, account.url(), clock.instant());
            return ca;
        });
        return stored();
    }

    /// What requests are signed with, made or brought up to date as needed.
    ///
    /// @throws CallFailed if there is no account to ask with now
    Credentials ready() {
        Optional<Account> known = find();
        if (known.isPresent() && usable(known.get())) {
            return credentials(known.get());
        }
        lock.lock();
        try {
            return prepared();
        } finally {
            lock.unlock();
        }
    }

    private boolean usable(Account row) {
        return row.status() == Status.VALID
                && row.url().isPresent()
                && row.next().isEmpty()
                && row.problem().isEmpty()
                && row.contacts().equals(ca.contacts());
    }

    private Credentials prepared() {
        Account row = find().orElseGet(this::insert);
        if (row.status() == Status.DEACTIVATED) {
            throw new CallFailed(
                    AcmeProblem.of(
                            AcmeProblem.ACCOUNT_NOT_READY,
                            "The account of issuer '"
                                    + ca.name()
                                    + "' was deactivated. The operator of this server must have a new one made."));
        }
        if (row.problem().isPresent() && row.retryAt().isAfter(clock.instant())) {
            throw new CallFailed(later(row.problem().get(), row.retryAt()));
        }
        try {
            if (row.url().isEmpty()) {
                register(row);
                row = find().orElseThrow();
            }
            if (row.next().isPresent()) {
                changeKey(row, row.next().get());
                row = find().orElseThrow();
            }
            if (!row.contacts().equals(ca.contacts())) {
                tellContacts(row);
                row = find().orElseThrow();
            }
            if (row.problem().isPresent()) {
                store(Optional.empty(), Instant.EPOCH);
            }
            return credentials(row);
        } catch (CallFailed failed) {
            if ("accountDoesNotExist".equals(failed.problem().type()) && row.url().isPresent()) {
                lost(row.url().get());
            }
            blocked(failed.problem());
            throw failed;
        }
    }

    private AcmeProblem later(AcmeProblem problem, Instant at) {
        return new AcmeProblem(
                problem.type(),
                problem.detail(),
                problem.status(),
                Optional.of(Duration.between(clock.instant(), at)),
                problem.about());
    }

    /// No order goes on before that is out of the way.
    void blocked(AcmeProblem problem) {
        Duration usual =
                switch (problem.actor()) {
                    case SERVER_OPERATOR -> OPERATORS_TURN;
                    case NAME_OWNER, DNS_OPERATOR, ISSUER, NOBODY -> AUTHORITYS_TURN;
                };
        store(Optional.of(problem), clock.instant().plus(problem.retryAfter().orElse(usual)));
    }

    private void store(Optional<AcmeProblem> problem, Instant retryAt) {
        database.write(write -> {
            AccountRows.problem(write.handle(), ca, problem, retryAt, clock.instant());
            return ca;
        });
    }

    /// The authority says it does not know the account: it is asked for one again.
    void lost(String url) {
        LOG.warn("issuer '{}' does not know the account {} any more", ca.name(), url);
        database.write(write -> {
            AccountRows.lost(write.handle(), ca, url, clock.instant());
            return ca;
        });
    }

    private void register(Account row) {
        Metadata metadata = client.metadata();
        Optional<String> terms = metadata.getTermsOfService().map(URI::toString);
        if (terms.isPresent() && !ca.termsAgreed()) {
            throw new CallFailed(
                    AcmeProblem.of(
                            AcmeProblem.ACCOUNT_NOT_READY,
                            "Whoever uses issuer '%s' must agree to its terms of service. The operator of this server must read %s and set termsAgreed of that issuer."
                                    .formatted(ca.name(), terms.get())));
        }
        if (metadata.isExternalAccountRequired() && ca.externalAccount().isEmpty()) {
            throw new CallFailed(
                    AcmeProblem.of(
                            AcmeProblem.ACCOUNT_NOT_READY,
                            "Issuer '%s' wants accounts bound to one that its customers have already. The operator of this server must get a key there and set eab of that issuer."
                                    .formatted(ca.name())));
        }
        KeyPair keys = open(row.key());
        AccountBuilder account = new AccountBuilder().useKeyPair(keys);
        if (terms.isPresent()) {
            account.agreeToTermsOfService();
        }
        ca.contacts().forEach(account::addContact);
        ca.externalAccount()
                .ifPresent(eab ->
                        account.withKeyIdentifier(eab.keyId(), eab.mac())
                                .withMacAlgorithm("HS256"));
        String url = client.call(line -> account.createLogin(line).getAccountLocation().toString());
        database.write(write -> {
            AccountRows.registered(
                    write.handle(), ca, row.key().spki(), url, terms, clock.instant());
            return ca;
        });
        LOG.info("issuer '{}' gave the account {}", ca.name(), url);
    }

    private void changeKey(Account row, Kept next) {
        KeyPair nextKeys = open(next);
        Credentials now = new Credentials(row.url().orElseThrow(), open(row.key()));
        if (!counts(nextKeys, now.url())) {
            try {
                client.call(line -> {
                    AcmeClient.login(line, now).getAccount().changeKey(nextKeys);
                    return now;
                });
            } catch (CallFailed failed) {
                if (failed.problem().refusal()
                        && !failed.problem().type().equals("badNonce")
                        && !failed.problem().type().equals("rateLimited")
                        && !counts(nextKeys, now.url())) {
                    database.write(write -> {
                        AccountRows.unchanged(write.handle(), ca, next.spki(), clock.instant());
                        return ca;
                    });
                    throw failed;
                }
                if (!failed.problem().refusal()) {
                    throw failed;
                }
            }
        }
        database.write(write -> {
            AccountRows.changed(write.handle(), ca, next.spki(), clock.instant());
            return ca;
        });
        LOG.info("the account {} at issuer '{}' has a new key", now.url(), ca.name());
    }

    /// Whether the authority goes by this key for the account.
    private boolean counts(KeyPair keys, String url) {
        try {
            String found =
                    client.call(line ->
                            new AccountBuilder()
                                    .useKeyPair(keys)
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

    private void tellContacts(Account row) {
        Credentials account = credentials(row);
        client.post(account, account.url(), new JSONBuilder().put("contact", ca.contacts()));
        database.write(write -> {
            AccountRows.registered(
                    write.handle(),
                    ca,
                    row.key().spki(),
                    account.url(),
                    row.terms(),
                    clock.instant());
            return ca;
        });
    }

    private Optional<Account> find() {
        return database.read(handle -> AccountRows.find(handle, ca));
    }

    private View stored() {
        return view(find().orElseThrow());
    }

    private View view(Account row) {
        return new View(
                ca.name(),
                ca.directory(),
                row.status(),
                row.url(),
                row.contacts(),
                row.terms(),
                AcmeUtils.base64UrlEncode(JoseUtils.thumbprint(publicKey(row.key()))),
                row.next().isPresent(),
                row.problem());
    }

    private Account insert() {
        Kept key = fresh();
        database.write(write -> {
            AccountRows.insert(write.handle(), ca, key, clock.instant());
            return ca;
        });
        return find().orElseThrow();
    }

    private Kept fresh() {
        KeyPair keys = keyPairs.generate(KeyAlgorithm.EC_P256);
        byte[] pkcs8 = keys.getPrivate().getEncoded();
        try {
            return new Kept(
                    Base64.getEncoder().encodeToString(keys.getPublic().getEncoded()),
                    vault.seal(pkcs8, context()));
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private String context() {
        return AccountRows.KEY.contextOf(ca.name(), ca.directory());
    }

    private Credentials credentials(Account row) {
        Optional<Opened> known = opened;
        if (known.isPresent() && known.get().version() == row.version()) {
            return known.get().credentials();
        }
        Credentials credentials = new Credentials(row.url().orElseThrow(), open(row.key()));
        opened = Optional.of(new Opened(row.version(), credentials));
        return credentials;
    }

    private KeyPair open(Kept key) {
        byte[] pkcs8 = vault.open(key.sealed(), context());
        try {
            return new KeyPair(
                    publicKey(key),
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (GeneralSecurityException damaged) {
            throw new IllegalStateException(
                    "the account key of issuer '" + ca.name() + "' does not load", damaged);
        } finally {
            Arrays.fill(pkcs8, (byte) 0);
        }
    }

    private PublicKey publicKey(Kept key) {
        try {
            return KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(key.spki())));
        } catch (GeneralSecurityException damaged) {
            throw new IllegalStateException(
                    "the account key of issuer '" + ca.name() + "' does not load", damaged);
        }
    }
}
