package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.CacheDecision;
import dev.nameplate.edge.cache.CacheKey;
import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.cache.Variants;
import dev.nameplate.edge.compress.CompressionRule;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One call to an origin for what may be kept, and everybody who waits for its answer.
///
/// The visitor who caused it is the leader; others [#offer] themselves while it is under way. When the answer's head shows
/// that it may be shared, it is recorded and each follower gets it as it arrives, from its beginning; when not, it is the
/// leader's alone and the others go on by themselves. While it is recorded nobody slows anybody down: the recording is
/// what a slow one is behind of. What outgrows the recording is read at the pace of the fastest.
///
/// Lives on the leader's event loop.
final class Flight implements OriginFetch.Receiver {
    /// A follower more would be one more list entry; the bound is for the burst when the answer comes.
    private static final int MOST_FOLLOWERS = 10_000;

    /// How far the fastest of several followers may be behind an answer that is not recorded.
    private static final long SLACK = 256 * 1024;

    private enum Phase {
        ASKING,
        STREAMING,
        OVER
    }

    private final Means means;
    private final Flights flights;
    private final Visit visit;
    private final CacheKey key;
    private final RequestHeaders view;
    private final CacheKey place;
    private final boolean collapsing;
    private final CompressingFetch fetch;
    private final long generation;
    private final Keeping keeping;
    private final List<Follower> followers = new ArrayList<>(1);

    private Phase phase = Phase.ASKING;
    private @Nullable Follower leader;
    private @Nullable StoredResponse stale;
    private @Nullable Recording recording;
    private @Nullable Spill spill;
    private @Nullable HttpHeaders sharedHead;
    private List<String> vary = List.of();
    private List<AsciiString> varyNames = List.of();
    private int status;
    private long arrivedAtMillis;
    private boolean unattended;

    /// @param place where it stands among the flights; equal places share an answer if their `Vary` allows
    /// @param collapsing whether it stands there at all
    /// @param stale what was kept; with a reference that this takes over when it starts
    Flight(
            Means means,
            Flights flights,
            Visit visit,
            CacheKey key,
            RequestHeaders view,
            CacheKey place,
            boolean collapsing,
            Optional<StoredResponse> stale) {
        this.means = means;
        this.flights = flights;
        this.visit = visit;
        this.key = key;
        this.view = view;
        this.place = place;
        this.collapsing = collapsing;
        this.fetch = new CompressingFetch(means, visit, view, this);
        this.generation = means.store().generation();
        this.keeping = new Keeping(means, flights.room(), visit, key, view, fetch, generation);
        this.stale = stale.orElse(null);
    }

    /// Asks the origin for this visitor.
    void start(Follower first) {
        leader = first;
        followers.add(first);
        first.follow(this);
        ask();
    }

    /// Asks the origin for nobody in particular.
    void startUnattended() {
        unattended = true;
        ask();
    }

    /// Never starts: whoever has offered to follow goes on alone.
    void withdraw() {
        end();
    }

    private void ask() {
        StoredResponse known = stale;
        fetch.send(headers -> {
            if (known != null) {
                addConditions(headers, known);
            }
        });
    }

    private static void addConditions(HttpHeaders headers, StoredResponse stale) {
        headers.remove(HttpHeaderNames.RANGE).remove(HttpHeaderNames.IF_RANGE);
        stale.fromOrigin(HttpHeaderNames.ETAG)
                .ifPresent(etag -> headers.set(HttpHeaderNames.IF_NONE_MATCH, etag));
        stale.header(HttpHeaderNames.LAST_MODIFIED)
                .ifPresent(date -> headers.set(HttpHeaderNames.IF_MODIFIED_SINCE, date));
    }

    @SuppressWarnings("ReferenceEquality") // a loop is itself alone
    boolean isOn(EventLoop loop) {
        return visit.exchange().loop() == loop;
    }

    // ---- from followers, on any loop

    /// Another visitor wants the same. To be called on that visitor's loop.
    void offer(Follower follower) {
        follower.follow(this);
        onItsLoop(() -> join(follower));
    }

    void drained() {
        onItsLoop(this::pace);
    }

    void left(Follower follower) {
        onItsLoop(() -> {
            followers.remove(follower);
            if (follower == leader) {
                leader = null;
            }
            if (phase != Phase.OVER && followers.isEmpty() && !unattended) {
                fetch.cancel();
                end();
            } else {
                pace();
            }
        });
    }

    private void onItsLoop(Runnable step) {
        EventLoop loop = visit.exchange().loop();
        if (loop.inEventLoop()) {
            step.run();
        } else {
            loop.execute(step);
        }
    }

