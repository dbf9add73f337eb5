package dev.nameplate.edge.serve;

import dev.nameplate.edge.config.Origin;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.name.HostNames;
import dev.nameplate.edge.proxy.Failover;
import dev.nameplate.edge.proxy.OriginCall;
import dev.nameplate.edge.proxy.OriginFailure;
import dev.nameplate.edge.proxy.OriginListener;
import dev.nameplate.edge.proxy.OriginRequest;
import dev.nameplate.edge.route.Route;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.function.Consumer;

/// The conversation with the origin about one request: what is asked, and the answer's headers made fit for visitors
/// and cache. Knows neither who waits for the answer nor whether it is kept. Lives on the loop of the exchange.
final class OriginFetch implements OriginListener {
    /// Who hears the answer: [#head], then [#data] up to the last piece; or [#failed], after which nothing more comes.
    interface Receiver {
        /// Whether the origin takes pieces of the request body now. Not called when the request has none.
        void bodyWanted(boolean wanted);

        /// @param headers end-to-end headers, for the receiver to change
        void head(int status, HttpHeaders headers);

        /// An interim answer (1xx) before the head.
        default void informational(int status, HttpHeaders headers) {}

        /// In place of the head: what was asked for in `Upgrade` begins.
        default void upgraded(HttpHeaders headers) {
            throw new IllegalStateException("no upgrade was asked for");
        }

        /// The fields after the body, just before its last piece.
        default void trailers(HttpHeaders trailers) {}

        /// A piece of the body, taken over.
        void data(ByteBuf data, boolean last);

        /// Nothing more is at hand; time to flush.
        void pause();

        /// @param status for the visitor, with a constant sentence for the error page
        void failed(int status, String sentence);
    }

    private final Means means;
    private final Visit visit;
    private final Receiver receiver;

    private @Nullable OriginCall call;
    private long sentAtMillis;
    private boolean over;

    OriginFetch(Means means, Visit visit, Receiver receiver) {
        this.means = means;
        this.visit = visit;
        this.receiver = receiver;
    }

    /// Asks.
    ///
    /// @param cacheable the answer may be shared, so the origin sees nothing that is neither in the key nor forwarded
    /// @param change last changes to the request's headers
    void send(boolean cacheable, Consumer<HttpHeaders> change) {
        Exchange exchange = visit.exchange();
        Route route = visit.route();
        OriginRequest first;
        try {
            first = request(route.origin(), cacheable, change);
        } catch (IllegalArgumentException e) {
            over = true;
            receiver.failed(400, "A header of the request is malformed");
            return;
        }
        sentAtMillis = means.clock().millis();
        if (!exchange.isOver()) {
            exchange.originAsked();
        }
        Optional<Failover> failover =
                route.second().isPresent() && isRepeatable(exchange)
                        ? Optional.of(
                                new Failover(
                                        route.failoverStatuses(),
                                        () -> request(route.second().get(), cacheable, change)))
                        : Optional.empty();
        call = means.origins().send(exchange.loop(), first, failover, this);
        if (over) {
            call = null;
        }
    }

    /// CloudFront turns to the second origin for these methods only.
    private static boolean isRepeatable(Exchange exchange) {
        return !exchange.hasBody()
                && switch (exchange.method().name()) {
                    case "GET", "HEAD", "OPTIONS" -> true;
                    default -> false;
                };
    }

    /// @throws IllegalArgumentException when a header cannot be written in HTTP/1.1
    private OriginRequest request(Origin origin, boolean cacheable, Consumer<HttpHeaders> change) {
        Exchange exchange = visit.exchange();
        Route route = visit.route();
        boolean tls =
                switch (origin.protocolPolicy()) {
                    case HTTP_ONLY -> false;
                    case HTTPS_ONLY -> true;
                    case MATCH_VIEWER -> exchange.secure();
                };
        HttpHeaders headers =
                RequestFilter.apply(
                        exchange, route, origin, tls, cacheable, means.countries(), means.via());
        change.accept(headers);
        String chosen = exchange.query().isEmpty() ? "" : route.forwarded().query(exchange.query());
        String target = origin.path() + visit.path() + (chosen.isEmpty() ? "" : "?" + chosen);
        String serverName =
                tls
                        ? HostNames.ofAuthority(headers.get(HttpHeaderNames.HOST))
                                .orElse(origin.host())
                        : origin.host();
        return new OriginRequest(
                origin, tls, serverName, exchange.method(), target, headers, exchange.hasBody());
    }

    /// When the request left.
    long sentAtMillis() {
        return sentAtMillis;
    }

    /// A piece of the request body, taken over.
    void body(ByteBuf data, boolean last) {
        if (call == null) {
            data.release();
        } else {
            call.body(data, last);
        }
    }

    /// The fields after the request body, before its last piece.
    void bodyTrailers(HttpHeaders trailers) {
        if (call != null) {
            call.trailers(Trailers.filter(trailers));
        }
    }

    /// Stops or resumes the answer.
    void hold(boolean held) {
        if (call != null) {
            call.pause(held);
        }
    }

    /// Nobody wants the answer any more; the receiver hears nothing after this.
    void cancel() {
        over = true;
        OriginCall current = call;
        call = null;
        if (current != null) {
            current.cancel();
        }
    }

    /// The receiver has heard enough. The rest of the answer is read and dropped, so that the connection can be used again.
    void detach() {
        over = true;
        call = null;
    }

    @Override
    public void bodyWanted(boolean wanted) {
        if (!over) {
            receiver.bodyWanted(wanted);
        }
    }

    @Override
    public void head(int status, HttpHeaders sent) {
        if (!over) {
            receiver.head(status, ResponseFilter.apply(sent, visit.route(), means));
        }
    }

    @Override
    public void informational(int status, HttpHeaders sent) {
        if (!over) {
            receiver.informational(status, ResponseFilter.interim(sent));
        }
    }

    @Override
    public void upgraded(HttpHeaders sent) {
        if (!over) {
            receiver.upgraded(ResponseFilter.apply(sent, visit.route(), means));
        }
    }

    @Override
    public void trailers(HttpHeaders sent) {
        if (!over) {
            receiver.trailers(Trailers.filter(sent));
        }
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        if (over) {
            data.release();
            return;
        }
        if (last) {
            over = true;
            call = null;
        }
        receiver.data(data, last);
    }

    @Override
    public void pause() {
        if (!over) {
            receiver.pause();
        }
    }

    @Override
    public void failed(OriginFailure failure) {
        if (!over) {
            over = true;
            call = null;
            receiver.failed(failure.status(), failure.sentence());
        }
    }
}
