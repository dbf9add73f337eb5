package dev.nameplate.dns;

import dev.nameplate.dns.NameServer.Manner;

import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/// What a recursive resolver somewhere else sees: a second opinion from another network. It may answer from its cache, so it
/// only ever confirms.
record ResolverView(NameServer resolver) implements Authorities.Source {

    static ResolverView at(InetSocketAddress address) {
        return new ResolverView(NameServer.at(address));
    }

    @Override
    public Authorities ask(Name name, int type, Looking looking) {
        List<String> server = List.of(resolver.toString());
        Message answer;
        try {
            answer = resolver.ask(name, type, Manner.RECURSIVE, looking.deadline());
        } catch (IOException _) {
            return new Authorities.Failed(Cause.TIMEOUT, server, resolver + " did not answer");
        }
        int rcode = answer.getRcode();
        boolean usable =
                answer.getHeader().getFlag(Flags.RA)
                        && (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN);
        return usable
                ? new Authorities.Answered(
                        Name.root, List.of(new Authorities.Reply(resolver, answer)), List.of())
                : new Authorities.Failed(
                        Cause.SERVFAIL, server, resolver + " answered " + Rcode.string(rcode));
    }
}
