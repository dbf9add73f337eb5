package dev.nameplate.dns;

import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// One server that can be asked, by the name it was found under.
record NameServer(String name, InetSocketAddress address) {
    /// Over UDP, over TCP where UDP is filtered, and over UDP again where a packet got lost and TCP is closed. The three fit
    /// twice into a look, so that one dead server on the way is survived.
    private static final List<Attempt> ATTEMPTS =
            List.of(
                    new Attempt(false, Duration.ofMillis(900)),
                    new Attempt(true, Duration.ofMillis(600)),
                    new Attempt(false, Duration.ofMillis(900)));

    /// What passes every path unfragmented (DNS Flag Day 2020).
    private static final int UDP_SIZE = 1232;

    private record Attempt(boolean tcp, Duration time) {}

    static NameServer at(InetSocketAddress address) {
        return new NameServer("", address);
    }

    /// How a question is put.
    enum Manner {
        /// To a server that should know by itself.
        AUTHORITATIVE,
        /// The server should find the answer elsewhere.
        RECURSIVE,
        /// As before, and not check signatures: that is done here.
        RECURSIVE_UNCHECKED
    }

    /// Asks over UDP, and over TCP when the answer was cut or none came.
    ///
    /// @throws IOException if no well-formed answer came in time
    Message ask(Name name, int type, Manner manner, Deadline deadline) throws IOException {
        Message query = query(name, type, manner);
        IOException failure = new IOException("out of time");
        for (Attempt attempt : ATTEMPTS) {
            try {
                Message answer = send(query, attempt.tcp(), attempt.time(), true, deadline);
                boolean extended = !refusesExtensions(answer);
                if (!extended) {
                    answer = send(query, attempt.tcp(), attempt.time(), false, deadline);
                }
                return answer.getHeader().getFlag(Flags.TC) && !attempt.tcp()
                        ? send(query, true, attempt.time(), extended, deadline)
                        : answer;
            } catch (IOException e) {
                failure = e;
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
        throw failure;
    }

    static Message query(Name name, int type, Manner manner) {
        Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        switch (manner) {
            case AUTHORITATIVE -> query.getHeader().unsetFlag(Flags.RD);
            case RECURSIVE -> {}
            case RECURSIVE_UNCHECKED -> query.getHeader().setFlag(Flags.CD);
        }
        return query;
    }

    private Message send(
            Message query, boolean tcp, Duration time, boolean extended, Deadline deadline)
            throws IOException {
        Duration left = deadline.left();
        if (!left.isPositive()) {
            throw new IOException("out of time");
        }
        var resolver = new SimpleResolver(address);
        resolver.setTCP(tcp);
        resolver.setIgnoreTruncation(true);
        if (extended) {
            resolver.setEDNS(0, UDP_SIZE, ExtendedFlags.DO, List.of());
        }
        resolver.setTimeout(left.compareTo(time) < 0 ? left : time);
        return resolver.send(query);
    }

    /// RFC 6891 section 7: a server from before EDNS says so by one of these.
    private static boolean refusesExtensions(Message answer) {
        return answer.getRcode() == Rcode.FORMERR || answer.getRcode() == Rcode.NOTIMP;
    }

    /// A moment of the process's own monotonic clock.
    record Deadline(long nanos) {
        static Deadline in(Duration patience) {
            return new Deadline(System.nanoTime() + patience.toNanos());
        }

        Duration left() {
            return Duration.ofNanos(nanos - System.nanoTime());
        }
    }

    @Override
    public String toString() {
        String where = address.getAddress().getHostAddress() + ":" + address.getPort();
        return name.isEmpty() ? where : name + " (" + where + ")";
    }
}
