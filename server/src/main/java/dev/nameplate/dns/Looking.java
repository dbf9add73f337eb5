package dev.nameplate.dns;

import dev.nameplate.dns.NameServer.Deadline;

import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One look under way: how long it may take still, and what it has met. Belongs to the thread that looks.
final class Looking {
    private final Deadline deadline;
    private final List<Trace.Cut> path = new ArrayList<>();
    private final List<Trace.Asked> asked = new ArrayList<>();
    private boolean arrived;

    private Looking(Deadline deadline) {
        this.deadline = deadline;
    }

    static Looking within(Duration patience) {
        return new Looking(Deadline.in(patience));
    }

    /// The same time, another record: for what is asked on the side.
    Looking aside() {
        return new Looking(deadline);
    }

    Deadline deadline() {
        return deadline;
    }

    /// Only the way to the first name asked for is kept; where its chain leads is seen from the answers.
    void passes(Name zone, List<NameServer> servers) {
        if (!arrived && path.size() < Trace.MOST) {
            path.add(
                    new Trace.Cut(
                            zone.toString(), servers.stream().map(NameServer::toString).toList()));
        }
    }

    void hears(
            NameServer server,
            Name name,
            int type,
            String outcome,
            List<Record> records,
            Duration took) {
        arrived = true;
        if (asked.size() < Trace.MOST) {
            asked.add(
                    new Trace.Asked(
                            server.toString(),
                            Type.string(type) + " " + name,
                            outcome,
                            records.stream().map(Looking::text).toList(),
                            took.toMillis()));
        }
    }

    Trace trace(Dnssec dnssec) {
        return new Trace(path, asked, dnssec);
    }

    private static String text(Record record) {
        return Type.string(record.getType()) + " " + record.rdataToString();
    }
}
