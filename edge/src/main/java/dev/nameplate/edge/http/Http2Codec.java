package dev.nameplate.edge.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Exception.StreamException;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.WeightedFairQueueByteDistributor;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.TimeUnit;

/// Netty's HTTP/2 codec, with the errors of RFC 9113 where Netty is milder or harsher.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write ends in channelInactive
final class Http2Codec extends Http2ConnectionHandler {
    /// What CloudFront announces.
    private static final int MAX_STREAMS = 128;

    /// A header block beyond this ends the connection: to answer it, all of it would have to be decoded.
    private static final int MAX_HEADER_BLOCK = 128 * 1024;

    /// What the connection's owner adds.
    interface Owner {
        /// Whether a request was handed on from this stream.
        boolean isHandled(Http2Stream stream);

        /// Whether the edge itself has ended the stream lately, so that the visitor may not know yet.
        boolean wasCutShort(int streamId);

        /// The visitor made the edge reset a stream.
        void streamFailed(ChannelHandlerContext ctx);

        /// Answers a request whose headers are more than the edge reads.
        void headersTooLarge(Http2Stream stream);
    }

    /// How long a visitor has to read why its connection ends.
    private static final long LAST_WORD_MILLIS = 500;

    private final Owner owner;
    private boolean ended;

    private Http2Codec(
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings settings,
            Owner owner) {
        super(decoder, encoder, settings);
        this.owner = owner;
    }

    static Http2Codec of(Http2Viewer viewer, long drainMillis) {
        Http2Connection connection = new DefaultHttp2Connection(true);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(
                                connection,
                                new CountedDistribution(
                                        new WeightedFairQueueByteDistributor(connection),
                                        viewer::written)));
        Http2ConnectionEncoder encoder =
                new DefaultHttp2ConnectionEncoder(
                        connection, new DefaultHttp2FrameWriter(new StoredFieldsEncoder()));
        return new Builder(viewer)
                .with(new Decoder(connection, encoder), encoder, viewer, drainMillis)
                .build();
    }

    /// A header block somewhat too large is decoded to its end, which keeps the connection usable.
    private static final class Decoder extends DefaultHttp2ConnectionDecoder {
        Decoder(Http2Connection connection, Http2ConnectionEncoder encoder) {
            super(
                    connection,
                    encoder,
                    new DefaultHttp2FrameReader(headersDecoder()),
                    Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                    true,
                    true,
                    true,
                    true);
        }

        /// Names and values are checked: what HTTP/1.1 could not carry is malformed (RFC 9113 §8.2.1).
        private static DefaultHttp2HeadersDecoder headersDecoder() {
            DefaultHttp2HeadersDecoder decoder =
                    new DefaultHttp2HeadersDecoder(true, true, Viewers.MAX_HEADERS);
            try {
                decoder.maxHeaderListSize(Viewers.MAX_HEADERS, MAX_HEADER_BLOCK);
            } catch (Http2Exception e) {
                throw new IllegalStateException(e);
            }
            return decoder;
        }

        @Override
        protected long calculateMaxHeaderListSizeGoAway(long maxHeaderListSize) {
            return MAX_HEADER_BLOCK;
        }
    }

    private static final class Builder
            extends AbstractHttp2ConnectionHandlerBuilder<Http2Codec, Builder> {
        private final Owner owner;

        Builder(Owner owner) {
            this.owner = owner;
        }

        Builder with(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Viewer listener,
                long drainMillis) {
            return codec(decoder, encoder)
                    .frameListener(listener)
                    .gracefulShutdownTimeoutMillis(drainMillis)
                    .initialSettings(
                            Http2Settings.defaultSettings()
                                    .maxConcurrentStreams(MAX_STREAMS)
                                    .maxHeaderListSize(Viewers.MAX_HEADERS)
                                    .connectProtocolEnabled(true));
        }

        @Override
        protected Http2Codec build() {
            return super.build();
        }

        @Override
        protected Http2Codec build(
                Http2ConnectionDecoder decoder,
                Http2ConnectionEncoder encoder,
                Http2Settings initialSettings) {
            return new Http2Codec(decoder, encoder, initialSettings, owner);
        }
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable cause, StreamException error) {
        Http2Stream stream = connection().stream(error.streamId());
        if (!outbound) {
            owner.streamFailed(ctx);
            if (stream == null
                    && error.error() == Http2Error.STREAM_CLOSED
                    && !owner.wasCutShort(error.streamId())) {
                // RFC 9113 §5.1.1: the number of a stream that has ended, or was passed over,
                // cannot come back.
                onConnectionError(
                        ctx,
                        false,
                        cause,
                        Http2Exception.connectionError(
                                Http2Error.PROTOCOL_ERROR,
                                "stream %d is closed",
                                error.streamId()));
                return;
            }
            if (stream != null
                    && stream.state() == Http2Stream.State.HALF_CLOSED_REMOTE
                    && owner.isHandled(stream)
                    && error.error() == Http2Error.PROTOCOL_ERROR) {
                // RFC 9113 §5.1: whatever else is wrong with it, a frame came after the end.
                resetStream(ctx, stream.id(), Http2Error.STREAM_CLOSED.code(), ctx.newPromise());
                return;
            }
            if (error instanceof Http2Exception.HeaderListSizeException tooLarge
                    && tooLarge.duringDecode()
                    && (stream == null || !stream.isHeadersSent())) {
                answerTooLarge(ctx, error);
                return;
            }
        }
        super.onStreamError(ctx, outbound, cause, error);
    }

    /// Nothing is read any more, and the last word does not wait for a visitor who reads nothing either: Netty would go on
    /// decrypting what is poured into the connection for as long as that takes.
    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx,
            boolean outbound,
            Throwable cause,
            @Nullable Http2Exception error) {
        boolean again = ended;
        ended = true;
        super.onConnectionError(ctx, outbound, cause, error);
        if (!again) {
            ctx.channel().config().setAutoRead(false);
            ctx.executor()
                    .schedule(
                            () -> Viewers.cutOff(ctx.channel()),
                            LAST_WORD_MILLIS,
                            TimeUnit.MILLISECONDS);
        }
    }

    /// Netty's own way asks for more even where nothing shall be read.
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        if (ended) {
            ctx.fireChannelReadComplete();
            flush(ctx);
        } else {
            super.channelReadComplete(ctx);
        }
    }

    private void answerTooLarge(ChannelHandlerContext ctx, StreamException error) {
        try {
            Http2Stream stream = connection().stream(error.streamId());
            owner.headersTooLarge(
                    stream == null
                            ? connection().remote().createStream(error.streamId(), false)
                            : stream);
        } catch (Http2Exception e) {
            super.onStreamError(ctx, false, e, error);
        }
    }
}
