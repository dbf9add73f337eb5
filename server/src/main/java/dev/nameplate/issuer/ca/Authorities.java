package dev.nameplate.issuer.ca;

import dev.nameplate.db.Database;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// The authorities of a store: one signs, and those that signed before are known as long as anybody may ask about their
/// leaves.
///
/// The store may be changed by another process at any time. Every look reads the version (one row) and, only where that
/// has moved, the rest; so a rotation made anywhere is obeyed by the next batch of signatures everywhere.
public final class Authorities {
    private static final int ATTEMPTS = 5;

    private final Database database;
    private final CaKeys keys;
    private final KeyPairs keyPairs;
    private final SecureRandom random;
    private final InstantSource clock;
    private final CaSettings settings;
    private final Map<String, Authority> opened = new ConcurrentHashMap<>();
    private volatile Hierarchy seen;
    private volatile Consumer<X509Certificate> rootChanged = _ -> {};

    private Authorities(
            Database database,
            CaKeys keys,
            KeyPairs keyPairs,
            SecureRandom random,
            InstantSource clock,
            CaSettings settings,
            Hierarchy seen) {
        this.database = database;
        this.keys = keys;
        this.keyPairs = keyPairs;
        this.random = random;
        this.clock = clock;
        this.settings = settings;
        this.seen = seen;
    }

    /// Opens the authorities of this store, making a root and an intermediate if there are none. Nodes that start at the
    /// same time end with the same ones.
    public static Authorities open(
            Database database,
            Vault vault,
            KeyPairs keyPairs,
            SecureRandom random,
            InstantSource clock,
            CaSettings settings) {
        CaKeys keys = new CaKeys(vault);
        if (database.read(AuthorityRows::version).isEmpty()) {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            if (!carriedOver(database, keys)) {
                CaCreation.Made made =
                        new CaCreation(new CaSigning(new Ledger(database), clock), keyPairs, random)
                                .rootAndIntermediate(now, AuthorityRotation.shortest(settings));
                AuthorityRows.New root = made.root().sealed(keys, now, Optional.empty());
                AuthorityRows.New intermediate =
                        made.intermediate().sealed(keys, now, Optional.of(now));
                database.write(write -> {
                    boolean first = AuthorityRows.begin(write.handle());
                    if (first) {
                        AuthorityRows.put(write.handle(), root);
                        AuthorityRows.put(write.handle(), intermediate);
                    }
                    return first;
                });
            }
        }
        Hierarchy hierarchy =
                database.read(handle ->
                        AuthorityRows.load(handle, AuthorityRows.version(handle).orElseThrow()));
        return new Authorities(database, keys, keyPairs, random, clock, settings, hierarchy);
    }

    /// A store of the first release had one root and one intermediate, in a table of their own. Their keys are sealed anew,
    /// for their new places.
    ///
    /// @return whether this store has authorities now
    private static boolean carriedOver(Database database, CaKeys keys) {
        return database.write(write -> {
            Optional<AuthorityRows.Early> root = AuthorityRows.early(write.handle(), "ROOT");
            Optional<AuthorityRows.Early> intermediate =
                    AuthorityRows.early(write.handle(), "INTERMEDIATE");
            if (root.isEmpty() || intermediate.isEmpty()) {
                return AuthorityRows.version(write.handle()).isPresent();
            }
            if (AuthorityRows.begin(write.handle())) {
                String rootId = CaKeys.fingerprint(root.get().certificate());
                AuthorityRows.put(
                        write.handle(),
                        carried(keys, "ROOT", root.get(), rootId, Optional.empty()));
                AuthorityRows.put(
                        write.handle(),
                        carried(
                                keys,
                                "INTERMEDIATE",
                                intermediate.get(),
                                rootId,
                                Optional.of(intermediate.get().createdAt())));
                AuthorityRows.removeEarly(write.handle());
            }
            return true;
        });
    }

    private static AuthorityRows.New carried(
            CaKeys keys,
            String role,
            AuthorityRows.Early early,
            String parentId,
            Optional<Instant> activatedAt) {
        String id = CaKeys.fingerprint(early.certificate());
        return new AuthorityRows.New(
                id,
                parentId,
                early.certificate(),
                Optional.of(keys.seal(keys.openEarly(early.sealedKey(), role), id)),
                early.createdAt(),
                activatedAt);
    }

