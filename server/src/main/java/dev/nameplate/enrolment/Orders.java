package dev.nameplate.enrolment;

import dev.nameplate.certificate.CertificateId;
import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.NamePolicy;
import dev.nameplate.names.RandomUuid;

import org.jdbi.v3.core.Handle;

import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Orders and the authorizations they need, as their accounts see and change them.
///
/// Each call is one transaction. What takes time is left to durable work, which finds the rows whatever happens to this
/// process: [ValidationWork] looks at challenges that were answered, [SigningWork] has certificates signed.
///
/// | the power goes | what is there after the restart |
/// |---|---|
/// | before an order, an answer to a challenge or a finalization is committed | nothing of it; the client got no answer |
/// | while a challenge is looked at | it is `processing`, and looked at again |
/// | between the authority's record of a serial and the stored chain | the order is `processing`; it is signed again, with another serial. Nobody can have the first |
/// | afterwards | a valid order with its certificate |
public final class Orders {
    public static final int MOST_NAMES = 100;

    static final Duration PENDING = Duration.ofDays(7);

    /// How long a proof counts. Well below the 398 days that the Baseline Requirements allow (section 4.2.1).
    static final Duration VALID = Duration.ofDays(30);

    /// An authorization that ends sooner is not used for another order.
    private static final Duration USEFUL = Duration.ofHours(1);

    private static final int FAILURES_PER_HOUR = 5;

    /// Of one account at once: two full orders.
    private static final int MOST_LOOKED_AT = 2 * MOST_NAMES;

    private static final int TOKEN_BYTES = 32;

    private final Database database;
    private final NamePolicy policy;
    private final KnownNames known;
    private final CertificateAuthority authority;
    private final SecureRandom random;
    private final InstantSource clock;
    private final Wakeup wakeup;

    public Orders(
            Database database,
            NamePolicy policy,
            KnownNames known,
            CertificateAuthority authority,
            SecureRandom random,
            InstantSource clock,
            Wakeup wakeup) {
        this.database = database;
        this.policy = policy;
        this.known = known;
        this.authority = authority;
        this.random = random;
        this.clock = clock;
        this.wakeup = wakeup;
    }

    /// @param names without repetition
    /// @param replaces serial of a certificate (RFC 9773 section 5)
    /// @throws Refused if the account may not have them
    public Order create(Account account, List<DomainName> names, Optional<String> replaces) {
        Instant now = now();
        return database.write(write -> {
            Optional<Credential> credential = credential(write.handle(), account, now);
            checkNames(names, credential);
            checkRate(write.handle(), account, credential, names, now);
            replaces.ifPresent(
                    serial -> checkReplaced(write.handle(), account, names, serial, now));
            String id = newId();
            List<String> authorizations =
                    names.stream()
                            .map(name -> authorize(write.handle(), account, credential, name, now))
                            .toList();
            OrderRows.insert(
                    write.handle(), id, account.id(), names, replaces, now, now.plus(PENDING));
            AuthorizationRows.link(write.handle(), id, authorizations);
            return OrderRows.find(write.handle(), id, now).orElseThrow();
        });
    }

    /// @throws Refused if what bound the account is gone or has ended
    private static Optional<Credential> credential(Handle handle, Account account, Instant now) {
        Optional<Credential> credential =
                account.credential().flatMap(id -> Credentials.find(handle, id));
        if (account.credential().isPresent()
                && credential.filter(found -> !found.hasEnded(now)).isEmpty()) {
            throw Refused.because(
                    Problem.Kind.UNAUTHORIZED,
                    "the credential that bound this account has ended; ask for another, and make an account with it");
        }
        return credential;
    }

    private void checkNames(List<DomainName> names, Optional<Credential> credential) {
        List<Problem.Sub> refused = new ArrayList<>();
        for (DomainName name : names) {
            credential
                    .flatMap(found -> found.refusal(name))
                    .or(() -> policy.refusal(name).map(NamePolicy.Refusal::message))
                    .ifPresent(why ->
                            refused.add(
                                    new Problem.Sub(
                                            Problem.Kind.REJECTED_IDENTIFIER, why, name.ascii())));
        }
        if (!refused.isEmpty()) {
            throw new Refused(
                    new Problem(
                            Problem.Kind.REJECTED_IDENTIFIER,
                            refused.size() == 1
                                    ? refused.getFirst().detail()
                                    : refused.size()
                                            + " of the names cannot be certified for this account.",
                            refused));
        }
    }

