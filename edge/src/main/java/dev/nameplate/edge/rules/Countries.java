package dev.nameplate.edge.rules;

import io.netty.util.NetUtil;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Which country an address is in, by a table that the operator supplies.
///
/// Networks lie sorted in plain arrays, a network inside another knows it, and a look is a binary search: about a hundred
/// nanoseconds and no allocation but the answer's.
public final class Countries {
    /// Knows no address.
    public static final Countries NONE = new Countries(List.of());

    /// An IPv4 address as the IPv6 address that stands for it, so that one search serves both.
    private static final long MAPPED = 0xffff_0000_0000L;

    private record Network(long high, long low, int prefix, String country) {}

    private final long[] high;
    private final long[] low;
    private final short[] prefix;

    /// The innermost network around it, or -1.
    private final int[] around;

    private final String[] country;

    private Countries(List<Network> networks) {
        List<Network> sorted = new ArrayList<>(networks);
        sorted.sort((a, b) -> {
            int order = Long.compareUnsigned(a.high(), b.high());
            order = order != 0 ? order : Long.compareUnsigned(a.low(), b.low());
            return order != 0 ? order : Integer.compare(a.prefix(), b.prefix());
        });
        int size = sorted.size();
        high = new long[size];
        low = new long[size];
        prefix = new short[size];
        around = new int[size];
        country = new String[size];
        for (int i = 0; i < size; i++) {
            Network network = sorted.get(i);
            high[i] = network.high();
            low[i] = network.low();
            prefix[i] = (short) network.prefix();
            country[i] = network.country();
            int outer = i - 1;
            while (outer >= 0 && !contains(outer, high[i], low[i])) {
                outer = around[outer];
            }
            around[i] = outer;
        }
    }

    /// Reads a CSV file, or all of a folder: lines of `network,country`, or with a header line that names the columns
    /// (`network` and `country`, `country_code` or `country_iso_code`), or GeoLite's block files (`geoname_id`) beside its
    /// file of locations.
    ///
    /// @throws IllegalArgumentException when a line cannot be understood
    public static Countries read(Path path) {
        try {
            List<Path> files;
            if (Files.isDirectory(path)) {
                try (Stream<Path> all = Files.list(path)) {
                    files = all.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
                }
            } else {
                files = List.of(path);
            }
            Map<String, String> places = new HashMap<>();
            for (Path file : files) {
                CountryFile.readPlaces(file, places);
            }
            List<Network> networks = new ArrayList<>();
            for (Path file : files) {
                CountryFile.readNetworks(
                        file, places, (network, code) -> networks.add(network(network, code)));
            }
            if (networks.isEmpty()) {
                throw new IllegalArgumentException(
                        path + " lists no networks; it should hold lines like 192.0.2.0/24,AT");
            }
            return new Countries(networks);
        } catch (IOException e) {
            throw new UncheckedIOException("the table of countries cannot be read: " + path, e);
        }
    }

    private static Network network(String text, String country) {
        int slash = text.indexOf('/');
        byte[] bytes =
                NetUtil.createByteArrayFromIpAddressString(
                        slash < 0 ? text : text.substring(0, slash));
        if (bytes == null) {
            throw new IllegalArgumentException("not a network: " + text);
        }
        int most = bytes.length * 8;
        int length = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
        if (length < 0 || length > most) {
            throw new IllegalArgumentException("not a network: " + text);
        }
        int whole = length + 128 - most;
        return new Network(
                highOf(bytes) & mask(whole), lowOf(bytes) & mask(whole - 64), whole, country);
    }

    public boolean isEmpty() {
        return country.length == 0;
    }

    /// @param address in text form
    /// @return ISO 3166-1 alpha-2, upper case; empty where the table does not say
    public Optional<String> of(String address) {
        byte[] bytes = isEmpty() ? null : NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            return Optional.empty();
        }
        long wantedHigh = highOf(bytes);
        long wantedLow = lowOf(bytes);
        int i = lastUpTo(wantedHigh, wantedLow);
        while (i >= 0 && !contains(i, wantedHigh, wantedLow)) {
            i = around[i];
        }
        return i < 0 ? Optional.empty() : Optional.of(country[i]);
    }

    private int lastUpTo(long wantedHigh, long wantedLow) {
        int from = 0;
        int to = high.length - 1;
        while (from <= to) {
            int middle = (from + to) >>> 1;
            int order = Long.compareUnsigned(high[middle], wantedHigh);
            if (order == 0) {
                order = Long.compareUnsigned(low[middle], wantedLow);
            }
            if (order <= 0) {
                from = middle + 1;
            } else {
                to = middle - 1;
            }
        }
        return to;
    }

    private boolean contains(int i, long wantedHigh, long wantedLow) {
        return (wantedHigh & mask(prefix[i])) == high[i]
                && (wantedLow & mask(prefix[i] - 64)) == low[i];
    }

    /// The first bits of 64.
    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1L : -1L << (64 - bits);
    }

    private static long highOf(byte[] bytes) {
        return bytes.length == 4 ? 0 : eight(bytes, 0);
    }

    private static long lowOf(byte[] bytes) {
        return bytes.length == 4
                ? MAPPED
                        | (bytes[0] & 0xffL) << 24
                        | (bytes[1] & 0xffL) << 16
                        | (bytes[2] & 0xffL) << 8
                        | (bytes[3] & 0xffL)
                : eight(bytes, 8);
    }

    private static long eight(byte[] bytes, int from) {
        long value = 0;
        for (int i = from; i < from + 8; i++) {
            value = value << 8 | (bytes[i] & 0xffL);
        }
        return value;
    }
}
