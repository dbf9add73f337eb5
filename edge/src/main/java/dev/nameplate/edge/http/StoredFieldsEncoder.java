package dev.nameplate.edge.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;

/// Netty's HPACK, and a short way for stored answers that a connection asks for again and again.
///
/// A block of nothing but indexes changes no table (RFC 7541 §6.1), and says the same for as long as nothing enters the
/// table. So it is kept, and written again until any other block adds an entry or the visitor changes the table's size.
/// The request's id, different each time, follows as a literal that is never indexed (§6.2.3).
final class StoredFieldsEncoder extends DefaultHttp2HeadersEncoder {
    /// As many answers as one connection remembers; each holds its head for as long as the connection lasts.
    private static final int REMEMBERED = 4;

    /// A visitor who takes less has its limit checked with the id counted in.
    private static final int ROOM_ENOUGH = 128 * 1024;

    private static final byte[] ID_NAME =
            literalName(AnswerHeaders.X_AMZ_CF_ID.toString().getBytes(StandardCharsets.US_ASCII));

    /// The first number of a length that needs more than its seven bits (§5.1).
    private static final int LONG = 127;

    private record Known(StoredFields.Repeated repeated, byte[] block, int generation) {}

    private final @Nullable Known[] known = new @Nullable Known[REMEMBERED];
    private int generation;

    /// The request's id is never the same twice: in the table of repeated fields it would only push out others.
    @SuppressWarnings("ReferenceEquality") // there is one instance of it
    StoredFieldsEncoder() {
        super((name, value) -> name == AnswerHeaders.X_AMZ_CF_ID);
    }

    private static byte[] literalName(byte[] name) {
        byte[] literal = new byte[2 + name.length];
        literal[0] = 0x10;
        literal[1] = (byte) name.length;
        System.arraycopy(name, 0, literal, 2, name.length);
        return literal;
    }

    @Override
    public void encodeHeaders(int streamId, Http2Headers headers, ByteBuf buffer)
            throws Http2Exception {
        if (headers instanceof StoredFields stored) {
            encodeStored(streamId, stored, buffer);
        } else {
            int start = buffer.writerIndex();
            super.encodeHeaders(streamId, headers, buffer);
            if (!isIndexesOnly(buffer, start)) {
                generation++;
            }
        }
    }

    private void encodeStored(int streamId, StoredFields stored, ByteBuf buffer)
            throws Http2Exception {
        StoredFields.Repeated repeated = stored.repeated();
        String id = stored.requestId();
        if (maxHeaderListSize() < ROOM_ENOUGH || id.length() >= LONG) {
            generation++;
            super.encodeHeaders(
                    streamId,
                    new DefaultHttp2Headers(false, 16)
                            .setAll(repeated.fields())
                            .set(AnswerHeaders.X_AMZ_CF_ID, id),
                    buffer);
            return;
        }
        int place = System.identityHashCode(repeated.head()) & (REMEMBERED - 1);
        Known last = known[place];
        if (last != null && last.generation() == generation && last.repeated().isSame(repeated)) {
            buffer.writeBytes(last.block());
        } else {
            int start = buffer.writerIndex();
            super.encodeHeaders(streamId, repeated.fields(), buffer);
            if (isIndexesOnly(buffer, start)) {
                byte[] block = ByteBufUtil.getBytes(buffer, start, buffer.writerIndex() - start);
                known[place] = new Known(repeated, block, generation);
            } else {
                generation++;
            }
        }
        buffer.writeBytes(ID_NAME).writeByte(id.length());
        ByteBufUtil.writeAscii(buffer, id);
    }

    /// An index has its highest bit set; one that goes on in further bytes, 255, is taken for something else.
    private static boolean isIndexesOnly(ByteBuf buffer, int start) {
        for (int i = start; i < buffer.writerIndex(); i++) {
            byte b = buffer.getByte(i);
            if (b >= 0 || b == (byte) 0xff) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void maxHeaderTableSize(long max) throws Http2Exception {
        generation++;
        super.maxHeaderTableSize(max);
    }
}
