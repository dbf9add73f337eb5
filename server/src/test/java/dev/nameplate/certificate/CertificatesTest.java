package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.db.Database;
import dev.nameplate.dns.CnameRecord;
import dev.nameplate.dns.Zone;
import dev.nameplate.dns.ZoneEntry;
import dev.nameplate.names.DomainName;
import dev.nameplate.names.Region;
import dev.nameplate.testkit.StoreTest;

import java.time.Duration;
import java.util.List;

final class CertificatesTest {

    @StoreTest
    void aRequestIsPendingWithItsStandingRecords(Database database) {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com", "www.example.com", "example.com");

        assertThat(asked.names())
                .containsExactly(new DomainName("example.com"), new DomainName("www.example.com"));
        assertThat(asked.state())
                .isEqualTo(new State.Pending(scene.clock.instant().plus(Duration.ofDays(3))));
        assertThat(asked.proofs())
                .allSatisfy(proof -> {
                    assertThat(proof.status()).isEqualTo(Proof.Status.PENDING);
                    assertThat(proof.automatic()).isEqualTo(Proof.Automatic.NONE);
                    assertThat(proof.record().name())
                            .matches("_[0-9a-f]{32}\\." + proof.name() + "\\.");
                    assertThat(proof.record().value())
                            .matches("_[0-9a-f]{32}\\.[a-z]{10}\\.proof\\.nameplate\\.internal\\.");
                });
        assertThat(scene.now(asked)).isEqualTo(asked);
        assertThat(scene.chain(asked)).isEmpty();
        assertThat(scene.material(asked)).isEmpty();
    }

    @StoreTest
    void anotherAccountDoesNotFindIt(Database database) {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com");

        assertThat(scene.find(Scene.BOB, asked)).isEmpty();
    }

    @StoreTest
    void theStandingRecordStaysAndDiffersBetweenAccounts(Database database) {
        Scene scene = new Scene(database);
        Certificate first = scene.request("example.com");
        scene.delete(first);
        Certificate again = scene.request("www.example.com", "example.com");
        Certificate others = scene.request(Scene.BOB, "example.com");

        CnameRecord record = first.proofs().getFirst().record();
        assertThat(again.proofs().get(1).record()).isEqualTo(record);
        assertThat(again.proofs().get(0).record().value()).isNotEqualTo(record.value());
        assertThat(others.proofs().getFirst().record().name()).isNotEqualTo(record.name());
        assertThat(others.proofs().getFirst().record().value()).isNotEqualTo(record.value());
    }

    @StoreTest
    void aWildcardSharesTheRecordOfItsBase(Database database) {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com", "*.example.com");

        assertThat(asked.proofs().get(0).record()).isEqualTo(asked.proofs().get(1).record());
    }

    @StoreTest
    void aHostedZoneOfTheAccountGetsTheRecordAtOnceAndLosesItOnDelete(Database database) {
        Scene scene = new Scene(database);
        Zone zone = scene.zone(Scene.ALICE, "example.com");
        Certificate asked = scene.request("example.com", "*.example.com", "elsewhere.test");

        assertThat(asked.proofs())
                .extracting(Proof::automatic)
                .containsExactly(
                        Proof.Automatic.SUCCEEDED, Proof.Automatic.SUCCEEDED, Proof.Automatic.NONE);
        assertThat(automaticEntries(scene, zone))
                .containsExactly(withoutDot(asked.proofs().getFirst().record().name()));

        scene.delete(asked);
        assertThat(automaticEntries(scene, zone)).isEmpty();
    }

    @StoreTest
    void aZoneOfAnotherAccountIsNotTouched(Database database) {
        Scene scene = new Scene(database);
        Zone zone = scene.zone(Scene.BOB, "example.com");
        Certificate asked = scene.request("example.com");

        assertThat(asked.proofs().getFirst().automatic()).isEqualTo(Proof.Automatic.NONE);
        assertThat(automaticEntries(scene, zone)).isEmpty();
    }

    @StoreTest
    void aCertificateInUseCannotBeDeleted(Database database) {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com");
        scene.use(asked, "distribution/E1");
        scene.use(asked, "distribution/E1");
        scene.use(asked, "distribution/E2");

        assertThat(scene.usedBy(asked)).containsExactly("distribution/E1", "distribution/E2");
        assertThatThrownBy(() -> scene.delete(asked))
                .isInstanceOf(Certificates.CertificateInUse.class)
                .hasMessageContaining("distribution/E2");

        scene.release(asked, "distribution/E1");
        scene.release(asked, "distribution/E2");
        scene.delete(asked);
        assertThat(scene.find(Scene.ALICE, asked)).isEmpty();
        assertThatThrownBy(() -> scene.use(asked, "distribution/E3"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @StoreTest
    void theListIsOfOneRegionAndOldestFirst(Database database) {
        Scene scene = new Scene(database);
        Certificate first = scene.request("a.example.com");
        scene.clock.advance(Duration.ofSeconds(1));
        Certificate second = scene.request("b.example.com", "c.example.com");
        scene.request(Scene.BOB, "d.example.com");

        List<Certificate> listed = scene.list(Region.US_EAST_1);
        assertThat(listed).containsExactly(first, second);
        assertThat(scene.list(new Region("eu-west-1"))).isEmpty();
    }

    private static List<String> automaticEntries(Scene scene, Zone zone) {
        return scene.database.read(h -> scene.zones.entries(h, zone)).stream()
                .filter(ZoneEntry::automatic)
                .map(ZoneEntry::name)
                .toList();
    }

    private static String withoutDot(String name) {
        return name.substring(0, name.length() - 1);
    }
}
