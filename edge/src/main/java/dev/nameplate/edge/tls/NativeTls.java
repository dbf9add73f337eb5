package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.ServedCertificate;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.netty.internal.tcnative.SSLContext;

import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;

/// The only class that reaches behind Netty into netty-tcnative, where a wrong pointer kills the process. [ServerTls]
/// runs one handshake through it before the edge accepts anybody.
final class NativeTls {
    private static final Base64.Encoder PEM = Base64.getMimeEncoder(64, new byte[] {'\n'});

    /// What BoringSSL keeps around a chain and a key besides their DER, measured.
    private static final int NATIVE_OVERHEAD = 800;

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
    static SslContext newServerContext(ApplicationProtocolConfig protocols) {
        try {
            KeyStore empty = KeyStore.getInstance("JKS");
            empty.load(null, null);
            KeyManagerFactory none =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            none.init(empty, new char[0]);
            SslContext context =
                    SslContextBuilder.forServer(none)
                            .sslProvider(SslProvider.OPENSSL_REFCNT)
                            .protocols("TLSv1.3", "TLSv1.2")
                            .applicationProtocolConfig(protocols)
                            .build();
            // Netty's own callback would pick from the key managers and undo what apply() has set.
            SSLContext.setCertificateCallback(contextStruct(context), null);
            return context;
        } catch (GeneralSecurityException | java.io.IOException e) {
            throw new IllegalStateException("the shared TLS context cannot be built", e);
        }
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

    /// Copies chain and key into native memory and proves that they belong together.
    static KeyMaterial load(SslContext context, ServedCertificate certificate) throws Exception {
        List<byte[]> parts = new ArrayList<>();
        int bytes =
                NATIVE_OVERHEAD
                        + certificate.privateKeyPkcs8().length
                        + certificate.staple().map(staple -> staple.response().length).orElse(0);
        for (byte[] der : certificate.chain()) {
            parts.add(ascii("-----BEGIN CERTIFICATE-----\n"));
            parts.add(PEM.encode(der));
            parts.add(ascii("\n-----END CERTIFICATE-----\n"));
            bytes += der.length;
        }
        byte[] encodedKey = PEM.encode(certificate.privateKeyPkcs8());
        long chainBio = 0;
        long keyBio = 0;
        long chain = 0;
        KeyMaterial material;
        try {
            chainBio = memoryBio(parts);
            keyBio =
                    memoryBio(
                            List.of(
                                    ascii("-----BEGIN PRIVATE KEY-----\n"),
                                    encodedKey,
                                    ascii("\n-----END PRIVATE KEY-----\n")));
            chain = SSL.parseX509Chain(chainBio);
            long key = SSL.parsePrivateKey(keyBio, null);
            material = new KeyMaterial(chain, key, bytes, certificate.staple());
            chain = 0;
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
        try {
            proveMatch(context, material);
            return material;
        } catch (Exception e) {
            material.release();
            throw e;
        }
    }

    /// BoringSSL compares the two public keys when it is given the pair.
    private static void proveMatch(SslContext context, KeyMaterial material) throws Exception {
        var engine =
                (ReferenceCountedOpenSslEngine) context.newEngine(UnpooledByteBufAllocator.DEFAULT);
        try {
            apply(engine, material);
        } finally {
            engine.release();
        }
    }

    /// Gives a connection its certificate. Must precede the first byte of the handshake.
    static void apply(SSLEngine engine, KeyMaterial material) throws Exception {
        SSL.setKeyMaterial(
                ((ReferenceCountedOpenSslEngine) engine).sslPointer(),
                material.chain(),
                material.key());
    }

    /// Gives a connection the staple for a visitor who asks for one. Must follow [#apply].
    static void staple(SSLEngine engine, byte[] response) {
        SSL.setOcspResponse(((ReferenceCountedOpenSslEngine) engine).sslPointer(), response);
    }

    static void free(KeyMaterial material) {
        SSL.freeX509Chain(material.chain());
        SSL.freePrivateKey(material.key());
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
