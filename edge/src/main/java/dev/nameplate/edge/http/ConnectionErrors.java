package dev.nameplate.edge.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/// Tells a visitor's doings from our own mistakes.
final class ConnectionErrors {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionErrors.class);

    private ConnectionErrors() {}

    /// Resets, bad TLS and bad HTTP are everyday life on the internet; the rest is a defect and worth a line.
    static void log(Channel channel, Throwable cause) {
        if (cause instanceof IOException || cause instanceof DecoderException) {
            LOG.debug("connection {} broken: {}", channel, cause.toString());
        } else {
            LOG.warn("connection {} failed", channel, cause);
        }
    }
}
