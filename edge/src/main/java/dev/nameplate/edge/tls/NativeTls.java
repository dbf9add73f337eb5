package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.OcspStaple;
import dev.nameplate.edge.config.SecurityPolicy;
import dev.nameplate.edge.config.ServedCertificate;
import dev.nameplate.edge.config.TicketKey;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionTicketKey;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;
import io.netty.internal.tcnative.SSLCredential;
import io.netty.internal.tcnative.SSLPrivateKeyMethod;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SignatureException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;

/// The only class that reaches behind Netty into netty-tcnative, where a wrong pointer kills the process. [SelfTest]
/// runs one handshake through it before the edge accepts anybody.
final class NativeTls {
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /// What BoringSSL keeps of a credential besides its DER, measured.
    private static final int NATIVE_OVERHEAD = 1_500;

    /// What AWS-LC keeps of an RSA-2048 key that has signed, measured.
    private static final int SIGNER_OVERHEAD = 5_500;

    /// The server's preference: the hybrid with ML-KEM-768 stands against records kept for a quantum computer.
    private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256", "P-384"};

    private NativeTls() {}

    static void requireAvailable() {
        if (!OpenSsl.isAvailable()) {
            throw new IllegalStateException(
                    "the native TLS library cannot be loaded; run on Linux x86_64 with glibc, with"
                            + " netty-tcnative-boringssl-static (classifier linux-x86_64) on the class path and a"
                            + " temporary directory that allows execution (-Dio.netty.native.workdir=DIR)",
                    OpenSsl.unavailabilityCause());
        }
        if (!OpenSsl.versionString().contains("BoringSSL")) {
            throw new IllegalStateException(
                    "the edge needs BoringSSL, found "
                            + OpenSsl.versionString()
                            + "; put netty-tcnative-boringssl-static on the class path");
        }
    }

    /// A server context without any certificate: each engine is given its own by [#apply].
    ///
    /// @param protocols for ALPN
    static SslContext newServerContext(SecurityPolicy policy, List<String> protocols) {
        try {
            KeyStore empty = KeyStore.getInstance("JKS");
            empty.load(null, null);
            KeyManagerFactory none =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            none.init(empty, new char[0]);
            SslContext context =
                    SslContextBuilder.forServer(none)
                            .sslProvider(SslProvider.OPENSSL_REFCNT)
                            .protocols(versions(policy))
                            .option(OpenSslContextOption.GROUPS, GROUPS)
                            // Nobody is asked for a certificate; naming a trust manager spares
                            // reading the JDK's roots.
                            .clientAuth(ClientAuth.NONE)
                            .trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .applicationProtocolConfig(
                                    new ApplicationProtocolConfig(
                                            Protocol.ALPN,
                                            SelectorFailureBehavior.NO_ADVERTISE,
                                            SelectedListenerFailureBehavior.ACCEPT,
                                            protocols))
                            .build();
            long struct = contextStruct(context);
            if (!policy.ciphers().isEmpty()) {
                SSLContext.setCipherSuite(struct, String.join(":", policy.ciphers()), false);
            }
            // Netty's own callback would pick from the key managers and undo what apply() has set.
            SSLContext.setCertificateCallback(struct, null);
            // Sessions by id would be known to this node alone, and cost memory for each visitor.
            sessions(context).setSessionCacheEnabled(false);
            // A browser uses a ticket once and gets a new one each time; a second one is for
            // whoever opens several connections at once, which HTTP/2 does not.
            SSLContext.setNumTickets(struct, 1);
            return context;
        } catch (Exception e) {
            throw new IllegalStateException(
                    "no TLS context can be built for " + policy.awsName(), e);
        }
    }

    private static String[] versions(SecurityPolicy policy) {
        return switch (policy.floor()) {
            case TLS_1_0 -> new String[] {"TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"};
            case TLS_1_1 -> new String[] {"TLSv1.1", "TLSv1.2", "TLSv1.3"};
            case TLS_1_2 -> new String[] {"TLSv1.2", "TLSv1.3"};
            case TLS_1_3 -> new String[] {"TLSv1.3"};
        };
    }

    private static OpenSslSessionContext sessions(SslContext context) {
        return (OpenSslSessionContext) context.sessionContext();
    }

    /// @param keys the first seals; there must be one. Without any, each connection is told so by [#withoutTickets], since Netty
    ///     allows tickets at every engine, and BoringSSL makes keys of its own.
    static void ticketKeys(SslContext context, List<TicketKey> keys) {
        sessions(context)
                .setTicketKeys(
                        keys.stream()
                                .map(key ->
                                        new OpenSslSessionTicketKey(
                                                key.name(), key.hmac(), key.aes()))
                                .toArray(OpenSslSessionTicketKey[]::new));
    }

