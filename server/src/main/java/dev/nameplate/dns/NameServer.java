package dev.nameplate.dns;

import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/// One server that can be asked, by the name it was found under.
record NameServer(String name, InetSocketAddress address) {
    /// Two attempts fit twice into a look, so that one dead server on the way is survived.
    private static final Duration ATTEMPT = Duration.ofMillis(900);

    private static final int ATTEMPTS = 2;

    static NameServer at(InetSocketAddress address) {
        return new NameServer("", address);
    }

    /// Asks over UDP, and over TCP when the answer was cut.
    ///
    /// @param recursive whether the server should find the answer elsewhere
    /// @throws IOException if no well-formed answer came in time
    Message ask(Name name, int type, boolean recursive, Deadline deadline) throws IOException {
        Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
        if (!recursive) {
            query.getHeader().unsetFlag(Flags.RD);
        }
        var resolver = new SimpleResolver(address);
        for (int attempt = 1; ; attempt++) {
            Duration left = deadline.left();
            if (!left.isPositive()) {
                throw new IOException("out of time");
            }
            resolver.setTimeout(left.compareTo(ATTEMPT) < 0 ? left : ATTEMPT);
            try {
                return resolver.send(query);
            } catch (IOException e) {
                if (attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
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
