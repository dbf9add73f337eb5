package dev.nameplate.edge.tls;

import dev.nameplate.edge.name.HostNames;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.AbstractSniHandler;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// The first bytes of a TLS connection: a name that is found is found in comparable form, or refused.
public final class ServerNameTarget {
    private ServerNameTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        EmbeddedChannel channel =
                new EmbeddedChannel(
                        new AbstractSniHandler<Boolean>(0) {
                            @Override
                            protected Future<Boolean> lookup(
                                    ChannelHandlerContext ctx, @Nullable String name) {
                                if (name != null) {
                                    check(name);
                                }
                                return ctx.executor().newSucceededFuture(true);
                            }

                            @Override
                            protected void onLookupComplete(
                                    ChannelHandlerContext ctx,
                                    @Nullable String name,
                                    Future<Boolean> done) {
                                ctx.pipeline().remove(this);
                            }
                        });
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(input));
            channel.checkException();
        } catch (DecoderException e) {
            // what no TLS library would have sent
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static void check(String name) {
        Optional<String> host = HostNames.of(name);
        if (host.isPresent() && !HostNames.of(host.get()).equals(host)) {
            throw new AssertionError(name + " became " + host.get());
        }
    }
}
