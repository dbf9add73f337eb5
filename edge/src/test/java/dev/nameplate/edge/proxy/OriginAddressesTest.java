package dev.nameplate.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.OriginPolicy;
import dev.nameplate.edge.testkit.SettableClock;

import org.junit.jupiter.api.Test;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

final class OriginAddressesTest {
    private final SettableClock clock = new SettableClock();
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicReference<List<InetAddress>> dns = new AtomicReference<>(at(1));
    private final AtomicReference<Executor> executor = new AtomicReference<>(Runnable::run);

    private final OriginAddresses addresses =
            new OriginAddresses(
                    host -> {
                        lookups.incrementAndGet();
                        if (dns.get().isEmpty()) {
                            throw new UnknownHostException(host);
                        }
                        return dns.get();
                    },
                    OriginPolicy.STANDARD,
                    task -> executor.get().execute(task),
                    clock);

    private static List<InetAddress> at(int last) {
        try {
            return List.of(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last}));
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aNameIsAskedForAgainAfterAMomentAndItsChangeFollowed() {
        assertThat(addresses.of("o.test").join().all()).isEqualTo(at(1));
        assertThat(addresses.of("o.test").join().all()).isEqualTo(at(1));
        assertThat(lookups).hasValue(1);
        dns.set(at(2));
        clock.advance(Duration.ofSeconds(6));
        assertThat(addresses.of("o.test").join().all()).isEqualTo(at(2));
        assertThat(lookups).hasValue(2);
    }

    @Test
    void nobodyWaitsForASlowNameServerWhileAnAnswerIsYoung() {
        assertThat(addresses.of("o.test").join().all()).isEqualTo(at(1));
        clock.advance(Duration.ofSeconds(30));
        executor.set(_ -> {});
        assertThat(addresses.of("o.test").join().all()).isEqualTo(at(1));
        clock.advance(Duration.ofSeconds(60));
        assertThat(addresses.of("other.test")).isNotDone();
    }

    @Test
    void aLostNameKeepsItsLastAddressesForAnHour() {
        assertThat(addresses.of("o.test").join().all()).isEqualTo(at(1));
        dns.set(List.of());
        clock.advance(Duration.ofMinutes(50));
        assertThat(addresses.of("o.test").join().all()).isEqualTo(at(1));
        clock.advance(Duration.ofMinutes(11));
        assertThat(addresses.of("o.test").join().known()).isFalse();
    }

    @Test
    void addressesThatFailedAreTriedLastForAMomentAndFamiliesInTurn() throws Exception {
        InetAddress six = InetAddress.getByName("2001:db8::1");
        InetAddress otherSix = InetAddress.getByName("2001:db8::2");
        InetAddress four = InetAddress.getByName("192.0.2.1");
        InetAddress otherFour = InetAddress.getByName("192.0.2.2");
        OriginHealth health = new OriginHealth(clock);
        List<InetAddress> all = List.of(six, otherSix, four, otherFour);
        assertThat(health.ordered(all, 80)).containsExactly(six, four, otherSix, otherFour);
        health.failed(new InetSocketAddress(six, 80));
        assertThat(health.ordered(all, 80)).containsExactly(otherSix, four, otherFour, six);
        assertThat(health.ordered(all, 443)).containsExactly(six, four, otherSix, otherFour);
        clock.advance(Duration.ofSeconds(11));
        assertThat(health.ordered(all, 80).getFirst()).isEqualTo(six);
        health.failed(new InetSocketAddress(six, 80));
        health.answered(new InetSocketAddress(six, 80));
        assertThat(health.ordered(all, 80).getFirst()).isEqualTo(six);
    }
}
