package dev.nameplate.edge.compress;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;

import dev.nameplate.edge.config.ContentCoding;
import dev.nameplate.edge.testkit.NoLeaks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;

@ExtendWith(NoLeaks.class)
final class EncoderTest {
    private final Compression compression = Compression.available();

    private byte[] compressed(ContentCoding coding, byte[] body, int piece) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (ContentEncoder encoder = compression.encoder(coding).orElseThrow()) {
            for (int at = 0; at < body.length || at == 0; at += piece) {
                int size = Math.min(piece, body.length - at);
                ByteBuf in = Unpooled.directBuffer().writeBytes(body, at, size);
                ByteBuf out = encoder.encode(in, at + size == body.length);
                assertThat(in.isReadable()).isFalse();
                byte[] bytes = new byte[out.readableBytes()];
                out.readBytes(bytes);
                all.writeBytes(bytes);
                in.release();
                out.release();
            }
        }
        return all.toByteArray();
    }

    private static byte[] plain(ContentCoding coding, byte[] compressed) throws IOException {
        InputStream bytes = new ByteArrayInputStream(compressed);
        try (InputStream in =
                switch (coding) {
                    case GZIP -> new GZIPInputStream(bytes);
                    case BROTLI -> new BrotliInputStream(bytes);
                }) {
            return in.readAllBytes();
        }
    }

    private static byte[] noise(int size) {
        byte[] noise = new byte[size];
        new Random(1).nextBytes(noise);
        return noise;
    }

    @ParameterizedTest
    @EnumSource(ContentCoding.class)
    void whatComesOutIsWhatWentIn(ContentCoding coding) throws IOException {
        byte[] text = "All work and no play. ".repeat(50_000).getBytes(StandardCharsets.UTF_8);
        List<byte[]> bodies = List.of(new byte[0], new byte[] {1}, text, noise(300_000));
        for (byte[] body : bodies) {
            for (int piece : new int[] {1 << 16, 7_001, 1_000_000}) {
                assertThat(plain(coding, compressed(coding, body, piece))).isEqualTo(body);
            }
        }
        assertThat(compressed(coding, text, 1 << 16).length).isLessThan(text.length / 100);
    }

    @ParameterizedTest
    @EnumSource(ContentCoding.class)
    void anEmptyLastPieceEndsTheBody(ContentCoding coding) throws IOException {
        byte[] body = noise(5_000);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (ContentEncoder encoder = compression.encoder(coding).orElseThrow()) {
            for (ByteBuf in : List.of(Unpooled.wrappedBuffer(body), Unpooled.EMPTY_BUFFER)) {
                ByteBuf out = encoder.encode(in, !in.isReadable());
                out.readBytes(all, out.readableBytes());
                out.release();
            }
        }
        assertThat(plain(coding, all.toByteArray())).isEqualTo(body);
    }

    @Test
    void encodersAreBounded() {
        List<ContentEncoder> open = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            open.add(compression.encoder(ContentCoding.GZIP).orElseThrow());
        }
        assertThat(compression.encoder(ContentCoding.BROTLI)).isEmpty();
        open.removeLast().close();
        open.add(compression.encoder(ContentCoding.BROTLI).orElseThrow());
        assertThat(compression.encoder(ContentCoding.GZIP)).isEmpty();
        open.forEach(ContentEncoder::close);
    }
}
