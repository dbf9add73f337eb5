package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.testkit.StoreTest;

import java.time.Duration;

final class ActiveNamesTest {
    @StoreTest
    void namesOfEveryKindAreListedWhileTheyAreTaken(Database database) {
        var door = new Door(database);
        door.createDomain("example.com");
        door.features.clock.advance(Duration.ofMillis(1));
        door.createCertificate("site", "www.example.com");
        door.features.clock.advance(Duration.ofMillis(1));
        door.createDistribution("front");
        door.in("eu-west-1")
                .createCertificate(r -> r.certificateName("far").domainName("far.example.com"));
        assertThat(door.lightsail.getActiveNames(_ -> {}).activeNames())
                .containsExactly("example.com", "site", "front");

        door.lightsail.deleteCertificate(r -> r.certificateName("site"));
        assertThat(door.lightsail.getActiveNames(_ -> {}).activeNames())
                .containsExactly("example.com", "front");
        assertThat(door.in("eu-west-1").getActiveNames(_ -> {}).activeNames())
                .containsExactly("far");
    }

    @StoreTest
    void theyComeInPages(Database database) {
        var door = new Door(database);
        for (int i = 0; i <= PageToken.PAGE; i++) {
            door.createCertificate("site-" + i, "example.com");
            door.features.clock.advance(Duration.ofMillis(1));
        }
        var first = door.lightsail.getActiveNames(_ -> {});
        assertThat(first.activeNames()).hasSize(PageToken.PAGE);
        var second = door.lightsail.getActiveNames(r -> r.pageToken(first.nextPageToken()));
        assertThat(second.activeNames()).containsExactly("site-" + PageToken.PAGE);
        assertThat(second.nextPageToken()).isNull();
    }
}
