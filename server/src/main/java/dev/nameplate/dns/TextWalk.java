package dev.nameplate.dns;

import dev.nameplate.dns.AuthoritativeAnswer.Answered;
import dev.nameplate.dns.AuthoritativeAnswer.Failed;
import dev.nameplate.dns.AuthoritativeAnswer.NotDelegated;
import dev.nameplate.dns.AuthoritativeAnswer.Reply;
import dev.nameplate.dns.ChallengeLookup.Seen;

import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Looks for one text among the TXT records of a name, aliases followed.
final class TextWalk {
    private static final int MAX_ALIASES = 8;

    /// Of what stands there instead, so many are told.
    private static final int SHOWN = 3;

    private final AuthoritativeAnswer.Source source;
    private final Predicate<Reply> isBogus;

    /// @param isBogus whether DNSSEC signatures over a reply are wrong
    TextWalk(AuthoritativeAnswer.Source source, Predicate<Reply> isBogus) {
        this.source = source;
        this.isBogus = isBogus;
    }

    Seen look(Name start, String text, Looking looking) {
        Name name = start;
        for (int hop = 0; hop < MAX_ALIASES; hop++) {
            Name owner = name;
            switch (source.ask(owner, Type.TXT, looking)) {
                case Failed(_, _, var message) -> {
                    return new Seen.Unreachable(
                            "the TXT records of " + owner + " could not be read: " + message);
                }
                case NotDelegated _ -> {
                    return new Seen.Absent("nobody is authoritative for " + owner);
                }
                case Answered answered -> {
                    if (isBogus.test(answered.replies().getFirst())) {
                        return new Seen.Absent(
                                "the answer for "
                                        + owner
                                        + " does not stand the check of its DNSSEC signatures");
                    }
                    Optional<Name> alias = alias(answered, owner);
                    if (alias.isEmpty()) {
                        return judge(answered, owner, text);
                    }
                    name = alias.get();
                }
            }
        }
        return new Seen.Absent("there are too many CNAMEs on the way from " + start);
    }

    private static Optional<Name> alias(Answered answered, Name owner) {
        return answered.replies().stream()
                .flatMap(reply -> reply.answers(owner, Type.CNAME).stream())
                .map(record -> ((CNAMERecord) record).getTarget())
                .findFirst();
    }

    private static Seen judge(Answered answered, Name owner, String text) {
        for (Reply reply : answered.replies()) {
            List<String> texts =
                    reply.answers(owner, Type.TXT).stream()
                            .map(record -> String.join("", ((TXTRecord) record).getStrings()))
                            .toList();
            if (!texts.contains(text)) {
                return new Seen.Absent(
                        reply.server()
                                + " shows "
                                + (texts.isEmpty()
                                        ? "no TXT record"
                                        : "other TXT records ("
                                                + String.join(
                                                        ", ", texts.stream().limit(SHOWN).toList())
                                                + ")")
                                + " at "
                                + owner);
            }
        }
        return new Seen.There();
    }
}
