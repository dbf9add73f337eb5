package dev.nameplate.edge.http;

import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.StreamByteDistributor;

import org.jspecify.annotations.Nullable;

/// Counts what flow control lets out for each stream.
final class CountedDistribution implements StreamByteDistributor, StreamByteDistributor.Writer {
    interface Count {
        void written(Http2Stream stream, int bytes);
    }

    private final StreamByteDistributor distributor;
    private final Count count;
    private @Nullable Writer writer;

    CountedDistribution(StreamByteDistributor distributor, Count count) {
        this.distributor = distributor;
        this.count = count;
    }

    @Override
    public void updateStreamableBytes(StreamState state) {
        distributor.updateStreamableBytes(state);
    }

    @Override
    public void updateDependencyTree(
            int childStreamId, int parentStreamId, short weight, boolean exclusive) {
        distributor.updateDependencyTree(childStreamId, parentStreamId, weight, exclusive);
    }

    @Override
    public boolean distribute(int maxBytes, Writer newWriter) throws Http2Exception {
        writer = newWriter; // the same one each time
        return distributor.distribute(maxBytes, this);
    }

    @Override
    public void write(Http2Stream stream, int bytes) {
        if (writer != null) {
            writer.write(stream, bytes);
            count.written(stream, bytes);
        }
    }
}
