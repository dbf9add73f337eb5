package dev.nameplate;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicReference;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/// Gives a JSSE listener an [OwnCertificate] that is renewed while it listens. A handshake asks for a name first, then for its
/// chain and its key: the name is the version, and the one before is kept for handshakes that began with it.
final class OwnKeyManager extends X509ExtendedKeyManager {
    private static final String KEY_TYPE = "EC";

    private final OwnCertificate own;
    private final AtomicReference<Versions> versions;

    private record Versions(OwnCertificate.Issued current, OwnCertificate.Issued before) {
        Versions with(OwnCertificate.Issued newest) {
            return newest.version().equals(current.version())
                    ? this
                    : new Versions(newest, current);
        }
    }

    OwnKeyManager(OwnCertificate own) {
        this.own = own;
        OwnCertificate.Issued first = own.now();
        this.versions = new AtomicReference<>(new Versions(first, first));
    }

    private @Nullable String newest(@Nullable String keyType) {
        if (!KEY_TYPE.equals(keyType)) {
            return null;
        }
        OwnCertificate.Issued newest = own.now();
        return versions.updateAndGet(known -> known.with(newest)).current().version();
    }

    private OwnCertificate.@Nullable Issued of(@Nullable String alias) {
        Versions known = versions.get();
        if (known.current().version().equals(alias)) {
            return known.current();
        }
        return known.before().version().equals(alias) ? known.before() : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return newest(keyType);
    }

    @Override
    public @Nullable String chooseServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return newest(keyType);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        OwnCertificate.Issued issued = of(alias);
        return issued == null ? null : issued.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        OwnCertificate.Issued issued = of(alias);
        return issued == null ? null : issued.key();
    }

    @Override
    public String @Nullable [] getServerAliases(
            @Nullable String keyType, Principal @Nullable [] issuers) {
        String newest = newest(keyType);
        return newest == null ? null : new String[] {newest};
    }

    @Override
    public String @Nullable [] getClientAliases(
            @Nullable String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
