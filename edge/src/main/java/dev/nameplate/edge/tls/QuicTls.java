package dev.nameplate.edge.tls;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import dev.nameplate.edge.config.EdgeSource;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.name.ChangedNames;
import dev.nameplate.edge.name.HostNames;

import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// TLS for HTTP/3. QUIC has TLS 1.3 within, in a BoringSSL of its own that shares nothing with the TCP side's: here a
/// name does cost a native context, so only the names in use have one, for a while. The certificate is asked for within
/// the handshake, off the event loop.
public final class QuicTls {
    private static final Logger LOG = LoggerFactory.getLogger(QuicTls.class);

    private static final int MAX_CONTEXTS = 1_000;
    private static final Duration KEPT = Duration.ofMinutes(10);

    /// A name without certificate is asked for again after this.
    private static final Duration UNKNOWN_KEPT = Duration.ofSeconds(5);

    private final EdgeSource source;
    private final Cache<String, QuicSslContext> contexts =
            Caffeine.newBuilder()
                    .maximumSize(MAX_CONTEXTS)
                    .expireAfterWrite(KEPT)
                    .executor(Runnable::run)
                    .build();
    private final Cache<String, Boolean> unknown =
            Caffeine.newBuilder()
                    .maximumSize(100_000)
                    .expireAfterWrite(UNKNOWN_KEPT)
                    .executor(Runnable::run)
                    .build();
    private final QuicSslContext front;

    /// @throws IllegalStateException when the native library is missing
    public QuicTls(EdgeSource source) {
        if (!Quic.isAvailable()) {
            throw new IllegalStateException(
                    "HTTP/3 does not work here: its native library is for Linux on x86_64 and aarch64; set edge.http3 to false",
                    Quic.unavailabilityCause());
        }
        this.source = source;
        this.front = builder(new NoKey()).sni(this::of).build();
    }

    /// The context that finds the others.
    public QuicSslContext context() {
        return front;
    }

    public void changed(ChangedNames names) {
        contexts.asMap().keySet().removeIf(names::contains);
        unknown.asMap().keySet().removeIf(names::contains);
    }

    private @Nullable QuicSslContext of(String serverName) {
        if (HostNames.of(serverName).isEmpty() || unknown.getIfPresent(serverName) != null) {
            return null;
        }
        return contexts.get(serverName, name -> builder(new NameKey(name)).build());
    }

    private static QuicSslContextBuilder builder(X509ExtendedKeyManager keys) {
        return QuicSslContextBuilder.forServer(keys, null)
                .trustManager(new NobodyTrusted())
                .applicationProtocols("h3")
                .earlyData(false);
    }

    /// A key and its chain.
    private record Loaded(PrivateKey key, X509Certificate[] chain) {}

    private Optional<Loaded> load(String serverName) {
        Optional<ServedCertificate> answer = source.certificate(serverName);
        if (answer.isEmpty()) {
            unknown.put(serverName, true);
            contexts.invalidate(serverName);
            return Optional.empty();
        }
        ServedCertificate certificate = answer.get();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate[] chain = new X509Certificate[certificate.chain().size()];
            for (int i = 0; i < chain.length; i++) {
                chain[i] =
                        (X509Certificate)
                                factory.generateCertificate(
                                        new ByteArrayInputStream(certificate.chain().get(i)));
            }
            PrivateKey key =
                    KeyFactory.getInstance(chain[0].getPublicKey().getAlgorithm())
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(certificate.privateKeyPkcs8()));
            return Optional.of(new Loaded(key, chain));
        } catch (GeneralSecurityException e) {
            LOG.debug(
                    "certificate {} cannot be used for {} over QUIC: {}",
                    certificate.id(),
                    serverName,
                    e.getMessage());
            unknown.put(serverName, true);
            contexts.invalidate(serverName);
            return Optional.empty();
        } finally {
            certificate.wipe();
        }
    }

    /// Asks for the certificate of one name when the first handshake needs it.
    private final class NameKey extends Keys {
        private final String serverName;
        private volatile @Nullable Loaded loaded;

        NameKey(String serverName) {
            this.serverName = serverName;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
            Loaded known = loaded;
            if (known == null) {
                known = load(serverName).orElse(null);
                loaded = known;
            }
            return known != null && keyType.startsWith(known.key().getAlgorithm()) ? keyType : null;
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            Loaded known = loaded;
            return known == null ? null : known.chain();
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            Loaded known = loaded;
            return known == null ? null : known.key();
        }
    }

    /// For visitors who say no name.
    private static final class NoKey extends Keys {
        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return null;
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return null;
        }
    }

    private abstract static class Keys extends X509ExtendedKeyManager {
        @Override
        public String @Nullable [] getClientAliases(
                String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(
                String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    /// Visitors show no certificates; without this the JDK's roots would be read for every name.
    private static final class NobodyTrusted extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            refuse();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            refuse();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            refuse();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            refuse();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            refuse();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type)
                throws CertificateException {
            refuse();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return List.<X509Certificate>of().toArray(X509Certificate[]::new);
        }

        private static void refuse() throws CertificateException {
            throw new CertificateException("visitors show no certificates");
        }
    }
}
