package dev.nameplate.dns;

import dev.nameplate.dns.AuthoritativeAnswer.Answered;
import dev.nameplate.dns.AuthoritativeAnswer.Failed;
import dev.nameplate.dns.AuthoritativeAnswer.NotDelegated;
import dev.nameplate.dns.AuthoritativeAnswer.Reply;

import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Says of a chain that is not complete why it is not, and what to do. Asks the same servers a little more where that tells.
final class Explanation {
    private static final String TRAFFIC_INSTEAD =
            "; or point the name itself here, so that its traffic proves it.";

    /// Of a stranger's text: enough to know it by.
    private static final int LONGEST_TEXT = 100;

    private final DelegationWalk source;
    private final CnameRecord wanted;
    private final Looking looking;

    Explanation(DelegationWalk source, CnameRecord wanted, Looking looking) {
        this.source = source;
        this.wanted = wanted;
        this.looking = looking;
    }

    Finding of(Chain chain) {
        return switch (chain) {
            case Chain.Complete(var hops) -> complete(hops.getFirst().answered());
            case Chain.TooLong(var first, var servers) ->
                    finding(
                            Cause.CNAME_CHAIN_TOO_LONG,
                            "the CNAME points to "
                                    + first
                                    + " and leads through more than "
                                    + Chain.MOST
                                    + " names without coming to "
                                    + wanted.value(),
                            "Shorten the chain to at most "
                                    + Chain.MOST
                                    + " CNAMEs, or set "
                                    + record()
                                    + " directly.",
                            Optional.of(first),
                            servers);
            case Chain.Undelegated(var at, var first, var servers) ->
                    undelegated(at, first, servers);
            case Chain.Unanswered(var at, var first, var failed) -> unanswered(at, first, failed);
            case Chain.Broken(var end, var first) -> broken(end, first);
        };
    }

    private Finding complete(Answered answered) {
        if (answered.silent().isEmpty()) {
            return finding(
                    Cause.NONE, "The record is there.", "", Optional.empty(), answered.servers());
        }
        return finding(
                Cause.NONE,
                "The record is there, but not every name server of "
                        + answered.zone()
                        + " serves it: "
                        + String.join("; ", answered.silent())
                        + ".",
                "The proof counts; have these servers serve "
                        + answered.zone()
                        + ", or take them out of the delegation.",
                Optional.empty(),
                answered.servers());
    }

    private Finding undelegated(Name at, Optional<String> first, List<String> servers) {
        if (!source.resolversKnowTheRoot(looking)) {
            return finding(
                    Cause.RESOLVERS_CUT_OFF,
                    "this server's resolvers know neither "
                            + at
                            + " nor the root of the DNS, so nothing can be said of the name",
                    "Check dns.resolvers: they must resolve the names that are to be proven.",
                    first,
                    servers);
        }
        return finding(
                Cause.NOT_DELEGATED,
                "no name server is known for "
                        + at
                        + " or any name above it: the domain seems not to be registered and delegated",
                "Register the domain, or have its registrar delegate it to the name servers that hold its zone.",
                first,
                servers);
    }

    private Finding unanswered(Name at, Optional<String> first, Failed failed) {
        String who = "whoever runs the name servers of " + at;
        String remedy =
                switch (failed.cause()) {
                    case LAME_DELEGATION ->
                            "Have the registrar delegate the domain to the name servers that hold its zone, or create the"
                                    + " zone at those it is delegated to.";
                    case SERVFAIL -> "Ask " + who + " to look at their errors for this zone.";
                    case RESOLVERS_SILENT ->
                            "Set dns.resolvers to resolvers that this server can reach.";
                    default ->
                            "Ask "
                                    + who
                                    + " to let them answer over UDP and TCP on port 53 from everywhere.";
                };
        return finding(failed.cause(), failed.message(), remedy, first, failed.servers());
    }

    private Finding broken(Chain.Hop end, Optional<String> first) {
        List<Reply> replies = end.answered().replies();
        List<String> lagging =
                replies.stream()
                        .filter(reply -> !Chain.isWanted(Chain.target(reply, end.name()), wanted))
                        .map(reply -> reply.server().toString())
                        .toList();
        if (lagging.size() < replies.size()) {
            return finding(
                    Cause.NOT_PROPAGATED,
                    "some name servers do not show the record yet: " + String.join(", ", lagging),
                    "Wait; if it stays so for hours, ask whoever runs "
                            + lagging.getFirst()
                            + " to load the zone's current version there.",
                    first,
                    end.answered().servers());
        }
        return first.isPresent() ? wrongValue(first.get(), end) : missing(end);
    }

    private Finding wrongValue(String seen, Chain.Hop end) {
        boolean doubled =
                seen.length() > wanted.value().length()
                        && seen.regionMatches(true, 0, wanted.value(), 0, wanted.value().length());
        String words =
                "the CNAME at "
                        + wanted.name()
                        + " points to "
                        + seen
                        + " instead of "
                        + wanted.value();
        if (doubled) {
            return finding(
                    Cause.ZONE_SUFFIX_DOUBLED,
                    words + ": the zone's name was added to the value, which must end with a dot",
                    "Enter the value with its final dot: " + record(),
                    Optional.of(seen),
                    end.answered().servers());
        }
        if (isChallenge() && !isOurs(seen)) {
            return finding(
                    Cause.CHALLENGE_NAME_TAKEN,
                    words
                            + ": another ACME client, or a service that gets certificates for the name, looks there",
                    "Whoever set it must give it up: a name has one CNAME. Then replace the record by "
                            + record()
                            + TRAFFIC_INSTEAD,
                    Optional.of(wanted.name() + " CNAME " + seen),
                    end.answered().servers());
        }
        return finding(
                Cause.WRONG_VALUE,
                words + proofOfAnother(seen),
                "Replace the record by " + record(),
                Optional.of(seen),
                end.answered().servers());
    }

