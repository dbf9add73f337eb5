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
record ResolverView(NameServer resolver) implements AuthoritativeAnswer.Source {

    static ResolverView at(InetSocketAddress address) {
        return new ResolverView(NameServer.at(address));
    }

    @Override
    public AuthoritativeAnswer ask(Name name, int type, Looking looking) {
        List<String> server = List.of(resolver.toString());
        Message answer;
        try {
            answer = resolver.ask(name, type, Manner.RECURSIVE, looking.deadline());
        } catch (IOException _) {
            return new AuthoritativeAnswer.Failed(
                    Cause.TIMEOUT, server, resolver + " did not answer");
        }
        int rcode = answer.getRcode();
        boolean usable =
                answer.getHeader().getFlag(Flags.RA)
                        && (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN);
        return usable
                ? new AuthoritativeAnswer.Answered(
                        Name.root,
                        List.of(new AuthoritativeAnswer.Reply(resolver, answer)),
                        List.of())
                : new AuthoritativeAnswer.Failed(
                        Cause.SERVFAIL, server, resolver + " answered " + Rcode.string(rcode));
    }
}
