package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.ServedCertificate;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;

import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;

/// One handshake in memory, with a certificate made for it, before anybody is let in: a library that keeps its
/// structures elsewhere is found here and not by the first visitor.
final class SelfTest {
    /// A handshake takes four flights; more steps mean that the engines wait for each other.
    private static final int MAX_STEPS = 100;

    private SelfTest() {}

    static void run(SslContext server, Instant now) {
        try {
            ServedCertificate certificate = SelfSigned.certificate("self-test.invalid", now);
            byte[] leaf = certificate.chain().getFirst();
            KeyMaterial material = NativeTls.load(server, certificate, Optional.empty());
            certificate.wipe();
            SslContext client =
                    SslContextBuilder.forClient()
                            .sslProvider(SslProvider.OPENSSL_REFCNT)
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .endpointIdentificationAlgorithm(null)
                            .build();
            SSLEngine serverEngine = server.newEngine(UnpooledByteBufAllocator.DEFAULT);
            SSLEngine clientEngine =
                    client.newEngine(UnpooledByteBufAllocator.DEFAULT, "self-test.invalid", 443);
            try {
                material.apply(serverEngine, false, now).ifPresent(RsaSigner.Turn::end);
                handshake(clientEngine, serverEngine);
                Certificate seen = clientEngine.getSession().getPeerCertificates()[0];
                if (!Arrays.equals(seen.getEncoded(), leaf)) {
                    throw new IllegalStateException("the client was shown another certificate");
                }
            } finally {
                clientEngine.closeOutbound();
                serverEngine.closeOutbound();
                ReferenceCountUtil.release(clientEngine);
                ReferenceCountUtil.release(serverEngine);
                ReferenceCountUtil.release(client);
                material.release();
            }
        } catch (Exception e) {
            throw new IllegalStateException(
                    "the native TLS library failed its self test; use the netty and netty-tcnative versions the edge"
                            + " was built with",
                    e);
        }
    }

    private static void handshake(SSLEngine client, SSLEngine server) throws Exception {
        client.setUseClientMode(true);
        ByteBuffer toServer =
                ByteBuffer.allocateDirect(client.getSession().getPacketBufferSize() * 2);
        ByteBuffer toClient =
                ByteBuffer.allocateDirect(server.getSession().getPacketBufferSize() * 2);
        client.beginHandshake();
        server.beginHandshake();
        for (int step = 0; step < MAX_STEPS; step++) {
            boolean clientDone = step(client, toServer, toClient);
            boolean serverDone = step(server, toClient, toServer);
            if (clientDone && serverDone && toServer.position() == 0) {
                return;
            }
        }
        throw new IllegalStateException("the handshake does not end");
    }

    /// Wraps, or unwraps what has arrived; tells whether this side's handshake is over.
    private static boolean step(SSLEngine engine, ByteBuffer out, ByteBuffer in) throws Exception {
        ByteBuffer nothing = ByteBuffer.allocateDirect(0);
        for (int turn = 0; turn < MAX_STEPS; turn++) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    Runnable task = engine.getDelegatedTask();
                    if (task != null) {
                        task.run();
                    }
                }
                case NEED_WRAP -> engine.wrap(nothing, out);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!unwrap(engine, in)) {
                        return false;
                    }
                }
                case NOT_HANDSHAKING, FINISHED -> {
                    if (in.position() == 0 || !unwrap(engine, in)) {
                        return true;
                    }
                }
            }
        }
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    /// Whether anything was consumed.
    private static boolean unwrap(SSLEngine engine, ByteBuffer in) throws Exception {
        in.flip();
        ByteBuffer plain =
                ByteBuffer.allocateDirect(engine.getSession().getApplicationBufferSize());
        SSLEngineResult result = engine.unwrap(in, plain);
        in.compact();
        return result.bytesConsumed() > 0;
    }
}
