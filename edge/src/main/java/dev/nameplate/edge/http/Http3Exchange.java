package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3ErrorCode;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.AsciiString;

/// An exchange over one stream of an HTTP/3 connection.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write or close ends in channelInactive
final class Http3Exchange extends FieldExchange {
    private final QuicStreamChannel stream;

    Http3Exchange(
            Viewer viewer,
            QuicStreamChannel stream,
            RequestHead head,
            Http3Headers request,
            boolean hasBody) {
        super(viewer, head, request, hasBody);
        this.stream = stream;
    }

    @Override
    public String protocol() {
        return "HTTP/3.0";
    }

    @Override
    void bodyConsumed(int bytes) {
        // Not reading is enough: the window opens by what is read.
    }

    @Override
    void bodyWantedChanged() {
        stream.config().setAutoRead(bodyEnded() || bodyWanted());
    }

    @Override
    public void sayContinue() {
        writeFields(new DefaultHttp3Headers(false).status("100"), false);
        flush();
    }

    @Override
    public void flush() {
        stream.flush();
    }

    @Override
    boolean takesMore() {
        return stream.isWritable();
    }

    @Override
    void writeHead(int status, HttpHeaders headers, boolean last) {
        writeFields(answerFields(status, headers), last);
    }

    private static Http3Headers answerFields(int status, HttpHeaders headers) {
        Http3Headers out = new DefaultHttp3Headers(false);
        out.status(Integer.toString(status));
        addFields(out, headers);
        return out;
    }

    private void writeFields(Http3Headers fields, boolean last) {
        endWith(stream.write(new DefaultHttp3HeadersFrame(fields)), last);
    }

    private void endWith(ChannelFuture written, boolean last) {
        if (last) {
            written.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        }
    }

    @Override
    void writeData(ByteBuf data, boolean last) {
        HttpHeaders trailers = answerTrailers();
        ChannelFuture written = stream.write(new DefaultHttp3DataFrame(data));
        if (!last || trailers == null) {
            endWith(written, last);
        } else {
            Http3Headers fields = new DefaultHttp3Headers(false);
            addFields(fields, trailers);
            writeFields(fields, true);
        }
    }

    @Override
    void writeOpening(HttpHeaders headers) {
        writeFields(answerFields(200, headers), false);
    }

    @Override
    void writeInformational(int status, HttpHeaders headers) {
        writeFields(answerFields(status, headers), false);
    }

    @Override
    void writeStored(
            StoredResponse response,
            StoredResponse.Head head,
            CacheVerdict verdict,
            long ageSeconds) {
        Http3Headers fields = new DefaultHttp3Headers(false);
        fields.status(Integer.toString(response.status()));
        AsciiString[] fixed = head.fields();
        for (int i = 0; i < fixed.length; i += 2) {
            fields.add(fixed[i], fixed[i + 1]);
        }
        fields.add(HttpHeaderNames.AGE, Long.toString(ageSeconds));
        fields.add(AnswerHeaders.X_CACHE, AnswerHeaders.xCache(verdict));
        fields.add(AnswerHeaders.X_AMZ_CF_ID, requestId());
        boolean empty = isHead() || !response.body().isReadable();
        writeFields(fields, empty);
        if (!empty) {
            endWith(
                    stream.write(new DefaultHttp3DataFrame(response.body().retainedDuplicate())),
                    true);
        }
        finish(true);
    }

    @Override
    void cutOff() {
        stream.shutdown(Http3ErrorCode.H3_INTERNAL_ERROR.code(), stream.newPromise());
    }

    /// What is left of the request is unwanted (RFC 9114 §4.1).
    @Override
    void finished() {
        if (!bodyEnded() && stream.isActive()) {
            stream.shutdownInput(Http3ErrorCode.H3_NO_ERROR.code(), stream.newPromise());
        }
    }
}
