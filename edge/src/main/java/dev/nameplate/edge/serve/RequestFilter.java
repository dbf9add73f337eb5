package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheControl;
import dev.nameplate.edge.cache.Parts;
import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.route.Route;
import dev.nameplate.edge.rules.Countries;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;

import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Makes the headers that go to the origin from those the visitor sent.
final class RequestFilter {
    private static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");

    /// Set anew below, or meant for the edge alone.
    private static final Set<String> REPLACED =
            Set.of(
                    "host",
                    "content-length",
                    "cookie",
                    "expect",
                    "user-agent",
                    "via",
                    "x-forwarded-for",
                    "x-amz-cf-id",
                    "accept-encoding");

    /// CloudFront keeps these from origins unless they are asked for.
    private static final Set<String> ONLY_WHEN_FORWARDED =
            Set.of(
                    "accept",
                    "accept-charset",
                    "accept-language",
                    "origin",
                    "referer",
                    "x-forwarded-proto",
                    "x-http-method-override",
                    "x-real-ip");

    /// What the cache answers itself. Ranges are passed on: a part of a large object is not worth the whole.
    private static final Set<String> FOR_THE_CACHE =
            Set.of(
                    "if-match",
                    "if-none-match",
                    "if-modified-since",
                    "if-unmodified-since",
                    "cache-control",
                    "pragma");

    /// W3C Trace Context: passed on whatever else is, since no answer depends on it.
    private static final Set<String> TRACE_CONTEXT = Set.of("traceparent", "tracestate");

    private RequestFilter() {}

    /// @param cacheable the answer may be shared, so the origin sees nothing that is neither in the key nor forwarded
    /// @throws IllegalArgumentException when a header cannot be written in HTTP/1.1
    static HttpHeaders apply(
            Exchange exchange,
            Route route,
            Origin origin,
            boolean tls,
            boolean cacheable,
            Countries countries,
            String via) {
        Parts forwarded = route.forwarded();
        HttpHeaders sent = exchange.headers();
        Set<String> hopByHop = HopByHop.listedIn(sent);
        HttpHeaders out =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        out.set(HttpHeaderNames.HOST, host(sent, route, origin, tls));
        Iterator<Map.Entry<CharSequence, CharSequence>> all = sent.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            String name = header.getKey().toString().toLowerCase(Locale.ROOT);
            if (!HopByHop.is(name)
                    && !hopByHop.contains(name)
                    && !REPLACED.contains(name)
                    && !name.startsWith(VisitorFacts.PREFIX)
                    && !name.startsWith("proxy-")
                    && !name.startsWith("x-edge-")
                    && passes(name, exchange, forwarded, cacheable)) {
                out.add(header.getKey(), header.getValue());
            }
        }
        addReplaced(out, sent, exchange, forwarded, cacheable, via);
        if (cacheable) {
            new ViewedHeaders(exchange, route, countries)
                    .value(HttpHeaderNames.ACCEPT_ENCODING)
                    .ifPresent(codings -> out.set(HttpHeaderNames.ACCEPT_ENCODING, codings));
        }
        for (String fact : route.visitorFacts()) {
            VisitorFacts.value(fact, exchange, countries).ifPresent(value -> out.set(fact, value));
        }
        addBodyFraming(out, exchange);
        origin.customHeaders().forEach(out::set);
        return out;
    }

    private static boolean passes(
            String name, Exchange exchange, Parts forwarded, boolean cacheable) {
        if (TRACE_CONTEXT.contains(name)) {
            return true;
        }
        if (cacheable) {
            return !FOR_THE_CACHE.contains(name)
                    && (forwarded.includesHeader(name)
                            || name.equals("range")
                            || name.equals("if-range"));
        }
        if (forwarded.includesHeader(name)) {
            return true;
        }
        boolean read =
                exchange.method().equals(HttpMethod.GET)
                        || exchange.method().equals(HttpMethod.HEAD);
        return !ONLY_WHEN_FORWARDED.contains(name) && !(read && name.equals("authorization"));
    }

    private static String host(HttpHeaders sent, Route route, Origin origin, boolean tls) {
        String viewerHost = sent.get(HttpHeaderNames.HOST);
        if (viewerHost != null && route.forwarded().includesHeader("host")) {
            return viewerHost;
        }
        int port = tls ? origin.httpsPort() : origin.httpPort();
        String name = origin.host().indexOf(':') >= 0 ? "[" + origin.host() + "]" : origin.host();
        return port == (tls ? 443 : 80) ? name : name + ":" + port;
    }

    private static void addReplaced(
            HttpHeaders out,
            HttpHeaders sent,
            Exchange exchange,
            Parts forwarded,
            boolean cacheable,
            String via) {
        String agent = sent.get(HttpHeaderNames.USER_AGENT);
        out.set(
                HttpHeaderNames.USER_AGENT,
                agent != null && forwarded.includesHeader("user-agent")
                        ? agent
                        : "Amazon CloudFront");
        String cookies = String.join("; ", sent.getAll(HttpHeaderNames.COOKIE));
        String chosen = forwarded.cookies(cookies);
        if (!chosen.isEmpty()) {
            out.set(HttpHeaderNames.COOKIE, chosen);
        }
        String encodings = String.join(",", sent.getAll(HttpHeaderNames.ACCEPT_ENCODING));
        if (!encodings.isEmpty() && !cacheable) {
            out.set(HttpHeaderNames.ACCEPT_ENCODING, encodings);
        }
        String chain = String.join(", ", sent.getAll(X_FORWARDED_FOR));
        out.set(
                X_FORWARDED_FOR,
                chain.isEmpty()
                        ? exchange.clientAddress()
                        : chain + ", " + exchange.clientAddress());
        String passed = String.join(", ", sent.getAll(HttpHeaderNames.VIA));
        String own =
                exchange.protocol().substring("HTTP/".length()) + via.substring(via.indexOf(' '));
        out.set(HttpHeaderNames.VIA, passed.isEmpty() ? own : passed + ", " + own);
        out.set(AnswerHeaders.X_AMZ_CF_ID, exchange.requestId());
        if (cacheable) {
            out.add(CacheControl.CAPABILITY_FIELD, CacheControl.CAPABILITY);
        }
    }

    private static void addBodyFraming(HttpHeaders out, Exchange exchange) {
        if (exchange.contentLength().isPresent()) {
            out.set(
                    HttpHeaderNames.CONTENT_LENGTH,
                    Long.toString(exchange.contentLength().getAsLong()));
        } else if (exchange.hasBody()) {
            out.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
        }
    }
}
