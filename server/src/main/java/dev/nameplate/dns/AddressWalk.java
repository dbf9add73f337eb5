package dev.nameplate.dns;

import dev.nameplate.dns.AuthoritativeAnswer.Answered;
import dev.nameplate.dns.AuthoritativeAnswer.Failed;
import dev.nameplate.dns.AuthoritativeAnswer.NotDelegated;

import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The addresses that the authoritative servers give a name, aliases followed.
final class AddressWalk {
    private static final int MAX_ALIASES = 8;

    private final AuthoritativeAnswer.Source source;

    AddressWalk(AuthoritativeAnswer.Source source) {
        this.source = source;
    }

    List<InetAddress> addresses(Name name, Looking looking) {
        Set<InetAddress> found = new LinkedHashSet<>();
        for (int type : new int[] {Type.A, Type.AAAA}) {
            follow(name, type, looking, found);
        }
        return List.copyOf(found);
    }

    private void follow(Name start, int type, Looking looking, Set<InetAddress> found) {
        Optional<Name> name = Optional.of(start);
        for (int hop = 0; hop < MAX_ALIASES && name.isPresent(); hop++) {
            Name owner = name.get();
            name =
                    switch (source.ask(owner, type, looking)) {
                        case Answered answered -> {
                            for (var reply : answered.replies()) {
                                reply.answers(owner, type).forEach(record -> add(record, found));
                            }
                            yield answered.replies().stream()
                                    .flatMap(reply -> reply.answers(owner, Type.CNAME).stream())
                                    .map(record -> ((CNAMERecord) record).getTarget())
                                    .findFirst();
                        }
                        case NotDelegated _, Failed _ -> Optional.empty();
                    };
        }
    }

    private static void add(Record record, Set<InetAddress> found) {
        switch (record) {
            case ARecord four -> found.add(four.getAddress());
            case AAAARecord six -> found.add(six.getAddress());
            default -> {}
        }
    }
}
