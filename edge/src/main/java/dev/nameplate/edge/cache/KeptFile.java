package dev.nameplate.edge.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32C;

/// An answer in a file:
///
/// ```
/// file   = body checks head footer *( head footer )
/// body   = bytes
/// checks = one CRC-32C (4 bytes) of each 64 KiB of the body; the last part may be shorter
/// head   = the bytes of a KeptHead
/// footer = magic (8) body's length (8) head's position (8) head's length (4) CRC-32C of checks, head and the numbers before (4)
/// ```
///
/// All numbers are big-endian. The body comes first so that it can be written while it arrives, whatever its length; the last
/// footer counts, so that a revalidated answer gets a new head without its body being written again. A file that was cut off
/// anywhere has no footer at its end that fits it. The parts of a body are compared with their checks when they are read.
final class KeptFile {
    static final int BLOCK = 64 * 1024;

    private static final long MAGIC = 0x4e50_4b45_5054_0002L; // "NPKEPT", version 2
    private static final int FOOTER = 8 + 8 + 8 + 4 + 4;
    private static final int MOST_HEAD = 1 << 20;

    /// A footer and most heads come with one read.
    private static final int FIRST_READ = 4 * 1024;

    private final FileChannel file;
    private final KeptHead head;
    private final long length;
    private final int[] checks;

    private KeptFile(FileChannel file, KeptHead head, long length, int[] checks) {
        this.file = file;
        this.head = head;
        this.length = length;
        this.checks = checks;
    }

    /// @throws IOException when the file is damaged, too
    static KeptFile read(FileChannel file) throws IOException {
        long size = file.size();
        ByteBuffer end = bytes(file, Math.max(0, size - FIRST_READ), size);
        if (end.remaining() < FOOTER) {
            throw damaged("it has %d bytes".formatted(size));
        }
        ByteBuffer footer = end.slice(end.limit() - FOOTER, FOOTER);
        long magic = footer.getLong();
        long length = footer.getLong();
        long headAt = footer.getLong();
        int headLength = footer.getInt();
        int crc = footer.getInt();
        long blocks = (length + BLOCK - 1) / BLOCK;
        if (magic != MAGIC
                || length < 0
                || headLength < 0
                || headLength > MOST_HEAD
                || blocks > Integer.MAX_VALUE / 4
                || headAt < length + 4 * blocks
                || headAt + headLength + FOOTER != size) {
            throw damaged("its footer does not fit it");
        }
        byte[] head = new byte[headLength];
        copy(file, end, size, headAt, head);
        byte[] checks = new byte[(int) (4 * blocks)];
        copy(file, end, size, length, checks);
        if (crc(checks, head, length, headAt) != crc) {
            throw damaged("its head does not match the checksum");
        }
        int[] numbers = new int[(int) blocks];
        ByteBuffer.wrap(checks).asIntBuffer().get(numbers);
        return new KeptFile(file, KeptHead.of(head), length, numbers);
    }

    /// Takes from what is in memory where that has it.
    private static void copy(
            FileChannel file, ByteBuffer end, long size, long position, byte[] into)
            throws IOException {
        long inMemory = position - (size - end.limit());
        if (inMemory >= 0) {
            end.get((int) inMemory, into);
        } else {
            bytes(file, position, position + into.length).get(into);
        }
    }

    private static ByteBuffer bytes(FileChannel file, long from, long to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) (to - from));
        fill(file, buffer, from);
        return buffer.flip();
    }

    private static void fill(FileChannel file, ByteBuffer buffer, long from) throws IOException {
        long position = from;
        while (buffer.hasRemaining()) {
            int read = file.read(buffer, position);
            if (read < 0) {
                throw new EOFException("the file ends at " + position);
            }
            position += read;
        }
    }

    /// Writes what follows a body, or a new head for one.
    static void finish(FileChannel file, long length, int[] checks, KeptHead head)
            throws IOException {
        byte[] numbers = new byte[4 * checks.length];
        ByteBuffer.wrap(numbers).asIntBuffer().put(checks);
        byte[] bytes = head.bytes();
        long size = file.size();
        boolean first = size == length;
        long headAt = first ? length + numbers.length : size;
        ByteBuffer end = ByteBuffer.allocate((first ? numbers.length : 0) + bytes.length + FOOTER);
        if (first) {
            end.put(numbers);
        }
        end.put(bytes)
                .putLong(MAGIC)
                .putLong(length)
                .putLong(headAt)
                .putInt(bytes.length)
                .putInt(crc(numbers, bytes, length, headAt))
                .flip();
        long position = size;
        while (end.hasRemaining()) {
            position += file.write(end, position);
        }
    }

    private static int crc(byte[] checks, byte[] head, long length, long headAt) {
        CRC32C crc = new CRC32C();
        crc.update(checks);
        crc.update(head);
        crc.update(ByteBuffer.allocate(16).putLong(length).putLong(headAt).flip());
        return (int) crc.getValue();
    }

    /// The same body under another head.
    void change(KeptHead newHead) throws IOException {
        finish(file, length, checks, newHead);
    }

    KeptHead head() {
        return head;
    }

    long length() {
        return length;
    }

    /// A part of the body, proven whole. The caller releases it.
    ///
    /// @throws IOException when the part is damaged, too
    ByteBuf body(ByteBufAllocator allocator, long from, int size) throws IOException {
        int firstBlock = (int) (from / BLOCK);
        int lastBlock = (int) ((from + Math.max(1, size) - 1) / BLOCK);
        long start = (long) firstBlock * BLOCK;
        int wanted = (int) (Math.min(length, (lastBlock + 1L) * BLOCK) - start);
        ByteBuf part = allocator.directBuffer(Math.max(1, wanted), Math.max(1, wanted));
        try {
            ByteBuffer buffer = part.internalNioBuffer(0, wanted);
            int base = buffer.position();
            fill(file, buffer, start);
            CRC32C crc = new CRC32C();
            for (int block = firstBlock; block <= lastBlock && wanted > 0; block++) {
                int at = (block - firstBlock) * BLOCK;
                crc.reset();
                crc.update(buffer.slice(base + at, Math.min(BLOCK, wanted - at)));
                if ((int) crc.getValue() != checks[block]) {
                    throw damaged("block %d of its body does not match".formatted(block));
                }
            }
            int skipped = (int) (from - start);
            return part.setIndex(skipped, skipped + size);
        } catch (IOException | RuntimeException e) {
            part.release();
            throw e;
        }
    }

    private static IOException damaged(String how) {
        return new IOException("the file is damaged: " + how);
    }

    /// Takes the checks of a body as it is written.
    static final class Checks {
        private final CRC32C crc = new CRC32C();
        private int[] done = new int[4];
        private int count;
        private int inBlock;

        /// Reads the buffer to its end.
        void add(ByteBuffer data) {
            while (data.hasRemaining()) {
                int taken = Math.min(BLOCK - inBlock, data.remaining());
                crc.update(data.slice(data.position(), taken));
                data.position(data.position() + taken);
                inBlock += taken;
                if (inBlock == BLOCK) {
                    endBlock();
                }
            }
        }

        private void endBlock() {
            if (count == done.length) {
                done = Arrays.copyOf(done, 2 * count);
            }
            done[count++] = (int) crc.getValue();
            crc.reset();
            inBlock = 0;
        }

        int[] end() {
            if (inBlock > 0) {
                endBlock();
            }
            return Arrays.copyOf(done, count);
        }
    }
}
