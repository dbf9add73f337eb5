package dev.nameplate.edge.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

import javax.net.ssl.SSLException;

/// One handshake by BoringSSL's client, which speaks versions, groups and ciphers that Java's does not.
public final class TlsProbe {
    /// What was agreed.
    public record Seen(
            String protocol,
            String cipher,
            String group,
            String alpn,
            X509Certificate leaf,
            boolean closedAfterwards) {}

    private TlsProbe() {}

    /// @param change versions and ciphers that are offered
    /// @throws IOException with the alert's name where the handshake is refused
    public static Seen of(
            InetSocketAddress address,
            String serverName,
            List<String> groups,
            List<String> alpn,
            UnaryOperator<SslContextBuilder> change)
            throws IOException {
        var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        @Nullable SslContext context = null;
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forClient()
                            .sslProvider(SslProvider.OPENSSL_REFCNT)
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .endpointIdentificationAlgorithm(null);
            if (!groups.isEmpty()) {
                builder.option(OpenSslContextOption.GROUPS, groups.toArray(String[]::new));
            }
            if (!alpn.isEmpty()) {
                builder.applicationProtocolConfig(
                        new ApplicationProtocolConfig(
                                ApplicationProtocolConfig.Protocol.ALPN,
                                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                                alpn));
            }
            SslContext made = change.apply(builder).build();
            context = made;
            CompletableFuture<Seen> seen = new CompletableFuture<>();
            Channel channel =
                    new Bootstrap()
                            .group(loops)
                            .channel(NioSocketChannel.class)
                            .handler(
                                    new ChannelInitializer<Channel>() {
                                        @Override
                                        protected void initChannel(Channel each) {
                                            SslHandler tls =
                                                    made.newHandler(each.alloc(), serverName, 443);
                                            each.pipeline().addLast(tls);
                                            // Now, since the edge may close the connection at once.
                                            tls.handshakeFuture()
                                                    .addListener(end -> look(tls, end, seen));
                                        }
                                    })
                            .connect(address)
                            .syncUninterruptibly()
                            .channel();
            try {
                Seen facts = seen.get(10, TimeUnit.SECONDS);
                boolean closed =
                        alpn.equals(List.of("acme-tls/1"))
                                && channel.closeFuture().awaitUninterruptibly(10, TimeUnit.SECONDS);
                return new Seen(
                        facts.protocol(),
                        facts.cipher(),
                        facts.group(),
                        facts.alpn(),
                        facts.leaf(),
                        closed);
            } catch (ExecutionException e) {
                throw new IOException(e.getMessage(), e);
            } catch (InterruptedException | TimeoutException e) {
                throw new IOException("no handshake within 10 s", e);
            } finally {
                channel.close().syncUninterruptibly();
            }
        } catch (SSLException e) {
            throw new IOException(e);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
            ReferenceCountUtil.release(context);
        }
    }

    private static void look(
            SslHandler tls, Future<? super Channel> end, CompletableFuture<Seen> to) {
        if (!end.isSuccess()) {
            to.completeExceptionally(end.cause());
            return;
        }
        try {
            var engine = (ReferenceCountedOpenSslEngine) tls.engine();
            to.complete(
                    new Seen(
                            engine.getSession().getProtocol(),
                            engine.getSession().getCipherSuite(),
                            SSL.getGroupName(engine.sslPointer()),
                            String.valueOf(tls.applicationProtocol()),
                            (X509Certificate) engine.getSession().getPeerCertificates()[0],
                            false));
        } catch (Exception e) { // the native call declares it
            to.completeExceptionally(e);
        }
    }
}
