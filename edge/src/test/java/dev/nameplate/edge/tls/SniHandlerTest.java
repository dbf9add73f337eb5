package dev.nameplate.edge.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.edge.config.EdgeEvents;
import dev.nameplate.edge.config.EdgeSettings;
import dev.nameplate.edge.config.SecurityPolicy;
import dev.nameplate.edge.net.MissLimit;
import dev.nameplate.edge.testkit.FakeSource;
import dev.nameplate.edge.testkit.TestCa;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocal;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

final class SniHandlerTest {
    private final Contexts contexts = new Contexts(Optional.empty());
    private final SslContext context = contexts.of(SecurityPolicy.STANDARD, true);
    private final Queue<Runnable> loads = new ArrayDeque<>();
    private final FakeSource source = new FakeSource();
    private final CertificateCache certificates =
            new CertificateCache(
                    EdgeSettings.standard(new InetSocketAddress(0), new InetSocketAddress(0)),
                    source,
                    contexts,
                    loads::add,
                    InstantSource.system());

    private final FastThreadLocal<Handshakes> underWay =
            new FastThreadLocal<>() {
                @Override
                protected Handshakes initialValue() {
                    return new Handshakes(10, 10_000);
                }
            };
    private final SniHandler.Shared shared =
            new SniHandler.Shared(
                    certificates,
                    new MissLimit(0, InstantSource.system(), 0),
                    EdgeEvents.NONE,
                    Optional.empty(),
                    underWay);

    @AfterEach
    void close() {
        certificates.clear();
        contexts.close();
    }

    private EmbeddedChannel visitorOf(String serverName) throws Exception {
        EmbeddedChannel visitor = new EmbeddedChannel();
        visitor.pipeline().addLast(new SniHandler(visitor, shared));
        SSLEngine client = SSLContext.getDefault().createSSLEngine(serverName, 443);
        client.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
        client.wrap(ByteBuffer.allocate(0), hello);
        visitor.writeInbound(Unpooled.wrappedBuffer(hello.flip()));
        return visitor;
    }

    @Test
    void theHandshakeGoesOnOnceTheCertificateIsLoaded() throws Exception {
        source.certificate("a.test", new TestCa().issue("a.test"));
        EmbeddedChannel visitor = visitorOf("a.test");
        loads.remove().run();
        visitor.runPendingTasks();
        assertThat(visitor.pipeline().get("tls")).isInstanceOf(SslHandler.class);
        visitor.finishAndReleaseAll();
        assertThat(ReferenceCountUtil.refCnt(context)).isEqualTo(1);
    }

    @Test
    void aVisitorWhoLeavesWhileTheCertificateIsLoadedLeavesNoEngineBehind() throws Exception {
        source.certificate("a.test", new TestCa().issue("a.test"));
        EmbeddedChannel visitor = visitorOf("a.test");
        visitor.close().syncUninterruptibly();
        visitor.runPendingTasks();
        loads.remove().run();
        visitor.runPendingTasks();
        visitor.checkException();
        assertThat(ReferenceCountUtil.refCnt(context)).isEqualTo(1);
    }
}
