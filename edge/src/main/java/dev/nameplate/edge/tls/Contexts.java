package dev.nameplate.edge.tls;

import dev.nameplate.edge.config.SecurityPolicy;
import dev.nameplate.edge.config.TicketKey;

import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The native contexts: one for each security policy in use, with and without HTTP/2, made when the first name wants it.
/// A name's key material knows its own, so a handshake looks none up.
final class Contexts implements AutoCloseable {
    /// What tells two contexts apart.
    ///
    /// @param protocols offered by ALPN, the preferred first
    private record Kind(SecurityPolicy policy, List<String> protocols) {}

    private final Map<Kind, SslContext> made = new LinkedHashMap<>();
    private final Optional<RsaSigner> signer;
    private volatile List<TicketKey> ticketKeys = List.of();
    private boolean closed;

    Contexts(Optional<RsaSigner> signer) {
        this.signer = signer;
    }

    Optional<RsaSigner> signer() {
        return signer;
    }

    SslContext of(SecurityPolicy policy, boolean http2) {
        return context(new Kind(policy, List.of(ClientHello.protocols(http2))));
    }

    /// For handshakes that show an ACME challenge and nothing else.
    SslContext ofChallenges() {
        return context(new Kind(SecurityPolicy.STANDARD, List.of(ClientHello.CHALLENGE_PROTOCOL)));
    }

    private synchronized SslContext context(Kind kind) {
        if (closed) {
            throw new IllegalStateException("the edge is closed");
        }
        return made.computeIfAbsent(
                kind,
                _ -> {
                    SslContext context =
                            NativeTls.newServerContext(kind.policy(), kind.protocols());
                    if (haveTicketKeys()) {
                        NativeTls.ticketKeys(context, ticketKeys);
                    }
                    signer.ifPresent(rsa -> rsa.serve(context));
                    return context;
                });
    }

    /// Handshakes under way and open connections go on; tickets of keys that are gone are no longer resumed.
    ///
    /// @param keys the one that seals first; none ends tickets
    synchronized void ticketKeys(List<TicketKey> keys) {
        if (!names(keys).equals(names(ticketKeys))) {
            ticketKeys = List.copyOf(keys);
            if (haveTicketKeys()) {
                made.values().forEach(context -> NativeTls.ticketKeys(context, ticketKeys));
            }
        }
    }

    boolean haveTicketKeys() {
        return !ticketKeys.isEmpty();
    }

    private static List<String> names(List<TicketKey> keys) {
        return keys.stream().map(key -> HexFormat.of().formatHex(key.name())).toList();
    }

    @Override
    public synchronized void close() {
        closed = true;
        made.values().forEach(ReferenceCountUtil::release);
        made.clear();
    }
}
