package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.Parts;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.compress.AcceptEncoding;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.route.Route;
import dev.nameplate.edge.rules.Countries;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;

import java.util.Locale;
import java.util.Optional;

/// A request's headers as the origin sees them: what is not forwarded is absent, whatever the visitor sent.
///
/// Cache keys and `Vary` are judged on this view, so that a header the origin never sees can neither split nor poison
/// the cache.
record ViewedHeaders(Exchange exchange, Route route, Countries countries)
        implements RequestHeaders {
    private static final AsciiString CLOUDFRONT = AsciiString.cached(VisitorFacts.PREFIX);

    @Override
    public Optional<String> value(AsciiString name) {
        Parts forwarded = route.forwarded();
        if (name.startsWith(CLOUDFRONT)) {
            return forwarded.listsHeader(name.toString())
                    ? VisitorFacts.value(name.toString(), exchange, countries)
                    : Optional.empty();
        }
        if (name.equals(HttpHeaderNames.COOKIE)) {
            return exchange.value(name)
                    .map(forwarded::cookies)
                    .filter(cookies -> !cookies.isEmpty());
        }
        if (name.equals(HttpHeaderNames.ACCEPT_ENCODING) && !route.codings().isEmpty()) {
            return coding();
        }
        if (!forwarded.includesHeader(name.toString())) {
            return Optional.empty();
        }
        Optional<String> sent = exchange.value(name);
        return name.equals(HttpHeaderNames.ACCEPT_ENCODING)
                ? sent.flatMap(ViewedHeaders::acceptedEncoding)
                : sent;
    }

    /// A range is cut from what is not encoded: its bytes and their strong validator stay the same, whatever is kept.
    private Optional<String> coding() {
        boolean plain =
                exchange.protocol().equals("HTTP/1.0")
                        || (!exchange.isHead()
                                && exchange.value(HttpHeaderNames.RANGE).isPresent());
        return plain
                ? Optional.empty()
                : exchange.value(HttpHeaderNames.ACCEPT_ENCODING)
                        .flatMap(sent -> AcceptEncoding.reduced(sent, route.codings()));
    }

    /// `gzip` or nothing, so that the many spellings of browsers share one answer.
    private static Optional<String> acceptedEncoding(String sent) {
        for (String coding : sent.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = coding.strip().split(";");
            if (parts[0].strip().equals("gzip")) {
                boolean refused = parts.length > 1 && parts[1].strip().matches("q=0(\\.0*)?");
                return refused ? Optional.empty() : Optional.of("gzip");
            }
        }
        return Optional.empty();
    }
}
