package dev.nameplate.publish;

import dev.nameplate.pki.AnyChain;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/// Looks at the edge as a visitor would: a real TLS handshake under a server name, with no request after it. Which chain is
/// served is the question here, not whether anyone trusts it; that the server has the chain's key is proven by its
/// signature, as in any handshake, because none resumes an earlier one.
///
/// By the native library that the edge uses: the JDK's TLS takes ten times the CPU, and a bulk job looks once for each name.
public final class HandshakeCheck {
    /// The largest record, with room for what encryption adds.
    private static final int RECORD = 18 * 1024;

    private static final byte[] NOTHING = {};

    private final Supplier<InetSocketAddress> edge;
    private final Duration timeout;
    private final SslContext tls;

    /// @param timeout for connecting, and again for each answer of the edge
    public HandshakeCheck(Supplier<InetSocketAddress> edge, Duration timeout) {
        this.edge = edge;
        this.timeout = timeout;
        try {
            this.tls =
                    SslContextBuilder.forClient()
                            .sslProvider(SslProvider.OPENSSL)
                            .trustManager(new AnyChain())
                            .endpointIdentificationAlgorithm(null)
                            .build();
        } catch (SSLException e) {
            throw new IllegalStateException("the native TLS library cannot be a client", e);
        }
        // A resumed session would show what was served before.
        if (tls.sessionContext() instanceof OpenSslSessionContext sessions) {
            sessions.setSessionCacheEnabled(false);
        }
    }

    /// The leaf served under `serverName`; empty when the edge cannot be reached, refuses the name or does not answer in time.
    public Optional<X509Certificate> servedLeaf(String serverName) {
        int millis = Math.toIntExact(timeout.toMillis());
        SSLEngine engine = tls.newEngine(UnpooledByteBufAllocator.DEFAULT);
        try (Socket socket = new Socket()) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
            engine.setSSLParameters(parameters);
            socket.connect(edge.get(), millis);
            socket.setSoTimeout(millis);
            socket.setTcpNoDelay(true);
            handshake(engine, socket);
            Certificate leaf = engine.getSession().getPeerCertificates()[0];
            engine.closeOutbound();
            send(engine, socket, ByteBuffer.allocate(RECORD));
            return leaf instanceof X509Certificate x509 ? Optional.of(x509) : Optional.empty();
        } catch (IOException _) {
            // Whatever went wrong, a visitor would not be served either.
            return Optional.empty();
        } finally {
            ReferenceCountUtil.release(engine);
        }
    }

    private static void handshake(SSLEngine engine, Socket socket) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(RECORD);
        ByteBuffer in = ByteBuffer.allocate(RECORD).limit(0);
        ByteBuffer plain = ByteBuffer.allocate(RECORD);
        engine.beginHandshake();
        boolean begun = true;
        while (begun) {
            switch (engine.getHandshakeStatus()) {
                case NEED_WRAP -> send(engine, socket, out);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> receive(engine, socket, in, plain);
                case NEED_TASK ->
                        Optional.ofNullable(engine.getDelegatedTask()).ifPresent(Runnable::run);
                case FINISHED, NOT_HANDSHAKING -> begun = false;
            }
        }
    }

    @SuppressWarnings("ByteBufferBackingArray") // allocated here, from the beginning of its array
    private static void send(SSLEngine engine, Socket socket, ByteBuffer out) throws IOException {
        engine.wrap(ByteBuffer.wrap(NOTHING), out.clear());
        socket.getOutputStream().write(out.array(), out.arrayOffset(), out.position());
    }

    @SuppressWarnings("ByteBufferBackingArray") // allocated here, from the beginning of its array
    private static void receive(SSLEngine engine, Socket socket, ByteBuffer in, ByteBuffer plain)
            throws IOException {
        SSLEngineResult result = engine.unwrap(in, plain.clear());
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            throw new EOFException("the edge ended the handshake");
        }
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW) {
            in.compact();
            int read =
                    socket.getInputStream()
                            .read(in.array(), in.arrayOffset() + in.position(), in.remaining());
            if (read < 0) {
                throw new EOFException("the edge hung up during the handshake");
            }
            in.position(in.position() + read).flip();
        }
    }

    /// The serial number of [#servedLeaf], in hex.
    public Optional<String> servedSerial(String serverName) {
        return servedLeaf(serverName).map(leaf -> leaf.getSerialNumber().toString(16));
    }
}
