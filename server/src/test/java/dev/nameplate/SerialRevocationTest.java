package dev.nameplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.certificate.Issuer;
import dev.nameplate.certificate.RevocationReason;
import dev.nameplate.client.CommandFailed;
import dev.nameplate.config.Settings;
import dev.nameplate.config.SettingsReader;
import dev.nameplate.issuer.ca.AuthorityRotation;
import dev.nameplate.issuer.ca.EmbeddedCa;
import dev.nameplate.issuer.ca.KnownAuthority;
import dev.nameplate.issuer.ca.revocation.Revocations;
import dev.nameplate.job.JobEngine;
import dev.nameplate.pki.KeyAlgorithm;
import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.TestOrders;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

final class SerialRevocationTest {
    @TempDir private Path folder;

    @Test
    void whatIsRevokedAlreadyIsRefusedAndKeepsItsReason() {
        Settings settings =
                SettingsReader.read(
                        Optional.empty(), Map.of("NAMEPLATE_DATA_DIR", folder.toString()));
        try (Store store = Store.open(settings)) {
            EmbeddedCa ca =
                    Features.over(
                                    store,
                                    settings,
                                    new JobEngine(store.database(), store.clock(), "test"))
                            .ca();
            String leaf = issue(ca, KeyPairs.fastest(store.random()));
            SerialRevocation revocation = new SerialRevocation(store, settings);

            assertThat(revocation.revoke(leaf, "unspecified")).endsWith(leaf + " is revoked");
            Revocations.Revoked first = revoked(store, leaf);
            assertThat(first.reason()).isEqualTo(RevocationReason.UNSPECIFIED);
            assertThatThrownBy(() -> revocation.revoke(leaf, "key-compromise"))
                    .isInstanceOf(CommandFailed.class)
                    .hasMessageContaining("already revoked (unspecified) at " + first.at());
            assertThat(revoked(store, leaf)).isEqualTo(first);

            KnownAuthority authority = ca.authorities().hierarchy().signing();
            new AuthorityRotation(ca.authorities()).rotate();
            assertThat(revocation.revoke(authority.serial(), "superseded")).endsWith("is revoked");
            assertThatThrownBy(() -> revocation.revoke(authority.serial(), "key-compromise"))
                    .isInstanceOf(CommandFailed.class)
                    .hasMessageContaining("already revoked (superseded) at ");
        }
    }

    private static Revocations.Revoked revoked(Store store, String serial) {
        return store.database()
                .read(handle -> Revocations.status(handle, serial))
                .flatMap(Revocations.Status::revoked)
                .orElseThrow();
    }

    private static String issue(EmbeddedCa ca, KeyPairs keys) {
        Issuer.Order order =
                TestOrders.order(keys.generate(KeyAlgorithm.EC_P256), "www.example.com");
        if (ca.issue(List.of(order)).getFirst()
                instanceof Issuer.Answer.Signed(List<X509Certificate> chain, _)) {
            return chain.getFirst().getSerialNumber().toString(16);
        }
        throw new AssertionError("it should have been signed");
    }
}
