package dev.nameplate.edge.proxy;

import dev.nameplate.edge.config.Origin;

import io.netty.buffer.ByteBufAllocator;
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

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// TLS towards origins.
final class OriginTls implements AutoCloseable {
    private final SslContext verifying;
    private final SslContext trusting;

    OriginTls(List<X509Certificate> extraRoots) {
        try {
            verifying = client(trusted(extraRoots));
            trusting = client(InsecureTrustManagerFactory.INSTANCE);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the TLS context for origins cannot be built", e);
        }
    }

    private static SslContext client(TrustManagerFactory trust) throws IOException {
        return SslContextBuilder.forClient()
                .sslProvider(SslProvider.OPENSSL_REFCNT)
                .protocols("TLSv1.3", "TLSv1.2")
                .trustManager(trust)
                // Set per connection, where the origin's wish is known.
                .endpointIdentificationAlgorithm(null)
                .build();
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

    SslHandler newHandler(ByteBufAllocator allocator, OriginRequest request) {
        Origin origin = request.origin();
        boolean verify =
                switch (origin.verification()) {
                    case FULL -> true;
                    case NONE -> false;
                };
        SSLEngine engine =
                (verify ? verifying : trusting).newEngine(allocator, origin.host(), request.port());
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
        ReferenceCountUtil.release(verifying);
        ReferenceCountUtil.release(trusting);
    }
}
