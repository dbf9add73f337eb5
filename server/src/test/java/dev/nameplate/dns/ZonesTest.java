package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.db.Write;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

final class ZonesTest {
    private static final AccountId OURS = new AccountId("111122223333");
    private static final AccountId OTHERS = new AccountId("444455556666");
    private static final DomainName EXAMPLE = new DomainName("example.com");
    private static final DnsSettings SETTINGS =
            DnsSettings.under(
                    new DomainName("nameplate.internal"), InetAddress.getLoopbackAddress());
    private static final CnameRecord PROOF =
            new CnameRecord("_a1.www.example.com.", "_b2.abcdefghij.proof.nameplate.internal.");
    private static final String PROOF_NAME = "_a1.www.example.com";
    private static final String PROOF_TARGET = "_b2.abcdefghij.proof.nameplate.internal";

    private final Zones zones = new Zones(new SettableClock(), new Random(7), SETTINGS);

    private Zone create(Database database, String name) {
        return database.write(write -> zones.create(write, OURS, new DomainName(name)));
    }

    private ZoneEntry add(Database database, Zone zone, String name, String type, String target) {
        return database.write(write -> zones.add(write, zone, name, type, target, false));
    }

    private void remove(Database database, Zone zone, String name, String type, String target) {
        run(database, write -> zones.remove(write, zone, name, type, target, false));
    }

    private Optional<Zone> require(Database database, String certificate) {
        return database.write(write -> zones.require(write, OURS, certificate, PROOF));
    }

    private static void run(Database database, Consumer<Write> work) {
        database.write(write -> {
            work.accept(write);
            return true;
        });
    }

    private List<ZoneEntry> at(Database database, Zone zone, String name) {
        return database.read(handle -> zones.entries(handle, zone)).stream()
                .filter(entry -> entry.name().equals(name))
                .toList();
    }

    @StoreTest
    void newZoneHasOneSoaAndFourNameServers(Database database) {
        Zone zone = create(database, "example.com");

        List<ZoneEntry> entries = database.read(handle -> zones.entries(handle, zone));

        assertThat(entries)
                .extracting(ZoneEntry::type)
                .containsExactly("NS", "NS", "NS", "NS", "SOA");
        assertThat(entries).extracting(ZoneEntry::name).containsOnly("example.com");
        assertThat(entries)
                .allSatisfy(entry -> assertThat(Integer.parseInt(entry.id())).isNotZero());
        assertThat(entries.getFirst().target()).isEqualTo("ns1.nameplate.internal");
        assertThat(entries.getLast().target())
                .isEqualTo(
                        "ns1.nameplate.internal. hostmaster.nameplate.internal. 1 7200 900 1209600 86400");
    }

    @StoreTest
    void zoneIsFoundByItsAccountOnly(Database database) {
        Zone zone = create(database, "example.com");

        assertThat(database.<Optional<Zone>>read(h -> zones.find(h, OURS, EXAMPLE))).contains(zone);
        assertThat(database.<Optional<Zone>>read(h -> zones.find(h, OTHERS, EXAMPLE))).isEmpty();
        assertThat(database.<Integer>read(h -> zones.count(h, OURS))).isEqualTo(1);
    }

    @StoreTest
    void zoneIsHostedOnce(Database database) {
        create(database, "example.com");

        assertThatThrownBy(() -> create(database, "example.com"))
                .isInstanceOf(Zones.ZoneExists.class)
                .hasMessageContaining("example.com");
        assertThatThrownBy(() -> database.write(write -> zones.create(write, OTHERS, EXAMPLE)))
                .isInstanceOf(Zones.ZoneExists.class);
    }

    @StoreTest
    void nobodyTakesANameOutOfAnotherAccountsZone(Database database) {
        create(database, "example.com");

        assertThatThrownBy(() ->
                        database.write(write ->
                                zones.create(write, OTHERS, new DomainName("www.example.com"))))
                .isInstanceOf(Zones.ZoneExists.class);
    }

    @StoreTest
    void ownSuffixCannotBeTaken(Database database) {
        assertThatThrownBy(() -> create(database, "cdn.nameplate.internal"))
                .isInstanceOf(Zones.ZoneExists.class);
    }

    @StoreTest
    void entryIsKeptWithoutTrailingDotsAndInLowerCase(Database database) {
        Zone zone = create(database, "example.com");

        ZoneEntry entry = add(database, zone, "WWW.Example.com.", "cname", "host.example.net.");

        assertThat(entry.name()).isEqualTo("www.example.com");
        assertThat(entry.type()).isEqualTo("CNAME");
        assertThat(entry.target()).isEqualTo("host.example.net");
        assertThat(at(database, zone, "www.example.com")).containsExactly(entry);
    }

    @StoreTest
    void equalEntryOfTheOwnerExistsAlready(Database database) {
        Zone zone = create(database, "example.com");
        add(database, zone, "www.example.com", "A", "192.0.2.1");
        add(database, zone, "www.example.com", "A", "192.0.2.2");

        assertThatThrownBy(() -> add(database, zone, "www.example.com", "A", "192.0.2.2"))
                .isInstanceOf(Zones.EntryExists.class)
                .hasMessageContaining("already exists");
    }