    /// tcnative's own struct. `sslCtxPointer()` is the SSL_CTX inside it, and the wrong thing to pass here.
    private static long contextStruct(SslContext context) {
        try {
            Field field = ReferenceCountedOpenSslContext.class.getDeclaredField("ctx");
            field.setAccessible(true);
            return field.getLong(context);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "this Netty keeps its TLS context elsewhere; use the version the edge was built with",
                    e);
        }
    }

    /// A chain and its key in native memory, both parsed.
    ///
    /// @param chain a stack of the certificates, which credentials share
    /// @param key likewise
    private record Pair(long chain, long key) {}

    /// Copies chains and keys into native memory; BoringSSL proves that they belong together.
    ///
    /// @param signer of RSA in place of BoringSSL
    static KeyMaterial load(
            SslContext context, ServedCertificate certificate, Optional<RsaSigner> signer)
            throws Exception {
        List<ServedCertificate> all = new ArrayList<>();
        all.add(certificate);
        certificate.alternative().ifPresent(all::add);
        List<Pair> pairs = new ArrayList<>();
        long[] credentials = new long[all.size()];
        try {
            for (int i = 0; i < all.size(); i++) {
                pairs.add(parse(all.get(i)));
                credentials[i] = credential(pairs.get(i));
                byte[] staple = all.get(i).staple().map(OcspStaple::response).orElse(new byte[0]);
                if (staple.length > 0) {
                    SSLCredential.setOcspResponse(credentials[i], staple);
                }
            }
        } catch (Exception e) {
            free(credentials);
            pairs.forEach(NativeTls::free);
            throw e;
        }
        Optional<Keyless> keyless = signer.flatMap(rsa -> keyless(rsa, all, pairs));
        return new KeyMaterial(
                context,
                credentials,
                new Unstapled(pairs),
                keyless,
                all.stream().mapToInt(NativeTls::bytes).sum()
                        + (keyless.isPresent() ? SIGNER_OVERHEAD : 0),
                all.stream().map(ServedCertificate::staple).flatMap(Optional::stream).toList());
    }

    /// A chain whose RSA key is not BoringSSL's to use.
    ///
    /// @param at which of the credentials it stands for
    /// @param chain of that credential, whose memory it shares
    record Keyless(RsaSigner signer, PrivateKey key, int at, long chain, byte[] staple) {}

    private static Optional<Keyless> keyless(
            RsaSigner signer, List<ServedCertificate> all, List<Pair> pairs) {
        for (int i = 0; i < all.size(); i++) {
            Optional<PrivateKey> key = signer.key(all.get(i).privateKeyPkcs8());
            if (key.isPresent()) {
                byte[] staple = all.get(i).staple().map(OcspStaple::response).orElse(new byte[0]);
                return Optional.of(new Keyless(signer, key.get(), i, pairs.get(i).chain(), staple));
            }
        }
        return Optional.empty();
    }

    /// What is left of credentials whose staples have ended: made when that happens, which is seldom.
    static final class Unstapled {
        private final List<Pair> pairs;
        private long[] credentials = {};

        private Unstapled(List<Pair> pairs) {
            this.pairs = pairs;
        }

        synchronized long[] credentials() {
            if (credentials.length == 0) {
                long[] made = new long[pairs.size()];
                try {
                    for (int i = 0; i < made.length; i++) {
                        made[i] = credential(pairs.get(i));
                    }
                } catch (Exception e) {
                    NativeTls.free(made);
                    throw new IllegalStateException("no native memory for a credential", e);
                }
                credentials = made;
            }
            return credentials;
        }

        synchronized void free() {
            NativeTls.free(credentials);
            pairs.forEach(NativeTls::free);
        }
    }

    private static int bytes(ServedCertificate certificate) {
        return NATIVE_OVERHEAD
                + certificate.privateKeyPkcs8().length
                + certificate.chain().stream().mapToInt(der -> der.length).sum()
                + certificate.staple().map(staple -> staple.response().length).orElse(0);
    }

    private static Pair parse(ServedCertificate certificate) throws Exception {
        List<byte[]> parts = new ArrayList<>();
        for (byte[] der : certificate.chain()) {
            parts.add(ascii("-----BEGIN CERTIFICATE-----\n"));
            parts.add(PEM.encode(der));
            parts.add(ascii("\n-----END CERTIFICATE-----\n"));
        }
        byte[] encodedKey = PEM.encode(certificate.privateKeyPkcs8());
        long chainBio = 0;
        long keyBio = 0;
        long chain = 0;
        try {
            chainBio = memoryBio(parts);
            keyBio =
                    memoryBio(
                            List.of(
                                    ascii("-----BEGIN PRIVATE KEY-----\n"),
                                    encodedKey,
                                    ascii("\n-----END PRIVATE KEY-----\n")));
            chain = SSL.parseX509Chain(chainBio);
            Pair pair = new Pair(chain, SSL.parsePrivateKey(keyBio, null));
            chain = 0;
            return pair;
        } finally {
            Arrays.fill(encodedKey, (byte) 0);
            if (chain != 0) {
                SSL.freeX509Chain(chain);
            }
            if (chainBio != 0) {
                SSL.freeBIO(chainBio);
            }
            if (keyBio != 0) {
                SSL.freeBIO(keyBio);
            }
        }
    }

    private static void free(Pair pair) {
        SSL.freeX509Chain(pair.chain());
        SSL.freePrivateKey(pair.key());
    }

    /// Takes references of its own to both. The second of the two setters compares the public keys.
    private static long credential(Pair pair) throws Exception {
        long credential = SSLCredential.newX509();
        try {
            SSLCredential.setPrivateKey(credential, pair.key());
            SSLCredential.setCertChain(credential, pair.chain());
            return credential;
        } catch (Exception e) {
            SSLCredential.free(credential);
            throw e;
        }
    }

    /// Gives a connection its credentials, the preferred first. Must precede the first byte of the handshake.
    static void apply(SSLEngine engine, long[] credentials) throws Exception {
        long ssl = pointer(engine);
        for (long credential : credentials) {
            SSL.addCredential(ssl, credential);
        }
    }

    /// The same, but RSA signatures are asked of the signer. BoringSSL looks at a chain given like this after all credentials,
    /// so one of RSA that was preferred no longer is.
    ///
    /// @param stapled whether the staples still count
    static RsaSigner.Turn apply(
            SSLEngine engine, long[] credentials, Keyless keyless, boolean stapled)
            throws Exception {
        long ssl = pointer(engine);
        for (int i = 0; i < credentials.length; i++) {
            if (i != keyless.at()) {
                SSL.addCredential(ssl, credentials[i]);
            }
        }
        SSL.setKeyMaterial(ssl, keyless.chain(), 0);
        if (stapled && keyless.staple().length > 0) {
            SSL.setOcspResponse(ssl, keyless.staple());
        }
        return keyless.signer().begin(engine, keyless.key());
    }

    static long pointer(SSLEngine engine) {
        return ((ReferenceCountedOpenSslEngine) engine).sslPointer();
    }

    static void signBy(SslContext context, RsaSigner signer) {
        SSLContext.setPrivateKeyMethod(contextStruct(context), new Signing(signer));
    }

    private record Signing(RsaSigner signer) implements SSLPrivateKeyMethod {
        @Override
        public byte[] sign(long ssl, int algorithm, byte[] input) throws GeneralSecurityException {
            return signer.sign(ssl, digest(algorithm), input);
        }

        private static RsaSigner.Digest digest(int algorithm) throws SignatureException {
            if (algorithm == SSL_SIGN_RSA_PSS_RSAE_SHA256) {
                return RsaSigner.Digest.SHA_256;
            } else if (algorithm == SSL_SIGN_RSA_PSS_RSAE_SHA384) {
                return RsaSigner.Digest.SHA_384;
            } else if (algorithm == SSL_SIGN_RSA_PSS_RSAE_SHA512) {
                return RsaSigner.Digest.SHA_512;
            }
            throw new SignatureException("TLS 1.3 has no RSA signature of kind " + algorithm);
        }

        @Override
        public byte[] decrypt(long ssl, byte[] input) throws SignatureException {
            throw new SignatureException("TLS 1.3 decrypts nothing by RSA");
        }
    }

    /// Neither hands the connection a ticket nor takes one from it.
    static void withoutTickets(SSLEngine engine) {
        SSL.setOptions(pointer(engine), SSL.SSL_OP_NO_TICKET);
    }

    /// Zeros stand for what was never made.
    static void free(long[] credentials) {
        for (long credential : credentials) {
            if (credential != 0) {
                try {
                    SSLCredential.free(credential);
                } catch (Exception e) {
                    throw new IllegalStateException("a native credential cannot be freed", e);
                }
            }
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static long memoryBio(List<byte[]> parts) throws Exception {
        int length = parts.stream().mapToInt(part -> part.length).sum();
        ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer(length);
        try {
            parts.forEach(direct::writeBytes);
            long bio = SSL.newMemBIO();
            if (SSL.bioWrite(bio, direct.memoryAddress(), length) != length) {
                SSL.freeBIO(bio);
                throw new IllegalStateException(
                        "no native memory for a certificate of " + length + " bytes");
            }
            return bio;
        } finally {
            direct.setZero(0, length);
            direct.release();
        }
    }
}
