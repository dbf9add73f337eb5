package dev.nameplate.bench;

import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The name server of everybody else, authoritative for `example.` and all below it: knows CNAMEs, and no record of any other
/// type.
final class NamesOfOthers {
    private static final int MAX_QUERY = 4096;
    private static final int MAX_ANSWER = 1232;
    private static final long TTL = 60;

    private final Map<Name, Name> aliases = new ConcurrentHashMap<>();
    private final DatagramChannel channel;
    private final Record start;

    NamesOfOthers() throws IOException {
        this.channel =
                DatagramChannel.open()
                        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Name zone = Name.fromString("example.");
        this.start = new SOARecord(zone, DClass.IN, TTL, zone, zone, 1, TTL, TTL, TTL, TTL);
    }

    int port() throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    void alias(String owner, String target) {
        try {
            aliases.put(Name.fromString(owner), Name.fromString(target));
        } catch (TextParseException e) {
            throw new IllegalArgumentException(owner + " and " + target + " are names", e);
        }
    }

    void serve(int threads) {
        for (int i = 0; i < threads; i++) {
            Thread.ofPlatform().daemon().start(this::serve);
        }
    }

    private void serve() {
        ByteBuffer in = ByteBuffer.allocateDirect(MAX_QUERY);
        try {
            while (true) {
                SocketAddress peer = channel.receive(in.clear());
                byte[] query = new byte[in.flip().remaining()];
                in.get(query);
                channel.send(ByteBuffer.wrap(answer(new Message(query))), peer);
            }
        } catch (IOException e) {
            throw new IllegalStateException("the others' name server stopped", e);
        }
    }

    private byte[] answer(Message query) {
        Record question = query.getQuestion();
        Message answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setFlag(Flags.AA);
        answer.addRecord(question, Section.QUESTION);
        Name target = question.getType() == Type.CNAME ? aliases.get(question.getName()) : null;
        if (target == null) {
            answer.addRecord(start, Section.AUTHORITY);
        } else {
            answer.addRecord(
                    new CNAMERecord(question.getName(), DClass.IN, TTL, target), Section.ANSWER);
        }
        return answer.toWire(MAX_ANSWER);
    }
}
