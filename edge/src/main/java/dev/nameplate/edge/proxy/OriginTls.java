package dev.nameplate.edge.proxy;

import dev.nameplate.edge.config.Origin;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// TLS towards origins.
final class OriginTls implements AutoCloseable {
    private static final Set<String> KNOWN = Set.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
    private static final ApplicationProtocolConfig ALPN =
            new ApplicationProtocolConfig(
                    ApplicationProtocolConfig.Protocol.ALPN,
                    ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                    ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2,
                    ApplicationProtocolNames.HTTP_1_1);

    /// What connections can share a context for.
    private record Kind(boolean verified, Set<String> protocols, boolean http2) {}

    private final TrustManagerFactory trusted;
    private final Map<Kind, SslContext> contexts = new ConcurrentHashMap<>();

    OriginTls(List<X509Certificate> extraRoots) {
        try {
            trusted = trusted(extraRoots);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the TLS context for origins cannot be built", e);
        }
    }

    private SslContext context(Kind kind) {
        return contexts.computeIfAbsent(kind, this::newContext);
    }

    private SslContext newContext(Kind kind) {
        String[] protocols =
                kind.protocols().stream().filter(KNOWN::contains).sorted().toArray(String[]::new);
        if (protocols.length == 0) {
            throw new IllegalArgumentException(
                    "none of the TLS versions " + kind.protocols() + " can be spoken");
        }
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forClient()
                            .sslProvider(SslProvider.OPENSSL_REFCNT)
                            .protocols(protocols)
                            .trustManager(
                                    kind.verified()
                                            ? trusted
                                            : InsecureTrustManagerFactory.INSTANCE)
                            // Set per connection, where the origin's wish is known.
                            .endpointIdentificationAlgorithm(null);
            return (kind.http2() ? builder.applicationProtocolConfig(ALPN) : builder).build();
        } catch (SSLException e) {
            throw new IllegalStateException("the TLS context for origins cannot be built", e);
        }
    }

    /// The JDK's roots and the extra ones in one store.
    private static TrustManagerFactory trusted(List<X509Certificate> extraRoots)
            throws GeneralSecurityException, IOException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        List<X509Certificate> roots = new ArrayList<>(extraRoots);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                roots.addAll(List.of(x509.getAcceptedIssuers()));
            }
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < roots.size(); i++) {
            store.setCertificateEntry("root-" + i, roots.get(i));
        }
        factory.init(store);
        return factory;
    }

    /// @throws IllegalArgumentException when none of the origin's TLS versions can be spoken here
    SslHandler newHandler(ByteBufAllocator allocator, OriginRequest request) {
        Origin origin = request.origin();
        boolean verify =
                switch (origin.verification()) {
                    case FULL -> true;
                    case NONE -> false;
                };
        SSLEngine engine =
                context(
                                new Kind(
                                        verify,
                                        origin.tlsProtocols(),
                                        origin.http2() && !request.upgrade()))
                        .newEngine(allocator, origin.host(), request.port());
        SSLParameters parameters = engine.getSSLParameters();
        if (!NetUtil.isValidIpV4Address(request.serverName())
                && !NetUtil.isValidIpV6Address(request.serverName())) {
            parameters.setServerNames(List.of(new SNIHostName(request.serverName())));
        }
        if (verify) {
            // The certificate must name the host we ask for, or the origin's own (the JDK tries
            // both).
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        engine.setSSLParameters(parameters);
        SslHandler handler = new SslHandler(engine);
        handler.setHandshakeTimeoutMillis(origin.connectTimeout().toMillis());
        return handler;
    }

    @Override
    public void close() {
        contexts.values().forEach(ReferenceCountUtil::release);
        contexts.clear();
    }
}
