package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.RequestHeaders;
import dev.nameplate.edge.cache.Uncompressed;
import dev.nameplate.edge.compress.CompressionRule;
import dev.nameplate.edge.compress.ContentEncoder;
import dev.nameplate.edge.config.ContentCoding;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;

/// An [OriginFetch] whose answer is compressed on its way where site, visitor and answer allow. What comes out is what is
/// kept and what all visitors get.
///
/// A large body is compressed in many short turns, so that others on the event loop wait for one of them at most, and no
/// faster than its receiver takes it.
final class CompressingFetch implements OriginFetch.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(CompressingFetch.class);

    /// Compressed in one turn, which takes one to three milliseconds.
    private static final int TURN = 64 * 1024;

    /// What may wait for its turn before the origin is stopped.
    private static final int MOST_WAITING = 256 * 1024;

    private final Means means;
    private final Visit visit;
    private final RequestHeaders view;
    private final OriginFetch.Receiver receiver;
    private final OriginFetch fetch;
    private final Deque<ByteBuf> waiting = new ArrayDeque<>(2);

    private Optional<Uncompressed> uncompressed = Optional.empty();
    private @Nullable ContentEncoder encoder;
    private long waitingBytes;
    private int budget = TURN;
    private boolean lastIsHere;
    private boolean working;
    private boolean turnQueued;
    private boolean held;

    /// @param view what the key was made of
    CompressingFetch(Means means, Visit visit, RequestHeaders view, OriginFetch.Receiver receiver) {
        this.means = means;
        this.visit = visit;
        this.view = view;
        this.receiver = receiver;
        this.fetch = new OriginFetch(means, visit, this);
    }

    void send(Consumer<HttpHeaders> change) {
        fetch.send(true, change);
    }

    long sentAtMillis() {
        return fetch.sentAtMillis();
    }

    /// What the origin said of the answer, if its head was made that of a compressed one. From the head on.
    Optional<Uncompressed> uncompressed() {
        return uncompressed;
    }

    /// Also called in the middle of handing a piece out, where the next must not overtake it: going on is left to a turn.
    void hold(boolean newHeld) {
        held = newHeld;
        if (!held && !waiting.isEmpty()) {
            queueTurn();
        }
        fetch.hold(held || waitingBytes > MOST_WAITING);
    }

    void cancel() {
        drop();
        fetch.cancel();
    }

    void detach() {
        drop();
        fetch.detach();
    }

    private void drop() {
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        waitingBytes = 0;
        ContentEncoder current = encoder;
        encoder = null;
        if (current != null) {
            current.close();
        }
    }

    // ---- from the origin

    @Override
    public void bodyWanted(boolean wanted) {
        receiver.bodyWanted(wanted);
    }

    @Override
    public void head(int status, HttpHeaders headers) {
        HttpMethod method = visit.exchange().method();
        boolean read = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        if (read && visit.route().compresses() && CompressionRule.suits(status, headers)) {
            CompressionRule.vary(headers);
            view.value(HttpHeaderNames.ACCEPT_ENCODING)
                    .flatMap(means.compression()::choose)
                    .ifPresent(coding -> compress(headers, coding));
        }
        receiver.head(status, headers);
    }

    private void compress(HttpHeaders headers, ContentCoding coding) {
        if (!visit.exchange().isHead()) {
            Optional<ContentEncoder> next = means.compression().encoder(coding);
            if (next.isEmpty()) {
                return;
            }
            encoder = next.get();
        }
        uncompressed =
                Optional.of(
                        new Uncompressed(
                                Optional.ofNullable(headers.get(HttpHeaderNames.ETAG)),
                                Long.parseLong(headers.get(HttpHeaderNames.CONTENT_LENGTH))));
        CompressionRule.mark(headers, coding);
    }

    @Override
    public void data(ByteBuf data, boolean last) {
        if (encoder == null) {
            receiver.data(data, last);
            return;
        }
        waiting.add(data);
        waitingBytes += data.readableBytes();
        lastIsHere = last;
        work();
        if (waitingBytes > MOST_WAITING) {
            fetch.hold(true);
        }
    }

    private void work() {
        if (working) {
            return;
        }
        working = true;
        while (encoder != null && !held && budget > 0 && !waiting.isEmpty()) {
            ByteBuf next = waiting.getFirst();
            int size = Math.min(budget, next.readableBytes());
            budget -= Math.max(1, size);
            waitingBytes -= size;
            ByteBuf piece = next.readRetainedSlice(size);
            if (!next.isReadable()) {
                waiting.removeFirst().release();
            }
            compress(piece, lastIsHere && waiting.isEmpty());
        }
        working = false;
        if (budget <= 0) {
            queueTurn();
        }
    }

    private void queueTurn() {
        if (!turnQueued) {
            turnQueued = true;
            visit.exchange().loop().execute(this::turn);
        }
    }

    private void turn() {
        turnQueued = false;
        budget = TURN;
        if (encoder != null) {
            work();
            receiver.pause();
            fetch.hold(held || waitingBytes > MOST_WAITING);
        }
    }

    /// @param piece taken over
    private void compress(ByteBuf piece, boolean last) {
        ContentEncoder current = encoder;
        if (current == null) {
            piece.release();
            return;
        }
        ByteBuf out;
        try {
            out = current.encode(piece, last);
        } catch (IllegalStateException e) {
            LOG.warn("an answer of {} is broken off", visit.site().distributionId(), e);
            cancel();
            receiver.failed(502, "The answer cannot be compressed");
            return;
        } finally {
            piece.release();
        }
        if (last) {
            drop();
        }
        if (last || out.isReadable()) {
            receiver.data(out, last);
        } else {
            out.release();
        }
    }

    @Override
    public void pause() {
        receiver.pause();
    }

    @Override
    public void failed(int status, String sentence) {
        drop();
        receiver.failed(status, sentence);
    }
}
