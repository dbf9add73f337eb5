package dev.nameplate.dns;

import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SetResponse;
import org.xbill.DNS.Type;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Somebody else's DNS server in a test: UDP on a loopback address, its zones from master file text.
final class FakeServer implements AutoCloseable {
    private final DatagramSocket socket;
    private volatile UnaryOperator<Optional<Message>> mood = UnaryOperator.identity();
    private final List<org.xbill.DNS.Zone> zones = new ArrayList<>();
    private final List<Record> known = new ArrayList<>();

    private FakeServer(InetSocketAddress address) throws SocketException {
        this.socket = new DatagramSocket(address);
        Thread.ofPlatform().daemon().name("fake-dns-" + address).start(this::serve);
    }

    static FakeServer on(InetSocketAddress address) throws SocketException {
        return new FakeServer(address);
    }

    FakeServer zone(String origin, String records) throws IOException {
        Name name = Name.fromString(origin);
        String apex =
                origin
                        + " 60 IN SOA ns."
                        + (origin.equals(".") ? "" : origin)
                        + " host. 1 7200 900 1209600 60\n";
        zones.removeIf(zone -> zone.getOrigin().equals(name));
        zones.add(new org.xbill.DNS.Zone(name, parse(apex + records, name).toArray(new Record[0])));
        zones.sort(Comparator.comparingInt(zone -> -zone.getOrigin().labels()));
        return this;
    }

    /// Makes it a recursive server that knows these records and nothing else.
    FakeServer knowing(String records) throws IOException {
        known.addAll(parse(records, Name.root));
        return this;
    }

    private static List<Record> parse(String text, Name origin) throws IOException {
        try (var master =
                new Master(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
                        origin,
                        60)) {
            var records = new ArrayList<Record>();
            for (Record r = master.nextRecord(); r != null; r = master.nextRecord()) {
                records.add(r);
            }
            return records;
        }
    }

    void silent() {
        mood = _ -> Optional.empty();
    }

    void answering(int rcode) {
        mood =
                answer -> {
                    answer.ifPresent(message -> {
                        message.removeAllRecords(Section.ANSWER);
                        message.removeAllRecords(Section.AUTHORITY);
                        message.getHeader().unsetFlag(Flags.AA);
                        message.getHeader().setRcode(rcode);
                    });
                    return answer;
                };
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void serve() {
        var packet = new DatagramPacket(new byte[4096], 4096);
        while (!socket.isClosed()) {
            try {
                packet.setLength(4096);
                socket.receive(packet);
                var query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
                Optional<Message> answer = mood.apply(Optional.of(answer(query)));
                if (answer.isPresent()) {
                    byte[] wire = answer.get().toWire(1232);
                    socket.send(new DatagramPacket(wire, wire.length, packet.getSocketAddress()));
                }
            } catch (SocketException _) {
                return;
            } catch (IOException e) {
                throw new IllegalStateException("a fake server failed", e);
            }
        }
    }

    private Message answer(Message query) {
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        Record question = query.getQuestion();
        answer.addRecord(question, Section.QUESTION);
        if (query.getHeader().getFlag(Flags.RD)) {
            recurse(question, answer);
            return answer;
        }
        org.xbill.DNS.Zone zone =
                zones.stream()
                        .filter(z -> question.getName().subdomain(z.getOrigin()))
                        .findFirst()
                        .orElse(null);
        if (zone == null) {
            answer.getHeader().setRcode(Rcode.REFUSED);
            return answer;
        }
        SetResponse found = zone.findRecords(question.getName(), question.getType());
        if (found.isDelegation()) {
            add(found.getNS(), answer, Section.AUTHORITY);
            for (Record ns : found.getNS().rrs()) {
                RRset glue = zone.findExactMatch(ns.getAdditionalName(), Type.A);
                if (glue != null) {
                    add(glue, answer, Section.ADDITIONAL);
                }
            }
            return answer;
        }
        answer.getHeader().setFlag(Flags.AA);
        if (found.isSuccessful()) {
            found.answers().forEach(set -> add(set, answer, Section.ANSWER));
        } else if (found.isCNAME()) {
            answer.addRecord(found.getCNAME(), Section.ANSWER);
        } else {
            if (found.isNXDOMAIN()) {
                answer.getHeader().setRcode(Rcode.NXDOMAIN);
            }
            answer.addRecord(zone.getSOA(), Section.AUTHORITY);
        }
        return answer;
    }

    private void recurse(Record question, Message answer) {
        answer.getHeader().setFlag(Flags.RA);
        known.stream()
                .filter(r -> r.getName().equals(question.getName()))
                .filter(r -> r.getType() == question.getType())
                .forEach(r -> answer.addRecord(r, Section.ANSWER));
        if (known.stream().noneMatch(r -> r.getName().subdomain(question.getName()))) {
            answer.getHeader().setRcode(Rcode.NXDOMAIN);
        }
    }

    private static void add(RRset set, Message answer, int section) {
        set.rrs().forEach(record -> answer.addRecord(record, section));
    }

    @Override
    public void close() {
        socket.close();
    }
}
