package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.HttpDates;
import dev.nameplate.edge.http.AnswerHeaders;
import dev.nameplate.edge.route.Route;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Makes the headers that go to the visitor, and into the cache, from those the origin sent.
final class ResponseFilter {
    private ResponseFilter() {}

    /// The headers of an interim answer.
    static HttpHeaders interim(HttpHeaders sent) {
        Set<String> hopByHop = HopByHop.listedIn(sent);
        HttpHeaders out =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        sent.forEach(header -> {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (!HopByHop.is(name) && !hopByHop.contains(name) && !name.equals("set-cookie")) {
                out.add(header.getKey(), header.getValue());
            }
        });
        return out;
    }

    /// End-to-end headers, without what names a single answer (`X-Cache`, `X-Amz-Cf-Id`).
    static HttpHeaders apply(HttpHeaders sent, Route route, Means means) {
        Set<String> hopByHop = HopByHop.listedIn(sent);
        boolean cookies = route.forwarded().includesCookies();
        HttpHeaders out =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        Iterator<Map.Entry<CharSequence, CharSequence>> all = sent.iteratorCharSequence();
        while (all.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = all.next();
            CharSequence name = header.getKey();
            if (HopByHop.is(name)
                    || (!hopByHop.isEmpty()
                            && hopByHop.contains(name.toString().toLowerCase(Locale.ROOT)))) {
                continue;
            }
            // Without the visitors' cookies an origin cannot mean one visitor by a cookie of its
            // own.
            if (!cookies && HttpHeaderNames.SET_COOKIE.contentEqualsIgnoreCase(name)) {
                continue;
            }
            out.add(header.getKey(), header.getValue());
        }
        out.set(
                HttpHeaderNames.VIA,
                out.contains(HttpHeaderNames.VIA)
                        ? String.join(", ", out.getAll(HttpHeaderNames.VIA)) + ", " + means.via()
                        : means.via());
        out.set(AnswerHeaders.X_AMZ_CF_POP, means.location());
        out.remove(AnswerHeaders.X_CACHE).remove(AnswerHeaders.X_AMZ_CF_ID);
        if (!out.contains(HttpHeaderNames.DATE)) {
            out.set(HttpHeaderNames.DATE, HttpDates.format(means.clock().millis()));
        }
        return out;
    }
}