    @StoreTest
    void cnameStandsAlone(Database database) {
        Zone zone = create(database, "example.com");
        add(database, zone, "www.example.com", "CNAME", "a.example.net");
        add(database, zone, "api.example.com", "TXT", "hello");

        assertThatThrownBy(() -> add(database, zone, "www.example.com", "TXT", "hello"))
                .isInstanceOf(Zones.InvalidEntry.class);
        assertThatThrownBy(() -> add(database, zone, "www.example.com", "CNAME", "b.example.net"))
                .isInstanceOf(Zones.InvalidEntry.class);
        assertThatThrownBy(() -> add(database, zone, "api.example.com", "CNAME", "b.example.net"))
                .isInstanceOf(Zones.InvalidEntry.class);
        assertThatThrownBy(() -> add(database, zone, "example.com", "CNAME", "b.example.net"))
                .isInstanceOf(Zones.InvalidEntry.class)
                .hasMessageContaining("apex");
    }

    @StoreTest
    void zoneKeepsItsSoaAndItsLastNameServer(Database database) {
        Zone zone = create(database, "example.com");

        assertThatThrownBy(() ->
                        remove(database, zone, "example.com", "SOA", SETTINGS.startOfAuthority()))
                .isInstanceOf(Zones.InvalidEntry.class);
        for (int i = 1; i <= 3; i++) {
            remove(database, zone, "example.com", "NS", "ns" + i + ".nameplate.internal");
        }
        assertThatThrownBy(
                        () -> remove(database, zone, "example.com", "NS", "ns4.nameplate.internal"))
                .isInstanceOf(Zones.InvalidEntry.class)
                .hasMessageContaining("last NS");
    }

    @StoreTest
    void removalMatchesNameTypeTargetAndAlias(Database database) {
        Zone zone = create(database, "example.com");
        String target = "d1.cdn.nameplate.internal";
        run(database, w -> zones.add(w, zone, "example.com", "A", target, true));

        assertThatThrownBy(() -> remove(database, zone, "example.com", "A", "192.0.2.1"))
                .isInstanceOf(Zones.NoSuchEntry.class);
        run(database, w -> zones.remove(w, zone, "example.com", "A", target, true));

        assertThat(at(database, zone, "example.com")).noneMatch(ZoneEntry::alias);
    }

    @StoreTest
    void updateKeepsTheId(Database database) {
        Zone zone = create(database, "example.com");
        ZoneEntry old = add(database, zone, "www.example.com", "A", "192.0.2.1");

        ZoneEntry updated =
                database.write(w ->
                        zones.update(w, zone, old.id(), "ftp.example.com", "TXT", "x y", false));

        assertThat(updated.id()).isEqualTo(old.id());
        assertThat(at(database, zone, "www.example.com")).isEmpty();
        assertThat(at(database, zone, "ftp.example.com")).containsExactly(updated);
        assertThatThrownBy(() ->
                        database.write(w ->
                                zones.update(w, zone, "no", "a.example.com", "TXT", "x", false)))
                .isInstanceOf(Zones.NoSuchEntry.class);
    }

    @StoreTest
    void soaIsUpdatedInPlaceOnly(Database database) {
        Zone zone = create(database, "example.com");
        ZoneEntry soa = database.read(handle -> zones.entries(handle, zone)).getLast();
        String target = "ns1.example.com. admin.example.com. 2 7200 900 1209600 300";

        run(database, w -> zones.update(w, zone, soa.id(), "example.com", "SOA", target, false));
        assertThatThrownBy(() ->
                        database.write(w ->
                                zones.update(w, zone, soa.id(), "example.com", "TXT", "x", false)))
                .isInstanceOf(Zones.InvalidEntry.class);

        assertThat(database.read(handle -> zones.entries(handle, zone)).getLast().target())
                .isEqualTo(target);
    }

