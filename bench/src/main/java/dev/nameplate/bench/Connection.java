package dev.nameplate.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A kept HTTP/1.1 connection that sends requests as prepared bytes: next to no cost of its own, so that the server is measured.
final class Connection implements AutoCloseable {
    private static final int CONNECT_MILLIS = 1_000;
    private static final int READ_MILLIS = 60_000;

    private final InetSocketAddress address;
    private Socket socket = new Socket();
    private InputStream in = InputStream.nullInputStream();

    Connection(InetSocketAddress address) {
        this.address = address;
    }

    record Answer(int status, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    Answer exchange(byte[] request) throws IOException {
        if (!socket.isConnected() || socket.isClosed()) {
            open();
        }
        try {
            socket.getOutputStream().write(request);
            return read();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private void open() throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.connect(address, CONNECT_MILLIS);
        socket.setSoTimeout(READ_MILLIS);
        in = new BufferedInputStream(socket.getInputStream(), 16_384);
    }

    private Answer read() throws IOException {
        String[] status = line().split(" ", 3);
        boolean closes = status[0].equals("HTTP/1.0");
        boolean chunked = false;
        int length = -1;
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            String value = line.substring(colon + 1).strip().toLowerCase(Locale.ROOT);
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = Integer.parseInt(value);
                case "transfer-encoding" -> chunked = value.equals("chunked");
                case "connection" -> closes = value.equals("close");
                default -> {
                    // nothing this client needs
                }
            }
        }
        byte[] body;
        if (chunked) {
            body = chunks();
        } else if (length >= 0) {
            body = exactly(length);
        } else {
            body = in.readAllBytes();
            closes = true;
        }
        if (closes) {
            socket.close();
        }
        return new Answer(Integer.parseInt(status[1]), body);
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = Integer.parseInt(line(), 16);
                size > 0;
                size = Integer.parseInt(line(), 16)) {
            body.write(exactly(size));
            line();
        }
        line();
        return body.toByteArray();
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the server closed the connection within an answer");
        }
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next == -1) {
                throw new EOFException("the server closed the connection");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
