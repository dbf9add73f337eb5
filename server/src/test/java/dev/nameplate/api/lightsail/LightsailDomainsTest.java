package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

import software.amazon.awssdk.services.lightsail.model.Domain;
import software.amazon.awssdk.services.lightsail.model.DomainEntry;
import software.amazon.awssdk.services.lightsail.model.Operation;
import software.amazon.awssdk.services.lightsail.model.OperationStatus;
import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.Tag;

import java.time.Duration;
import java.util.List;

final class LightsailDomainsTest {
    private static final DomainEntry WWW =
            DomainEntry.builder()
                    .name("www.example.com")
                    .type("A")
                    .target("192.0.2.1")
                    .isAlias(false)
                    .build();

    @StoreTest
    void aNewDomainShowsItsZone(Database database) {
        var door = new Door(database);
        Operation created =
                door.lightsail
                        .createDomain(request ->
                                request.domainName("Example.com")
                                        .tags(Tag.builder().key("env").value("dev").build()))
                        .operation();
        assertThat(created.operationTypeAsString()).isEqualTo("CreateDomain");
        assertThat(created.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(created.resourceName()).isEqualTo("example.com");
        assertThat(created.location().regionNameAsString()).isEqualTo("global");

        Domain domain = domain(door);
        assertThat(domain.name()).isEqualTo("example.com");
        assertThat(domain.arn())
                .matches("arn:aws:lightsail:global:123456789012:Domain/[0-9a-f-]{36}");
        assertThat(domain.location().availabilityZone()).isEqualTo("all");
        assertThat(domain.location().regionNameAsString()).isEqualTo("global");
        assertThat(domain.resourceType()).isEqualTo(ResourceType.DOMAIN);
        assertThat(domain.supportCode()).matches("[0-9A-Z]{12}//hostedzone/Z[0-9A-Z]+");
        assertThat(domain.createdAt()).isEqualTo(door.features.clock.instant());
        assertThat(domain.tags()).containsExactly(Tag.builder().key("env").value("dev").build());
        assertThat(domain.registeredDomainDelegationInfo()).isNull();
        assertThat(domain.domainEntries())
                .extracting(DomainEntry::type)
                .containsExactlyInAnyOrder("SOA", "NS", "NS", "NS", "NS");
        assertThat(domain.domainEntries())
                .allSatisfy(entry -> {
                    assertThat(entry.id()).matches("-?\\d{1,10}");
                    assertThat(entry.isAlias()).isFalse();
                    assertThat(entry.target()).doesNotEndWith("..");
                });
        assertThat(door.lightsail.getDomains(_ -> {}).domains()).containsExactly(domain);
    }

    @StoreTest
    void domainsAreKeptInOneRegionAndRefusedInEveryOther(Database database) {
        var elsewhere = new Door(database).in("eu-west-1");
        for (ThrowingCallable call :
                List.<ThrowingCallable>of(
                        () -> elsewhere.createDomain(r -> r.domainName("example.com")),
                        () -> elsewhere.getDomain(r -> r.domainName("example.com")),
                        () -> elsewhere.getDomains(_ -> {}),
                        () -> elsewhere.deleteDomain(r -> r.domainName("example.com")),
                        () ->
                                elsewhere.createDomainEntry(
                                        r -> r.domainName("example.com").domainEntry(WWW)),
                        () ->
                                elsewhere.updateDomainEntry(
                                        r -> r.domainName("example.com").domainEntry(WWW)),
                        () ->
                                elsewhere.deleteDomainEntry(
                                        r -> r.domainName("example.com").domainEntry(WWW)))) {
            Door.assertInvalid(
                    call,
                    "UnsupportedOperation",
                    "Domain-related APIs are only available in the us-east-1 Region. Please set your"
                            + " Region configuration to us-east-1 to create, view, or edit these"
                            + " resources.");
        }
    }

    @StoreTest
    void aDomainIsHostedOnce(Database database) {
        var door = new Door(database);
        door.createDomain("example.com");
        Door.assertInvalid(
                () -> door.createDomain("example.com"),
                "NameExists",
                "Some names are already in use: example.com");
        Door.assertInvalid(
                () ->
                        door.door
                                .as(TestFeatures.otherAccount("us-east-1"))
                                .createDomain(request -> request.domainName("example.com")),
                "already hosted by this server");
        Door.assertInvalid(() -> door.createDomain("*.example.org"), "wildcard");
        Door.assertInvalid(() -> door.createDomain("org"), "two labels");
    }

    @StoreTest
    void entriesAreAddedChangedAndDeleted(Database database) {
        var door = new Door(database);
        door.createDomain("example.com");
        Operation added =
                door.lightsail
                        .createDomainEntry(r -> r.domainName("example.com").domainEntry(WWW))
                        .operation();
        assertThat(added.operationTypeAsString()).isEqualTo("CreateDomainEntry");
        assertThat(added.resourceName()).isEqualTo("example.com");
        assertThat(added.resourceType()).isEqualTo(ResourceType.DOMAIN);
        assertThat(added.isTerminal()).isTrue();
        DomainEntry entry = entry(door, "www.example.com");
        assertThat(entry.toBuilder().id(null).build()).isEqualTo(WWW);

        assertThat(
                        door.lightsail
                                .updateDomainEntry(r ->
                                        r.domainName("example.com")
                                                .domainEntry(
                                                        entry.toBuilder()
                                                                .target("192.0.2.2")
                                                                .build()))
                                .operations())
                .singleElement()
                .satisfies(operation ->
                        assertThat(operation.operationTypeAsString())
                                .isEqualTo("UpdateDomainEntry"));
        assertThat(entry(door, "www.example.com").target()).isEqualTo("192.0.2.2");
        assertThat(entry(door, "www.example.com").id()).isEqualTo(entry.id());

        door.lightsail.updateDomainEntry(r ->
                r.domainName("example.com")
                        .domainEntry(e -> e.name("www.example.com").type("A").target("192.0.2.3")));
        assertThat(entry(door, "www.example.com").target()).isEqualTo("192.0.2.3");

        Operation deleted =
                door.lightsail
                        .deleteDomainEntry(r ->
                                r.domainName("example.com")
                                        .domainEntry(e ->
                                                e.name("www.example.com")
                                                        .type("A")
                                                        .target("192.0.2.3")))
                        .operation();
        assertThat(deleted.operationTypeAsString()).isEqualTo("DeleteDomainEntry");
        assertThat(domain(door).domainEntries()).noneMatch(kept -> kept.name().startsWith("www."));
    }

    @StoreTest
    void entriesThatBreakARuleAreRefused(Database database) {
        var door = new Door(database);
        door.createDomain("example.com");
        door.lightsail.createDomainEntry(r -> r.domainName("example.com").domainEntry(WWW));
        Door.assertInvalid(
                () ->
                        door.lightsail.createDomainEntry(
                                r -> r.domainName("example.com").domainEntry(WWW)),
                "already exists");
        Door.assertInvalid(
                () ->
                        door.lightsail.createDomainEntry(r ->
                                r.domainName("example.com")
                                        .domainEntry(e -> e.name("x.example.com").type("A"))),
                "The domainEntry needs a target.");
        Door.assertInvalid(() -> add(door, "www.example.org", "A", "192.0.2.1"), "www.example.org");
        Door.assertInvalid(() -> add(door, "x.example.com", "CAA", "0 issue ca"), "CAA");
        Door.assertInvalid(() -> add(door, "x.example.com", "A", "not an address"), "address");
        Door.assertNotFound(
                () ->
                        door.lightsail.deleteDomainEntry(r ->
                                r.domainName("example.com")
                                        .domainEntry(e ->
                                                e.name("www.example.com")
                                                        .type("A")
                                                        .target("192.0.2.9"))),
                "has no entry A www.example.com");
        Door.assertNotFound(
                () ->
                        door.lightsail.updateDomainEntry(r ->
                                r.domainName("example.com")
                                        .domainEntry(WWW.toBuilder().id("42").build())),
                "no entry with the id 42");
        Door.assertInvalid(
                () ->
                        door.lightsail.updateDomainEntry(r ->
                                r.domainName("example.com")
                                        .domainEntry(e ->
                                                e.name("example.com")
                                                        .type("NS")
                                                        .target("ns.example.org"))),
                "There are 4 NS records named example.com");
    }

    @StoreTest
    void anEntryEqualToAnAutomaticRecordIsTakenOver(Database database) {
        var door = new Door(database);
        door.createDomain("example.com");
        var record =
                door.createCertificate("site", "www.example.com")
                        .certificate()
                        .certificateDetail()
                        .domainValidationRecords()
                        .getFirst()
                        .resourceRecord();
        DomainEntry wanted =
                DomainEntry.builder()
                        .name(record.name().replaceFirst("\\.$", ""))
                        .type("CNAME")
                        .target(record.value())
                        .build();
        door.lightsail.createDomainEntry(r -> r.domainName("example.com").domainEntry(wanted));
        assertThat(domain(door).domainEntries())
                .filteredOn(entry -> entry.type().equals("CNAME"))
                .hasSize(1);
        door.lightsail.deleteDomainEntry(r -> r.domainName("example.com").domainEntry(wanted));
        assertThat(domain(door).domainEntries())
                .filteredOn(entry -> entry.type().equals("CNAME"))
                .hasSize(1);
        door.lightsail.deleteCertificate(r -> r.certificateName("site"));
        assertThat(domain(door).domainEntries()).noneMatch(entry -> entry.type().equals("CNAME"));
    }

    @StoreTest
    void anAccountHasSoManyDomains(Database database) {
        var door =
                new Door(
                        database,
                        new LightsailSettings(KeyAlgorithm.EC_P256, Duration.ofDays(1), 10, 2));
        door.createDomain("one.example");
        door.createDomain("two.example");
        Door.assertInvalid(
                () -> door.createDomain("three.example"),
                "Sorry, you've reached your maximum limit of Lightsail Domains : 2.");
        door.lightsail.deleteDomain(request -> request.domainName("one.example"));
        door.createDomain("three.example");
    }

    @StoreTest
    void longListsComeInPagesAndHoldStillWhileDomainsAreMade(Database database) {
        var door = new Door(database);
        for (int i = 0; i < PageToken.PAGE + 2; i++) {
            door.createDomain("zone-" + i + ".example");
            door.features.clock.advance(Duration.ofMillis(1));
        }
        var first = door.lightsail.getDomains(_ -> {});
        assertThat(first.domains()).hasSize(PageToken.PAGE);
        door.createDomain("late.example");
        var second = door.lightsail.getDomains(request -> request.pageToken(first.nextPageToken()));
        assertThat(second.domains())
                .extracting(Domain::name)
                .containsExactly(
                        "zone-" + PageToken.PAGE + ".example",
                        "zone-" + (PageToken.PAGE + 1) + ".example",
                        "late.example");
        assertThat(second.nextPageToken()).isNull();
    }

    @StoreTest
    void aDeletedDomainIsGoneAndItsNameFree(Database database) {
        var door = new Door(database);
        door.createDomain("example.com");
        assertThat(
                        door.lightsail
                                .deleteDomain(request -> request.domainName("example.com"))
                                .operation()
                                .operationTypeAsString())
                .isEqualTo("DeleteDomain");
        Door.assertNotFound(() -> domain(door), "The Domain does not exist: example.com");
        Door.assertNotFound(
                () -> door.lightsail.deleteDomain(request -> request.domainName("example.com")),
                "The Domain does not exist: example.com");
        Door.assertNotFound(
                () -> add(door, "www.example.com", "A", "192.0.2.1"),
                "The Domain does not exist: example.com");
        door.createDomain("example.com");
    }

    private static void add(Door door, String name, String type, String target) {
        door.lightsail.createDomainEntry(r ->
                r.domainName("example.com")
                        .domainEntry(e -> e.name(name).type(type).target(target)));
    }

    private static Domain domain(Door door) {
        return door.lightsail.getDomain(request -> request.domainName("example.com")).domain();
    }

    private static DomainEntry entry(Door door, String name) {
        return domain(door).domainEntries().stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
