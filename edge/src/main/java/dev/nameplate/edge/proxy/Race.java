package dev.nameplate.edge.proxy;

import dev.nameplate.edge.net.Transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// Connects to whichever of an origin's addresses answers first (RFC 8305): the next one is tried when one fails, or a moment
/// after it was tried without answer. Where there are no more addresses, the first ones again, up to the origin's attempts.
@SuppressWarnings("FutureReturnValueIgnored") // timers end by themselves
final class Race {
    private static final Logger LOG = LoggerFactory.getLogger(Race.class);

    /// RFC 8305 §5.
    private static final long HEAD_START_MILLIS = 250;

    /// An origin with many addresses is not asked at all of them for one request.
    private static final int MAX_ADDRESSES = 4;

    private final EventLoop loop;
    private final Transport transport;
    private final OriginHealth health;
    private final OriginRequest request;
    private final List<InetAddress> addresses;
    private final BooleanSupplier givenUp;
    private final Consumer<Channel> won;
    private final Consumer<OriginFailure> lost;
    private final int attempts;
    private int started;
    private int running;
    private boolean over;

    Race(
            EventLoop loop,
            Transport transport,
            OriginHealth health,
            OriginRequest request,
            List<InetAddress> addresses,
            BooleanSupplier givenUp,
            Consumer<Channel> won,
            Consumer<OriginFailure> lost) {
        this.loop = loop;
        this.transport = transport;
        this.health = health;
        this.request = request;
        this.addresses = addresses;
        this.givenUp = givenUp;
        this.won = won;
        this.lost = lost;
        this.attempts =
                Math.max(
                        request.origin().connectionAttempts(),
                        Math.min(addresses.size(), MAX_ADDRESSES));
    }

    void start() {
        InetSocketAddress address =
                new InetSocketAddress(addresses.get(started % addresses.size()), request.port());
        started++;
        running++;
        new Bootstrap()
                .group(loop)
                .channel(transport.client())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        (int) request.origin().connectTimeout().toMillis())
                .handler(new ChannelInboundHandlerAdapter())
                .connect(address)
                .addListener((ChannelFuture connected) -> ended(address, connected));
        if (started < addresses.size() && started < attempts) {
            int next = started;
            loop.schedule(
                    () -> {
                        if (!over && started == next) {
                            start();
                        }
                    },
                    HEAD_START_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void ended(InetSocketAddress address, ChannelFuture connected) {
        running--;
        if (connected.isSuccess()) {
            health.answered(address);
            if (over) {
                connected.channel().close();
            } else {
                over = true;
                won.accept(connected.channel());
            }
            return;
        }
        health.failed(address);
        if (over) {
            return;
        }
        if (started < attempts && !givenUp.getAsBoolean()) {
            start();
        } else if (running == 0) {
            over = true;
            LOG.debug(
                    "origin {} cannot be reached: {}",
                    request.origin().host(),
                    connected.cause().toString());
            lost.accept(
                    connected.cause() instanceof ConnectTimeoutException
                            ? OriginFailure.CONNECT_TIMEOUT
                            : OriginFailure.REFUSED);
        }
    }
}
