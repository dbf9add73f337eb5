package dev.nameplate.edge.compress;

import com.aayushatharva.brotli4j.Brotli4jLoader;

import dev.nameplate.edge.config.ContentCoding;

import io.netty.buffer.ByteBuf;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// Makes encoders, as many as there is memory for.
public final class Compression {
    private static final Logger LOG = LoggerFactory.getLogger(Compression.class);

    /// Bodies compressed at the same time. Each takes up to some 3 MB outside the heap while it is under way, and an origin may
    /// take its time; beyond, answers are passed on as they are.
    private static final int MOST = 128;

    private final boolean brotli;
    private final AtomicInteger left = new AtomicInteger(MOST);

    Compression(boolean brotli) {
        this.brotli = brotli;
    }

    /// With brotli where its library loads.
    public static Compression available() {
        boolean brotli = Brotli4jLoader.isAvailable();
        if (!brotli) {
            Throwable cause = Brotli4jLoader.getUnavailabilityCause();
            LOG.warn(
                    "brotli's library does not load on this system, so answers are compressed with gzip only: {}",
                    cause == null ? "no cause given" : cause.getMessage());
        }
        return new Compression(brotli);
    }

    /// The coding for a visitor, brotli before gzip; empty when there is none.
    ///
    /// @param accepted as [AcceptEncoding] reduces it
    public Optional<ContentCoding> choose(String accepted) {
        if (brotli && AcceptEncoding.has(accepted, AcceptEncoding.BROTLI)) {
            return Optional.of(ContentCoding.BROTLI);
        }
        return AcceptEncoding.has(accepted, AcceptEncoding.GZIP)
                ? Optional.of(ContentCoding.GZIP)
                : Optional.empty();
    }

    /// An encoder for one body; empty when too many are under way.
    public Optional<ContentEncoder> encoder(ContentCoding coding) {
        if (left.decrementAndGet() < 0) {
            left.incrementAndGet();
            return Optional.empty();
        }
        try {
            return Optional.of(new Counted(begin(coding)));
        } catch (IOException e) {
            left.incrementAndGet();
            LOG.warn("an answer is not compressed", e);
            return Optional.empty();
        }
    }

    private static ContentEncoder begin(ContentCoding coding) throws IOException {
        return switch (coding) {
            case GZIP -> new GzipEncoder();
            case BROTLI -> new BrotliEncoder();
        };
    }

    private final class Counted implements ContentEncoder {
        private final ContentEncoder encoder;

        Counted(ContentEncoder encoder) {
            this.encoder = encoder;
        }

        @Override
        public ByteBuf encode(ByteBuf data, boolean last) {
            return encoder.encode(data, last);
        }

        @Override
        public void close() {
            encoder.close();
            left.incrementAndGet();
        }
    }
}
