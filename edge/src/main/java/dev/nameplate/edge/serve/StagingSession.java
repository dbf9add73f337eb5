package dev.nameplate.edge.serve;

import dev.nameplate.edge.config.Staging;
import dev.nameplate.edge.config.Staging.Stickiness;
import dev.nameplate.edge.http.HeadChange;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A visitor's stay with one of two configurations, as the cookie [Staging#COOKIE] carries it. It is not signed: who forges it
/// chooses between two configurations that are both there for visitors.
///
/// @param stagingId of the staging distribution; another one's session does not count
/// @param started of the session's first request, seconds since the epoch
/// @param seen of its newest request
/// @param lifetime how many seconds the visitor is to keep the cookie
record StagingSession(boolean staged, String stagingId, long started, long seen, long lifetime) {
    private static final Pattern VALUE =
            Pattern.compile("([ps])\\.([A-Za-z0-9-]{1,64})\\.(\\d{1,12})\\.(\\d{1,12})");

    static StagingSession begin(boolean staged, String stagingId, long now, Stickiness sticky) {
        return new StagingSession(staged, stagingId, now, now, lifetime(now, now, sticky));
    }

    /// @param cookies a `Cookie` header
    static Optional<StagingSession> find(String cookies, String stagingId) {
        for (String cookie : cookies.split(";", -1)) {
            int equals = cookie.indexOf('=');
            if (equals > 0 && cookie.substring(0, equals).strip().equals(Staging.COOKIE)) {
                Matcher value = VALUE.matcher(cookie.substring(equals + 1).strip());
                return value.matches() && value.group(2).equals(stagingId)
                        ? Optional.of(
                                new StagingSession(
                                        value.group(1).equals("s"),
                                        stagingId,
                                        Long.parseLong(value.group(3)),
                                        Long.parseLong(value.group(4)),
                                        0))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /// The same session with one more request; empty if it is over.
    Optional<StagingSession> goingOn(long now, Stickiness sticky) {
        boolean open =
                started <= seen
                        && seen <= now
                        && now - seen <= sticky.idle().toSeconds()
                        && now - started < sticky.maximum().toSeconds();
        return open
                ? Optional.of(
                        new StagingSession(
                                staged, stagingId, started, now, lifetime(started, now, sticky)))
                : Optional.empty();
    }

    private static long lifetime(long started, long now, Stickiness sticky) {
        return Math.min(sticky.idle().toSeconds(), started + sticky.maximum().toSeconds() - now);
    }

    /// Sets the cookie in an answer, each time anew, because each request prolongs the session.
    HeadChange cookie(boolean secure) {
        String field =
                "%s=%s.%s.%d.%d; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s"
                        .formatted(
                                Staging.COOKIE,
                                staged ? "s" : "p",
                                stagingId,
                                started,
                                seen,
                                lifetime,
                                secure ? "; Secure" : "");
        return new HeadChange() {
            @Override
            public void apply(int status, HttpHeaders headers) {
                headers.add(HttpHeaderNames.SET_COOKIE, field);
            }

            @Override
            public Optional<Object> kind() {
                return Optional.empty();
            }
        };
    }
}
