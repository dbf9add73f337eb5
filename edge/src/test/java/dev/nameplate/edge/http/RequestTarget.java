package dev.nameplate.edge.http;

import dev.nameplate.edge.name.HostNames;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;

import java.util.Optional;

/// Bytes of an HTTP/1 connection: a request that is not refused has one target and one host, and neither can be read as
/// more than that.
public final class RequestTarget {
    private RequestTarget() {}

    public static void fuzzerTestOneInput(byte[] input) {
        EmbeddedChannel channel = new EmbeddedChannel(Viewers.newDecoder());
        channel.writeInbound(Unpooled.wrappedBuffer(input));
        for (Object message = channel.readInbound();
                message != null;
                message = channel.readInbound()) {
            if (message instanceof HttpRequest request) {
                check(Http1Head.of(request));
            }
            ReferenceCountUtil.release(message);
        }
        channel.finishAndReleaseAll();
    }

    private static void check(Http1Head head) {
        if (head.refusal() == 0
                && (!head.target().startsWith("/")
                        || !Targets.isClean(head.target())
                        || !HostNames.of(head.host()).equals(Optional.of(head.host())))) {
            throw new AssertionError("served: " + head);
        }
    }
}
