package dev.nameplate.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.StoreTest;

import java.time.Duration;

final class ProvenNamesTest {

    @StoreTest
    void nameIsProvenForItsAccountWhileItsCertificateIsInForceAndTheProofIsFresh(
            Database database) {
        Scene scene = new Scene(database);
        Certificate asked = scene.request("example.com", "*.example.com");
        assertThat(proven(scene, Scene.ALICE, "example.com")).as("pending").isFalse();
        scene.show(asked);
        scene.jobs.tick();
        assertThat(proven(scene, Scene.ALICE, "example.com")).isTrue();
        assertThat(proven(scene, Scene.ALICE, "*.example.com")).isTrue();
        assertThat(proven(scene, Scene.ALICE, "www.example.com")).isFalse();
        assertThat(proven(scene, Scene.BOB, "example.com")).isFalse();
        var _ = scene.imported("imported.example.com");
        assertThat(proven(scene, Scene.ALICE, "imported.example.com")).isFalse();

        scene.clock.advance(Duration.ofDays(201));
        assertThat(proven(scene, Scene.ALICE, "example.com")).as("long ago").isFalse();
    }

    private static boolean proven(Scene scene, AccountId account, String name) {
        return scene.database.read(handle ->
                ProvenNames.has(handle, account, new DomainName(name), scene.clock.instant()));
    }
}
