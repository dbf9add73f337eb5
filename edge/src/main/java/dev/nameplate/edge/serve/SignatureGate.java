package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.HttpDates;
import dev.nameplate.edge.config.Behavior;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.config.TrustedKeys;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.route.Paths;
import dev.nameplate.edge.signed.Outcome;
import dev.nameplate.edge.signed.Refusal;
import dev.nameplate.edge.signed.SignedAccess;
import dev.nameplate.edge.signed.SignedRequest;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Lets a request of a behaviour with trusted keys pass by its signature, or answers it with CloudFront's XML.
final class SignatureGate {
    private final SignedAccess access = new SignedAccess();
    private final InstantSource clock;
    private final String via;

    SignatureGate(InstantSource clock, String via) {
        this.clock = clock;
        this.via = via;
    }

    boolean passes(Exchange exchange, Behavior behavior) {
        Optional<TrustedKeys> trusted = behavior.trustedKeys();
        return trusted.isEmpty() || passes(exchange, trusted.get());
    }

    private boolean passes(Exchange exchange, TrustedKeys trusted) {
        SignedRequest request =
                new SignedRequest(
                        exchange.scheme(),
                        exchange.value(HttpHeaderNames.HOST).orElse(exchange.host()),
                        exchange.host(),
                        exchange.path(),
                        Paths.normalised(exchange.path()),
                        exchange.query(),
                        exchange.value(HttpHeaderNames.COOKIE),
                        exchange.clientAddress());
        Instant started = Instant.ofEpochMilli(exchange.startedMillis());
        return switch (access.check(trusted, request, started)) {
            case Outcome.Granted(String query) -> {
                exchange.leaveInQuery(query);
                yield true;
            }
            case Outcome.Refused(Refusal refusal) -> {
                refuse(exchange, refusal);
                yield false;
            }
        };
    }

    private void refuse(Exchange exchange, Refusal refusal) {
        ByteBuf body = Unpooled.wrappedBuffer(refusal.document().getBytes(StandardCharsets.UTF_8));
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        headers.set(HttpHeaderNames.SERVER, "CloudFront")
                .set(HttpHeaderNames.DATE, HttpDates.format(clock.millis()))
                .set(HttpHeaderNames.CONTENT_TYPE, "text/xml")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(AnswerHeaders.X_CACHE, CacheVerdict.ERROR.header())
                .set(HttpHeaderNames.VIA, via)
                .set(AnswerHeaders.X_AMZ_CF_ID, exchange.requestId());
        exchange.verdict(CacheVerdict.ERROR);
        exchange.head(403, headers, exchange.isHead());
        if (exchange.isHead()) {
            body.release();
        } else {
            exchange.data(body, true);
        }
        exchange.flush();
    }
}
