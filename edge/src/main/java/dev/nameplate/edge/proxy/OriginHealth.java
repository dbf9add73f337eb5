package dev.nameplate.edge.proxy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// Which addresses failed a moment ago: they are tried last.
final class OriginHealth {
    private static final Duration REMEMBERED = Duration.ofSeconds(10);
    private static final int MAX_ADDRESSES = 10_000;

    private final Cache<InetSocketAddress, Boolean> failed;

    OriginHealth(InstantSource clock) {
        failed =
                Caffeine.newBuilder()
                        .maximumSize(MAX_ADDRESSES)
                        .expireAfterWrite(REMEMBERED)
                        .ticker(() -> clock.millis() * 1_000_000)
                        .executor(Runnable::run)
                        .build();
    }

    void failed(InetSocketAddress address) {
        failed.put(address, true);
    }

    void answered(InetSocketAddress address) {
        failed.invalidate(address);
    }

    /// Sound ones first; among them the two families in turn (RFC 8305 §4), beginning with the resolver's first.
    List<InetAddress> ordered(List<InetAddress> addresses, int port) {
        if (addresses.size() == 1) {
            return addresses;
        }
        List<InetAddress> sound = new ArrayList<>();
        List<InetAddress> ailing = new ArrayList<>();
        for (InetAddress address : addresses) {
            boolean bad = failed.getIfPresent(new InetSocketAddress(address, port)) != null;
            (bad ? ailing : sound).add(address);
        }
        List<InetAddress> ordered = new ArrayList<>(inTurn(sound));
        ordered.addAll(inTurn(ailing));
        return ordered;
    }

    private static List<InetAddress> inTurn(List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            return addresses;
        }
        boolean four = addresses.getFirst() instanceof Inet4Address;
        List<InetAddress> firsts = new ArrayList<>();
        List<InetAddress> seconds = new ArrayList<>();
        for (InetAddress address : addresses) {
            (address instanceof Inet4Address == four ? firsts : seconds).add(address);
        }
        List<InetAddress> mixed = new ArrayList<>();
        for (int i = 0; i < Math.max(firsts.size(), seconds.size()); i++) {
            if (i < firsts.size()) {
                mixed.add(firsts.get(i));
            }
            if (i < seconds.size()) {
                mixed.add(seconds.get(i));
            }
        }
        return mixed;
    }
}
