package dev.nameplate.dns;

import dev.nameplate.db.PlainQuery;
import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.RandomUuid;

import org.jdbi.v3.core.Handle;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// The hosted zones and their entries. The DNS server answers from here as soon as a write is committed.
///
/// A *required* record is one that a certificate's proof needs: it is written automatically where the zone of its name is
/// hosted here by the same account, shows as an entry with `automatic`, gives way to an equal entry of the owner (who takes
/// it over), and comes back when the owner deletes that entry while a certificate still needs it.
public final class Zones {
    private static final String COLUMNS = "id, name, account, created_at";

    private final InstantSource clock;
    private final RandomGenerator random;
    private final DnsSettings settings;
    private final ZoneEpochs epochs = new ZoneEpochs();

    public Zones(InstantSource clock, RandomGenerator random, DnsSettings settings) {
        this.clock = clock;
        this.random = random;
        this.settings = settings;
    }

    /// The new zone has its SOA and NS entries, and the records that pending certificates of the account need in it.
    ///
    /// @throws ZoneExists if the zone is hosted here already, by whichever account, or lies in another account's zone
    /// @throws InvalidEntry if the name cannot be a zone's
    public Zone create(Write write, AccountId account, DomainName name) {
        if (name.isWildcard()) {
            throw new InvalidEntry("a zone's name cannot start with '*.': " + name);
        }
        if (name.isWithin(settings.suffix())) {
            throw new ZoneExists(settings.suffix());
        }
        Handle handle = write.handle();
        OwnerName apex = new OwnerName(name.ascii());
        Optional<Zone> above = closest(handle, apex);
        if (above.isPresent()
                && (above.get().name().equals(name) || !above.get().account().equals(account))) {
            throw new ZoneExists(above.get().name());
        }
        Instant now = Instant.ofEpochMilli(clock.millis());
        Zone zone = new Zone(RandomUuid.from(random), name, account, now);
        handle.createUpdate(
                        """
                        INSERT INTO dns_zone (id, name, account, created_at)
                        VALUES (:id, :name, :account, :created)
                        """)
                .bind("id", zone.id().toString())
                .bind("name", name.ascii())
                .bind("account", account.value())
                .bind("created", now.toEpochMilli())
                .execute();
        insert(handle, zone, apexEntry(zone, "SOA", settings.startOfAuthority()));
        for (DomainName server : settings.nameServers()) {
            insert(handle, zone, apexEntry(zone, "NS", server.ascii()));
        }
        above.ifPresent(parent -> deleteAutomaticBelow(handle, parent, apex));
        settleBelow(write, account, apex);
        announce(write, zone);
        return zone;
    }

    public Optional<Zone> find(Handle handle, AccountId account, DomainName name) {
        return handle.createQuery(
                        "SELECT "
                                + COLUMNS
                                + " FROM dns_zone WHERE name = :name AND account = :account")
                .bind("name", name.ascii())
                .bind("account", account.value())
                .map((row, _) -> read(row))
                .findOne();
    }

    public int count(Handle handle, AccountId account) {
        return handle.createQuery("SELECT COUNT(*) FROM dns_zone WHERE account = :account")
                .bind("account", account.value())
                .mapTo(Integer.class)
                .one();
    }

    /// With all its entries. Records that certificates need move to the account's zone above, if there is one.
    public void delete(Write write, Zone zone) {
        Handle handle = write.handle();
        EntryRows.deleteAll(handle, zone.id().toString());
        handle.createUpdate("DELETE FROM dns_zone WHERE id = :id")
                .bind("id", zone.id().toString())
                .execute();
        settleBelow(write, zone.account(), new OwnerName(zone.name().ascii()));
        announce(write, zone);
    }

    /// Includes the zone's own SOA and NS entries and the automatic ones.
    public List<ZoneEntry> entries(Handle handle, Zone zone) {
        return EntryRows.all(handle, zone.id().toString());
    }

