package dev.nameplate.edge.serve;

import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.http.ExchangeListener;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;

/// A request that the cache has no part in: visitor and origin are joined, at the pace of the slower.
final class Passing implements OriginFetch.Receiver, ExchangeListener {
    private final Means means;
    private final Visit visit;
    private final Exchange exchange;
    private final OriginFetch fetch;
    private boolean continued;
    private boolean answering;

    private Passing(Means means, Visit visit) {
        this.means = means;
        this.visit = visit;
        this.exchange = visit.exchange();
        this.fetch = new OriginFetch(means, visit, this);
    }

    static void start(Means means, Visit visit) {
        Passing passing = new Passing(means, visit);
        passing.exchange.verdict(CacheVerdict.MISS);
        passing.exchange.listen(passing);
        passing.fetch.send(false, passing::takesTrailers);
    }

    private void takesTrailers(HttpHeaders headers) {
        if (exchange.wantsTrailers()) {
            headers.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderNames.TE);
        }
    }

    // ---- from the visitor

    @Override
    public void requestData(ByteBuf data, boolean last) {
        fetch.body(data, last);
    }

    @Override
    public void requestTrailers(HttpHeaders newTrailers) {
        fetch.bodyTrailers(newTrailers);
    }

    @Override
    public void writable() {
        fetch.hold(false);
    }

    @Override
    public void viewerGone() {
        fetch.cancel();
    }

    // ---- from the origin

    @Override
    public void bodyWanted(boolean wanted) {
        if (wanted && exchange.expectsContinue() && !answering && !continued) {
            continued = true;
            exchange.sayContinue();
        }
        exchange.wantBody(wanted);
    }

    @Override
    public void head(int status, HttpHeaders headers) {
        WriteInvalidation.after(means, visit, status, headers);
        exchange.verdict(status >= 400 ? CacheVerdict.ERROR : CacheVerdict.MISS);
        headers.set(AnswerHeaders.X_CACHE, exchange.verdict().header());
        headers.set(AnswerHeaders.X_AMZ_CF_ID, exchange.requestId());
        answering = true;
        exchange.head(status, headers, false);
    }

    @Override
    public void informational(int status, HttpHeaders headers) {
        exchange.informational(status, headers);
    }

    @Override
    public void trailers(HttpHeaders newTrailers) {
        exchange.trailers(newTrailers);
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        exchange.data(data, last);
        if (last) {
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
        if (answering) {
            exchange.breakOff();
        } else {
            exchange.fail(status, sentence);
        }
    }
}
