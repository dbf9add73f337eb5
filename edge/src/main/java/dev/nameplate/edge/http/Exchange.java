package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/// One request of a visitor and the answer to it, whatever protocol they travel by.
///
/// Lives on one event loop and is called nowhere else. An answer is [#head], then any number of [#data], the last
/// marked as such; or [#stored] alone; or [#breakOff] when it cannot be completed. The request body is held back until
/// a listener asks for it with [#wantBody], so a slow origin slows the visitor down instead of filling memory.
public abstract class Exchange implements RequestHeaders {
    private final Viewer viewer;
    private final HttpMethod method;
    private final String host;
    private final String path;
    private final String query;
    private final String requestId;
    private final long startedMillis;
    private final long startedNanos;

    private @Nullable ExchangeListener listener;
    private @Nullable Deque<ByteBuf> heldBody;
    private boolean bodyEnded;
    private boolean bodyDelivered;
    private boolean bodyWanted;

    private String distributionId = "";
    private long configVersion;
    private CacheVerdict verdict = CacheVerdict.ERROR;
    private int status;
    private long bytesIn;
    private long bytesOut;
    private boolean answered;
    private boolean over;

    /// @param host in comparable form
    /// @param target path and query
    Exchange(Viewer viewer, HttpMethod method, String host, String target, boolean hasBody) {
        this.viewer = viewer;
        this.method = method;
        this.host = host;
        int question = target.indexOf('?');
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? "" : target.substring(question + 1);
        this.requestId = viewer.shared().ids().next();
        this.startedMillis = viewer.shared().clock().millis();
        this.startedNanos = System.nanoTime();
        this.bodyEnded = !hasBody;
        this.bodyDelivered = !hasBody;
    }

    // ---- the request

    public EventLoop loop() {
        return viewer.channel().eventLoop();
    }

    public HttpMethod method() {
        return method;
    }

    public boolean isHead() {
        return HttpMethod.HEAD.equals(method);
    }

    public String host() {
        return host;
    }

    public String path() {
        return path;
    }

    /// Without the question mark; empty if there is none.
    public String query() {
        return query;
    }

    /// Path and query as they came.
    public String target() {
        return query.isEmpty() ? path : path + '?' + query;
    }

    public int targetLength() {
        return query.isEmpty() ? path.length() : path.length() + 1 + query.length();
    }

    public boolean secure() {
        return viewer.secure();
    }

    public String scheme() {
        return viewer.scheme();
    }

    /// The name in the ClientHello; empty on plain HTTP.
    public String serverName() {
        return viewer.serverName();
    }

    public String clientAddress() {
        return viewer.address();
    }

    public String requestId() {
        return requestId;
    }

    public long startedMillis() {
        return startedMillis;
    }

    /// `HTTP/1.1`, `HTTP/2.0`…
    public abstract String protocol();

    /// A copy of all headers, valid as HTTP/1.1 headers.
    ///
    /// @throws IllegalArgumentException when a header cannot be written in HTTP/1.1
    public abstract HttpHeaders headers();

    /// The announced length of the body.
    public abstract OptionalLong contentLength();

    /// Whether the request has a body, of which all, some or nothing may have been delivered.
    public abstract boolean hasBody();

    /// Whether the visitor waits for a word before sending the body.
    public abstract boolean expectsContinue();

    // ---- the body of the request

    public void listen(ExchangeListener newListener) {
        listener = newListener;
    }

    /// Lets the body flow to the listener, or holds it back.
    public void wantBody(boolean wanted) {
        bodyWanted = wanted;
        deliver();
        bodyWantedChanged();
    }

    boolean bodyWanted() {
        return bodyWanted;
    }

    /// Whether the whole body was taken off the connection.
    boolean bodyEnded() {
        return bodyEnded;
    }

    /// A piece of the body off the connection; this takes it over.
    void receive(ByteBuf data, boolean last) {
        if (over || answered) {
            bodyEnded |= last;
            int dropped = data.readableBytes();
            data.release();
            bodyConsumed(dropped);
            return;
        }
        bytesIn += data.readableBytes();
        bodyEnded |= last;
        if (heldBody == null) {
            heldBody = new ArrayDeque<>(2);
        }
        heldBody.add(data);
        deliver();
    }

