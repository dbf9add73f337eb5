package dev.nameplate.edge.http;

import dev.nameplate.edge.config.OncePerMinute;

import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http3.Http3Exception;
import io.netty.handler.codec.quic.QuicException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/// Tells a visitor's doings from our own mistakes.
final class ConnectionErrors {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionErrors.class);

    private static final OncePerMinute WARNINGS = new OncePerMinute();

    private ConnectionErrors() {}

    /// Resets, bad TLS and bad HTTP are everyday life on the internet; the rest is a defect and worth a line, one a
    /// minute.
    static void log(Channel channel, Throwable cause) {
        if (isVisitors(cause) || !WARNINGS.isDue(channel.eventLoop().ticker().nanoTime())) {
            LOG.debug("connection {} broken: {}", channel, cause.toString());
        } else {
            LOG.warn(
                    "connection {} failed; more of the kind in the next minute are not told",
                    channel,
                    cause);
        }
    }

    private static boolean isVisitors(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof DecoderException
                || cause instanceof Http2Exception
                || cause instanceof Http3Exception
                || cause instanceof QuicException;
    }
}
