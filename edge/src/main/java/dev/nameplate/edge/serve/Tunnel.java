package dev.nameplate.edge.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.http.ExchangeListener;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// A WebSocket between visitor and origin. The edge opens it, says no more and only looks whether it is still in use:
/// frames are neither read nor changed, and whichever side ends takes the other with it.
///
/// Towards the origin it is always an upgrade of HTTP/1.1; a visitor may come by that or by the extended CONNECT of
/// HTTP/2 and HTTP/3 (RFC 8441, RFC 9220), which knows no key: the edge then makes one and checks the answer to it.
@SuppressWarnings(
        "FutureReturnValueIgnored") // the timer looks for itself whether it is still wanted
final class Tunnel implements OriginFetch.Receiver, ExchangeListener {
    /// RFC 6455 §1.3.
    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final Exchange exchange;
    private final OriginFetch fetch;
    private final long idleNanos;
    private String expectedAccept = "";
    private boolean open;
    private boolean answering;
    private long lastBytes;
    private @Nullable Future<?> idleCheck;

    private Tunnel(Means means, Visit visit) {
        this.exchange = visit.exchange();
        this.fetch = new OriginFetch(means, visit, this);
        this.lastBytes = exchange.nanoTime();
        this.idleNanos = means.webSocketIdle().toNanos();
    }

    static void start(Means means, Visit visit) {
        Tunnel tunnel = new Tunnel(means, visit);
        tunnel.exchange.verdict(CacheVerdict.MISS);
        tunnel.exchange.listen(tunnel);
        tunnel.fetch.send(false, tunnel::ask);
    }

    private void ask(HttpHeaders headers) {
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING).remove(HttpHeaderNames.CONTENT_LENGTH);
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        headers.set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        // Whom a page came from is all that an origin has against pages of others.
        exchange.value(HttpHeaderNames.ORIGIN)
                .ifPresent(origin -> headers.set(HttpHeaderNames.ORIGIN, origin));
        if (exchange.upgradesByConnect()) {
            byte[] random = Arrays.copyOf(sha1(exchange.requestId()), 16);
            String key = Base64.getEncoder().encodeToString(random);
            expectedAccept = Base64.getEncoder().encodeToString(sha1(key + KEY_SUFFIX));
            headers.set(HttpHeaderNames.SEC_WEBSOCKET_KEY, key);
            if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_VERSION)) {
                headers.set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, "13");
            }
        }
    }

    private static byte[] sha1(String text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text.getBytes(US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    // ---- from the visitor

    @Override
    public void requestData(ByteBuf data, boolean last) {
        lastBytes = exchange.nanoTime();
        fetch.body(data, last);
    }

    @Override
    public void writable() {
        fetch.hold(false);
    }

    @Override
    public void viewerGone() {
        unwatch();
        fetch.cancel();
    }

    // ---- from the origin

    @Override
    public void bodyWanted(boolean wanted) {
        if (open) {
            exchange.wantBody(wanted);
        }
    }

    @Override
    public void upgraded(HttpHeaders headers) {
        if (exchange.upgradesByConnect()) {
            if (!expectedAccept.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT))) {
                fetch.cancel();
                exchange.fail(502, "The origin did not agree to a WebSocket");
                return;
            }
            headers.remove(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        }
        open = true;
        answering = true;
        headers.set(AnswerHeaders.X_AMZ_CF_ID, exchange.requestId());
        exchange.open(headers);
        exchange.flush();
        lastBytes = exchange.nanoTime();
        watch(idleNanos);
    }

    private void watch(long nanos) {
        idleCheck = exchange.loop().schedule(this::checkIdle, nanos, TimeUnit.NANOSECONDS);
    }

    /// A timer that nobody needs would keep all of this in memory until it is due.
    private void unwatch() {
        if (idleCheck != null) {
            idleCheck.cancel(false);
            idleCheck = null;
        }
    }

    private void checkIdle() {
        if (exchange.isOver()) {
            return;
        }
        long left = idleNanos - (exchange.nanoTime() - lastBytes);
        if (left > 0) {
            watch(left);
        } else {
            fetch.cancel();
            exchange.breakOff();
        }
    }

    /// The origin answers in HTTP instead. After a CONNECT a status of success would mean an open tunnel.
    @Override
    public void head(int status, HttpHeaders headers) {
        if (exchange.upgradesByConnect() && status < 300) {
            fetch.cancel();
            exchange.fail(502, "The origin did not agree to a WebSocket");
            return;
        }
        exchange.verdict(status >= 400 ? CacheVerdict.ERROR : CacheVerdict.MISS);
        headers.set(AnswerHeaders.X_CACHE, exchange.verdict().header());
        headers.set(AnswerHeaders.X_AMZ_CF_ID, exchange.requestId());
        answering = true;
        exchange.head(status, headers, false);
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        lastBytes = exchange.nanoTime();
        exchange.data(data, last);
        if (last) {
            unwatch();
            exchange.flush();
        } else if (!exchange.writable()) {
            exchange.flush();
            fetch.hold(!exchange.writable());
        }
    }

    @Override
    public void pause() {
        exchange.flush();
    }

    @Override
    public void failed(int status, String sentence) {
        unwatch();
        if (answering) {
            exchange.breakOff();
        } else {
            exchange.fail(status, sentence);
        }
    }
}
