package dev.nameplate.edge.http;

import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.util.AsciiString;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// Names and values of the headers that the edge adds to answers.
public final class AnswerHeaders {
    static final AsciiString ALT_SVC = AsciiString.cached("alt-svc");

    public static final AsciiString X_CACHE = AsciiString.cached("x-cache");
    public static final AsciiString X_AMZ_CF_POP = AsciiString.cached("x-amz-cf-pop");
    public static final AsciiString X_AMZ_CF_ID = AsciiString.cached("x-amz-cf-id");

    private static final Map<CacheVerdict, AsciiString> VERDICTS =
            new EnumMap<>(CacheVerdict.class);

    static {
        for (CacheVerdict verdict : CacheVerdict.values()) {
            VERDICTS.put(verdict, AsciiString.cached(verdict.header()));
        }
    }

    private AnswerHeaders() {}

    static AsciiString xCache(CacheVerdict verdict) {
        return Objects.requireNonNull(VERDICTS.get(verdict));
    }
}
