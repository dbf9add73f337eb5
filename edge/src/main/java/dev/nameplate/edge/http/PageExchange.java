package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The request for a page that stands in for an error. Whatever answers it answers the visitor of the failed request, with the
/// status that the page is to have; when the page itself is an error, that error's status goes out.
final class PageExchange extends Exchange {
    /// These were meant for what failed, not for the page.
    private static final Set<AsciiString> NOT_FOR_THE_PAGE =
            Set.of(
                    HttpHeaderNames.RANGE,
                    HttpHeaderNames.IF_RANGE,
                    HttpHeaderNames.IF_MATCH,
                    HttpHeaderNames.IF_NONE_MATCH,
                    HttpHeaderNames.IF_MODIFIED_SINCE,
                    HttpHeaderNames.IF_UNMODIFIED_SINCE,
                    HttpHeaderNames.EXPECT,
                    HttpHeaderNames.CONTENT_LENGTH,
                    HttpHeaderNames.CONTENT_TYPE,
                    HttpHeaderNames.TRANSFER_ENCODING);

    private final Exchange failed;
    private final int shownStatus;

    PageExchange(Viewer viewer, Exchange failed, String path, int shownStatus) {
        super(
                viewer,
                failed.isHead() ? HttpMethod.HEAD : HttpMethod.GET,
                failed.host(),
                path,
                false);
        this.failed = failed;
        this.shownStatus = shownStatus;
    }

    @Override
    public String requestId() {
        return failed.requestId();
    }

    @Override
    public String protocol() {
        return failed.protocol();
    }

    @Override
    public HttpHeaders headers() {
        HttpHeaders headers = failed.headers().copy();
        NOT_FOR_THE_PAGE.forEach(headers::remove);
        return headers;
    }

    @Override
    public Optional<String> value(AsciiString name) {
        return NOT_FOR_THE_PAGE.contains(name) ? Optional.empty() : failed.value(name);
    }

    @Override
    public OptionalLong contentLength() {
        return OptionalLong.empty();
    }

    @Override
    public boolean hasBody() {
        return false;
    }

    @Override
    public boolean expectsContinue() {
        return false;
    }

    @Override
    public boolean webSocket() {
        return false;
    }

    @Override
    public boolean upgradesByConnect() {
        return false;
    }

    @Override
    public void sayContinue() {
        // nothing is expected
    }

    @Override
    void bodyConsumed(int bytes) {
        // there is no body
    }

    @Override
    void bodyWantedChanged() {
        // there is no body
    }

    /// The status is another than the stored one.
    @Override
    public boolean changesEachHead() {
        return true;
    }

    @Override
    public void flush() {
        failed.flush();
    }

    @Override
    boolean takesMore() {
        return failed.takesMore();
    }

    @Override
    void writeHead(int status, HttpHeaders headers, boolean last) {
        headers.set(AnswerHeaders.X_CACHE, CacheVerdict.ERROR.header());
        failed.verdict(CacheVerdict.ERROR);
        failed.send(status >= 200 && status < 300 ? shownStatus : status, headers, last);
    }

    @Override
    void writeOpening(HttpHeaders headers) {
        throw new IllegalStateException("no WebSocket was asked for");
    }

    @Override
    void writeInformational(int status, HttpHeaders headers) {
        // Hints for the page of an error are worth nothing.
    }

    @Override
    void writeData(ByteBuf data, boolean last) {
        failed.sendData(data, last);
    }

    @Override
    void writeStored(
            StoredResponse response,
            StoredResponse.Head head,
            CacheVerdict verdict,
            long ageSeconds) {
        throw new IllegalStateException("a page's head is changed, so it is not sent as stored");
    }

    @Override
    void cutOff() {
        failed.breakOffPage();
    }

    @Override
    void finished() {
        // the failed exchange is told by what it is sent
    }
}