    /// As the store has them now.
    public Hierarchy hierarchy() {
        Hierarchy last = seen;
        Hierarchy now =
                database.read(handle -> {
                    long version = AuthorityRows.version(handle).orElseThrow();
                    return version == last.version() ? last : AuthorityRows.load(handle, version);
                });
        if (now.version() != last.version()) {
            seen = now;
            // A key that was taken out of the store does not stay in memory.
            opened.keySet()
                    .retainAll(
                            now.all().stream()
                                    .filter(KnownAuthority::hasKey)
                                    .map(KnownAuthority::id)
                                    .toList());
            X509Certificate root = rootOf(now);
            if (!root.equals(rootOf(last))) {
                rootChanged.accept(root);
            }
        }
        return now;
    }

    private static X509Certificate rootOf(Hierarchy hierarchy) {
        return hierarchy.rootOf(hierarchy.signing()).certificate();
    }

    /// Tells `watcher` of another root above whoever signs, at the first look after the change. It must not fail.
    public void whenRootChanges(Consumer<X509Certificate> watcher) {
        rootChanged = watcher;
    }

    /// The root above whoever signs now: what a user puts into a trust store.
    public X509Certificate root() {
        return rootOf(hierarchy());
    }

    /// Whoever signs leaves now.
    Signer signing() {
        Hierarchy hierarchy = hierarchy();
        return signer(hierarchy, hierarchy.signing());
    }

    /// Roots, and everyone who signs leaves or once did, as far as their keys are in this store.
    List<Signer> withKeys() {
        Hierarchy hierarchy = hierarchy();
        return hierarchy.all().stream()
                .filter(KnownAuthority::hasKey)
                .filter(known -> known.isRoot() || known.activatedAt().isPresent())
                .map(known -> signer(hierarchy, known))
                .toList();
    }

    private Signer signer(Hierarchy hierarchy, KnownAuthority known) {
        // Each key is opened once in the life of this process.
        Authority authority =
                opened.computeIfAbsent(
                        known.id(), _ -> Authority.of(known.certificate(), key(known), keyPairs));
        return new Signer(known, hierarchy.chainOf(known), authority);
    }

    /// @throws CaProblem if its key is not here
    PrivateKey key(KnownAuthority known) {
        byte[] sealed =
                database.read(handle -> AuthorityRows.sealedKey(handle, known.id()))
                        .orElseThrow(() ->
                                new CaProblem(
                                        "the key of "
                                                + known.certificate().getSubjectX500Principal()
                                                + " is not in this store. Give it for this once (--root-key FILE), or have a new intermediate signed where it is: './nameplate ca csr'"));
        return keys.open(sealed, known.certificate().getPublicKey(), known.id());
    }

    /// Adds authorities and does `more`, in one transaction.
    ///
    /// @param seen what this was decided on
    /// @return whether it was done: not if anything has changed since `seen`
    boolean change(Hierarchy seen, List<AuthorityRows.New> added, Consumer<Handle> more) {
        return database.write(write -> {
            boolean first = AuthorityRows.advance(write.handle(), seen.version());
            if (first) {
                added.forEach(authority -> AuthorityRows.put(write.handle(), authority));
                more.accept(write.handle());
            }
            return first;
        });
    }

    void storeRequest(String keyFingerprint, byte[] sealedKey, Instant now) {
        database.write(write -> {
            AuthorityRows.putRequest(write.handle(), keyFingerprint, sealedKey, now);
            return now;
        });
    }

    /// The sealed key of a request made here.
    Optional<byte[]> requested(String keyFingerprint) {
        return database.read(handle -> AuthorityRows.requestKey(handle, keyFingerprint));
    }

    /// Decides a change on what the store holds now, and again on what it holds then, should another change come first.
    ///
    /// @param decision the id of the authority it is about, or empty if [#change] was not done
    KnownAuthority decide(Function<Hierarchy, Optional<String>> decision) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<String> done = decision.apply(hierarchy());
            if (done.isPresent()) {
                return hierarchy().byId(done.get()).orElseThrow();
            }
        }
        throw new CaProblem("other changes of the authorities came in between; try again");
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    CaKeys keys() {
        return keys;
    }

    KeyPairs keyPairs() {
        return keyPairs;
    }

    SecureRandom random() {
        return random;
    }

    CaSettings settings() {
        return settings;
    }

    CaCreation creation() {
        return new CaCreation(new CaSigning(new Ledger(database), clock), keyPairs, random);
    }
}
