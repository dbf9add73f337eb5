package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.OptionalLong;

/// One request of a visitor and the answer to it, whatever protocol they travel by.
///
/// Lives on one event loop and is called nowhere else. An answer is [#head], then any number of [#data], the last
/// marked as such; or [#stored] alone; or [#breakOff] when it cannot be completed. The request body is held back until
/// a listener asks for it with [#wantBody], so a slow origin slows the visitor down instead of filling memory.
public abstract class Exchange extends RequestAccount {
    private static final long MAX_DROPPED = 1 << 20;

    private final Viewer viewer;

    private @Nullable ExchangeListener listener;
    private @Nullable HeadChange change;
    private @Nullable ErrorDiversion diversion;
    private @Nullable PageExchange page;
    private long droppedBytes;
    private @Nullable Deque<ByteBuf> heldBody;
    private @Nullable AsciiString alternative;
    private @Nullable HttpHeaders requestTrailers;
    private @Nullable HttpHeaders answerTrailers;
    private boolean tunnel;
    private boolean bodyEnded;
    private boolean bodyDelivered;
    private boolean bodyWanted;
    private boolean handing;
    private boolean answered;
    private boolean over;

    /// @param host in comparable form
    /// @param target path and query
    Exchange(Viewer viewer, HttpMethod method, String host, String target, boolean hasBody) {
        super(viewer, method, host, target);
        this.viewer = viewer;
        this.bodyEnded = !hasBody;
        this.bodyDelivered = !hasBody;
    }

    // ---- the request

    public EventLoop loop() {
        return viewer.channel().eventLoop();
    }

    @Override
    public abstract String protocol();

    /// All headers, valid as HTTP/1.1 headers; not to be changed.
    ///
    /// @throws IllegalArgumentException when a header cannot be written in HTTP/1.1
    public abstract HttpHeaders headers();

    /// The announced length of the body.
    public abstract OptionalLong contentLength();

    /// Whether the request has a body, of which all, some or nothing may have been delivered.
    public abstract boolean hasBody();

    /// Whether the visitor waits for a word before sending the body.
    public abstract boolean expectsContinue();

    /// Whether the visitor asks for a WebSocket, to be answered by [#open] or like any other request.
    public abstract boolean webSocket();

