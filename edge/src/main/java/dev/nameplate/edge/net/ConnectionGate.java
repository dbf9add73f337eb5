package dev.nameplate.edge.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

import org.jspecify.annotations.Nullable;

import java.net.SocketAddress;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Stands before the listeners, QUIC's included: a connection too many is closed before anything is set up for it.
@ChannelHandler.Sharable
@SuppressWarnings("FutureReturnValueIgnored") // listeners of a close
public final class ConnectionGate extends ChannelInboundHandlerAdapter {
    private final int total;
    private final int perAddress;
    private final Runnable refused;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentMap<Long, Integer> openByAddress = new ConcurrentHashMap<>();

    /// @param perAddress 0 for any number
    /// @param refused told of each that was closed
    public ConnectionGate(int total, int perAddress, Runnable refused) {
        this.total = total;
        this.perAddress = perAddress;
        this.refused = refused;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object accepted) {
        if (!(accepted instanceof Channel channel) || admits(channel, channel.remoteAddress())) {
            ctx.fireChannelRead(accepted);
        } else {
            channel.unsafe().closeForcibly();
        }
    }

    /// Counts the connection until it closes; where it is not admitted, the caller closes it.
    ///
    /// @param remote where it comes from, which not every channel tells by itself
    public boolean admits(Channel channel, @Nullable SocketAddress remote) {
        boolean admitted = count(channel, remote);
        if (!admitted) {
            refused.run();
        }
        return admitted;
    }

    private boolean count(Channel channel, @Nullable SocketAddress remote) {
        if (open.incrementAndGet() > total) {
            open.decrementAndGet();
            return false;
        }
        OptionalLong address =
                perAddress == 0 || remote == null
                        ? OptionalLong.empty()
                        : Addresses.counted(remote);
        if (address.isPresent()
                && openByAddress.merge(address.getAsLong(), 1, Integer::sum) > perAddress) {
            leave(address);
            return false;
        }
        channel.closeFuture().addListener(_ -> leave(address));
        return true;
    }

    private void leave(OptionalLong address) {
        open.decrementAndGet();
        if (address.isPresent()) {
            openByAddress.computeIfPresent(
                    address.getAsLong(), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    public int open() {
        return open.get();
    }
}
