package dev.nameplate.edge.compress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// The gzip format (RFC 1952) over the JDK's deflate.
final class GzipEncoder implements ContentEncoder {
    /// What zlib itself takes for the balance of time and size: the work is done once, its result kept.
    private static final int LEVEL = 6;

    /// No name, no time, unknown system: the same body always gives the same bytes.
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private static final int ROOM = 4 * 1024;

    private final Deflater deflater = new Deflater(LEVEL, true);
    private final CRC32 checksum = new CRC32();
    private boolean begun;

    @Override
    public ByteBuf encode(ByteBuf data, boolean last) {
        ByteBuf out = ByteBufAllocator.DEFAULT.directBuffer(ROOM + data.readableBytes() / 4);
        if (!begun) {
            begun = true;
            out.writeBytes(HEADER);
        }
        ByteBuffer in = data.nioBuffer();
        data.skipBytes(data.readableBytes());
        checksum.update(in.duplicate());
        deflater.setInput(in);
        if (last) {
            deflater.finish();
        }
        int written;
        do {
            out.ensureWritable(ROOM);
            written = deflater.deflate(out.nioBuffer(out.writerIndex(), out.writableBytes()));
            out.writerIndex(out.writerIndex() + written);
        } while (written > 0);
        if (last) {
            out.writeIntLE((int) checksum.getValue());
            out.writeIntLE((int) deflater.getBytesRead());
        }
        return out;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