    private static void checkRate(
            Handle handle,
            Account account,
            Optional<Credential> credential,
            List<DomainName> names,
            Instant now) {
        int most = credential.map(Credential::ordersPerDay).orElse(Credentials.Wanted.USUAL_ORDERS);
        if (OrderRows.since(handle, account, now.minus(Duration.ofDays(1))) >= most) {
            throw Refused.rateLimited(
                    "there were " + most + " orders within 24 hours, which is the limit",
                    Duration.ofHours(1));
        }
        for (DomainName name : names) {
            if (AuthorizationRows.failed(
                            handle, account.id(), name.base(), now.minus(Duration.ofHours(1)))
                    >= FAILURES_PER_HOUR) {
                throw Refused.rateLimited(
                        "the challenges for "
                                + name
                                + " have failed "
                                + FAILURES_PER_HOUR
                                + " times within an hour",
                        Duration.ofMinutes(15));
            }
        }
    }

    /// RFC 9773 section 5.
    private static void checkReplaced(
            Handle handle, Account account, List<DomainName> names, String serial, Instant now) {
        EnrolledCertificate before =
                EnrolledCertificates.bySerial(handle, serial)
                        .filter(found -> found.accountId().equals(account.id()))
                        .orElseThrow(() ->
                                Refused.because(
                                        Problem.Kind.MALFORMED,
                                        "replaces names a certificate that this account does not have"));
        if (before.names().stream().noneMatch(names::contains)) {
            throw Refused.because(
                    Problem.Kind.MALFORMED,
                    "the order has no name of the certificate that replaces names");
        }
        if (OrderRows.isReplaced(handle, serial, now)) {
            throw Refused.because(
                    Problem.Kind.ALREADY_REPLACED,
                    "another order replaces that certificate already");
        }
    }

    /// @return the id of one that there was, or was made
    private String authorize(
            Handle handle,
            Account account,
            Optional<Credential> credential,
            DomainName name,
            Instant now) {
        Optional<String> there =
                AuthorizationRows.valid(
                        handle, account.id(), name.base(), name.isWildcard(), now.plus(USEFUL));
        if (there.isPresent()) {
            return there.get();
        }
        boolean proven =
                credential.filter(Credential::provenNames).isPresent()
                        && known.isProven(handle, account.tenant(), name);
        String id = newId();
        AuthorizationRows.insert(
                handle,
                new Authorization(
                        id,
                        account.id(),
                        name.base(),
                        name.isWildcard(),
                        proven ? Authorization.Status.VALID : Authorization.Status.PENDING,
                        now,
                        now.plus(proven ? VALID : PENDING),
                        proven ? List.of() : challenges(id, name)));
        return id;
    }

    private List<Challenge> challenges(String authorization, DomainName name) {
        return Stream.of(Challenge.Type.values())
                .filter(type -> !name.isWildcard() || type.provesWildcards())
                .map(type ->
                        new Challenge(
                                newId(),
                                authorization,
                                type,
                                token(),
                                Challenge.Status.PENDING,
                                0,
                                Optional.empty(),
                                Optional.empty()))
                .toList();
    }

    public Optional<Order> find(Account account, String id) {
        return database.read(handle ->
                OrderRows.find(handle, id, clock.instant())
                        .filter(order -> order.accountId().equals(account.id())));
    }

    /// Ids, newest first.
    ///
    /// @param after the order that the page before ended with
    public List<String> page(Account account, Optional<String> after, int limit) {
        return database.read(handle ->
                OrderRows.page(
                        handle,
                        account.id(),
                        after.flatMap(id -> OrderRows.find(handle, id, clock.instant()))
                                .filter(order -> order.accountId().equals(account.id())),
                        limit));
    }

    public Optional<Authorization> authorization(Account account, String id) {
        return database.read(handle -> authorization(handle, account, id));
    }

    private Optional<Authorization> authorization(Handle handle, Account account, String id) {
        return AuthorizationRows.find(handle, id, clock.instant())
                .filter(found -> found.accountId().equals(account.id()));
    }

