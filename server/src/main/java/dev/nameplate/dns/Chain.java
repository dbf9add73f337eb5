package dev.nameplate.dns;

import dev.nameplate.dns.AuthoritativeAnswer.Answered;
import dev.nameplate.dns.AuthoritativeAnswer.Failed;
import dev.nameplate.dns.AuthoritativeAnswer.NotDelegated;
import dev.nameplate.dns.AuthoritativeAnswer.Reply;
import dev.nameplate.dns.AuthoritativeAnswer.Source;

import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/// Where the CNAME of a proof leads.
sealed interface Chain {
    /// CNAMEs on the way to the wanted value, as in ACM.
    int MOST = 5;

    /// One CNAME of the way, and who shows it.
    record Hop(Name name, Answered answered) {}

    /// To the wanted value.
    record Complete(List<Hop> hops) implements Chain {}

    /// Not all servers of `end` show a CNAME, or not the same.
    ///
    /// @param first what the first hop points to
    record Broken(Hop end, Optional<String> first) implements Chain {}

    /// Through more names than are followed.
    record TooLong(String first, List<String> servers) implements Chain {}

    record Undelegated(Name at, Optional<String> first, List<String> servers) implements Chain {}

    record Unanswered(Name at, Optional<String> first, Failed failed) implements Chain {}

    static Chain follow(CnameRecord wanted, Source source, Looking looking) {
        Name name = OwnerName.toDns(wanted.name());
        List<Hop> hops = new ArrayList<>();
        Optional<String> first = Optional.empty();
        while (hops.size() < MOST) {
            Hop hop;
            switch (source.ask(name, Type.CNAME, looking)) {
                case Failed failed -> {
                    return new Unanswered(name, first, failed);
                }
                case NotDelegated(var servers) -> {
                    return new Undelegated(name, first, servers);
                }
                case Answered answered -> hop = new Hop(name, answered);
            }
            hops.add(hop);
            SequencedSet<Optional<Name>> targets = targets(hop);
            if (targets.stream().allMatch(target -> isWanted(target, wanted))) {
                return new Complete(hops);
            }
            if (first.isEmpty()) {
                first = targets.stream().flatMap(Optional::stream).findFirst().map(Name::toString);
            }
            Optional<Name> next = targets.getFirst();
            if (targets.size() > 1 || next.isEmpty()) {
                return new Broken(hop, first);
            }
            name = next.get();
        }
        return new TooLong(first.orElse(""), hops.getFirst().answered().servers());
    }

    /// One element if all servers agree.
    static SequencedSet<Optional<Name>> targets(Hop hop) {
        return hop.answered().replies().stream()
                .map(reply -> target(reply, hop.name()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    static Optional<Name> target(Reply reply, Name name) {
        return reply.answers(name, Type.CNAME).stream()
                .map(record -> ((CNAMERecord) record).getTarget())
                .findFirst();
    }

    /// ACM takes the value with or without its leading underscore, for DNS editors that refuse one.
    static boolean isWanted(Optional<Name> target, CnameRecord wanted) {
        String value = wanted.value();
        String bare = value.startsWith("_") ? value.substring(1) : value;
        return target.map(Name::toString)
                .filter(t -> t.equalsIgnoreCase(value) || t.equalsIgnoreCase(bare))
                .isPresent();
    }
}
