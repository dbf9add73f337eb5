package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.testkit.Http2Client;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RecordedEvents;
import dev.nameplate.edge.testkit.SettableClock;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/// Who is told to wait on HTTP/2 is told when to go on.
@ExtendWith(NoLeaks.class)
final class WakeUpTest {
    private final List<Exchange> exchanges = new ArrayList<>();
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private int woken;

    @BeforeEach
    void request() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        Viewer.Shared shared =
                new Viewer.Shared(
                        EdgeSettings.standard(address, address),
                        exchanges::add,
                        new RecordedEvents(),
                        new SettableClock(),
                        new RequestIds(new SecureRandom()),
                        new LoopNumbers());
        Http2Viewer.addTo(Viewer.of(channel, true, "w.test", shared));
        channel.writeInbound(
                Unpooled.copiedBuffer(
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", StandardCharsets.US_ASCII),
                Unpooled.wrappedBuffer(Http2Client.frame(Http2Client.SETTINGS, 0, 0)),
                Unpooled.wrappedBuffer(
                        Http2Client.frame(
                                Http2Client.HEADERS,
                                Http2Client.END_HEADERS | Http2Client.END_STREAM,
                                1,
                                Http2Client.fields(
                                        ":method",
                                        "GET",
                                        ":scheme",
                                        "https",
                                        ":authority",
                                        "w.test",
                                        ":path",
                                        "/"))));
        exchanges
                .getFirst()
                .listen(
                        new ExchangeListener() {
                            @Override
                            public void requestData(ByteBuf data, boolean last) {
                                data.release();
                            }

                            @Override
                            public void writable() {
                                woken++;
                            }

                            @Override
                            public void viewerGone() {}
                        });
        channel.runPendingTasks();
        woken = 0;
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    /// As TLS does: the change shows at once, the event for it comes later.
    private void channelTakesMore(boolean more) {
        ChannelOutboundBuffer out = channel.unsafe().outboundBuffer();
        out.setUserDefinedWritability(1, more);
    }

    @Test
    void aChannelThatFilledAndEmptiedBeforeItsEventsWakesWhoeverSawItFull() {
        channelTakesMore(false);
        assertThat(exchanges.getFirst().writable()).isFalse();
        channelTakesMore(true);
        channel.runPendingTasks();
        assertThat(woken).isEqualTo(1);
    }

    @Test
    void aChannelThatStaysFullForLongerWakesOnce() {
        channelTakesMore(false);
        assertThat(exchanges.getFirst().writable()).isFalse();
        channel.runPendingTasks();
        assertThat(woken).isZero();
        channelTakesMore(true);
        channel.runPendingTasks();
        assertThat(woken).isEqualTo(1);
    }

    @Test
    void nobodyIsWokenInTheMiddleOfAnotherCall() {
        channelTakesMore(false);
        channel.runPendingTasks();
        assertThat(exchanges.getFirst().writable()).isFalse();
        channelTakesMore(true);
        channel.pipeline().fireChannelWritabilityChanged();
        assertThat(woken).isZero();
        channel.runPendingTasks();
        assertThat(woken).isEqualTo(1);
    }
}