    /// The account gives up what it was allowed (RFC 8555 section 7.5.2).
    public Optional<Authorization> deactivate(Account account, String id) {
        return database.write(write -> {
            Optional<Authorization> found = authorization(write.handle(), account, id);
            found.ifPresent(there -> {
                switch (there.status()) {
                    case PENDING, VALID -> {
                        AuthorizationRows.set(
                                write.handle(),
                                id,
                                there.status(),
                                Authorization.Status.DEACTIVATED,
                                there.expiresAt());
                        AuthorizationRows.stop(write.handle(), id);
                    }
                    case INVALID, DEACTIVATED, EXPIRED -> {}
                }
            });
            return authorization(write.handle(), account, id);
        });
    }

    /// A challenge with its authorization.
    public record Asked(Authorization authorization, Challenge challenge) {}

    public Optional<Asked> challenge(Account account, String id) {
        return database.read(handle -> challenge(handle, account, id));
    }

    private Optional<Asked> challenge(Handle handle, Account account, String id) {
        return AuthorizationRows.challenge(handle, id)
                .flatMap(challenge ->
                        authorization(handle, account, challenge.authorization())
                                .map(authorization -> new Asked(authorization, challenge)));
    }

    /// The account says that it has answered the challenge. Saying so again changes nothing.
    public Optional<Asked> answered(Account account, String id) {
        Instant now = now();
        return database.write(write -> {
            Optional<Asked> asked = challenge(write.handle(), account, id);
            boolean waits =
                    asked.filter(found ->
                                    found.authorization().status() == Authorization.Status.PENDING
                                            && found.challenge().status()
                                                    == Challenge.Status.PENDING)
                            .isPresent();
            if (waits
                    && AuthorizationRows.processing(write.handle(), account.id())
                            >= MOST_LOOKED_AT) {
                throw Refused.rateLimited(
                        MOST_LOOKED_AT + " challenges of this account are being looked at",
                        Duration.ofSeconds(5));
            }
            if (waits && AuthorizationRows.begin(write.handle(), id, now)) {
                write.afterCommit(() -> wakeup.wake(ValidationWork.NAME));
            }
            return challenge(write.handle(), account, id);
        });
    }

    /// Asks for the certificate (RFC 8555 section 7.4). It is signed by durable work: the order is `processing` until then.
    ///
    /// @param accountKey the account's own, which must not be the certificate's too (section 11.1)
    /// @param csr DER
    /// @throws Refused if the order is not ready, or the request does not fit it
    public Optional<Order> finish(Account account, PublicKey accountKey, String id, byte[] csr) {
        Instant now = now();
        // Outside the transaction, because it computes for a while.
        Optional<CertificateSigningRequest> read =
                find(account, id)
                        .filter(order -> order.status() == Order.Status.READY)
                        .map(_ -> CertificateSigningRequest.read(csr));
        return database.write(write -> {
            Optional<Order> order =
                    OrderRows.find(write.handle(), id, now)
                            .filter(found -> found.accountId().equals(account.id()));
            if (order.isEmpty()) {
                return order;
            }
            if (order.get().status() != Order.Status.READY || read.isEmpty()) {
                throw Refused.because(
                        Problem.Kind.ORDER_NOT_READY,
                        "the order is " + Words.of(order.get().status()) + ", not ready");
            }
            credential(write.handle(), account, now);
            check(write, accountKey, order.get(), read.get());
            OrderRows.process(
                    write.handle(), id, new CertificateId(RandomUuid.from(random)), csr, now);
            write.afterCommit(() -> wakeup.wake(SigningWork.NAME));
            return OrderRows.find(write.handle(), id, now);
        });
    }

    private void check(
            Write write, PublicKey accountKey, Order order, CertificateSigningRequest request) {
        if (!request.names().equals(Set.copyOf(order.names()))) {
            throw Refused.because(
                    Problem.Kind.BAD_CSR,
                    "The certificate request is for other names than the order.");
        }
        if (MessageDigest.isEqual(accountKey.getEncoded(), request.key().getEncoded())) {
            throw Refused.because(
                    Problem.Kind.BAD_CSR,
                    "The certificate request has the key of the account, which must stay another.");
        }
        if (EnrolledCertificates.isCompromised(
                write.handle(), authority, request.keyFingerprint())) {
            throw Refused.because(
                    Problem.Kind.BAD_CSR,
                    "A certificate with this key was revoked because the key was compromised; make another key.");
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private String newId() {
        return RandomUuid.from(random).toString();
    }

    /// RFC 8555 section 8.1 asks for 128 bits at least.
    private String token() {
        byte[] bytes = new byte[TOKEN_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
