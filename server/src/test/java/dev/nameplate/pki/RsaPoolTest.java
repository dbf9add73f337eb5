package dev.nameplate.pki;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

final class RsaPoolTest {
    private static final long PATIENCE = 60_000_000_000L;
    private final KeyPairs plain = KeyPairs.fastest(new SecureRandom());

    @Test
    void keysAreReadyAndEachIsHandedOutOnce() throws Exception {
        try (RsaPool pool = RsaPool.start(plain, 6);
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            KeyPairs keyPairs = plain.takingFrom(pool);
            awaitLevel(pool, 6);
            List<Callable<KeyPair>> asked = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                asked.add(() -> keyPairs.generate(KeyAlgorithm.RSA_2048));
            }
            Set<Object> moduli = new HashSet<>();
            for (Future<KeyPair> each : callers.invokeAll(asked)) {
                RSAPublicKey key = (RSAPublicKey) each.get().getPublic();
                assertThat(key.getModulus().bitLength()).isEqualTo(2048);
                moduli.add(key.getModulus());
            }

            assertThat(moduli).hasSize(9);
            assertThat(pool.taken()).isGreaterThanOrEqualTo(6);
            assertThat(pool.taken() + pool.missed()).isEqualTo(9);
            awaitLevel(pool, 6);
            assertThat(pool.level(KeyAlgorithm.RSA_4096)).isZero();
        }
    }

    @Test
    void otherKindsAndAnEmptyPoolAreMadeWhenAskedFor() {
        try (RsaPool pool = RsaPool.start(plain, 0)) {
            KeyPairs keyPairs = plain.takingFrom(pool);

            assertThat(KeyPairs.algorithmOf(keyPairs.generate(KeyAlgorithm.EC_P256).getPublic()))
                    .contains(KeyAlgorithm.EC_P256);
            assertThat(KeyPairs.algorithmOf(keyPairs.generate(KeyAlgorithm.RSA_2048).getPublic()))
                    .contains(KeyAlgorithm.RSA_2048);
            assertThat(pool.missed()).isEqualTo(1);
            assertThat(pool.taken()).isZero();
        }
    }

    private static void awaitLevel(RsaPool pool, int level) {
        long end = System.nanoTime() + PATIENCE;
        while (pool.level(KeyAlgorithm.RSA_2048) < level && System.nanoTime() < end) {
            LockSupport.parkNanos(5_000_000);
        }
        assertThat(pool.level(KeyAlgorithm.RSA_2048)).isEqualTo(level);
    }
}
