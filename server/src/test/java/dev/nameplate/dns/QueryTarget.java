package dev.nameplate.dns;

import dev.nameplate.fuzz.Target;

import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/// A query as it comes over UDP or TCP, to a server whose names answer in every way there is.
public final class QueryTarget {
    private static final Name ZONE = name("zone.example.");
    private static final Name TARGET = name("target.zone.example.");
    private static final SOARecord SOA =
            new SOARecord(ZONE, DClass.IN, 60, ZONE, ZONE, 1, 60, 60, 60, 60);
    private static final Responder RESPONDER = new Responder(QueryTarget::view);

    private QueryTarget() {}

    public static void fuzzerInitialize() {
        Target.DNS_MESSAGE.warmUp();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        check(input, Responder.Transport.UDP, Responder.UDP_PAYLOAD);
        check(input, Responder.Transport.TCP, Message.MAXLENGTH);
    }

    private static void check(byte[] query, Responder.Transport transport, int most) {
        byte[] answer = RESPONDER.respond(query, transport).orElse(new byte[0]);
        if (answer.length == 0) {
            return;
        }
        if (answer.length > most
                || answer[0] != query[0]
                || answer[1] != query[1]
                || (answer[2] & 0x80) == 0) {
            throw new AssertionError("no answer to this query");
        }
        try {
            if (new Message(answer).getRcode() == Rcode.SERVFAIL) {
                throw new AssertionError("the server failed");
            }
        } catch (IOException unreadable) {
            throw new AssertionError("an answer that nobody can read", unreadable);
        }
    }

    private static NameView view(Name name) {
        try {
            return switch (name.labels() % 5) {
                case 0 -> new NameView.NotOurs();
                case 1 -> new NameView.Missing(SOA);
                case 2 ->
                        new NameView.Referral(
                                List.of(new NSRecord(name, DClass.IN, 60, TARGET)), List.of());
                case 3 ->
                        new NameView.Node(
                                SOA,
                                Map.of(
                                        Type.CNAME,
                                        List.of(new CNAMERecord(name, DClass.IN, 60, TARGET))));
                default ->
                        new NameView.Node(
                                SOA,
                                Map.of(
                                        Type.A,
                                        List.of(
                                                new ARecord(
                                                        name,
                                                        DClass.IN,
                                                        60,
                                                        InetAddress.getLoopbackAddress()))));
            };
        } catch (IllegalArgumentException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static Name name(String text) {
        return Name.fromConstantString(text);
    }
}
