package dev.nameplate.api.acme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.enrolment.EnrolmentRetention;
import dev.nameplate.enrolment.Nonces;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.StoreTest;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;
import dev.nameplate.vault.Vault;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

final class NoncesTest {
    private final SettableClock clock = new SettableClock();
    private final Vault vault = TestVault.open();

    private Nonces over(Database database) {
        return new Nonces(database, vault, new SecureRandom(), clock);
    }

    @StoreTest
    void nonceIsGoodOnceAtWhicheverNode(TestStore store) {
        Nonces here = over(store.database());
        String nonce = here.fresh();
        try (Database elsewhere = store.open()) {
            Nonces there = over(elsewhere);
            assertThat(there.isOurs(nonce)).isTrue();
            assertThat(there.use(nonce)).isTrue();
            assertThat(here.use(nonce)).isFalse();
            assertThat(there.use(nonce)).isFalse();
        }
        assertThat(over(store.reopen()).use(nonce)).isFalse();
    }

    @StoreTest
    void nonceEndsAfterAnHourAndItsRowIsForgottenThen(Database database) {
        Nonces nonces = over(database);
        String used = nonces.fresh();
        String unused = nonces.fresh();
        assertThat(nonces.use(used)).isTrue();
        clock.advance(Duration.ofMinutes(61));
        assertThat(nonces.use(unused)).isFalse();
        EnrolmentRetention retention = new EnrolmentRetention(database);
        assertThat(retention.advance(0, clock.instant())).isPresent();
        assertThat(rows(database)).isEqualTo(1);
        clock.advance(Duration.ofMinutes(5));
        assertThat(retention.advance(0, clock.instant())).isPresent();
        assertThat(rows(database)).isZero();
        assertThat(nonces.use(used)).isFalse();
    }

    private static long rows(Database database) {
        return database.read(handle ->
                handle.createQuery("SELECT COUNT(*) FROM enrolment_nonce").mapTo(Long.class).one());
    }

    @StoreTest
    void madeUpOrChangedNonceIsNoneOfOurs(Database database) {
        Nonces nonces = over(database);
        String nonce = nonces.fresh();
        assertThat(nonces.isOurs("")).isFalse();
        assertThat(nonces.isOurs("not base64url!")).isFalse();
        assertThat(nonces.isOurs(nonce + nonce)).isFalse();
        for (int i = 0; i < nonce.length(); i++) {
            char other = nonce.charAt(i) == 'A' ? 'B' : 'A';
            String changed = nonce.substring(0, i) + other + nonce.substring(i + 1);
            assertThat(nonces.isOurs(changed)).as(changed).isFalse();
        }
        assertThat(new Nonces(database, TestVault.open(), new SecureRandom(), clock).isOurs(nonce))
                .as("under another key")
                .isFalse();
        Set<String> many = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            many.add(nonces.fresh());
        }
        assertThat(many).hasSize(1000);
    }
}
