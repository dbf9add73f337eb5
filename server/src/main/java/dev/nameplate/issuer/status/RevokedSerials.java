package dev.nameplate.issuer.status;

import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.TBSCertList;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.Optional;
import java.util.stream.IntStream;

/// What is revoked by a list, and since when: some thirty bytes each, where a parsed list takes hundreds.
final class RevokedSerials {
    /// So many bytes for each serial.
    private final int width;

    /// One after the other, ascending as unsigned bytes.
    private final byte[] serials;

    /// In the same order, in milliseconds since 1970.
    private final long[] since;

    private RevokedSerials(int width, byte[] serials, long[] since) {
        this.width = width;
        this.serials = serials;
        this.since = since;
    }

    /// Goes through the list twice and never has all of its entries at hand.
    static RevokedSerials of(TBSCertList list) {
        int count = 0;
        int width = 1;
        Entries measured = new Entries(list);
        while (measured.hasNext()) {
            width = Math.max(width, measured.next().serial().toByteArray().length);
            count++;
        }
        byte[] serials = new byte[Math.multiplyExact(count, width)];
        long[] since = new long[count];
        Entries entries = new Entries(list);
        for (int i = 0; i < count; i++) {
            Entry each = entries.next();
            place(each.serial(), width, serials, i * width);
            since[i] = each.since().toEpochMilli();
        }
        return sorted(width, serials, since);
    }

    private static RevokedSerials sorted(int width, byte[] serials, long[] since) {
        Comparator<Integer> bySerial =
                (a, b) ->
                        Arrays.compareUnsigned(
                                serials,
                                a * width,
                                a * width + width,
                                serials,
                                b * width,
                                b * width + width);
        int[] order =
                IntStream.range(0, since.length)
                        .boxed()
                        .sorted(bySerial)
                        .mapToInt(Integer::intValue)
                        .toArray();
        byte[] serialsInOrder = new byte[serials.length];
        long[] sinceInOrder = new long[since.length];
        for (int i = 0; i < order.length; i++) {
            System.arraycopy(serials, order[i] * width, serialsInOrder, i * width, width);
            sinceInOrder[i] = since[order[i]];
        }
        return new RevokedSerials(width, serialsInOrder, sinceInOrder);
    }

    /// Two's complement, filled up in front.
    private static void place(BigInteger serial, int width, byte[] into, int at) {
        byte[] bytes = serial.toByteArray();
        if (serial.signum() < 0) {
            Arrays.fill(into, at, at + width - bytes.length, (byte) -1);
        }
        System.arraycopy(bytes, 0, into, at + width - bytes.length, bytes.length);
    }

    Optional<Instant> since(BigInteger serial) {
        if (serial.toByteArray().length > width) {
            return Optional.empty();
        }
        byte[] wanted = new byte[width];
        place(serial, width, wanted, 0);
        int from = 0;
        int to = since.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            int place = middle * width;
            int order = Arrays.compareUnsigned(serials, place, place + width, wanted, 0, width);
            if (order == 0) {
                return Optional.of(Instant.ofEpochMilli(since[middle]));
            }
            if (order < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return Optional.empty();
    }

    /// Of memory.
    long bytes() {
        return serials.length + 8L * since.length;
    }

    private record Entry(BigInteger serial, Instant since) {}

    /// Those of the list's own issuer. In an indirect list an entry says whose it and those after it are (RFC 5280 section 5.3.3).
    private static final class Entries {
        private final Enumeration<?> all;
        private final TBSCertList list;
        private boolean own = true;
        private Optional<Entry> next;

        Entries(TBSCertList list) {
            this.list = list;
            this.all = list.getRevokedCertificateEnumeration();
            this.next = find();
        }

        boolean hasNext() {
            return next.isPresent();
        }

        Entry next() {
            Entry entry = next.orElseThrow();
            next = find();
            return entry;
        }

        private Optional<Entry> find() {
            while (all.hasMoreElements()) {
                TBSCertList.CRLEntry entry = (TBSCertList.CRLEntry) all.nextElement();
                issuer(entry).ifPresent(names -> own = isOwn(names));
                if (own) {
                    return Optional.of(
                            new Entry(
                                    entry.getUserCertificate().getValue(),
                                    entry.getRevocationDate().getDate().toInstant()));
                }
            }
            return Optional.empty();
        }

        private static Optional<GeneralNames> issuer(TBSCertList.CRLEntry entry) {
            return entry.hasExtensions()
                    ? Optional.ofNullable(
                            GeneralNames.fromExtensions(
                                    entry.getExtensions(), Extension.certificateIssuer))
                    : Optional.empty();
        }

        private boolean isOwn(GeneralNames names) {
            return Arrays.stream(names.getNames())
                    .anyMatch(name -> list.getIssuer().equals(name.getName()));
        }
    }
}
