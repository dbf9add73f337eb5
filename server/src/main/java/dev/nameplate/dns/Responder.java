package dev.nameplate.dns;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// One query message in, one response message out (RFC 1034 section 4.3.2 for an authoritative server).
final class Responder {
    private static final Logger LOG = LoggerFactory.getLogger(Responder.class);

    /// The size that crosses the Internet without fragments (DNS Flag Day 2020).
    static final int UDP_PAYLOAD = 1232;

    /// RFC 1035 section 4.2.1, for those who do not speak EDNS.
    private static final int PLAIN_UDP_PAYLOAD = 512;

    private static final int MAX_CHAIN = 8;
    private static final int BADVERS = 16;

    private final Function<Name, NameView> names;

    Responder(Function<Name, NameView> names) {
        this.names = names;
    }

    enum Transport {
        UDP,
        TCP
    }

    /// The response, or empty where silence is right: a stray response or a scrap too short to answer.
    Optional<byte[]> respond(byte[] query, Transport transport) {
        if (query.length < Header.LENGTH || (query[2] & 0x80) != 0) {
            return Optional.empty();
        }
        int opcode = (query[2] >> 3) & 0xF;
        if (opcode != Opcode.QUERY) {
            return Optional.of(bare(query, Rcode.NOTIMP));
        }
        Message parsed;
        try {
            parsed = new Message(query);
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of(bare(query, Rcode.FORMERR));
        }
        try {
            return Optional.of(respond(parsed, transport));
        } catch (RuntimeException e) {
            LOG.warn("could not answer the DNS query {}", parsed.getQuestion(), e);
            return Optional.of(bare(query, Rcode.SERVFAIL));
        }
    }

    private byte[] respond(Message query, Transport transport) {
        Header asked = query.getHeader();
        var response = new Message(asked.getID());
        response.getHeader().setFlag(Flags.QR);
        copyFlag(asked, response, Flags.RD);
        copyFlag(asked, response, Flags.CD);
        for (Record question : query.getSection(Section.QUESTION)) {
            response.addRecord(question, Section.QUESTION);
        }
        OPTRecord edns = query.getOPT();
        int rcode = fill(query, edns, response);
        response.getHeader().setRcode(rcode & 0xF);
        if (edns != null) {
            response.addRecord(
                    new OPTRecord(UDP_PAYLOAD, rcode >> 4, 0, edns.getFlags()), Section.ADDITIONAL);
        }
        return response.toWire(limit(edns, transport));
    }

    private static int limit(@Nullable OPTRecord edns, Transport transport) {
        if (transport == Transport.TCP) {
            return Message.MAXLENGTH;
        }
        return edns == null
                ? PLAIN_UDP_PAYLOAD
                : Math.clamp(edns.getPayloadSize(), PLAIN_UDP_PAYLOAD, UDP_PAYLOAD);
    }

    private int fill(Message query, @Nullable OPTRecord edns, Message response) {
        List<Record> questions = query.getSection(Section.QUESTION);
        long ednsRecords =
                query.getSection(Section.ADDITIONAL).stream()
                        .filter(record -> record.getType() == Type.OPT)
                        .count();
        if (questions.size() != 1 || ednsRecords > 1) {
            return Rcode.FORMERR;
        }
        if (edns != null && edns.getVersion() > 0) {
            return BADVERS;
        }
        Record question = questions.getFirst();
        int type = question.getType();
        if (type == Type.OPT) {
            return Rcode.FORMERR;
        }
        if (question.getDClass() != DClass.IN || type == Type.AXFR || type == Type.IXFR) {
            return Rcode.REFUSED;
        }
        return answer(question.getName(), type, response);
    }

    /// Follows CNAMEs through the zones hosted here. The last name decides the code (RFC 6604).
    private int answer(Name asked, int type, Message response) {
        Set<Name> seen = new HashSet<>();
        Name name = asked;
        while (true) {
            boolean first = seen.isEmpty();
            seen.add(name);
            switch (names.apply(name)) {
                case NameView.NotOurs() -> {
                    return first ? Rcode.REFUSED : Rcode.NOERROR;
                }
                case NameView.Referral(var nameServers, var glue) -> {
                    if (first) {
                        nameServers.forEach(ns -> response.addRecord(ns, Section.AUTHORITY));
                        glue.forEach(address -> response.addRecord(address, Section.ADDITIONAL));
                    }
                    return Rcode.NOERROR;
                }
                case NameView.Missing(var soa) -> {
                    response.getHeader().setFlag(Flags.AA);
                    addNegative(soa, response);
                    return Rcode.NXDOMAIN;
                }
                case NameView.Node node -> {
                    response.getHeader().setFlag(Flags.AA);
                    List<Record> records = records(node, name, type);
                    List<Record> alias = node.ofType(Type.CNAME);
                    if (!records.isEmpty()) {
                        records.forEach(record -> response.addRecord(record, Section.ANSWER));
                        return Rcode.NOERROR;
                    }
                    if (alias.isEmpty()) {
                        addNegative(node.soa(), response);
                        return Rcode.NOERROR;
                    }
                    response.addRecord(alias.getFirst(), Section.ANSWER);
                    name = ((CNAMERecord) alias.getFirst()).getTarget();
                    if (seen.contains(name) || seen.size() > MAX_CHAIN) {
                        return Rcode.NOERROR;
                    }
                }
            }
        }
    }

    private List<Record> records(NameView.Node node, Name owner, int type) {
        if (type == Type.ANY) {
            return anyOne(node, owner);
        }
        Name alias = node.aliases().get(type);
        if (alias == null) {
            return node.ofType(type);
        }
        return names.apply(alias) instanceof NameView.Node target
                ? target.ofType(type).stream().map(record -> record.withName(owner)).toList()
                : List.of();
    }

    /// RFC 8482 section 4.1: one of the record sets at the name is an answer to ANY.
    private List<Record> anyOne(NameView.Node node, Name owner) {
        return Stream.concat(node.records().keySet().stream(), node.aliases().keySet().stream())
                .map(type -> records(node, owner, type))
                .filter(records -> !records.isEmpty())
                .findFirst()
                .orElse(List.of());
    }

    /// RFC 2308 section 3: the SOA carries how long the absence may be remembered.
    private static void addNegative(Record soa, Message response) {
        var start = (SOARecord) soa;
        long ttl = Math.min(start.getTTL(), start.getMinimum());
        response.addRecord(
                new SOARecord(
                        start.getName(),
                        start.getDClass(),
                        ttl,
                        start.getHost(),
                        start.getAdmin(),
                        start.getSerial(),
                        start.getRefresh(),
                        start.getRetry(),
                        start.getExpire(),
                        start.getMinimum()),
                Section.AUTHORITY);
    }

    private static void copyFlag(Header from, Message to, int flag) {
        if (from.getFlag(flag)) {
            to.getHeader().setFlag(flag);
        }
    }

    /// A header alone, for what could not be parsed or is not served.
    private static byte[] bare(byte[] query, int rcode) {
        return ByteBuffer.allocate(Header.LENGTH)
                .put(query[0])
                .put(query[1])
                .put((byte) (0x80 | (query[2] & 0x79)))
                .put((byte) rcode)
                .array();
    }
}
