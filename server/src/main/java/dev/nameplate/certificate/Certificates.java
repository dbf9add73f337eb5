package dev.nameplate.certificate;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.dns.Zones;
import dev.nameplate.feed.ChangeFeed;
import dev.nameplate.job.Wakeup;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.RandomUuid;
import dev.nameplate.names.Region;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.UnusableImport;
import dev.nameplate.vault.SealedColumn;
import dev.nameplate.vault.Vault;

import org.jdbi.v3.core.Handle;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The door to the feature. Every method runs inside the caller's transaction, so that a door's own rows (a Lightsail name,
/// a tag) commit together with the certificate. What takes time (keys, DNS, signing) happens later, in [IssuanceWork].
public final class Certificates {
    /// Where keys rest, sealed.
    public static final List<SealedColumn> SEALED =
            List.of(SealedKeys.COLUMN, SealedKeys.CANDIDATE, SealedKeys.SPARE);

    private final Zones zones;
    private final Announcements announcements;
    private final Vault vault;
    private final InstantSource clock;
    private final SecureRandom random;
    private final Wakeup wakeup;
    private final OrderCancellation orders;
    private final CertificateSettings settings;
    private final Quotas quotas;
    private final Quarantine quarantine;
    private final Spares spares;
    private final Requests requests;
    private final KeptImports keptImports;
    private final Ends ends;

    /// Whose issuers all sign at once.
    public Certificates(
            Zones zones,
            ChangeFeed feed,
            Vault vault,
            InstantSource clock,
            SecureRandom random,
            Wakeup wakeup,
            Revoker revoker,
            CertificateSettings settings) {
        this(zones, feed, vault, clock, random, wakeup, revoker, OrderCancellation.NONE, settings);
    }

    /// @param random makes the ids and the tests of imported keys
    /// @param revoker the issuer's side of [#revoke]
    /// @param orders of certificates that end
    public Certificates(
            Zones zones,
            ChangeFeed feed,
            Vault vault,
            InstantSource clock,
            SecureRandom random,
            Wakeup wakeup,
            Revoker revoker,
            OrderCancellation orders,
            CertificateSettings settings) {
        this.zones = zones;
        this.announcements = new Announcements(feed);
        this.vault = vault;
        this.clock = clock;
        this.random = random;
        this.wakeup = wakeup;
        this.orders = orders;
        this.settings = settings;
        this.quotas = new Quotas(settings.quotas(), clock);
        this.quarantine = new Quarantine(clock);
        this.spares = new Spares(announcements, settings.issuers(), clock, wakeup);
        this.requests =
                new Requests(
                        zones,
                        announcements,
                        new StandingCname(vault, settings.suffix()),
                        new StandingFile(vault, settings.suffix()),
                        settings,
                        wakeup);
        this.keptImports = new KeptImports(feed, vault, quarantine);
        this.ends = new Ends(announcements, spares, revoker, orders, quarantine, clock, wakeup);
    }

    /// What is stored and cannot be loaded.
    public Quarantine quarantine() {
        return quarantine;
    }

    /// All that load, by what they are.
    public Catalogue catalogue() {
        return new Catalogue(quarantine);
    }

    /// What moves certificates from issuer to issuer.
    public IssuerMoves moves() {
        return new IssuerMoves(this, zones, vault, clock, wakeup, orders, settings);
    }

    /// Whom certificates may be asked of.
    public IssuerRules issuers() {
        return settings.issuers();
    }

    /// What is kept ready beside them.
    public Spares spares() {
        return spares;
    }

    public Quotas quotas() {
        return quotas;
    }

    /// Asks for a certificate: pending, with its standing records, written to the account's hosted zones where those host
    /// the names. Names that are not certified here make it a failed one, with nothing written anywhere else.
    ///
    /// @throws QuotaExceeded if the account may have no more
    public Certificate request(Write write, AccountId account, Region region, Request request) {
        quotas.take(write, account, region, request.origin());
        return requests.make(write, newId(), account, region, request, now());
    }

    /// An import that passed every check and is ready to be stored; made by [Imports], outside any transaction. Its key is
    /// sealed already.
    public sealed interface Examined permits SealedImport {
        List<DomainName> names();

        KeyAlgorithm keyAlgorithm();
    }

    /// The examination of imports against what `database` holds; a read of its own, outside any transaction.
    public Imports imports(Database database) {
        return new Imports(database, vault, clock, random);
    }

    public Certificate store(Write write, AccountId account, Region region, Examined examined) {
        quotas.take(write, account, region, Origin.IMPORTED);
        return keptImports.store(write, newId(), account, region, (SealedImport) examined, now());
    }

    /// Replaces an import's material under the same id; the edge serves it within a second.
    ///
    /// @throws UnusableImport if the new material breaks a rule of re-import
    public Certificate replace(Write write, Certificate existing, Examined examined) {
        return keptImports.replace(
                write,
                existing,
                chain(write.handle(), existing.id()).stream().findFirst(),
                (SealedImport) examined,
                now());
    }

    public Optional<Certificate> find(Handle handle, AccountId account, CertificateId id) {
        return CertificateRows.select(
                        handle,
                        "c.id = :id AND c.account = :account",
                        "",
                        query -> query.bind("id", id.toString()).bind("account", account.value()),
                        quarantine::report)
                .stream()
                .findFirst();
    }

    /// Those of the account among `ids`, in no order.
    public List<Certificate> find(Handle handle, AccountId account, Collection<CertificateId> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return CertificateRows.select(
                handle,
                "c.account = :account AND c.id IN (<ids>)",
                "",
                query ->
                        query.bind("account", account.value())
                                .bindList(
                                        "ids", ids.stream().map(CertificateId::toString).toList()),
                quarantine::report);
    }

    /// Has the proofs of a pending certificate looked for at once instead of at the next time of [ProofSchedule].
    ///
    /// @return false if nothing is looked for any more
    public boolean checkNow(Write write, Certificate certificate) {
        int waiting =
                write.handle()
                        .execute(
                                "UPDATE certificate SET next_due = ? WHERE id = ? AND state = 'PENDING'",
                                now().toEpochMilli(),
                                certificate.id().toString());
        write.afterCommit(() -> wakeup.wake(IssuanceWork.NAME));
        return waiting == 1;
    }

    /// An issuer that took its time has decided an order for the certificate: what waits for it is due at once.
    public void orderDecided(Write write, CertificateId id) {
        long now = now().toEpochMilli();
        write.handle()
                .execute(
                        "UPDATE certificate SET next_due = ? WHERE id = ? AND state = 'PENDING'",
                        now,
                        id.toString());
        write.handle()
                .execute(
                        """
                        UPDATE certificate SET renew_due = ? WHERE id = ? AND state = 'ISSUED' AND EXISTS (
                            SELECT 1 FROM certificate_renewal WHERE certificate_id = certificate.id
                                AND status IN ('PENDING_AUTO_RENEWAL', 'PENDING_VALIDATION'))
                        """,
                        now,
                        id.toString());
        spares.orderDecided(write, id);
        write.afterCommit(() -> wakeup.wake(IssuanceWork.NAME));
        write.afterCommit(() -> wakeup.wake(RenewalWork.NAME));
    }

    /// Renews at once, whatever its time and use: new key, new serial, the same id. The proofs are looked at anew first, and the
    /// current material serves until the new is seen at the edge. Asked again meanwhile, the next step is taken at once.
    ///
    /// @throws NotRenewable if it was imported, or is not issued, or has ended
    public Certificate renewNow(Write write, Certificate certificate) {
        RenewalRows.ask(write.handle(), certificate, now());
        write.afterCommit(() -> wakeup.wake(RenewalWork.NAME));
        return find(write.handle(), certificate.account(), certificate.id()).orElseThrow();
    }

    /// The name went to another account by its owner's proof: what the account has for it now is not renewed any more, whatever
    /// records the DNS still shows.
    public void nameLost(Write write, AccountId account, DomainName name) {
        LostNames.lose(write.handle(), account, name, now());
    }

    /// Also one whose row does not load.
    ///
    /// @throws CertificateInUse if anything still uses it
    public void delete(Write write, CertificateId certificate) {
        Set<String> users = usedBy(write.handle(), certificate);
        if (!users.isEmpty()) {
            throw new CertificateInUse(certificate, users);
        }
        zones.release(write, certificate.toString());
        ends.delete(write, certificate);
    }

    /// Ends an issued certificate for good: it stays readable as revoked, and whoever checks is told so.
    ///
    /// @throws IllegalArgumentException if it is not issued, or not by us
    public Certificate revoke(Write write, Certificate certificate, RevocationReason reason) {
        ends.revoke(write, certificate, reason);
        Certificate revoked =
                find(write.handle(), certificate.account(), certificate.id()).orElseThrow();
        Set<String> users = usedBy(write.handle(), certificate.id());
        if (revoked.state() instanceof State.Revoked state && !users.isEmpty()) {
            CertificateNotices.revokedInUse(write, revoked, state, users, now());
        }
        return revoked;
    }

    /// Ends one leaf of a certificate, which may have another by now: at our own authority in this transaction, at another one as
    /// soon as it hears of it ([AuthorityRevocationWork]).
    ///
    /// @param serial as in [State.Issued#serial]
    /// @throws IllegalArgumentException if it is of our own authority, which never signed it
    public void revokeLeaf(Write write, CertificateId id, String serial, RevocationReason reason) {
        ends.revokeLeaf(write, id, serial, reason);
    }

    /// How they end.
    Ends ends() {
        return ends;
    }

    /// Has another leaf made in place of one that must go, whatever is under way: what is tried out now is not kept, because it
    /// may have to go as well.
    ///
    /// @throws NotRenewable if it was imported, or is not issued, or has ended
    public void replaceNow(Write write, Certificate certificate) {
        RenewalRows.ask(write.handle(), certificate, now());
        Optional<String> tried = RenewalRows.candidateSerial(write.handle(), certificate.id());
        if (RenewalRows.dropCandidate(write.handle(), certificate.id())) {
            tried.ifPresent(serial -> spares.notTaken(write, certificate.id(), serial));
            announcements.changed(write, certificate);
        }
        write.afterCommit(() -> wakeup.wake(RenewalWork.NAME));
    }

    /// Its key is about to be handed to its owner.
    ///
    /// @throws IllegalArgumentException if it was not asked for as exportable
    public void exported(Write write, Certificate certificate) {
        if (!certificate.export().allowed()) {
            throw new IllegalArgumentException(
                    "certificate " + certificate.id() + " is not exportable");
        }
        write.handle()
                .execute(
                        "UPDATE certificate SET exported_at = ? WHERE id = ? AND exported_at IS NULL",
                        now().toEpochMilli(),
                        certificate.id().toString());
    }

    /// `resource` (a distribution's resource key such as `distribution/E123…`) uses the certificate from now on. Saying so
    /// again changes nothing.
    ///
    /// @throws IllegalArgumentException if the certificate is gone: look it up in the same transaction
    public void use(Write write, CertificateId id, String resource) {
        int added =
                write.handle()
                        .execute(
                                """
                                INSERT INTO certificate_use (certificate_id, resource, spare_open)
                                SELECT id, ?, ? FROM certificate WHERE id = ?
                                ON CONFLICT (certificate_id, resource) DO NOTHING
                                """,
                                resource,
                                spares.wanted() ? 0 : 1,
                                id.toString());
        if (added == 0 && !usedBy(write.handle(), id).contains(resource)) {
            throw new IllegalArgumentException(
                    "there is no certificate " + id + " that " + resource + " could use");
        }
        spares.used(write, id);
    }

    public void release(Write write, CertificateId id, String resource) {
        write.handle()
                .execute(
                        "DELETE FROM certificate_use WHERE certificate_id = ? AND resource = ?",
                        id.toString(),
                        resource);
    }

    /// The resource keys given to [#use].
    public Set<String> usedBy(Handle handle, CertificateId id) {
        return new LinkedHashSet<>(
                handle.createQuery(
                                "SELECT resource FROM certificate_use WHERE certificate_id = :id ORDER BY resource")
                        .bind("id", id.toString())
                        .mapTo(String.class)
                        .list());
    }

    /// The current chain, leaf first, root left out; empty unless issued or imported.
    public List<X509Certificate> chain(Handle handle, CertificateId id) {
        return CertificateRows.material(handle, id)
                .flatMap(material -> StoredMaterial.chain(material, quarantine))
                .orElse(List.of());
    }

    /// What stood at the end of an imported chain and is not served.
    public Optional<X509Certificate> importedRoot(Handle handle, CertificateId id) {
        return ImportRows.root(handle, id.toString());
    }

    private CertificateId newId() {
        return new CertificateId(RandomUuid.from(random));
    }

    /// To the millisecond, as the store keeps it, so that what is returned now equals what is read later.
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /// What the edge needs to serve it: new material that a renewal is trying out, else the certificate's own. The key leaves
    /// the vault here and nowhere else. Empty too where what is stored does not load.
    public Optional<ServingMaterial> material(Handle handle, CertificateId id) {
        return RenewalRows.candidate(handle, id)
                .flatMap(candidate -> StoredMaterial.open(candidate, vault, quarantine))
                .or(() ->
                        CertificateRows.material(handle, id)
                                .flatMap(own -> StoredMaterial.open(own, vault, quarantine)));
    }

    /// The account's other issued certificate for exactly the same names, of the other key family, got in the same way: the
    /// RSA certificate beside an ECDSA one, or the reverse. The one that lasts longest where there are several.
    public Optional<CertificateId> counterpart(Handle handle, CertificateId id) {
        return CertificateRows.counterpart(handle, id, clock.instant());
    }

    /// @param version changes whenever the material does
    /// @param chain DER, leaf first
    /// @param privateKey PKCS#8 DER; the receiver wipes it
    public record ServingMaterial(String version, List<byte[]> chain, byte[] privateKey) {
        @Override
        public String toString() {
            return "ServingMaterial[" + version + "]";
        }
    }

    public static final class CertificateInUse extends RuntimeException {
        public CertificateInUse(CertificateId id, Set<String> by) {
            super("certificate " + id + " is in use by " + by);
        }
    }
}
