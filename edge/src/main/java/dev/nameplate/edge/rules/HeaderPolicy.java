package dev.nameplate.edge.rules;

import dev.nameplate.edge.config.ResponseHeaders;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// [ResponseHeaders], made ready to be applied to answers.
public final class HeaderPolicy {
    /// Changes nothing.
    public static final HeaderPolicy NONE =
            new HeaderPolicy(new ResponseHeaders(List.of(), Optional.empty(), List.of(), 0));

    /// How a message ends is the protocol's matter, whatever a policy says.
    private static final Set<String> FRAMING =
            Set.of("connection", "content-length", "transfer-encoding", "trailer", "upgrade");

    private record Fixed(AsciiString name, AsciiString value, boolean override) {}

    /// What an answer gets of a policy. Equal variants make equal changes to equal headers.
    ///
    /// @param origin of the request that is shared with, `*` where any is; empty for none
    public record Variant(HeaderPolicy policy, String origin, boolean preflight) {
        public void apply(HttpHeaders headers) {
            policy.apply(headers, this);
        }
    }

    private final List<AsciiString> remove;
    private final List<Fixed> set;
    private final Optional<CorsRules> cors;
    private final double serverTimingPercent;
    private final Variant plain = new Variant(this, "", false);
    private final Variant shared = new Variant(this, CorsRules.ANY, false);

    private HeaderPolicy(ResponseHeaders headers) {
        remove =
                headers.remove().stream()
                        .filter(name -> !isFraming(name))
                        .map(AsciiString::cached)
                        .toList();
        set =
                headers.set().stream()
                        .filter(fixed -> !isFraming(fixed.name()))
                        .map(fixed ->
                                new Fixed(
                                        AsciiString.cached(fixed.name()).toLowerCase(),
                                        AsciiString.cached(fixed.value()),
                                        fixed.override()))
                        .toList();
        cors = headers.cors().map(CorsRules::new);
        serverTimingPercent = headers.serverTimingPercent();
    }

    public static HeaderPolicy of(Optional<ResponseHeaders> headers) {
        return headers.map(HeaderPolicy::new).orElse(NONE);
    }

    private static boolean isFraming(String name) {
        return FRAMING.contains(name.toLowerCase(Locale.ROOT));
    }

    public boolean isNone() {
        return this == NONE;
    }

    /// Whether this answer is among those that get a `Server-Timing` header.
    ///
    /// @param requestId random, so that it can draw the lot
    public boolean timed(String requestId) {
        return serverTimingPercent > 0
                && (requestId.hashCode() & 0xf_ffff) * 100.0 / 0x10_0000 < serverTimingPercent;
    }

    /// @param origin of the request, if it has one
    /// @param preflight whether it asks for leave to send another
    public Variant variant(Optional<String> origin, boolean preflight) {
        if (cors.isEmpty() || origin.isEmpty()) {
            return plain;
        }
        Optional<String> allowed = cors.get().allowed(origin.get());
        if (!preflight && allowed.equals(Optional.of(CorsRules.ANY))) {
            return shared;
        }
        return allowed.map(value -> new Variant(this, value, preflight)).orElse(plain);
    }

    private void apply(HttpHeaders headers, Variant variant) {
        for (AsciiString name : remove) {
            headers.remove(name);
        }
        cors.ifPresent(rules -> rules.apply(headers, variant.origin(), variant.preflight()));
        for (Fixed fixed : set) {
            if (fixed.override() || !headers.contains(fixed.name())) {
                headers.set(fixed.name(), fixed.value());
            }
        }
    }
}
