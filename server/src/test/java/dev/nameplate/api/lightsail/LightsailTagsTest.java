package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import software.amazon.awssdk.services.lightsail.model.Operation;
import software.amazon.awssdk.services.lightsail.model.OperationStatus;
import software.amazon.awssdk.services.lightsail.model.ResourceType;
import software.amazon.awssdk.services.lightsail.model.Tag;

import java.util.List;
import java.util.stream.IntStream;

final class LightsailTagsTest {

    @StoreTest
    void everyKindOfResourceCanBeTagged(Database database) {
        var door = new Door(database);
        door.createCertificate("site", "example.com");
        door.createDistribution("shop");
        door.createDomain("example.com");
        for (String name : List.of("site", "shop", "example.com")) {
            Operation operation =
                    door.lightsail
                            .tagResource(r -> r.resourceName(name).tags(tag("env", "dev")))
                            .operations()
                            .getFirst();
            assertThat(operation.operationTypeAsString()).isEqualTo("TagResource");
            assertThat(operation.status()).isEqualTo(OperationStatus.SUCCEEDED);
            assertThat(operation.resourceName()).isEqualTo(name);
        }
        assertThat(door.certificate("site").tags()).containsExactly(tag("env", "dev"));
        assertThat(door.distribution("shop").tags()).containsExactly(tag("env", "dev"));
        assertThat(door.lightsail.getDomain(r -> r.domainName("example.com")).domain().tags())
                .containsExactly(tag("env", "dev"));
    }

    @StoreTest
    void anExistingKeyTakesTheNewValueAndUntaggingRemovesIt(Database database) {
        var door = new Door(database);
        door.createCertificate("site", "example.com");
        door.lightsail.tagResource(r -> r.resourceName("site").tags(tag("a", "1"), tag("b", "2")));
        door.lightsail.tagResource(r -> r.resourceName("site").tags(tag("a", "3")));
        assertThat(door.certificate("site").tags()).containsExactly(tag("a", "3"), tag("b", "2"));
        Operation operation =
                door.lightsail
                        .untagResource(r -> r.resourceName("site").tagKeys("a", "never"))
                        .operations()
                        .getFirst();
        assertThat(operation.operationTypeAsString()).isEqualTo("UntagResource");
        assertThat(operation.resourceType()).isEqualTo(ResourceType.CERTIFICATE);
        assertThat(door.certificate("site").tags()).containsExactly(tag("b", "2"));
    }

    @StoreTest
    void theArnMustNameTheSameResource(Database database) {
        var door = new Door(database);
        String arn = door.createCertificate("site", "example.com").certificate().certificateArn();
        door.createCertificate("other", "example.com");
        door.lightsail.tagResource(
                r -> r.resourceName("site").resourceArn(arn).tags(tag("a", "1")));
        assertThat(door.certificate("site").tags()).hasSize(1);
        Door.assertInvalid(
                () ->
                        door.lightsail.tagResource(
                                r -> r.resourceName("other").resourceArn(arn).tags(tag("a", "1"))),
                "which is named 'site'");
        for (String wrong :
                List.of(
                        arn.replace("us-east-1", "eu-west-1"),
                        arn.replace("123456789012", "210987654321"),
                        arn.replace("Certificate/", "Distribution/"),
                        "arn:aws:lightsail:us-east-1:123456789012:Certificate/nothing")) {
            Door.assertNotFound(
                    () ->
                            door.lightsail.tagResource(r ->
                                    r.resourceName("site").resourceArn(wrong).tags(tag("a", "1"))),
                    "The resource does not exist: " + wrong);
        }
        Door.assertNotFound(
                () -> door.lightsail.untagResource(r -> r.resourceName("none").tagKeys("a")),
                "The resource does not exist: none");
    }

    @StoreTest
    void tagsThatBreakARuleAreRefusedAtCreationToo(Database database) {
        var door = new Door(database);
        refused(door, "1 to 128 characters, not 129", tag("k".repeat(129), "v"));
        refused(door, "1 to 128 characters, not 0", tag("", "v"));
        refused(door, "1 to 128 characters, not 0", Tag.builder().value("v").build());
        refused(door, "longer than 256 characters", tag("k", "v".repeat(257)));
        refused(door, "starts with 'aws:'", tag("aws:cost", "v"));
        refused(door, "starts with 'aws:'", tag("AWS:cost", "v"));
        refused(door, "a character other than", tag("k", "<b>"));
        refused(
                door,
                "at most 50 tags; this request would make it 51",
                IntStream.range(0, 51).mapToObj(i -> tag("k" + i, "")).toArray(Tag[]::new));
        assertThat(door.lightsail.getCertificates(_ -> {}).certificates()).isEmpty();

        door.lightsail.createCertificate(r ->
                r.certificateName("site")
                        .domainName("example.com")
                        .tags(
                                IntStream.range(0, 50)
                                        .mapToObj(i -> tag("k" + i, ""))
                                        .toArray(Tag[]::new)));
        Door.assertInvalid(
                () ->
                        door.lightsail.tagResource(
                                r -> r.resourceName("site").tags(tag("one more", ""))),
                "this request would make it 51");
        assertThat(door.certificate("site").tags()).hasSize(50);
        door.lightsail.tagResource(r -> r.resourceName("site").tags(tag("k0", "changed")));
        assertThat(door.certificate("site").tags().getFirst()).isEqualTo(tag("k0", "changed"));
    }

    private static void refused(Door door, String message, Tag... tags) {
        Door.assertInvalid(
                () ->
                        door.lightsail.createCertificate(r ->
                                r.certificateName("site").domainName("example.com").tags(tags)),
                message);
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
