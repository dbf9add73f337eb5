package dev.nameplate.edge.tls;

import io.netty.handler.ssl.SslContext;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLEngine;

/// Makes the RSA signatures of TLS 1.3 by a library of its own: BoringSSL's take three times as long where the processor has
/// AVX-512. In older versions, with their other signatures and decryptions, BoringSSL keeps the key to itself.
final class RsaSigner {
    private static final Logger LOG = LoggerFactory.getLogger(RsaSigner.class);

    /// 1.2.840.113549.1.1.1, as it stands at the head of an RSA key in PKCS #8.
    private static final byte[] RSA = {
        0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1
    };

    private static final int HEAD = 24;

    /// Of a signature.
    enum Digest {
        SHA_256,
        SHA_384,
        SHA_512
    }

    private static final PSSParameterSpec SHA_256 =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
    private static final PSSParameterSpec SHA_384 =
            new PSSParameterSpec("SHA-384", "MGF1", MGF1ParameterSpec.SHA384, 48, 1);
    private static final PSSParameterSpec SHA_512 =
            new PSSParameterSpec("SHA-512", "MGF1", MGF1ParameterSpec.SHA512, 64, 1);

    private final Provider provider;
    private final ConcurrentHashMap<Long, Turn> underWay = new ConcurrentHashMap<>();

    RsaSigner(Provider provider) {
        this.provider = provider;
    }

    /// A key for [#begin], if it is one of RSA that the provider takes.
    Optional<PrivateKey> key(byte[] pkcs8) {
        if (!isRsa(pkcs8)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    KeyFactory.getInstance("RSA", provider)
                            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
        } catch (GeneralSecurityException e) {
            LOG.debug("{} does not take an RSA key, so BoringSSL signs", provider.getName(), e);
            return Optional.empty();
        }
    }

    private static boolean isRsa(byte[] pkcs8) {
        for (int at = 0; at + RSA.length <= Math.min(pkcs8.length, HEAD); at++) {
            if (Arrays.equals(pkcs8, at, at + RSA.length, RSA, 0, RSA.length)) {
                return true;
            }
        }
        return false;
    }

    /// A handshake in which a signature by this key may be wanted.
    final class Turn {
        private final long ssl;
        private final PrivateKey key;

        private Turn(long ssl, PrivateKey key) {
            this.ssl = ssl;
            this.key = key;
        }

        /// Must be called once: another connection's memory may come to lie in the same place.
        void end() {
            underWay.remove(ssl, this);
        }
    }

    Turn begin(SSLEngine engine, PrivateKey key) {
        Turn turn = new Turn(NativeTls.pointer(engine), key);
        underWay.put(turn.ssl, turn);
        return turn;
    }

    /// @param ssl the connection as BoringSSL knows it
    byte[] sign(long ssl, Digest digest, byte[] input) throws GeneralSecurityException {
        Turn turn = underWay.get(ssl);
        if (turn == null) {
            throw new SignatureException("no RSA key was given to this handshake");
        }
        Signature signature = Signature.getInstance("RSASSA-PSS", provider);
        signature.setParameter(parameters(digest));
        signature.initSign(turn.key);
        signature.update(input);
        return signature.sign();
    }

    /// The salt is as long as the digest (RFC 8446 section 4.2.3).
    private static PSSParameterSpec parameters(Digest digest) {
        return switch (digest) {
            case SHA_256 -> SHA_256;
            case SHA_384 -> SHA_384;
            case SHA_512 -> SHA_512;
        };
    }

    /// Has connections of this context ask here where they were given a chain without a key.
    void serve(SslContext context) {
        NativeTls.signBy(context, this);
    }
}