    private void join(Follower follower) {
        HttpHeaders head = sharedHead;
        Recording soFar = recording;
        // Who comes after an invalidation must not get what was asked for before it.
        boolean late =
                phase == Phase.OVER
                        || means.store().generation() != generation
                        || followers.size() >= MOST_FOLLOWERS;
        if (late) {
            follower.instead(() -> flights.alone(follower));
        } else if (phase == Phase.ASKING) {
            followers.add(follower);
        } else if (head == null || soFar == null) {
            follower.instead(() -> flights.alone(follower));
        } else if (matches(follower)) {
            followers.add(follower);
            share(follower, head);
            soFar.replay(data -> follower.piece(data, false));
        } else {
            sendElsewhere(follower);
        }
    }

    /// Whether the headers that the answer varies by are the same.
    private boolean matches(Follower follower) {
        return varyNames.isEmpty()
                || Variants.key(key, varyNames, 0, follower.view())
                        .equals(Variants.key(key, varyNames, 0, view));
    }

    private void sendElsewhere(Follower follower) {
        CacheKey other = Variants.key(key, varyNames, 0, follower.view());
        follower.instead(() -> flights.join(follower, other));
    }

    // ---- from the origin

    @Override
    public void bodyWanted(boolean wanted) {
        throw new IllegalStateException("a request with a body is not for the cache");
    }

    @Override
    public void head(int newStatus, HttpHeaders headers) {
        arrivedAtMillis = means.clock().millis();
        StoredResponse old = stale;
        if (old != null && newStatus == 304) {
            refreshed(old, headers);
            return;
        }
        if (old != null && isOriginTrouble(newStatus) && old.usableIfError(arrivedAtMillis)) {
            standIn(old);
            return;
        }
        if (old != null && visit.exchange().isHead() && newStatus == 200) {
            HeadUpdate.apply(
                    means,
                    visit,
                    new HeadUpdate.Place(key, view, generation),
                    old,
                    headers,
                    fetch.uncompressed(),
                    keeping.terms(old.status(), headers));
        }
        phase = Phase.STREAMING;
        status = newStatus;
        vary = visit.route().keys().vary(headers);
        varyNames = vary.stream().map(AsciiString::cached).toList();
        Recording kept = keeping.record(status, headers).orElse(null);
        recording = kept;
        if (kept == null) {
            spill = keeping.spill(status, headers, vary).orElse(null);
        }
        HttpHeaders shared = null;
        if (kept != null && kept.terms().freshness().isFreshOnArrival()) {
            HttpHeaders copy = headers.copy();
            kept.terms().without().forEach(copy::remove);
            shared = copy;
            sharedHead = copy;
        } else {
            leaveRegister(true);
        }
        distribute(headers, shared);
        if (leader == null && shared == null && !unattended) {
            fetch.cancel();
            end();
        }
    }

    /// Sends the head to whom the answer is for, and the others away.
    private void distribute(HttpHeaders headers, @Nullable HttpHeaders shared) {
        boolean judge = status == 200 && recording != null;
        for (Follower follower : List.copyOf(followers)) {
            if (follower == leader) {
                follower.head(
                        status,
                        headers,
                        status >= 400 ? CacheVerdict.ERROR : CacheVerdict.MISS,
                        judge);
                unattended |= recording != null && follower.isDone();
            } else if (shared == null) {
                followers.remove(follower);
                follower.instead(() -> flights.alone(follower));
            } else if (matches(follower)) {
                share(follower, shared);
            } else {
                followers.remove(follower);
                sendElsewhere(follower);
            }
        }
    }

    private void share(Follower follower, HttpHeaders head) {
        HttpHeaders own = head.copy();
        long resident = Math.max(0, means.clock().millis() - arrivedAtMillis);
        if (recording != null) {
            own.set(
                    HttpHeaderNames.AGE,
                    Long.toString(recording.terms().freshness().ageSeconds(resident)));
        }
        follower.head(
                status, own, status >= 400 ? CacheVerdict.ERROR : CacheVerdict.HIT, status == 200);
    }

    private static boolean isOriginTrouble(int status) {
        return status == 500 || status == 502 || status == 503 || status == 504;
    }

