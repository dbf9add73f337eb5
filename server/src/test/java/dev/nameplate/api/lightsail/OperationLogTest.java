package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestFeatures;

import software.amazon.awssdk.services.lightsail.model.Operation;
import software.amazon.awssdk.services.lightsail.model.OperationStatus;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

final class OperationLogTest {

    @StoreTest
    void anOperationIsFoundByItsId(Database database) {
        var door = new Door(database);
        Operation made = door.createCertificate("site", "example.com").operations().getFirst();
        assertThat(door.lightsail.getOperation(r -> r.operationId(made.id())).operation())
                .isEqualTo(made);
        Door.assertNotFound(
                () -> door.lightsail.getOperation(r -> r.operationId("none")),
                "The Operation does not exist: none");
        Door.assertNotFound(
                () -> door.in("eu-west-1").getOperation(r -> r.operationId(made.id())), made.id());
        Door.assertNotFound(
                () ->
                        door.door
                                .as(TestFeatures.otherAccount("us-east-1"))
                                .getOperation(r -> r.operationId(made.id())),
                made.id());
    }

    @StoreTest
    void aChangeOfADistributionSucceedsOnceTheEdgeServesIt(Database database) {
        var door = new Door(database);
        Operation made = door.createDistribution("shop").operation();
        Instant started = door.features.clock.instant();
        assertThat(operation(door, made)).isEqualTo(made);

        door.features.clock.advance(Duration.ofSeconds(3));
        door.features.deployAll();
        Operation done = operation(door, made);
        assertThat(done.status()).isEqualTo(OperationStatus.SUCCEEDED);
        assertThat(done.isTerminal()).isTrue();
        assertThat(done.createdAt()).isEqualTo(started);
        assertThat(done.statusChangedAt()).isEqualTo(started.plusSeconds(3));

        door.features.clock.advance(Duration.ofSeconds(3));
        assertThat(operation(door, made)).isEqualTo(done);
        assertThat(door.lightsail.getOperations(_ -> {}).operations()).containsExactly(done);
    }

    @StoreTest
    void listsBeginWithTheNewestAndKnowWhatIsGone(Database database) {
        var door = new Door(database);
        door.createDomain("example.com");
        door.features.clock.advance(Duration.ofSeconds(1));
        door.createCertificate("site", "example.com");
        door.features.clock.advance(Duration.ofSeconds(1));
        door.lightsail.deleteCertificate(r -> r.certificateName("site"));
        assertThat(door.lightsail.getOperations(_ -> {}).operations())
                .extracting(Operation::operationTypeAsString)
                .containsExactly("DeleteCertificate", "CreateCertificate", "CreateDomain");
        assertThat(
                        door.lightsail
                                .getOperationsForResource(r -> r.resourceName("site"))
                                .operations())
                .extracting(Operation::operationTypeAsString)
                .containsExactly("DeleteCertificate", "CreateCertificate");
        assertThat(
                        door.lightsail
                                .getOperationsForResource(r -> r.resourceName("none"))
                                .operations())
                .isEmpty();
        assertThat(door.in("eu-west-1").getOperations(_ -> {}).operations()).isEmpty();
    }

    @StoreTest
    void longListsComeInPages(Database database) {
        var door = new Door(database);
        door.createCertificate("site", "example.com");
        for (int i = 0; i < PageToken.PAGE; i++) {
            door.lightsail.untagResource(r -> r.resourceName("site").tagKeys("none"));
        }
        var first = door.lightsail.getOperations(_ -> {});
        assertThat(first.operations()).hasSize(PageToken.PAGE);
        var second = door.lightsail.getOperations(r -> r.pageToken(first.nextPageToken()));
        assertThat(second.operations()).hasSize(1);
        assertThat(second.nextPageToken()).isNull();
        assertThat(first.operations()).doesNotContainAnyElementsOf(second.operations());
        var ofSite =
                door.lightsail.getOperationsForResource(
                        r -> r.resourceName("site").pageToken(first.nextPageToken()));
        assertThat(ofSite.operations()).isEqualTo(second.operations());
        Door.assertInvalid(
                () -> door.lightsail.getOperations(r -> r.pageToken("%%%")),
                "The page token is not valid");
    }

    @StoreTest
    void recordsAreKeptForAWhileOnly(Database database) {
        // Small numbers make every append sweep.
        var numbers = new AtomicLong();
        var door =
                new Door(
                        new TestFeatures(database),
                        new LightsailSettings(KeyAlgorithm.EC_P256, Duration.ofDays(1), 10, 6),
                        numbers::incrementAndGet);
        Operation old = door.createCertificate("site", "example.com").operations().getFirst();
        door.features.clock.advance(Duration.ofHours(23));
        door.createCertificate("other", "example.com");
        assertThat(operation(door, old)).isEqualTo(old);
        door.features.clock.advance(Duration.ofHours(2));
        door.createCertificate("third", "example.com");
        Door.assertNotFound(() -> operation(door, old), old.id());
        assertThat(door.lightsail.getOperations(_ -> {}).operations()).hasSize(2);
    }

    private static Operation operation(Door door, Operation operation) {
        return door.lightsail.getOperation(r -> r.operationId(operation.id())).operation();
    }
}
