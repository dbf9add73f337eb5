package dev.nameplate.edge.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.cache.StoredResponse;
import dev.nameplate.edge.config.RequestEvent.CacheVerdict;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// What the short way writes is what Netty's decoder, with the table that a visitor keeps, reads.
final class StoredFieldsEncoderTest {
    private static final String ID = "x".repeat(56);

    private final StoredFieldsEncoder encoder = new StoredFieldsEncoder();
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();
    private final ByteBuf buffer = Unpooled.buffer();
    private int blockLength;

    private static StoredResponse.Head head(String content) {
        AsciiString[] fields = {
            AsciiString.cached("content-type"), AsciiString.cached("text/" + content),
            AsciiString.cached("etag"), AsciiString.cached('"' + content + '"'),
            AsciiString.cached("content-length"), AsciiString.cached("1024")
        };
        return new StoredResponse.Head(fields, new byte[0]);
    }

    private static StoredFields.Repeated answer(StoredResponse.Head head, long age) {
        return new StoredFields.Repeated(200, head, CacheVerdict.HIT, age, null);
    }

    private List<String> sent(Http2Headers headers) throws Http2Exception {
        buffer.clear();
        encoder.encodeHeaders(1, headers, buffer);
        blockLength = buffer.readableBytes();
        return lines(decoder.decodeHeaders(1, buffer));
    }

    private void sees(StoredFields.Repeated repeated, String id) throws Http2Exception {
        List<String> wanted = lines(repeated.fields());
        wanted.add("x-amz-cf-id: " + id);
        assertThat(sent(new StoredFields(repeated, id)))
                .containsExactlyInAnyOrderElementsOf(wanted);
    }

    private static List<String> lines(Http2Headers headers) {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<CharSequence, CharSequence> field : headers) {
            lines.add(field.getKey() + ": " + field.getValue());
        }
        return lines;
    }

    @Test
    void theSameAnswerAgainIsSixIndexesAndTheId() throws Exception {
        StoredFields.Repeated answer = answer(head("a"), 7);
        sees(answer, ID);
        int first = blockLength;
        sees(answer, ID.replace('x', 'y'));
        int second = blockLength;
        sees(answer, ID.replace('x', 'z'));
        assertThat(second).isLessThan(first).isEqualTo(6 + 2 + "x-amz-cf-id".length() + 1 + 56);
        assertThat(blockLength).isEqualTo(second);
    }

    @Test
    void theIdNeverEntersTheTable() throws Exception {
        StoredFields.Repeated answer = answer(head("a"), 7);
        sees(answer, ID);
        sees(answer, ID);
        int known = blockLength;
        for (int i = 0; i < 200; i++) {
            sees(answer, Integer.toString(i) + ID);
        }
        sees(answer, ID);
        assertThat(blockLength).isEqualTo(known);
    }

    @Test
    void aSmallerTableOfTheVisitorIsHeeded() throws Exception {
        StoredFields.Repeated answer = answer(head("a"), 7);
        sees(answer, ID);
        sees(answer, ID);
        encoder.maxHeaderTableSize(0);
        decoder.maxHeaderTableSize(0);
        sees(answer, ID);
        sees(answer, ID);
    }

    @Test
    void aVisitorWhoTakesLittleIsAnsweredAlike() throws Exception {
        StoredFields.Repeated answer = answer(head("a"), 7);
        encoder.maxHeaderListSize(16 * 1024);
        sees(answer, ID);
        sees(answer, ID);
    }

    @Test
    void anIdThatIsTooLongForOneByteOfLengthIsWritten() throws Exception {
        sees(answer(head("a"), 7), "x".repeat(200));
    }

    /// Answers of all kinds in turn: kept, others, new fields that push the old ones out, changes of the table's size.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whateverComesInBetweenTheVisitorReadsWhatWasMeant(long seed) throws Exception {
        Random random = new Random(seed);
        List<StoredResponse.Head> heads = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            heads.add(head("h" + i));
        }
        for (int i = 0; i < 3_000; i++) {
            switch (random.nextInt(20)) {
                case 0 -> {
                    Http2Headers other = new DefaultHttp2Headers();
                    other.status("200").add("x-new", "n".repeat(random.nextInt(300)) + i);
                    assertThat(sent(other)).isEqualTo(lines(other));
                }
                case 1 -> {
                    Http2Headers other = new DefaultHttp2Headers();
                    other.status("304");
                    assertThat(sent(other)).isEqualTo(lines(other));
                }
                case 2 -> {
                    int size = random.nextInt(5_000);
                    encoder.maxHeaderTableSize(size);
                    decoder.maxHeaderTableSize(size);
                    // Netty announces each size at its next block, and only the last of several
                    // is one that the decoder has heard of.
                    sees(answer(heads.getFirst(), i), ID);
                }
                default ->
                        sees(
                                new StoredFields.Repeated(
                                        random.nextBoolean() ? 200 : 404,
                                        heads.get(random.nextInt(heads.size())),
                                        random.nextBoolean()
                                                ? CacheVerdict.HIT
                                                : CacheVerdict.REFRESH_HIT,
                                        i / 100,
                                        null),
                                Integer.toString(i) + ID);
            }
        }
    }
}
