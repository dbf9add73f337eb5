package dev.nameplate.edge.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// A visitor who writes HTTP/2 frames one by one, also such as no library would write.
public final class Http2Client implements AutoCloseable {
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int PRIORITY = 2;
    public static final int RST_STREAM = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GOAWAY = 7;
    public static final int WINDOW_UPDATE = 8;
    public static final int CONTINUATION = 9;

    public static final int END_STREAM = 1;
    public static final int ACK = 1;
    public static final int END_HEADERS = 4;

    /// A frame as it came.
    ///
    /// @param fields of a HEADERS frame that is whole
    public record Frame(
            int type, int flags, int stream, byte[] payload, Map<String, String> fields) {
        public boolean endsStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }

        /// The code of a RST_STREAM or GOAWAY.
        public int error() {
            int at = type == GOAWAY ? 4 : 0;
            return ((payload[at] & 0xff) << 24)
                    | ((payload[at + 1] & 0xff) << 16)
                    | ((payload[at + 2] & 0xff) << 8)
                    | (payload[at + 3] & 0xff);
        }
    }

    /// An answer put together.
    public record Answer(Map<String, String> headers, byte[] body, Map<String, String> trailers) {
        public int status() {
            return Integer.parseInt(headers.getOrDefault(":status", "0"));
        }

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false, 1 << 20);

    public Http2Client(InetSocketAddress address, SSLContext context, String serverName)
            throws IOException {
        SSLSocket tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(address.getAddress(), address.getPort());
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
        parameters.setApplicationProtocols(new String[] {"h2"});
        tls.setSSLParameters(parameters);
        tls.setSoTimeout(15_000);
        tls.startHandshake();
        socket = tls;
        in = new DataInputStream(new BufferedInputStream(tls.getInputStream()));
        write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        send(SETTINGS, 0, 0);
    }

    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    public void send(int type, int flags, int stream, byte... payload) throws IOException {
        write(frame(type, flags, stream, payload));
    }

    public static byte[] frame(int type, int flags, int stream, byte... payload) {
        ByteBuf out = Unpooled.buffer(9 + payload.length);
        out.writeMedium(payload.length).writeByte(type).writeByte(flags).writeInt(stream);
        out.writeBytes(payload);
        return out.array();
    }

    public static byte[] number(int value) {
        return Unpooled.buffer(4).writeInt(value).array();
    }

    /// Names and values in turn, as literals without index and without Huffman coding, whatever is in them.
    public static byte[] fields(String... namesAndValues) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.write(0);
            string(out, namesAndValues[i]);
            string(out, namesAndValues[i + 1]);
        }
        return out.toByteArray();
    }

    private static void string(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            out.write(bytes.length);
        } else {
            out.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                out.write(rest % 128 + 128);
                rest /= 128;
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }

    /// A request without body.
    public Answer get(int stream, String host, String path, String... more) throws IOException {
        request(stream, true, host, path, more);
        return answer(stream);
    }

    public void request(int stream, boolean end, String host, String path, String... more)
            throws IOException {
        String[] all = new String[8 + more.length];
        System.arraycopy(
                new String[] {
                    ":method",
                    end ? "GET" : "POST",
                    ":scheme",
                    "https",
                    ":authority",
                    host,
                    ":path",
                    path
                },
                0,
                all,
                0,
                8);
        System.arraycopy(more, 0, all, 8, more.length);
        send(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, fields(all));
    }

    /// The next frame; settings and pings are answered along the way.
    public Frame read() throws IOException {
        while (true) {
            int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            if (payload.length < length) {
                throw new EOFException();
            }
            if (type == SETTINGS) {
                if ((flags & ACK) == 0) {
                    send(SETTINGS, ACK, 0);
                }
            } else {
                boolean block = type == HEADERS && (flags & END_HEADERS) != 0;
                return new Frame(
                        type, flags, stream, payload, block ? decode(stream, payload) : Map.of());
            }
        }
    }

    public Frame readUntil(Predicate<Frame> wanted) throws IOException {
        Frame frame = read();
        while (!wanted.test(frame)) {
            frame = read();
        }
        return frame;
    }

    private Map<String, String> decode(int stream, byte[] payload) {
        Map<String, String> fields = new LinkedHashMap<>();
        ByteBuf block = Unpooled.wrappedBuffer(payload);
        try {
            Http2Headers decoded = hpack.decodeHeaders(stream, block);
            decoded.forEach(field ->
                    fields.merge(
                            field.getKey().toString(),
                            field.getValue().toString(),
                            (a, b) -> a + ", " + b));
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        } finally {
            block.release();
        }
        return fields;
    }

    /// The whole answer, windows opened as it comes.
    ///
    /// @throws IOException when the stream is reset or the connection ends
    public Answer answer(int stream) throws IOException {
        Map<String, String> head = Map.of();
        Map<String, String> trailers = Map.of();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            Frame frame = read();
            if (frame.type() == GOAWAY) {
                throw new IOException("GOAWAY " + frame.error());
            }
            if (frame.type() == DATA && frame.payload().length > 0) {
                send(WINDOW_UPDATE, 0, 0, number(frame.payload().length));
            }
            if (frame.stream() != stream) {
                continue;
            }
            if (frame.type() == RST_STREAM) {
                throw new IOException("RST_STREAM " + frame.error());
            }
            if (frame.type() == HEADERS) {
                Map<String, String> fields = frame.fields();
                if (head.isEmpty() || head.getOrDefault(":status", "").startsWith("1")) {
                    head = fields;
                } else {
                    trailers = fields;
                }
            } else if (frame.type() == DATA && frame.payload().length > 0) {
                body.writeBytes(frame.payload());
                if (!frame.endsStream()) {
                    send(WINDOW_UPDATE, 0, stream, number(frame.payload().length));
                }
            }
            if (frame.endsStream()) {
                return new Answer(head, body.toByteArray(), trailers);
            }
        }
    }

    /// The code of the GOAWAY by which the edge ends the connection; reads and drops everything before.
    public int goAway() throws IOException {
        return readUntil(frame -> frame.type() == GOAWAY).error();
    }

    public boolean isClosedByEdge() {
        try {
            while (true) {
                read();
            }
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (EOFException | SocketException | javax.net.ssl.SSLException e) {
            return true;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            socket.close();
        } catch (SocketException e) {
            // the edge cut the connection off before the good-bye
        }
    }
}
