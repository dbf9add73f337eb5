package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.testkit.Http2Client;
import dev.nameplate.edge.testkit.NoLeaks;
import dev.nameplate.edge.testkit.RecordedEvents;
import dev.nameplate.edge.testkit.SettableClock;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.ReferenceCountUtil;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How long a visitor is waited for, and what one may leave lying about: by the event loop's own time, which stands until it is
/// moved.
@ExtendWith(NoLeaks.class)
final class PatienceTest {
    private static final InetSocketAddress ADDRESS =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final List<Exchange> handled = new ArrayList<>();
    private RequestHandler handler = handled::add;
    private final RecordedEvents events = new RecordedEvents();
    private final EmbeddedChannel channel = new EmbeddedChannel();

    @BeforeEach
    void stopTime() {
        channel.freezeTime();
    }

    @AfterEach
    void close() {
        if (channel.isOpen()) {
            var _ = channel.pipeline().firstContext().close(); // HTTP/2 would wait for its streams
        }
        channel.finishAndReleaseAll();
        assertThat(channel.isOpen()).isFalse();
    }

    private Viewer viewer() {
        return Viewer.of(
                channel,
                true,
                "w.test",
                new Viewer.Shared(
                        EdgeSettings.standard(ADDRESS, ADDRESS).toBuilder()
                                .viewerIdle(Duration.ofSeconds(60))
                                .build(),
                        exchange -> handler.handle(exchange),
                        events,
                        new SettableClock(),
                        new RequestIds(new SecureRandom()),
                        new LoopNumbers()));
    }

    private void http2() {
        Http2Viewer.addTo(viewer());
        send(text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(Http2Client.SETTINGS, 0, 0));
    }

    private void send(ByteBuf... frames) {
        channel.writeInbound(Unpooled.wrappedBuffer(frames));
        channel.runPendingTasks();
    }

    private static ByteBuf frame(int type, int flags, int stream, byte... payload) {
        return Unpooled.wrappedBuffer(Http2Client.frame(type, flags, stream, payload));
    }

    private static ByteBuf request(int stream, boolean end) {
        return frame(
                Http2Client.HEADERS,
                Http2Client.END_HEADERS | (end ? Http2Client.END_STREAM : 0),
                stream,
                Http2Client.fields(
                        ":method",
                        "POST",
                        ":scheme",
                        "https",
                        ":authority",
                        "w.test",
                        ":path",
                        "/"));
    }

    private static ByteBuf reset(int stream) {
        return frame(Http2Client.RST_STREAM, 0, stream, Http2Client.number(8));
    }

    /// Time goes by in small steps, as it does, and something may happen at each.
    private void pass(int seconds, Runnable each) {
        for (int i = 0; i < seconds && channel.isOpen(); i++) {
            channel.advanceTimeBy(1, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            if (channel.isOpen()) {
                each.run();
            }
            channel.runPendingTasks();
        }
    }

    /// Time enough for anything to be over, in which others ask and are answered.
    ///
    /// @param first stream of theirs
    private void passWithOthersAtWork(int first) {
        int[] next = {first};
        pass(
                100,
                () -> {
                    send(request(next[0], true));
                    handled.getLast().head(204, headers(), true);
                    next[0] += 2;
                });
    }

    private boolean wasReset(int stream) {
        return wasWritten(Http2Client.RST_STREAM, stream);
    }

    /// Whether the edge has written such a frame; what it has written is gone after this.
    private boolean wasWritten(int wanted, int stream) {
        boolean found = false;
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            while (out.readableBytes() >= 9) {
                int length = out.readUnsignedMedium();
                int type = out.readByte();
                out.readByte();
                found |= out.readInt() == stream && type == wanted;
                out.skipBytes(Math.min(length, out.readableBytes()));
            }
            out.release();
        }
        return found;
    }

    private static HttpHeaders headers() {
        return new DefaultHttpHeaders().set("content-type", "text/plain");
    }

    private Exchange answering(int bytes) {
        Exchange exchange = handled.getLast();
        exchange.head(200, headers(), false);
        exchange.data(Unpooled.wrappedBuffer(new byte[bytes]), false);
        exchange.flush();
        return exchange;
    }

    // ---- what a closed connection leaves behind

    @Test
    void aClosedHttp2ConnectionLeavesNoTimer() {
        http2();
        var _ = channel.close();
        channel.runPendingTasks();
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    }

    @Test
    void aClosedHttp1ConnectionLeavesNoTimer() {
        Viewers.addHttp1(viewer());
        var _ = channel.close();
        channel.runPendingTasks();
        assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
    }

