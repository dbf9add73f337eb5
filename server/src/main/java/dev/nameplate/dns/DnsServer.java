package dev.nameplate.dns;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.nameplate.db.Database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/// The authoritative server for the zones hosted here and for our own suffix zone, over UDP and TCP on one port.
///
/// It answers from the store through [CachedNames]; a commit on this node shows in the very next answer. It is never
/// recursive: names of other zones are refused.
public final class DnsServer implements AutoCloseable {
    /// UDP and TCP ports are separate spaces: a free one of the first may be taken in the second.
    private static final int PORT_ATTEMPTS = 20;

    private final UdpListener udp;
    private final TcpListener tcp;
    private final InetSocketAddress address;

    private DnsServer(UdpListener udp, TcpListener tcp, InetSocketAddress address) {
        this.udp = udp;
        this.tcp = tcp;
        this.address = address;
    }

    /// Answers once this returns.
    ///
    /// @param bind port 0 takes a free port, the same for UDP and TCP
    /// @param distributionExists asked with a full name `d….cdn.<suffix>`, lower case, without trailing dot
    public static DnsServer start(
            InetSocketAddress bind,
            Database database,
            Zones zones,
            Predicate<String> distributionExists,
            ProofTexts proofTexts) {
        var suffixZone = new SuffixZone(zones.settings(), distributionExists, proofTexts);
        var stored = new StoredNames(database);
        var names =
                new CachedNames(
                        stored, suffixZone, zones, database.dialect(), Ticker.systemTicker());
        return start(bind, new Responder(names::view));
    }

    static DnsServer start(InetSocketAddress bind, Responder responder) {
        for (int attempt = 1; ; attempt++) {
            try {
                return bind(bind, responder);
            } catch (BindException e) {
                if (bind.getPort() != 0 || attempt == PORT_ATTEMPTS) {
                    throw new UncheckedIOException(
                            "cannot serve DNS on " + bind + ": " + e.getMessage(), e);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot serve DNS on " + bind, e);
            }
        }
    }

    private static DnsServer bind(InetSocketAddress bind, Responder responder) throws IOException {
        var tcp = new TcpListener(bind, responder);
        try {
            var address = new InetSocketAddress(bind.getAddress(), tcp.port());
            var udp = new UdpListener(address, responder);
            udp.start(Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));
            tcp.start();
            return new DnsServer(udp, tcp, address);
        } catch (IOException e) {
            tcp.close();
            throw e;
        }
    }

    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        try (udp;
                tcp) {
            // Both are closed even if one of them fails.
        } catch (IOException e) {
            throw new UncheckedIOException("cannot stop serving DNS on " + address, e);
        }
    }
}
