package dev.nameplate.edge.http;

import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;
import dev.nameplate.edge.config.Traffic;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.Optional;

import javax.net.ssl.SSLSession;

/// What metrics and access log are told of an [Exchange]: who asked for what and when, who served it, and what was sent. Knows
/// nothing of how an answer comes about.
abstract class RequestAccount implements RequestHeaders, RequestEvent {
    private final Viewer viewer;
    private final HttpMethod method;
    private final String host;
    private final String path;
    private String query;
    private final String requestId;
    private final long startedMillis;
    private final long startedNanos;

    private String distributionId = "";
    private long configVersion;
    private Traffic traffic = Traffic.NONE;
    private CacheVerdict verdict = CacheVerdict.ERROR;
    private long originAskedNanos;
    private int status;
    private long firstByteNanos;
    private long endedNanos;
    private boolean complete;
    private @Nullable HttpHeaders answerHeaders;
    private @Nullable StoredResponse storedAnswer;
    private long bytesIn;
    private long bytesOut;

    /// @param host in comparable form
    /// @param target path and query
    RequestAccount(Viewer viewer, HttpMethod method, String host, String target) {
        this.viewer = viewer;
        this.method = method;
        this.host = host;
        int question = target.indexOf('?');
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? "" : target.substring(question + 1);
        this.requestId = viewer.shared().ids().next();
        this.startedMillis = viewer.shared().clock().millis();
        this.startedNanos = viewer.ticker().nanoTime();
    }

    // ---- the request

    public HttpMethod method() {
        return method;
    }

    public boolean isHead() {
        return HttpMethod.HEAD.equals(method);
    }

    @Override
    public String methodName() {
        return method.name();
    }

    @Override
    public String host() {
        return host;
    }

    @Override
    public String path() {
        return path;
    }

    /// Without the question mark; empty if there is none.
    @Override
    public String query() {
        return query;
    }

    /// Takes what was meant for the edge alone out of the query, before anything else looks at it.
    public void leaveInQuery(String rest) {
        query = rest;
    }

    /// Path and query as they came, but for [#leaveInQuery].
    public String target() {
        return query.isEmpty() ? path : path + '?' + query;
    }

    public int targetLength() {
        return query.isEmpty() ? path.length() : path.length() + 1 + query.length();
    }

    public boolean secure() {
        return viewer.secure();
    }

    @Override
    public String scheme() {
        return viewer.scheme();
    }

    /// The name in the ClientHello; empty on plain HTTP.
    public String serverName() {
        return viewer.serverName();
    }

    @Override
    public String clientAddress() {
        return viewer.address();
    }

    @Override
    public int clientPort() {
        return viewer.port();
    }

    @Override
    public String tlsProtocol() {
        return viewer.tls().map(SSLSession::getProtocol).orElse("");
    }

    @Override
    public String tlsCipher() {
        return viewer.tls().map(SSLSession::getCipherSuite).orElse("");
    }

    @Override
    public Optional<String> requestHeader(String name) {
        return value(AsciiString.of(name));
    }

    @Override
    public String requestId() {
        return requestId;
    }

    // ---- its times

    @Override
    public long startedMillis() {
        return startedMillis;
    }

    /// Of the event loop's clock.
    public long nanoTime() {
        return viewer.ticker().nanoTime();
    }

    /// By [#nanoTime].
    public long startedNanos() {
        return startedNanos;
    }

    /// When an origin was asked, by [#nanoTime]; 0 when none was.
    public long originAskedNanos() {
        return originAskedNanos;
    }

    public void originAsked() {
        originAskedNanos = nanoTime();
    }

    @Override
    public long durationNanos() {
        return endedNanos - startedNanos;
    }

    @Override
    public long firstByteNanos() {
        return firstByteNanos == 0 ? durationNanos() : firstByteNanos - startedNanos;
    }

    // ---- who serves it

    /// Names the site for the access log, and where its requests are counted.
    public void servedBy(String newDistributionId, long newConfigVersion, Traffic newTraffic) {
        distributionId = newDistributionId;
        configVersion = newConfigVersion;
        traffic = newTraffic;
    }

    @Override
    public String distributionId() {
        return distributionId;
    }

    @Override
    public long configVersion() {
        return configVersion;
    }

    public void verdict(CacheVerdict newVerdict) {
        verdict = newVerdict;
    }

    @Override
    public CacheVerdict verdict() {
        return verdict;
    }

    // ---- what is sent

    @Override
    public Optional<String> answerHeader(String name) {
        StoredResponse kept = storedAnswer;
        if (kept != null) {
            return kept.header(AsciiString.of(name)).map(AsciiString::toString);
        }
        HttpHeaders sent = answerHeaders;
        return sent == null ? Optional.empty() : Optional.ofNullable(sent.get(name));
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public long bytesIn() {
        return bytesIn;
    }

    @Override
    public long bytesOut() {
        return bytesOut;
    }

    @Override
    public boolean complete() {
        return complete;
    }

    final void received(int bytes) {
        bytesIn += bytes;
    }

    final void answeredBy(int newStatus, HttpHeaders headers) {
        status = newStatus;
        answerHeaders = headers;
        firstByteNanos = nanoTime();
    }

    final void answeredBy(StoredResponse response, CacheVerdict newVerdict) {
        status = response.status();
        storedAnswer = response;
        verdict = newVerdict;
        bytesOut = isHead() ? 0 : response.body().readableBytes();
    }

    final void opened(int newStatus) {
        status = newStatus;
    }

    /// Whether the head of a final answer was sent, but for a stored one.
    final boolean headIsSent() {
        return firstByteNanos != 0;
    }

    final void sent(int bytes) {
        bytesOut += bytes;
    }

    /// Counts it, and has it logged.
    final void close(boolean whole) {
        endedNanos = nanoTime();
        complete = whole;
        Viewer.Shared shared = viewer.shared();
        traffic.count(
                shared.loops().current(),
                status,
                bytesOut,
                bytesIn,
                verdict == CacheVerdict.HIT || verdict == CacheVerdict.REFRESH_HIT);
        shared.events().requestFinished(this);
    }
}