    // ---- requests given up

    @Test
    void aRequestResetInTheSameBreathReachesNobodyAndIsNotLogged() {
        http2();
        send(request(1, true), reset(1), request(3, true));
        assertThat(handled).hasSize(1);
        assertThat(events.isQuiet()).isTrue();
    }

    @Test
    void aRequestWithItsBodyInOneBreathIsHandledWhole() {
        http2();
        send(
                request(1, false),
                frame(Http2Client.DATA, Http2Client.END_STREAM, 1, (byte) 'x', (byte) 'y'));
        assertThat(handled).hasSize(1);
        assertThat(handled.getFirst().bodyEnded()).isTrue();
        assertThat(handled.getFirst().bytesIn()).isEqualTo(2);
    }

    /// Whoever asks for the body while still making up its mind must not have it before that is done.
    @Test
    void aBodyThatCameAlongIsNotDeliveredInTheMiddleOfHandlingTheHead() {
        List<String> order = new ArrayList<>();
        handler =
                exchange -> {
                    exchange.listen(
                            new ExchangeListener() {
                                @Override
                                public void requestData(ByteBuf data, boolean last) {
                                    order.add("body");
                                    data.release();
                                }

                                @Override
                                public void writable() {}

                                @Override
                                public void viewerGone() {}
                            });
                    exchange.wantBody(true);
                    order.add("handled");
                };
        http2();
        send(request(1, false), frame(Http2Client.DATA, Http2Client.END_STREAM, 1, (byte) 'x'));
        assertThat(order).containsExactly("handled", "body");
    }

    /// As TLS in front of a full socket: nothing gets out, not even a good-bye.
    private static final class Stuck extends ChannelOutboundHandlerAdapter {
        private final List<ChannelPromise> waiting = new ArrayList<>();

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
            waiting.add(promise);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext ctx) {
            waiting.forEach(promise -> promise.tryFailure(new ClosedChannelException()));
        }