    /// An entry equal to an automatic one succeeds and takes it over.
    ///
    /// @throws InvalidEntry if the entry breaks a rule of its type or of the zone
    /// @throws EntryExists if an equal entry of the owner is there already
    public ZoneEntry add(
            Write write, Zone zone, String name, String type, String target, boolean alias) {
        ZoneRules rules = rules(zone);
        ZoneEntry wanted = rules.normalise(name, type, target, alias);
        List<ZoneEntry> others = at(write.handle(), zone, wanted.name());
        Optional<ZoneEntry> automatic = automaticEqualTo(wanted, others);
        if (automatic.isPresent()) {
            return replace(write, zone, automatic.get(), wanted);
        }
        rules.checkBeside(wanted, others);
        ZoneEntry added = insert(write.handle(), zone, wanted);
        announce(write, zone);
        return added;
    }

    /// Replaces the entry with this id, which stays its id.
    ///
    /// @throws InvalidEntry as for [#add]; also for an automatic entry, unless the new one equals it and so takes it over
    /// @throws EntryExists if another entry equal to the new one is there already
    /// @throws NoSuchEntry if there is none
    public ZoneEntry update(
            Write write,
            Zone zone,
            String id,
            String name,
            String type,
            String target,
            boolean alias) {
        ZoneRules rules = rules(zone);
        ZoneEntry wanted = rules.normalise(name, type, target, alias);
        ZoneEntry existing =
                EntryRows.byId(write.handle(), zone.id().toString(), id)
                        .orElseThrow(() ->
                                new NoSuchEntry(
                                        "the zone "
                                                + zone.name()
                                                + " has no entry with the id "
                                                + id));
        boolean sameKind =
                existing.type().equals(wanted.type()) && existing.name().equals(wanted.name());
        if (!sameKind || (existing.automatic() && !ZoneRules.sameRecord(existing, wanted))) {
            rules.checkRemoval(existing, without(existing, at(write, zone, existing.name())));
        }
        List<ZoneEntry> others = without(existing, at(write, zone, wanted.name()));
        Optional<ZoneEntry> automatic = automaticEqualTo(wanted, others);
        if (automatic.isPresent()) {
            EntryRows.delete(write.handle(), zone.id().toString(), automatic.get().id());
            others = without(automatic.get(), others);
        }
        rules.checkBeside(wanted, others);
        return replace(write, zone, existing, wanted);
    }

    /// Deletes the entry equal in name, type, target and alias. One that a certificate still needs stays, as automatic.
    ///
    /// @throws InvalidEntry if the zone cannot be without it
    /// @throws NoSuchEntry if there is none
    public void remove(
            Write write, Zone zone, String name, String type, String target, boolean alias) {
        ZoneRules rules = rules(zone);
        ZoneEntry wanted = rules.normalise(name, type, target, alias);
        List<ZoneEntry> there = at(write, zone, wanted.name());
        ZoneEntry existing =
                there.stream()
                        .filter(entry -> ZoneRules.sameRecord(entry, wanted))
                        .findFirst()
                        .orElseThrow(() ->
                                new NoSuchEntry(
                                        "the zone "
                                                + zone.name()
                                                + " has no "
                                                + (alias ? "alias entry " : "entry ")
                                                + wanted.type()
                                                + " "
                                                + wanted.name()
                                                + " → "
                                                + wanted.target()));
        rules.checkRemoval(existing, without(existing, there));
        EntryRows.delete(write.handle(), zone.id().toString(), existing.id());
        settle(write, zone, new OwnerName(existing.name()));
        announce(write, zone);
    }

    /// The closest hosted zone that `name` lies in, if it is this account's. A closer zone of another account hides it: what
    /// were written above it would not be answered.
    public Optional<Zone> hosting(Handle handle, AccountId account, DomainName name) {
        return closest(handle, new OwnerName(name.base().ascii()))
                .filter(zone -> zone.account().equals(account));
    }