    /// Where an ACME authority looks.
    private boolean isChallenge() {
        return wanted.name().startsWith("_acme-challenge.");
    }

    private boolean isOurs(String target) {
        String suffix = wanted.value().replaceFirst("^[^.]*\\.[^.]*\\.", "");
        return target.toLowerCase(Locale.ROOT).endsWith("." + suffix);
    }

    private String proofOfAnother(String seen) {
        if (isOurs(seen)) {
            return ", which proves the name for another account or another name";
        }
        return seen.toLowerCase(Locale.ROOT).endsWith(".acm-validations.aws.")
                ? ", which proves the name to AWS"
                : "";
    }

    private Finding missing(Chain.Hop end) {
        Reply reply = end.answered().replies().getFirst();
        Name zone = reply.zoneOr(end.answered().zone());
        Name name = end.name();
        if (zone.labels() <= 2 && reply.message().getRcode() == Rcode.NXDOMAIN) {
            return finding(
                    Cause.NOT_DELEGATED,
                    "no name server is known for "
                            + name
                            + " or any name above it: "
                            + zone
                            + " says that the domain does not exist",
                    "Register the domain, or have its registrar delegate it to the name servers that hold its zone.",
                    Optional.empty(),
                    end.answered().servers());
        }
        Optional<Name> doubled = doubledName(name, zone);
        if (doubled.isPresent()) {
            return finding(
                    Cause.ZONE_SUFFIX_DOUBLED,
                    "the record was entered as "
                            + doubled.get()
                            + ", with the zone's name twice: enter it without "
                            + zone
                            + " at the end",
                    "Enter as the record's name only "
                            + name.relativize(zone)
                            + " (the provider appends "
                            + zone
                            + "), with the value "
                            + wanted.value(),
                    Optional.of(doubled.get() + " CNAME " + wanted.value()),
                    end.answered().servers());
        }
        if (reply.message().getRcode() == Rcode.NXDOMAIN) {
            return finding(
                    Cause.RECORD_MISSING,
                    "the name " + name + " does not exist (NXDOMAIN) in the zone " + zone,
                    "Set " + record(),
                    Optional.empty(),
                    end.answered().servers());
        }
        Optional<String> text = isChallenge() ? text(name) : Optional.empty();
        if (text.isPresent()) {
            return finding(
                    Cause.CHALLENGE_NAME_TAKEN,
                    "a TXT record stands at "
                            + name
                            + ", set by another ACME client: no CNAME can stand beside it",
                    "Have that client prove the name in another way or stop it, remove the TXT record, and set "
                            + record()
                            + TRAFFIC_INSTEAD,
                    text,
                    end.answered().servers());
        }
        Optional<String> address = address(name);
        if (address.isPresent()) {
            return finding(
                    Cause.PROXIED_CNAME,
                    "the name "
                            + name
                            + " answers the address "
                            + address.get()
                            + " where the CNAME should be: the provider proxies the record, or an address was"
                            + " entered in its place",
                    "Switch the provider's proxy off for this record (\"DNS only\"), and set "
                            + record(),
                    Optional.of(name + " A " + address.get()),
                    end.answered().servers());
        }
        return finding(
                Cause.RECORD_MISSING,
                "the name " + name + " exists in the zone " + zone + " but has no CNAME",
                "Set " + record(),
                Optional.empty(),
                end.answered().servers());
    }

    /// DNS editors append the zone's name by themselves; whoever pastes the full name has it twice.
    private Optional<Name> doubledName(Name name, Name zone) {
        if (zone.equals(Name.root) || !name.subdomain(zone)) {
            return Optional.empty();
        }
        Name doubled;
        try {
            doubled = Name.concatenate(name.relativize(Name.root), zone);
        } catch (NameTooLongException _) {
            return Optional.empty();
        }
        return switch (source.ask(doubled, Type.CNAME, looking)) {
            case Answered answered ->
                    Chain.targets(new Chain.Hop(doubled, answered)).stream()
                                    .anyMatch(target -> Chain.isWanted(target, wanted))
                            ? Optional.of(doubled)
                            : Optional.empty();
            case NotDelegated _, Failed _ -> Optional.empty();
        };
    }

    private Optional<String> address(Name name) {
        return record(name, Type.A).or(() -> record(name, Type.AAAA));
    }

    private Optional<String> text(Name name) {
        return record(name, Type.TXT)
                .map(text ->
                        name
                                + " TXT "
                                + (text.length() <= LONGEST_TEXT
                                        ? text
                                        : text.substring(0, LONGEST_TEXT) + "…"));
    }

    /// What some server shows there of that type.
    private Optional<String> record(Name name, int type) {
        return source.ask(name, type, looking) instanceof Answered answered
                ? answered.replies().stream()
                        .flatMap(reply -> reply.answers(name, type).stream())
                        .map(Record::rdataToString)
                        .findFirst()
                : Optional.empty();
    }

    private String record() {
        return wanted.name() + " CNAME " + wanted.value();
    }

    private static Finding finding(
            Cause cause, String words, String remedy, Optional<String> seen, List<String> servers) {
        return new Finding(cause, words, remedy, seen, servers, Trace.NONE);
    }
}