    @StoreTest
    void requiredRecordIsWrittenOnceAndGoesWithItsLastCertificate(Database database) {
        Zone zone = create(database, "example.com");

        assertThat(require(database, "one")).contains(zone);
        assertThat(require(database, "one")).contains(zone);
        assertThat(require(database, "two")).contains(zone);

        assertThat(at(database, zone, PROOF_NAME))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.automatic()).isTrue();
                    assertThat(entry.target()).isEqualTo(PROOF_TARGET);
                });
        run(database, write -> zones.release(write, "one"));
        assertThat(at(database, zone, PROOF_NAME)).hasSize(1);
        run(database, write -> zones.release(write, "two"));
        assertThat(at(database, zone, PROOF_NAME)).isEmpty();
    }

    @StoreTest
    void ownerTakesAnAutomaticRecordOverAndHandsItBack(Database database) {
        Zone zone = create(database, "example.com");
        require(database, "one");

        ZoneEntry taken = add(database, zone, PROOF_NAME, "CNAME", PROOF_TARGET + ".");
        assertThat(taken.automatic()).isFalse();
        assertThat(at(database, zone, PROOF_NAME)).containsExactly(taken);
        assertThat(require(database, "one")).contains(zone);
        assertThatThrownBy(() -> add(database, zone, PROOF_NAME, "CNAME", PROOF_TARGET))
                .isInstanceOf(Zones.EntryExists.class);

        remove(database, zone, PROOF_NAME, "CNAME", PROOF_TARGET);
        assertThat(at(database, zone, PROOF_NAME)).singleElement().matches(ZoneEntry::automatic);
    }

    @StoreTest
    void ownersEntryStaysWhenTheCertificateGoes(Database database) {
        Zone zone = create(database, "example.com");
        require(database, "one");
        ZoneEntry taken = add(database, zone, PROOF_NAME, "CNAME", PROOF_TARGET);

        run(database, write -> zones.release(write, "one"));

        assertThat(at(database, zone, PROOF_NAME)).containsExactly(taken);
        remove(database, zone, PROOF_NAME, "CNAME", PROOF_TARGET);
        assertThat(at(database, zone, PROOF_NAME)).isEmpty();
    }

    @StoreTest
    void differentEntryOfTheOwnerBlocksTheAutomaticOneUntilItGoes(Database database) {
        Zone zone = create(database, "example.com");
        ZoneEntry own = add(database, zone, PROOF_NAME, "CNAME", "elsewhere.example.net");

        assertThat(require(database, "one")).isEmpty();
        assertThat(at(database, zone, PROOF_NAME)).containsExactly(own);

        remove(database, zone, PROOF_NAME, "CNAME", "elsewhere.example.net");
        assertThat(at(database, zone, PROOF_NAME)).singleElement().matches(ZoneEntry::automatic);
        assertThat(require(database, "one")).contains(zone);
    }

    @StoreTest
    void automaticRecordIsNeitherOverwrittenNorRemovedWhileNeeded(Database database) {
        Zone zone = create(database, "example.com");
        require(database, "one");

        assertThatThrownBy(() -> add(database, zone, PROOF_NAME, "CNAME", "x.example.net"))
                .isInstanceOf(Zones.InvalidEntry.class);
        assertThatThrownBy(() -> remove(database, zone, PROOF_NAME, "CNAME", PROOF_TARGET))
                .isInstanceOf(Zones.InvalidEntry.class)
                .hasMessageContaining("kept for a certificate");
        String id = at(database, zone, PROOF_NAME).getFirst().id();
        assertThatThrownBy(() ->
                        database.write(w ->
                                zones.update(
                                        w, zone, id, PROOF_NAME, "CNAME", "x.example.net", false)))
                .isInstanceOf(Zones.InvalidEntry.class);
        ZoneEntry taken =
                database.write(
                        w -> zones.update(w, zone, id, PROOF_NAME, "CNAME", PROOF_TARGET, false));
        assertThat(taken.automatic()).isFalse();
    }

    @StoreTest
    void recordRequiredBeforeItsZoneIsWrittenWithTheZone(Database database) {
        assertThat(require(database, "one")).isEmpty();

        Zone zone = create(database, "example.com");

        assertThat(at(database, zone, PROOF_NAME)).singleElement().matches(ZoneEntry::automatic);
    }

    @StoreTest
    void requiredRecordMovesToTheClosestZoneOfTheAccount(Database database) {
        Zone parent = create(database, "example.com");
        require(database, "one");
        Zone child = create(database, "www.example.com");

        assertThat(at(database, parent, PROOF_NAME)).isEmpty();
        assertThat(at(database, child, PROOF_NAME)).hasSize(1);
        assertThat(require(database, "one")).contains(child);
        assertThat(
                        database.<Optional<Zone>>read(
                                h -> zones.hosting(h, OURS, new DomainName("*.www.example.com"))))
                .contains(child);

        run(database, write -> zones.delete(write, child));
        assertThat(at(database, parent, PROOF_NAME)).hasSize(1);
    }

    @StoreTest
    void recordIsNotWrittenToAnotherAccountsZone(Database database) {
        run(database, write -> zones.create(write, OTHERS, EXAMPLE));

        assertThat(require(database, "one")).isEmpty();
        assertThat(
                        database.<Optional<Zone>>read(
                                h -> zones.hosting(h, OURS, new DomainName("www.example.com"))))
                .isEmpty();
    }

    @StoreTest
    void deletedZoneTakesItsEntriesAlong(Database database) {
        Zone zone = create(database, "example.com");
        add(database, zone, "www.example.com", "A", "192.0.2.1");

        run(database, write -> zones.delete(write, zone));

        assertThat(database.<Optional<Zone>>read(h -> zones.find(h, OURS, EXAMPLE))).isEmpty();
        assertThat(database.<List<ZoneEntry>>read(h -> zones.entries(h, zone))).isEmpty();
    }
}
