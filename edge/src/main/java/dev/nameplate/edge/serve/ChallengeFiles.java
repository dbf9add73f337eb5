package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.HttpDates;
import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.OncePerMinute;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.net.Addresses;
import dev.nameplate.edge.net.MissLimit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Answers an authority's look for a challenge under a host (RFC 8555 §8.3), before the host's own rules are asked. Where the source
/// has no challenge, and also where too many ask, the request goes its normal way: an origin may prove its name by itself.
public final class ChallengeFiles {
    private static final Logger LOG = LoggerFactory.getLogger(ChallengeFiles.class);

    static final String FOLDER = "/.well-known/acme-challenge/";

    /// Base64url without padding (RFC 8555 §8.1); authorities use 43 characters.
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,256}");

    /// Under way at most.
    private static final int MOST_QUESTIONS = 64;

    private final EdgeSource source;
    private final Executor loads;
    private final MissLimit limit;
    private final InstantSource clock;
    private final String via;
    private final Semaphore questions = new Semaphore(MOST_QUESTIONS);
    private final OncePerMinute warnings = new OncePerMinute();

    /// @param limit what one visitor may ask the source
    /// @param via the value of `Via` in answers
    public ChallengeFiles(
            EdgeSource source, Executor loads, MissLimit limit, InstantSource clock, String via) {
        this.source = source;
        this.loads = loads;
        this.limit = limit;
        this.clock = clock;
        this.via = via;
    }

    /// Calls `otherwise` on the exchange's loop, at once or later, unless there is a challenge to show.
    void answer(Exchange exchange, Runnable otherwise) {
        String token = exchange.path().substring(FOLDER.length());
        boolean reads =
                exchange.method().equals(HttpMethod.GET)
                        || exchange.method().equals(HttpMethod.HEAD);
        if (!reads
                || exchange.hasBody()
                || !TOKEN.matcher(token).matches()
                || !limit.admits(counted(exchange.clientAddress()))
                || !questions.tryAcquire()) {
            otherwise.run();
            return;
        }
        String host = exchange.host();
        loads.execute(() -> {
            Optional<String> found;
            try {
                found = ask(host, token);
            } finally {
                questions.release();
            }
            exchange.loop()
                    .execute(() -> {
                        if (exchange.isOver()) {
                            return;
                        }
                        found.ifPresentOrElse(content -> show(exchange, content), otherwise);
                    });
        });
    }

    private Optional<String> ask(String host, String token) {
        try {
            return source.challengeFile(host, token);
        } catch (RuntimeException e) {
            if (warnings.isDue(TimeUnit.MILLISECONDS.toNanos(clock.millis()))) {
                LOG.warn("whether {} shows a challenge to an authority is not known", host, e);
            }
            return Optional.empty();
        }
    }

    private static OptionalLong counted(String address) {
        return address.isEmpty()
                ? OptionalLong.empty()
                : Addresses.counted(new InetSocketAddress(InetAddress.ofLiteral(address), 0));
    }

    private void show(Exchange exchange, String content) {
        ByteBuf body = Unpooled.wrappedBuffer(content.getBytes(StandardCharsets.US_ASCII));
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        headers.set(HttpHeaderNames.SERVER, "CloudFront")
                .set(HttpHeaderNames.DATE, HttpDates.format(clock.millis()))
                .set(HttpHeaderNames.CONTENT_TYPE, "application/octet-stream")
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set(AnswerHeaders.X_CACHE, CacheVerdict.MISS.header())
                .set(HttpHeaderNames.VIA, via)
                .set(AnswerHeaders.X_AMZ_CF_ID, exchange.requestId());
        exchange.verdict(CacheVerdict.MISS);
        if (exchange.isHead()) {
            body.release();
            exchange.head(200, headers, true);
        } else {
            exchange.head(200, headers, false);
            exchange.data(body, true);
        }
        exchange.flush();
    }
}
