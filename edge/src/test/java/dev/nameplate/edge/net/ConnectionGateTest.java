package dev.nameplate.edge.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

final class ConnectionGateTest {
    private final AtomicInteger refused = new AtomicInteger();
    private final ConnectionGate gate = new ConnectionGate(6, 2, refused::incrementAndGet);
    private final EmbeddedChannel listener = new EmbeddedChannel(gate);

    @AfterEach
    void close() {
        listener.finishAndReleaseAll();
    }

    /// A connection as a listener hands it on.
    private static final class From extends EmbeddedChannel {
        private final SocketAddress remote;

        From(String address) {
            remote = new InetSocketAddress(address, 40_000);
        }

        @Override
        protected SocketAddress remoteAddress0() {
            return remote;
        }
    }

    private Channel connect(String address) {
        From channel = new From(address);
        listener.writeInbound(channel);
        return channel;
    }

    @Test
    void anAddressHasSoManyConnectionsAndGetsOneBackByClosingOne() {
        Channel first = connect("192.0.2.1");
        assertThat(connect("192.0.2.1").isOpen()).isTrue();
        assertThat(connect("192.0.2.1").isOpen()).isFalse();
        assertThat(connect("192.0.2.2").isOpen()).as("another address").isTrue();
        assertThat(first.close().isSuccess()).isTrue();
        assertThat(connect("192.0.2.1").isOpen()).isTrue();
        assertThat(refused).hasValue(1);
        assertThat(gate.open()).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, true",
        "2001:db8:1:2::1, 2001:db8:1:3::1, false",
        "192.0.2.1, ::ffff:192.0.2.1, true",
        "192.0.2.1, 192.0.2.129, false",
        "0.0.1.2, ::, false",
    })
    void anIpv6AddressCountsByItsNetwork(String one, String other, boolean same) {
        connect(one);
        connect(one);
        assertThat(connect(other).isOpen()).isNotEqualTo(same);
    }

    @Test
    void loopbackCountsInAllOnly() {
        for (int i = 0; i < 6; i++) {
            assertThat(connect(i % 2 == 0 ? "127.0.0.1" : "::1").isOpen()).isTrue();
        }
        assertThat(connect("127.0.0.1").isOpen()).isFalse();
        assertThat(connect("192.0.2.1").isOpen()).isFalse();
        assertThat(gate.open()).isEqualTo(6);
    }
}
