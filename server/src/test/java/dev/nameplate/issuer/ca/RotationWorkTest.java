package dev.nameplate.issuer.ca;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import dev.nameplate.pki.KeyPairs;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;
import dev.nameplate.testkit.TestVault;

import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

final class RotationWorkTest {
    private final SettableClock clock = new SettableClock();

    @Test
    void itWarnsOnceADayHoweverOftenItLooks() {
        Logger logger = (Logger) LoggerFactory.getLogger(RotationWork.class);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        logged.start();
        logger.addAppender(logged);
        try (TestStore store = TestStore.sqlite()) {
            Authorities authorities =
                    Authorities.open(
                            store.database(),
                            TestVault.open(),
                            KeyPairs.fastest(new SecureRandom()),
                            new SecureRandom(),
                            clock,
                            CaSettings.defaults("nameplate.internal"));
            RootKey rootKey = new RootKey(authorities);
            rootKey.remove(rootKey.root(Optional.empty()));
            clock.advance(Duration.ofDays(2 * 365 + 30));
            RotationWork work = new RotationWork(authorities);
            for (int look = 0; look < 3; look++) {
                assertThat(work.advance(0, clock.instant())).isPresent();
                clock.advance(Duration.ofSeconds(30));
            }
            assertThat(logged.list).hasSize(1);
            clock.advance(Duration.ofDays(1));
            assertThat(work.advance(0, clock.instant())).isPresent();
            assertThat(logged.list).hasSize(2);
            assertThat(logged.list.getLast().getFormattedMessage())
                    .contains("cannot be replaced", "is not in this store");
        } finally {
            logger.detachAppender(logged);
        }
    }
}
