package dev.nameplate.edge.warm;

import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.net.Transport;
import dev.nameplate.edge.proxy.OriginClient;
import dev.nameplate.edge.proxy.OriginFailure;
import dev.nameplate.edge.proxy.OriginListener;
import dev.nameplate.edge.proxy.OriginRequest;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// The visitors of a warm-up: what the edge speaks to origins, it speaks here to another edge.
final class Rehearsal implements AutoCloseable {
    /// Requests at a time; enough for the loop to find several in one turn.
    private static final int VISITORS = 16;

    /// An answer that does not come in this time never comes.
    private static final Duration LATE = Duration.ofSeconds(5);

    /// What visitors do. New connections come between any two others, since they are the most code and the fewest a second.
    enum Act {
        CONNECT(Props.KEPT, false, true),
        HIT_1(Props.KEPT, false, false),
        HIT_2(Props.KEPT, true, false),
        PROXY_1(Props.FRESH, false, false),
        PROXY_2(Props.FRESH, true, false);

        static final List<Act> PLAY =
                List.of(CONNECT, HIT_1, CONNECT, HIT_2, CONNECT, PROXY_1, CONNECT, PROXY_2);

        private final String path;
        private final boolean http2;
        private final boolean once;

        Act(String path, boolean http2, boolean once) {
            this.path = path;
            this.http2 = http2;
            this.once = once;
        }
    }

    private final EventLoopGroup group;
    private final EventLoop loop;
    private final ExecutorService loads;
    private final OriginClient client;
    private final Origin http1;
    private final Origin http2;
    private int next;

    private Rehearsal(Transport transport, InetSocketAddress edge, InstantSource clock) {
        group = transport.newEventLoops(1);
        loop = group.next();
        loads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory());
        InetAddress address = edge.getAddress();
        client =
                new OriginClient(
                        EdgeSettings.standard(edge, edge),
                        transport,
                        _ -> List.of(address),
                        loads,
                        clock);
        Origin of =
                Origin.own("edge", Props.HOST, edge.getPort(), "").toBuilder()
                        .verification(Origin.Verification.NONE)
                        .httpsPort(edge.getPort())
                        .build();
        http1 = of.toBuilder().http2(false).build();
        http2 = of.toBuilder().http2(true).build();
    }

    static Rehearsal of(Transport transport, InetSocketAddress edge, InstantSource clock) {
        return new Rehearsal(transport, edge, clock);
    }

    /// Plays the next act for some time.
    ///
    /// @return how many requests were answered
    long burst(Duration time) throws InterruptedException {
        Act act = Act.PLAY.get(next++ % Act.PLAY.size());
        long end = System.nanoTime() + time.toNanos();
        CountDownLatch done = new CountDownLatch(VISITORS);
        Visitor[] visitors = new Visitor[VISITORS];
        for (int i = 0; i < VISITORS; i++) {
            visitors[i] = new Visitor(act, end, done);
            loop.execute(visitors[i]::ask);
        }
        if (!done.await(LATE.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException(act + " is not answered in time");
        }
        long answered = 0;
        for (Visitor visitor : visitors) {
            answered += visitor.answered;
        }
        if (answered == 0) {
            throw new IllegalStateException(act + " is not answered as it should be");
        }
        return answered;
    }

    @Override
    public void close() {
        client.disconnect();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        client.close();
        loads.shutdownNow();
    }

    /// Asks again as soon as it is answered, until the time is over.
    private final class Visitor implements OriginListener {
        private final Act act;
        private final long end;
        private final CountDownLatch done;
        private long answered;

        Visitor(Act act, long end, CountDownLatch done) {
            this.act = act;
            this.end = end;
            this.done = done;
        }

        void ask() {
            HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
            headers.set(HttpHeaderNames.HOST, Props.HOST)
                    .set(HttpHeaderNames.USER_AGENT, "Mozilla/5.0 (warm-up)")
                    .set(HttpHeaderNames.ACCEPT, "text/html,*/*;q=0.8")
                    .set(HttpHeaderNames.ACCEPT_ENCODING, "gzip, br");
            if (act.once) {
                headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            var _ =
                    client.send(
                            loop,
                            new OriginRequest(
                                    act.http2 ? http2 : http1,
                                    true,
                                    Props.HOST,
                                    HttpMethod.GET,
                                    act.path,
                                    headers,
                                    false),
                            Optional.empty(),
                            this);
        }

        @Override
        public void bodyWanted(boolean wanted) {
            // no request of these has a body
        }

        @Override
        public void head(int status, HttpHeaders headers) {
            if (status == 200) {
                answered++;
            }
        }

        @Override
        public void data(ByteBuf data, boolean last) {
            data.release();
            if (last) {
                goOn();
            }
        }

        @Override
        public void pause() {
            // there is nothing to flush
        }

        @Override
        public void failed(OriginFailure failure) {
            done.countDown();
        }

        /// Not at once: the connection is free when this answer's reading has ended.
        private void goOn() {
            if (System.nanoTime() - end < 0) {
                loop.execute(this::ask);
            } else {
                done.countDown();
            }
        }
    }
}