    /// The origin says that what we kept is still right.
    private void refreshed(StoredResponse old, HttpHeaders update) {
        update.remove(HttpHeaderNames.AGE);
        HttpHeaders merged = old.updated(update);
        if (visit.route().compresses()
                && Variants.names(old.headers()).contains("accept-encoding")) {
            CompressionRule.vary(merged); // what the origin says knows nothing of our codings
        }
        Optional<CacheDecision.Terms> terms = keeping.terms(old.status(), merged);
        StoredResponse fresh =
                old.with(
                        merged,
                        arrivedAtMillis,
                        terms.map(CacheDecision.Terms::freshness).orElse(old.freshness()));
        if (terms.isPresent()) {
            fresh.retain();
            means.store().put(key, visit.route().keys().vary(merged), view, fresh, generation);
        }
        boolean shareable = terms.filter(t -> t.freshness().isFreshOnArrival()).isPresent();
        leaveRegister(!shareable);
        fetch.detach();
        for (Follower follower : followers) {
            if (shareable || follower == leader) {
                fresh.retain();
                follower.stored(fresh, CacheVerdict.REFRESH_HIT, arrivedAtMillis);
            } else {
                follower.instead(() -> flights.alone(follower));
            }
        }
        fresh.release();
        end();
    }

    /// Serves what is stale, since the origin has nothing better.
    private void standIn(StoredResponse old) {
        fetch.cancel();
        long now = means.clock().millis();
        for (Follower follower : followers) {
            old.retain();
            follower.stored(old, CacheVerdict.HIT, now);
        }
        end();
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        if (last) {
            lastData(data);
            return;
        }
        if (recording != null && recording.add(data, written -> pass(written, false))) {
            data.release();
            return;
        }
        outgrown();
        if (spill != null) {
            spill.add(data);
        }
        pass(data, false);
        pace();
    }

    private void lastData(ByteBuf data) {
        List<ByteBuf> rest = new ArrayList<>(1);
        if (recording != null && !recording.add(data, rest::add)) {
            outgrown();
        }
        Recording whole = recording;
        recording = null;
        if (whole == null) {
            if (spill != null) {
                spill.add(data);
                spill.keep(key, view, arrivedAtMillis, generation);
                spill = null;
            }
            rest.add(data);
        } else {
            data.release();
            keeping.put(whole, vary, arrivedAtMillis);
        }
        phase = Phase.OVER;
        leaveRegister(false);
        if (rest.isEmpty()) {
            rest.add(Unpooled.EMPTY_BUFFER);
        }
        for (int i = 0; i < rest.size(); i++) {
            pass(rest.get(i), i == rest.size() - 1);
        }
        end();
    }

    /// Goes on without a recording: who is here gets the rest, who comes later a call of its own. The store may have room for
    /// the answer.
    private void outgrown() {
        if (recording == null) {
            return;
        }
        if (visit.exchange().method().equals(HttpMethod.GET)) {
            spill = Spill.of(means.store(), vary, recording).orElse(null);
        }
        recording.drop();
        recording = null;
        sharedHead = null;
        leaveRegister(true);
    }

    /// @param data taken over
    private void pass(ByteBuf data, boolean last) {
        for (int i = 0; i < followers.size(); i++) {
            followers.get(i).piece(data.retainedDuplicate(), last);
        }
        data.release();
    }

    @Override
    public void pause() {
        for (int i = 0; i < followers.size(); i++) {
            Follower follower = followers.get(i);
            if (isOn(follower.visit().exchange().loop())) {
                follower.flush();
            }
        }
    }

    /// Reads on as fast as the fastest follower takes it, unless it is all recorded. Who is behind by more than may be
    /// kept of anything is given up.
    private void pace() {
        if (phase != Phase.STREAMING) {
            return;
        }
        if (recording != null || followers.isEmpty()) {
            fetch.hold(false);
            return;
        }
        long least = Long.MAX_VALUE;
        for (Follower follower : followers) {
            least = Math.min(least, follower.backlog());
        }
        for (Follower follower : List.copyOf(followers)) {
            if (follower.backlog() > means.maxObjectBytes() && follower.backlog() > least) {
                followers.remove(follower);
                follower.failed(504, "The answer was taken too slowly");
            }
        }
        fetch.hold(least > (followers.size() == 1 ? 0 : SLACK));
    }

    @Override
    public void failed(int failure, String sentence) {
        StoredResponse old = stale;
        if (phase == Phase.ASKING && old != null && old.usableIfError(means.clock().millis())) {
            standIn(old);
            return;
        }
        for (Follower follower : followers) {
            follower.failed(failure, sentence);
        }
        end();
    }

    private void leaveRegister(boolean unshareable) {
        if (collapsing) {
            flights.remove(place, this, unshareable);
        }
    }

    /// Lets go of everything held.
    private void end() {
        phase = Phase.OVER;
        leaveRegister(false);
        followers.clear();
        sharedHead = null;
        if (recording != null) {
            recording.drop();
            recording = null;
        }
        if (spill != null) {
            spill.drop();
            spill = null;
        }
        if (stale != null) {
            stale.release();
            stale = null;
        }
    }
}