    /// Whether it asks by the extended CONNECT of HTTP/2 or HTTP/3, in which there is no handshake of keys.
    public abstract boolean upgradesByConnect();

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
        if (over || answered || page != null) {
            bodyEnded |= last;
            int dropped = data.readableBytes();
            data.release();
            bodyConsumed(dropped);
            return;
        }
        received(data.readableBytes());
        bodyEnded |= last;
        if (heldBody == null) {
            heldBody = new ArrayDeque<>(2);
        }
        heldBody.add(data);
        deliver();
    }

    /// The fields after the body, before its last piece is received.
    void receiveTrailers(HttpHeaders trailers) {
        if (!trailers.isEmpty()) {
            requestTrailers = trailers;
        }
    }

    /// Has the request handled. A body that came before that waits until the handler is done with the head: it may ask for
    /// the body in the middle of that.
    final void handTo(RequestHandler handler) {
        handing = true;
        try {
            handler.handle(this);
        } finally {
            handing = false;
        }
        deliver();
    }

    private void deliver() {
        while (!handing && bodyWanted && listener != null && !bodyDelivered && heldBody != null) {
            ByteBuf next = heldBody.poll();
            if (next == null) {
                return;
            }
            int length = next.readableBytes();
            bodyDelivered = bodyEnded && heldBody.isEmpty();
            if (bodyDelivered && requestTrailers != null) {
                listener.requestTrailers(requestTrailers);
            }
            listener.requestData(next, bodyDelivered);
            bodyConsumed(length);
        }
    }

    /// Flow control of the connection may ask for more.
    abstract void bodyConsumed(int bytes);

    abstract void bodyWantedChanged();

    // ---- the answer

    /// Has errors replaced by pages.
    public void onError(ErrorDiversion newDiversion) {
        diversion = newDiversion;
    }

    /// Whether an answer of this status is replaced by a page, which is then on its way. What is answered after that is
    /// dropped, while whoever keeps it for others may go on doing so.
    public boolean diverted(int newStatus) {
        ErrorDiversion pages = diversion;
        if (page != null) {
            return true;
        }
        if (newStatus < 400 || pages == null || over) {
            return false;
        }
        Optional<ErrorDiversion.Page> found = pages.page(newStatus);
        if (found.isEmpty()) {
            return false;
        }
        PageExchange replacing =
                new PageExchange(viewer, this, found.get().path(), found.get().status());
        page = replacing;
        pages.serve(replacing);
        return true;
    }

    /// Has the head of the answer changed, whoever gives it; also after what was asked for before.
    public void change(HeadChange newChange) {
        change = change == null ? newChange : change.then(newChange);
    }

    /// Whether [#stored] cannot be used, since each head is changed in its own way.
    public boolean changesEachHead() {
        return change != null && change.kind().isEmpty();
    }

    /// Offers another protocol along with the answer (RFC 7838).
    ///
    /// @param value of `Alt-Svc`
    public void offer(AsciiString value) {
        alternative = value;
    }

    @Nullable AsciiString alternative() {
        return alternative;
    }

    /// Status and headers; `last` when no body follows. The exchange may change the headers.
    public void head(int newStatus, HttpHeaders headers, boolean last) {
        if (!over && !diverted(newStatus)) {
            send(newStatus, headers, last);
        }
    }

    final void send(int newStatus, HttpHeaders headers, boolean last) {
        if (over) {
            return;
        }
        answeredBy(newStatus, headers);
        if (!headers.contains(AnswerHeaders.X_AMZ_CF_POP)) {
            headers.set(AnswerHeaders.X_AMZ_CF_POP, viewer.shared().settings().location());
        }
        if (last) {
            answered = true;
        }
        if (change != null) {
            change.apply(newStatus, headers);
        }
        if (alternative != null) {
            headers.set(AnswerHeaders.ALT_SVC, alternative);
        }
        writeHead(newStatus, headers, last);
        if (last) {
            finish(true);
        }
    }

    /// Opens the WebSocket that was asked for: from here on [#data] and the listener carry its bytes.
    public void open(HttpHeaders headers) {
        if (over) {
            return;
        }
        tunnel = true;
        if (!upgradesByConnect()) {
            // The request had no body, and the connection's bytes are still to come.
            bodyEnded = false;
            bodyDelivered = false;
        }
        opened(upgradesByConnect() ? 200 : 101);
        writeOpening(headers);
    }

    boolean isTunnel() {
        return tunnel;
    }

    /// An interim answer. HTTP/1.0 knows none.
    public void informational(int newStatus, HttpHeaders headers) {
        if (!over && !headIsSent() && !protocol().equals("HTTP/1.0")) {
            writeInformational(newStatus, headers);
            flush();
        }
    }

    /// Whether the visitor reads fields after the body.
    public boolean wantsTrailers() {
        return value(HttpHeaderNames.TE).filter(te -> te.contains("trailers")).isPresent();
    }

    /// Fields to follow the last piece of the body, where the visitor has said that it reads them.
    public void trailers(HttpHeaders trailers) {
        if (!trailers.isEmpty() && wantsTrailers()) {
            answerTrailers = trailers;
        }
    }

    /// What [#writeData] has to add to the last piece.
    @Nullable HttpHeaders answerTrailers() {
        return answerTrailers;
    }

    /// A piece of the body, taken over.
    public void data(ByteBuf data, boolean last) {
        if (over || page != null) {
            dropped(data);
        } else {
            sendData(data, last);
        }
    }

    /// A body that nobody sees need not be read for ever.
    private void dropped(ByteBuf data) {
        droppedBytes += data.readableBytes();
        data.release();
        ExchangeListener sender = listener;
        if (droppedBytes > MAX_DROPPED && sender != null) {
            listener = null;
            sender.viewerGone();
        }
    }

    final void sendData(ByteBuf data, boolean last) {
        if (over) {
            data.release();
            return;
        }
        sent(data.readableBytes());
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
        if (over || diverted(response.status())) {
            return;
        }
        answered = true;
        answeredBy(response, newVerdict);
        writeStored(response, head(response), newVerdict, response.ageSeconds(nowMillis));
    }

    private StoredResponse.Head head(StoredResponse response) {
        HeadChange made = change;
        return made == null
                ? response.head()
                : response.head(
                        made.kind().orElseThrow(),
                        headers -> made.apply(response.status(), headers));
    }

    /// The whole answer is an error page of the edge's own.
    ///
    /// @param explanation a constant sentence; nothing the visitor sent may be in it
    public void fail(int newStatus, String explanation) {
        verdict(CacheVerdict.ERROR);
        ErrorPage page = ErrorPage.of(viewer.shared(), newStatus, explanation, requestId());
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
        if (page == null) {
            breakOffPage();
        }
    }

    final void breakOffPage() {
        if (!over) {
            cutOff();
            finish(false);
        }
    }

    /// Tells a waiting visitor to send the body.
    public abstract void sayContinue();

    public abstract void flush();

    /// Whether the connection takes more without queueing it in memory.
    public final boolean writable() {
        return over || page != null || takesMore();
    }

    abstract boolean takesMore();

    /// Whether answering has ended, by whichever end.
    public boolean isOver() {
        return over;
    }

    abstract void writeHead(int newStatus, HttpHeaders headers, boolean last);

    abstract void writeOpening(HttpHeaders headers);

    abstract void writeInformational(int newStatus, HttpHeaders headers);

    abstract void writeData(ByteBuf data, boolean last);

    /// Calls [#finish] when the last byte is handed over.
    ///
    /// @param head in place of the response's own
    abstract void writeStored(
            StoredResponse response,
            StoredResponse.Head head,
            CacheVerdict newVerdict,
            long ageSeconds);

    abstract void cutOff();

    /// The connection may go on to the next request, or close.
    abstract void finished();

    /// The connection is gone.
    void gone() {
        if (over) {
            return;
        }
        ExchangeListener last = listener;
        PageExchange stoodIn = page;
        finish(false);
        if (last != null) {
            last.viewerGone();
        }
        if (stoodIn != null) {
            stoodIn.gone();
        }
    }

    void writabilityChanged() {
        if (page != null) {
            page.writabilityChanged();
        } else if (!over && listener != null && writable()) {
            listener.writable();
        }
    }

    /// Given up before anybody looked at it, so there is nothing to count and nothing to log.
    final void withdraw() {
        if (!over) {
            end();
        }
    }

    private void end() {
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
    }

    final void finish(boolean whole) {
        if (over) {
            return;
        }
        end();
        if (this instanceof PageExchange) {
            return; // counted as the request that failed
        }
        close(whole);
        finished();
    }
}