    /// Keeps `record` in the account's hosted zone while `certificate` needs it. Calling it again changes nothing; if the
    /// zone comes later, the record is written then.
    ///
    /// @return the zone that shows it, or empty if no zone of the account hosts the name or if something else of the owner
    ///     stands there
    public Optional<Zone> require(
            Write write, AccountId account, String certificate, CnameRecord record) {
        OwnerName name = OwnerName.parse(record.name());
        String target = RecordText.target("CNAME", record.value());
        RequiredRecords.add(write.handle(), account, certificate, name, target);
        Optional<Zone> zone =
                closest(write.handle(), name).filter(z -> z.account().equals(account));
        if (zone.isEmpty()) {
            return Optional.empty();
        }
        settle(write, zone.get(), name);
        return shows(write.handle(), zone.get(), name, target) ? zone : Optional.empty();
    }

    /// Where a record that a certificate needs stands now.
    public Standing standing(Handle handle, AccountId account, CnameRecord record) {
        OwnerName name = OwnerName.parse(record.name());
        Optional<Zone> zone = closest(handle, name).filter(z -> z.account().equals(account));
        if (zone.isEmpty()) {
            return Standing.NO_ZONE;
        }
        return shows(handle, zone.get(), name, RecordText.target("CNAME", record.value()))
                ? Standing.SHOWN
                : Standing.DISPLACED;
    }

    public enum Standing {
        /// The account's hosted zone has it.
        SHOWN,
        /// Something else of the owner stands at its name in the account's hosted zone.
        DISPLACED,
        /// No zone of the account hosts its name.
        NO_ZONE
    }

    private static boolean shows(Handle handle, Zone zone, OwnerName name, String target) {
        return at(handle, zone, name.text()).stream()
                .anyMatch(entry ->
                        entry.type().equals("CNAME") && entry.target().equalsIgnoreCase(target));
    }

    /// `certificate` no longer needs any record. Entries of the owner stay.
    public void release(Write write, String certificate) {
        for (var needed : RequiredRecords.remove(write.handle(), certificate)) {
            closest(write.handle(), needed.name())
                    .filter(zone -> zone.account().equals(needed.account()))
                    .ifPresent(zone -> settle(write, zone, needed.name()));
        }
    }

    /// The closest zone hosted here, by whichever account.
    Optional<Zone> closest(Handle handle, OwnerName name) {
        List<String> names = name.selfAndAncestors();
        return PlainQuery.list(
                        handle,
                        "SELECT "
                                + COLUMNS
                                + " FROM dns_zone WHERE name IN ("
                                + PlainQuery.marks(names.size())
                                + ")",
                        names,
                        Zones::read)
                .stream()
                .max(Comparator.comparingInt(zone -> zone.name().ascii().length()));
    }

    ZoneEpochs epochs() {
        return epochs;
    }

    DnsSettings settings() {
        return settings;
    }

    /// Makes the automatic entry at `name` what it must be now: there if a certificate needs it and nothing of the owner
    /// stands at the name, else gone.
    private void settle(Write write, Zone zone, OwnerName name) {
        Handle handle = write.handle();
        List<ZoneEntry> there = at(write, zone, name.text());
        Optional<String> wanted =
                there.stream().allMatch(ZoneEntry::automatic)
                        ? RequiredRecords.target(handle, zone.account(), name)
                        : Optional.empty();
        boolean kept = false;
        for (ZoneEntry entry : there) {
            if (entry.automatic()) {
                if (wanted.isPresent() && entry.target().equals(wanted.get())) {
                    kept = true;
                } else {
                    EntryRows.delete(handle, zone.id().toString(), entry.id());
                    announce(write, zone);
                }
            }
        }
        if (wanted.isPresent() && !kept) {
            insert(
                    handle,
                    zone,
                    new ZoneEntry("", name.text(), "CNAME", wanted.get(), false, true));
            announce(write, zone);
        }
    }