    private void deliver() {
        while (bodyWanted && listener != null && !bodyDelivered && heldBody != null) {
            ByteBuf next = heldBody.poll();
            if (next == null) {
                return;
            }
            int length = next.readableBytes();
            bodyDelivered = bodyEnded && heldBody.isEmpty();
            listener.requestData(next, bodyDelivered);
            bodyConsumed(length);
        }
    }

    /// Flow control of the connection may ask for more.
    abstract void bodyConsumed(int bytes);

    abstract void bodyWantedChanged();

    // ---- the answer

    /// Names the site for the access log.
    public void servedBy(String newDistributionId, long newConfigVersion) {
        distributionId = newDistributionId;
        configVersion = newConfigVersion;
    }

    public void verdict(CacheVerdict newVerdict) {
        verdict = newVerdict;
    }

    public CacheVerdict verdict() {
        return verdict;
    }

    /// Status and headers; `last` when no body follows. The exchange may change the headers.
    public void head(int newStatus, HttpHeaders headers, boolean last) {
        if (over) {
            return;
        }
        status = newStatus;
        if (last) {
            answered = true;
        }
        writeHead(newStatus, headers, last);
        if (last) {
            finish(true);
        }
    }

    /// A piece of the body, taken over.
    public void data(ByteBuf data, boolean last) {
        if (over) {
            data.release();
            return;
        }
        bytesOut += data.readableBytes();
        if (last) {
            answered = true;
        }
        writeData(data, last);
        if (last) {
            finish(true);
        }
    }

    /// The whole stored answer, without body for HEAD. The caller keeps its reference.
    public void stored(StoredResponse response, CacheVerdict newVerdict, long nowMillis) {
        if (over) {
            return;
        }
        status = response.status();
        verdict = newVerdict;
        answered = true;
        bytesOut = isHead() ? 0 : response.body().readableBytes();
        writeStored(response, newVerdict, response.ageSeconds(nowMillis));
    }

    /// The whole answer is an error page of the edge's own.
    ///
    /// @param explanation a constant sentence; nothing the visitor sent may be in it
    public void fail(int newStatus, String explanation) {
        verdict = CacheVerdict.ERROR;
        ErrorPage page = ErrorPage.of(viewer.shared(), newStatus, explanation, requestId);
        if (isHead()) {
            page.body().release();
            head(newStatus, page.headers(), true);
        } else {
            head(newStatus, page.headers(), false);
            data(page.body(), true);
        }
        flush();
    }

    /// Tells the visitor that the rest will not come, in the way of the protocol.
    public void breakOff() {
        if (!over) {
            cutOff();
            finish(false);
        }
    }

    /// Tells a waiting visitor to send the body.
    public abstract void sayContinue();

    public abstract void flush();

    /// Whether the connection takes more without queueing it in memory.
    public abstract boolean writable();

    /// Whether answering has ended, by whichever end.
    public boolean isOver() {
        return over;
    }

    abstract void writeHead(int newStatus, HttpHeaders headers, boolean last);

    abstract void writeData(ByteBuf data, boolean last);

    /// Calls [#finish] when the last byte is handed over.
    abstract void writeStored(StoredResponse response, CacheVerdict newVerdict, long ageSeconds);

    abstract void cutOff();

    /// The connection may go on to the next request, or close.
    abstract void finished();

    /// The connection is gone.
    void gone() {
        if (over) {
            return;
        }
        ExchangeListener last = listener;
        finish(false);
        if (last != null) {
            last.viewerGone();
        }
    }

    void writabilityChanged() {
        if (!over && listener != null && writable()) {
            listener.writable();
        }
    }

    final void finish(boolean complete) {
        if (over) {
            return;
        }
        over = true;
        listener = null;
        if (heldBody != null) {
            for (ByteBuf held : heldBody) {
                int dropped = held.readableBytes();
                held.release();
                bodyConsumed(dropped);
            }
            heldBody.clear();
        }
        viewer.shared()
                .events()
                .requestFinished(
                        new RequestEvent(
                                Instant.ofEpochMilli(startedMillis),
                                distributionId,
                                configVersion,
                                viewer.address(),
                                viewer.scheme(),
                                protocol(),
                                host,
                                method.name(),
                                path,
                                status,
                                bytesIn,
                                bytesOut,
                                verdict,
                                Duration.ofNanos(System.nanoTime() - startedNanos),
                                requestId,
                                complete));
        finished();
    }
}
