package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.OcspStaple;

import io.netty.handler.ssl.SslContext;
import io.netty.util.AbstractReferenceCounted;
import io.netty.util.IllegalReferenceCountException;
import io.netty.util.ReferenceCounted;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLEngine;

/// What a name is served with: its credentials (chain, private key, staple) in native memory, and the context of its policy.
///
/// The cache holds one reference and each handshake about to begin another, so an eviction never frees what a
/// handshake is reading. A connection, once given a credential, holds its own native reference.
final class KeyMaterial extends AbstractReferenceCounted {
    private final SslContext context;
    private final long[] credentials;
    private final NativeTls.Unstapled unstapled;
    private final Optional<NativeTls.Keyless> keyless;
    private final int bytes;
    private final long staplesEnd;
    private final AtomicLong refreshFrom;

    /// @param credentials native pointers, the preferred first, each with its staple if it has one
    /// @param keyless stands for one of them in TLS 1.3
    KeyMaterial(
            SslContext context,
            long[] credentials,
            NativeTls.Unstapled unstapled,
            Optional<NativeTls.Keyless> keyless,
            int bytes,
            List<OcspStaple> staples) {
        this.context = context;
        this.credentials = credentials;
        this.unstapled = unstapled;
        this.keyless = keyless;
        this.bytes = bytes;
        this.staplesEnd =
                staples.stream()
                        .filter(staple -> staple.response().length > 0)
                        .mapToLong(staple -> staple.end().toEpochMilli())
                        .min()
                        .orElse(Long.MAX_VALUE);
        this.refreshFrom =
                new AtomicLong(
                        staples.stream()
                                .mapToLong(staple -> staple.refreshFrom().toEpochMilli())
                                .min()
                                .orElse(Long.MAX_VALUE));
    }

    SslContext context() {
        return context;
    }

    int bytes() {
        return bytes;
    }

    /// Gives a connection what counts at `now`: a staple that has ended is not sent. Must precede the first byte of the
    /// handshake.
    ///
    /// @return to be ended with the handshake
    Optional<RsaSigner.Turn> apply(SSLEngine engine, boolean tls13, Instant now) throws Exception {
        boolean stapled = now.toEpochMilli() < staplesEnd;
        long[] counting = stapled ? credentials : unstapled.credentials();
        if (tls13 && keyless.isPresent()) {
            return Optional.of(NativeTls.apply(engine, counting, keyless.get(), stapled));
        }
        NativeTls.apply(engine, counting);
        return Optional.empty();
    }

    /// True once when a staple wants refreshing, and again after `pause` as long as that was in vain.
    boolean beginsRefresh(Instant now, Duration pause) {
        long from = refreshFrom.get();
        return now.toEpochMilli() >= from
                && refreshFrom.compareAndSet(from, now.plus(pause).toEpochMilli());
    }

    /// Takes a reference, unless the material is already freed.
    boolean tryRetain() {
        try {
            retain();
            return true;
        } catch (IllegalReferenceCountException _) {
            return false;
        }
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // one array for both where nothing is stapled
    protected void deallocate() {
        NativeTls.free(credentials);
        unstapled.free();
    }

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
