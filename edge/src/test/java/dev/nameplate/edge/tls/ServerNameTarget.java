package dev.nameplate.edge.tls;

import dev.nameplate.edge.name.HostNames;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

/// The first bytes of a TLS connection, put together from records and read: a name that is found is found in comparable form,
/// or refused.
public final class ServerNameTarget {
    private ServerNameTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        EmbeddedChannel channel =
                new EmbeddedChannel(
                        new SslClientHelloHandler<Boolean>(16_384) {
                            @Override
                            protected Future<Boolean> lookup(
                                    ChannelHandlerContext ctx, @Nullable ByteBuf clientHello) {
                                if (clientHello != null) {
                                    check(hello(clientHello).serverName());
                                }
                                return ctx.executor().newSucceededFuture(true);
                            }

                            @Override
                            protected void onLookupComplete(
                                    ChannelHandlerContext ctx, Future<Boolean> done) {
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

    /// Netty goes on after an exception, as if there were no name.
    private static ClientHello hello(ByteBuf clientHello) {
        try {
            return ClientHello.read(clientHello);
        } catch (RuntimeException e) {
            throw new AssertionError("cannot be read", e);
        }
    }

    private static void check(String name) {
        Optional<String> host = HostNames.of(name);
        if (host.isPresent() && !HostNames.of(host.get()).equals(host)) {
            throw new AssertionError(name + " became " + host.get());
        }
    }
}
