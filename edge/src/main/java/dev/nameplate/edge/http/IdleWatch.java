package dev.nameplate.edge.http;

import io.netty.channel.Channel;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// Has a connection looked at for silence until it closes: one timer a connection, none a request, and none that outlives the
/// connection and would keep it in memory.
@SuppressWarnings("FutureReturnValueIgnored") // listeners of a close
final class IdleWatch {
    /// So silence is noticed a quarter of its limit late at most.
    private static final int LOOKS = 4;

    private IdleWatch() {}

    static void start(Channel channel, Duration limit, Runnable look) {
        long pause = Math.max(1, limit.toNanos() / LOOKS);
        Future<?> looking =
                channel.eventLoop()
                        .scheduleWithFixedDelay(look, pause, pause, TimeUnit.NANOSECONDS);
        channel.closeFuture().addListener(_ -> looking.cancel(false));
    }
}
