package dev.nameplate.edge.compress;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import java.io.IOException;
import java.nio.ByteBuffer;

/// Brotli (RFC 7932) over the reference implementation.
final class BrotliEncoder implements ContentEncoder {
    /// About the time that gzip takes at its usual level, for a smaller result.
    private static final int QUALITY = 5;

    /// 512 KiB of the past: most pages are shorter, and what each body under way takes of the memory grows with it.
    private static final int WINDOW_BITS = 19;

    private static final int INPUT = 32 * 1024;

    private final EncoderJNI.Wrapper encoder;

    /// @throws IOException when there is no memory for it
    BrotliEncoder() throws IOException {
        encoder = new EncoderJNI.Wrapper(INPUT, QUALITY, WINDOW_BITS, Encoder.Mode.GENERIC);
    }

    @Override
    public ByteBuf encode(ByteBuf data, boolean last) {
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(1024 + data.readableBytes() / 4);
        boolean whole = false;
        try {
            while (data.isReadable()) {
                ByteBuffer input = encoder.getInputBuffer();
                input.clear();
                int size = Math.min(input.capacity(), data.readableBytes());
                input.limit(size);
                data.readBytes(input);
                push(EncoderJNI.Operation.PROCESS, size, out);
            }
            if (last) {
                push(EncoderJNI.Operation.FINISH, 0, out);
            }
            whole = true;
            return out;
        } finally {
            if (!whole) {
                out.release();
            }
        }
    }

    private void push(EncoderJNI.Operation operation, int size, ByteBuf out) {
        encoder.push(operation, size);
        while (encoder.hasMoreOutput() || encoder.hasRemainingInput()) {
            if (encoder.hasMoreOutput()) {
                out.writeBytes(encoder.pull());
            } else {
                encoder.push(operation, 0);
            }
        }
        if (!encoder.isSuccess()) {
            throw new IllegalStateException("brotli failed to compress");
        }
    }

    @Override
    public void close() {
        encoder.destroy();
    }
}
