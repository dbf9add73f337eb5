package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.ByteRange;
import dev.nameplate.edge.cache.Conditions;
import dev.nameplate.edge.cache.KeptPart;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.cache.WantedRange;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.http.ExchangeListener;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.Optional;

/// Answers from the cache: whole, in part, or with "you have it already".
final class StoredAnswer {
    private StoredAnswer() {}

    static void send(Exchange exchange, StoredResponse response, CacheVerdict verdict, long now) {
        CacheVerdict shown = response.status() >= 400 ? CacheVerdict.ERROR : verdict;
        if (exchange.diverted(response.status())) {
            return;
        }
        if (response.status() == 200) {
            if (Conditions.notModified(exchange, response)) {
                notModified(exchange, response, shown, now);
                return;
            }
            Optional<String> range = exchange.value(HttpHeaderNames.RANGE);
            if (range.isPresent()
                    && !exchange.isHead()
                    && Conditions.rangeApplies(exchange, response)) {
                switch (WantedRange.parse(range.get(), response.length())) {
                    case ByteRange part -> {
                        partial(exchange, response, part, shown, now);
                        return;
                    }
                    case WantedRange.Nothing _ -> {
                        unsatisfiable(exchange, response, now);
                        return;
                    }
                    case WantedRange.Whole _ -> {}
                }
            }
        }
        if (exchange.changesEachHead() || response.file().isPresent()) {
            whole(exchange, response, shown, now);
            return;
        }
        exchange.stored(response, shown, now);
        exchange.flush();
    }

    /// Answers from a kept part, if all that is wanted is in it.
    ///
    /// @return whether it did
    static boolean sendPart(Exchange exchange, StoredResponse part, long now) {
        Optional<KeptPart> kept =
                part.header(HttpHeaderNames.CONTENT_RANGE)
                        .flatMap(range -> KeptPart.of(range, part.length()));
        Optional<ByteRange> cut =
                kept.flatMap(here -> exchange.value(HttpHeaderNames.RANGE).flatMap(here::cut));
        if (kept.isEmpty()
                || cut.isEmpty()
                || Conditions.notModified(exchange, part)
                || !Conditions.rangeApplies(exchange, part)) {
            return false;
        }
        send(exchange, part, cut.get(), kept.get(), CacheVerdict.HIT, now);
        return true;
    }

    private static void whole(
            Exchange exchange, StoredResponse response, CacheVerdict verdict, long now) {
        boolean bodiless = exchange.isHead() || response.length() == 0;
        exchange.verdict(verdict);
        exchange.head(response.status(), headers(exchange, response, verdict, now), bodiless);
        if (bodiless) {
            exchange.flush();
        } else {
            body(exchange, response, 0, response.length());
        }
    }

    private static void notModified(
            Exchange exchange, StoredResponse response, CacheVerdict verdict, long now) {
        HttpHeaders headers = headers(exchange, response, verdict, now);
        headers.remove(HttpHeaderNames.CONTENT_LENGTH).remove(HttpHeaderNames.CONTENT_TYPE);
        exchange.verdict(verdict);
        exchange.head(304, headers, true);
        exchange.flush();
    }

    private static void partial(
            Exchange exchange,
            StoredResponse response,
            ByteRange part,
            CacheVerdict verdict,
            long now) {
        long length = response.length();
        send(exchange, response, part, new KeptPart(0, length, length), verdict, now);
    }

    /// @param cut counted from the first byte that is here
    private static void send(
            Exchange exchange,
            StoredResponse response,
            ByteRange cut,
            KeptPart here,
            CacheVerdict verdict,
            long now) {
        HttpHeaders headers = headers(exchange, response, verdict, now);
        headers.set(HttpHeaderNames.CONTENT_LENGTH, cut.length());
        headers.set(
                HttpHeaderNames.CONTENT_RANGE,
                "bytes %d-%d/%d"
                        .formatted(
                                here.first() + cut.first(),
                                here.first() + cut.last(),
                                here.total()));
        exchange.verdict(verdict);
        exchange.head(206, headers, false);
        body(exchange, response, cut.first(), cut.length());
    }

    private static void body(Exchange exchange, StoredResponse response, long from, long length) {
        if (response.file().isPresent()) {
            new FileSlices(exchange, response.file().get(), from, length).writable();
        } else {
            ByteBuf part = response.body().retainedSlice((int) from, (int) length);
            new Slices(exchange, part).writable();
        }
    }

    private static void unsatisfiable(Exchange exchange, StoredResponse response, long now) {
        HttpHeaders headers = headers(exchange, response, CacheVerdict.ERROR, now);
        headers.remove(HttpHeaderNames.CONTENT_TYPE).remove(HttpHeaderNames.CONTENT_ENCODING);
        headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
        headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes */" + response.length());
        exchange.verdict(CacheVerdict.ERROR);
        exchange.head(416, headers, true);
        exchange.flush();
    }

    private static HttpHeaders headers(
            Exchange exchange, StoredResponse response, CacheVerdict verdict, long now) {
        HttpHeaders headers = response.headers();
        headers.set(HttpHeaderNames.AGE, Long.toString(response.ageSeconds(now)));
        headers.set(AnswerHeaders.X_CACHE, verdict.header());
        headers.set(AnswerHeaders.X_AMZ_CF_ID, exchange.requestId());
        return headers;
    }

    /// A part of a body on its way out, as fast as the visitor takes it.
    private static final class Slices implements ExchangeListener {
        private static final int SLICE = 32 * 1024;

        private final Exchange exchange;
        private final ByteBuf rest;

        Slices(Exchange exchange, ByteBuf rest) {
            this.exchange = exchange;
            this.rest = rest;
            exchange.listen(this);
        }

        @Override
        public void writable() {
            boolean more = true;
            while (more) {
                ByteBuf next = rest.readRetainedSlice(Math.min(SLICE, rest.readableBytes()));
                boolean last = !rest.isReadable();
                if (last) {
                    rest.release();
                }
                exchange.data(next, last);
                exchange.flush();
                more = !last && !exchange.isOver() && exchange.writable();
            }
        }

        @Override
        public void viewerGone() {
            rest.release();
        }

        @Override
        public void requestData(ByteBuf data, boolean last) {
            data.release();
        }
    }
}