        @Override
        public void close(ChannelHandlerContext ctx, ChannelPromise promise) {}
    }

    @Test
    void afterAFloodNothingIsReadAndTheConnectionEndsThoughTheVisitorReadsNothing() {
        channel.pipeline().addLast(new Stuck());
        http2();
        byte[] ping = Http2Client.frame(Http2Client.PING, 0, 0, new byte[8]);
        for (int i = 0; i < 4_100; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(ping));
        }
        assertThat(channel.config().isAutoRead()).isFalse();
        assertThat(channel.isOpen()).isTrue();
        pass(1, () -> {});
        assertThat(channel.isOpen()).isFalse();
    }

    // ---- whoever does not read

    @Test
    void anHttp2VisitorWhoTakesNothingGetsNoMoreRequestsBegun() {
        http2();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        send(request(1, true), request(3, true));
        assertThat(handled).isEmpty();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();
        assertThat(handled).hasSize(2);
    }

    @Test
    void anHttp1VisitorWhoTakesNothingGetsNoMoreRequestsBegun() {
        Viewers.addHttp1(viewer());
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        send(text("GET / HTTP/1.1\r\nHost: w.test\r\n\r\n"));
        assertThat(handled).isEmpty();
        assertThat(channel.config().isAutoRead()).isFalse();
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        channel.runPendingTasks();
        assertThat(handled).hasSize(1);
    }

    @Test
    void aStreamWhoseWindowNeverOpensIsResetThoughOthersAreAtWork() {
        http2();
        send(request(1, true));
        Exchange stalled = answering(100_000);
        passWithOthersAtWork(3);
        assertThat(channel.isOpen()).isTrue();
        assertThat(stalled.isOver()).isTrue();
        assertThat(wasReset(1)).isTrue();
    }

    @Test
    void aStreamThatIsReadSlowlyStays() {
        http2();
        send(request(1, true));
        Exchange slow = answering(4_000_000);
        pass(
                150,
                () ->
                        send(
                                frame(Http2Client.WINDOW_UPDATE, 0, 0, Http2Client.number(1_000)),
                                frame(Http2Client.WINDOW_UPDATE, 0, 1, Http2Client.number(1_000))));
        assertThat(slow.isOver()).isFalse();
        assertThat(wasReset(1)).isFalse();
    }

    @Test
    void aStreamWhoseBodyNeverComesIsResetThoughOthersAreAtWork() {
        http2();
        send(request(1, false));
        Exchange stalled = handled.getFirst();
        stalled.wantBody(true);
        passWithOthersAtWork(3);
        assertThat(channel.isOpen()).isTrue();
        assertThat(stalled.isOver()).isTrue();
        assertThat(wasReset(1)).isTrue();
    }

    /// The connection's window has 65,535 bytes, and who holds a body back holds them.
    @Test
    void aBodyThatFindsTheWindowTakenByAnotherMayStillCome() {
        http2();
        send(request(1, false), request(3, false));
        Exchange starved = handled.getLast();
        starved.wantBody(true);
        for (int left = 65_535; left > 0; left -= 16_384) {
            send(frame(Http2Client.DATA, 0, 1, new byte[Math.min(left, 16_384)]));
        }
        passWithOthersAtWork(5);
        assertThat(starved.isOver()).isFalse();
    }

    @Test
    void anHttp1VisitorWhoReadsNothingIsCutOff() {
        Viewers.addHttp1(viewer());
        send(text("GET / HTTP/1.1\r\nHost: w.test\r\n\r\n"));
        answering(1_000);
        channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        channel.runPendingTasks();
        pass(50, () -> {});
        assertThat(channel.isOpen()).isTrue();
        pass(30, () -> {});
        assertThat(channel.isOpen()).isFalse();
    }

    // ---- whoever sends or takes so little at a time that it would stay for ever

    private static ByteBuf text(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
    }

    /// Takes bodies as they come.
    private void takeBodies() {
        handler =
                exchange -> {
                    handled.add(exchange);
                    exchange.listen(
                            new ExchangeListener() {
                                @Override
                                public void requestData(ByteBuf data, boolean last) {
                                    data.release();
                                }

                                @Override
                                public void writable() {}

                                @Override
                                public void viewerGone() {}
                            });
                    exchange.wantBody(true);
                };
    }

    /// A drop a second: nobody is cut off before the minute is over, and everybody soon after.
    private void assertThatDrippingEnds(Runnable drop) {
        pass(55, drop);
        assertThat(channel.isOpen()).isTrue();
        pass(60, drop);
        assertThat(channel.isOpen()).isFalse();
    }

    /// As in HTTP/1.1, with a word of farewell. This channel forgets its timers on a close, so the end itself is not seen.
    private void assertThatDrippingIsAnsweredByGoaway(Runnable drop) {
        pass(55, drop);
        assertThat(wasWritten(Http2Client.GOAWAY, 0)).isFalse();
        pass(60, drop);
        assertThat(wasWritten(Http2Client.GOAWAY, 0)).isTrue();
    }

    @Test
    void aHeadThatDripsIsCutOff() {
        Viewers.addHttp1(viewer());
        send(text("GET / HTTP/1.1\r\nHost: w.test\r\n"));
        assertThatDrippingEnds(() -> send(text("X: y\r\n")));
        assertThat(handled).isEmpty();
    }

    @Test
    void aBodyThatDripsIsCutOff() {
        takeBodies();
        Viewers.addHttp1(viewer());
        send(text("POST / HTTP/1.1\r\nHost: w.test\r\nContent-Length: 1000000\r\n\r\n"));
        assertThatDrippingEnds(() -> send(text("x")));
        assertThat(handled.getFirst().bytesIn()).isGreaterThan(50);
    }

    @Test
    void anHttp2BodyThatDripsIsCutOff() {
        takeBodies();
        http2();
        send(request(1, false));
        assertThatDrippingIsAnsweredByGoaway(() -> send(frame(Http2Client.DATA, 0, 1, (byte) 'x')));
        assertThat(handled.getFirst().bytesIn()).isGreaterThan(50);
    }

    /// A window that opens by single bytes is no reading.
    @Test
    void anHttp2VisitorWhoReadsByTheByteIsCutOff() {
        http2();
        send(request(1, true));
        answering(200_000);
        assertThatDrippingIsAnsweredByGoaway(() ->
                send(
                        frame(Http2Client.WINDOW_UPDATE, 0, 0, Http2Client.number(1)),
                        frame(Http2Client.WINDOW_UPDATE, 0, 1, Http2Client.number(1))));
    }

    // ---- refused in HTTP/1.1

    @Test
    void whatFollowsARefusedHeadIsReadForAWhileOnly() {
        Viewers.addHttp1(viewer());
        send(text("GET / HTTP/1.1\r\nHost: w.test\r\n"));
        byte[] more = "X-Abuse: yes\r\n".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 30; i++) {
            channel.writeInbound(Unpooled.wrappedBuffer(more));
        }
        assertThat(channel.config().isAutoRead()).isFalse();
        pass(2, () -> {});
        assertThat(channel.isOpen()).isFalse();
    }
}
