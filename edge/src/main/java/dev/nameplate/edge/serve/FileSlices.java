package dev.nameplate.edge.serve;

import dev.nameplate.edge.cache.FileBody;
import dev.nameplate.edge.http.Exchange;
import dev.nameplate.edge.http.ExchangeListener;

import io.netty.buffer.ByteBuf;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.RejectedExecutionException;

/// A part of a body on disk on its way out, as fast as the visitor takes it: while one piece is sent the next is read, so a
/// body of any size takes two pieces of memory.
final class FileSlices implements ExchangeListener {
    /// Read at once: enough that the way to the disk's thread and back does not count.
    private static final int PIECE = 256 * 1024;

    private static final int SLICE = 32 * 1024;

    private final Exchange exchange;
    private final FileBody file;
    private final long end;
    private long next;
    private boolean reading;
    private boolean over;
    private boolean queued;
    private @Nullable ByteBuf sending;
    private @Nullable ByteBuf ahead;

    FileSlices(Exchange exchange, FileBody file, long from, long length) {
        this.exchange = exchange;
        this.file = file;
        this.next = from;
        this.end = from + length;
        file.retain();
        exchange.listen(this);
    }

    /// Sends in a task of its own: this is also called in the middle of a write, where another would go unnoticed by flow
    /// control.
    @Override
    public void writable() {
        if (!queued) {
            queued = true;
            exchange.loop().execute(this::sendWhatFits);
        }
    }

    private void sendWhatFits() {
        queued = false;
        boolean more = true;
        while (more && !over) {
            ByteBuf current = sending;
            if (current == null) {
                current = ahead;
                sending = current;
                ahead = null;
                readAhead();
            }
            more = current != null && exchange.writable() && send(current);
        }
    }

    /// @return whether the visitor takes more
    private boolean send(ByteBuf current) {
        ByteBuf slice = current.readRetainedSlice(Math.min(SLICE, current.readableBytes()));
        if (!current.isReadable()) {
            current.release();
            sending = null;
        }
        boolean last = sending == null && ahead == null && !reading && next == end;
        if (last) {
            release();
        }
        exchange.data(slice, last);
        exchange.flush();
        return !last && !exchange.isOver() && exchange.writable();
    }

    private void readAhead() {
        if (!reading && ahead == null && next < end) {
            int size = (int) Math.min(PIECE - next % PIECE, end - next);
            long from = next;
            next += size;
            reading = true;
            file.read(from, size, this::handOver);
        }
    }

    private void handOver(@Nullable ByteBuf part) {
        try {
            exchange.loop().execute(() -> arrived(part));
        } catch (RejectedExecutionException _) {
            if (part != null) {
                part.release(); // the edge is closing
            }
        }
    }

    private void arrived(@Nullable ByteBuf part) {
        reading = false;
        if (over) {
            if (part != null) {
                part.release();
            }
        } else if (part == null) {
            release();
            exchange.breakOff();
        } else {
            ahead = part;
            writable();
        }
    }

    @Override
    public void viewerGone() {
        release();
    }

    @Override
    public void requestData(ByteBuf data, boolean last) {
        data.release();
    }

    private void release() {
        if (over) {
            return;
        }
        over = true;
        file.release();
        if (sending != null) {
            sending.release();
            sending = null;
        }
        if (ahead != null) {
            ahead.release();
            ahead = null;
        }
    }
}