    private void settleBelow(Write write, AccountId account, OwnerName apex) {
        for (OwnerName name : RequiredRecords.below(write.handle(), account, apex)) {
            closest(write.handle(), name)
                    .filter(zone -> zone.account().equals(account))
                    .ifPresent(zone -> settle(write, zone, name));
        }
    }

    private static void deleteAutomaticBelow(Handle handle, Zone zone, OwnerName name) {
        handle.createUpdate(
                        "DELETE FROM dns_entry WHERE zone = :zone AND automatic = 1"
                                + " AND place > :name AND :after > place")
                .bind("zone", zone.id().toString())
                .bind("name", name.place())
                .bind("after", name.placeAfterDescendants())
                .execute();
    }

    private ZoneEntry replace(Write write, Zone zone, ZoneEntry existing, ZoneEntry wanted) {
        var replacement =
                new ZoneEntry(
                        existing.id(),
                        wanted.name(),
                        wanted.type(),
                        wanted.target(),
                        wanted.alias(),
                        false);
        EntryRows.delete(write.handle(), zone.id().toString(), existing.id());
        EntryRows.insert(write.handle(), zone.id().toString(), replacement);
        settle(write, zone, new OwnerName(existing.name()));
        announce(write, zone);
        return replacement;
    }

    private ZoneEntry insert(Handle handle, Zone zone, ZoneEntry entry) {
        String id = String.valueOf(random.nextInt());
        while (EntryRows.byId(handle, zone.id().toString(), id).isPresent()) {
            id = String.valueOf(random.nextInt());
        }
        var numbered =
                new ZoneEntry(
                        id,
                        entry.name(),
                        entry.type(),
                        entry.target(),
                        entry.alias(),
                        entry.automatic());
        EntryRows.insert(handle, zone.id().toString(), numbered);
        return numbered;
    }

    private void announce(Write write, Zone zone) {
        write.afterCommit(() -> epochs.changed(zone.name().ascii()));
    }

    private ZoneRules rules(Zone zone) {
        return new ZoneRules(zone.name().ascii(), settings);
    }

    private static ZoneEntry apexEntry(Zone zone, String type, String target) {
        return new ZoneEntry("", zone.name().ascii(), type, target, false, false);
    }

    private static Optional<ZoneEntry> automaticEqualTo(ZoneEntry wanted, List<ZoneEntry> others) {
        return others.stream()
                .filter(entry -> entry.automatic() && ZoneRules.sameRecord(entry, wanted))
                .findFirst();
    }

    private static List<ZoneEntry> without(ZoneEntry entry, List<ZoneEntry> entries) {
        return entries.stream().filter(other -> !other.id().equals(entry.id())).toList();
    }

    private static List<ZoneEntry> at(Write write, Zone zone, String name) {
        return at(write.handle(), zone, name);
    }

    private static List<ZoneEntry> at(Handle handle, Zone zone, String name) {
        return EntryRows.at(handle, zone.id().toString(), List.of(name));
    }

    private static Zone read(ResultSet row) throws SQLException {
        return new Zone(
                UUID.fromString(row.getString("id")),
                new DomainName(row.getString("name")),
                new AccountId(row.getString("account")),
                Instant.ofEpochMilli(row.getLong("created_at")));
    }

    public static final class ZoneExists extends RuntimeException {
        public ZoneExists(DomainName name) {
            super("the zone " + name + " is hosted here already");
        }
    }

    public static final class InvalidEntry extends RuntimeException {
        public InvalidEntry(String message) {
            super(message);
        }
    }

    public static final class EntryExists extends RuntimeException {
        public EntryExists(String message) {
            super(message);
        }
    }

    public static final class NoSuchEntry extends RuntimeException {
        public NoSuchEntry(String message) {
            super(message);
        }
    }
}
