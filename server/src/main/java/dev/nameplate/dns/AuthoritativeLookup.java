package dev.nameplate.dns;

import dev.nameplate.db.Database;
import dev.nameplate.dns.Authorities.Answered;
import dev.nameplate.dns.Authorities.Failed;
import dev.nameplate.dns.Authorities.NotDelegated;
import dev.nameplate.dns.Authorities.Reply;
import dev.nameplate.dns.NameServer.Deadline;
import dev.nameplate.names.DomainName;

import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.stream.Collectors;

/// Reads proofs and CAA from the servers that are authoritative for them, over real DNS; those of names hosted here from
/// our own server, in the same way.
public final class AuthoritativeLookup implements ProofLookup {
    private static final int MAX_CHAIN = 5;

    private final DelegationWalk walk;
    private final CaaClimb climb;
    private final LookupSettings settings;

    /// @param ownServer where [DnsServer] answers
    public AuthoritativeLookup(
            Database database, Zones zones, InetSocketAddress ownServer, LookupSettings settings) {
        this.walk = new DelegationWalk(database, zones, ownServer, settings);
        this.climb = new CaaClimb(walk);
        this.settings = settings;
    }

    @Override
    public CaaVerdict caa(DomainName name, List<String> issuerNames) {
        return climb.judge(name, issuerNames, Deadline.in(settings.patience()));
    }

    @Override
    public Sighting look(CnameRecord wanted) {
        Deadline deadline = Deadline.in(settings.patience());
        Name name = OwnerName.toDns(wanted.name());
        Optional<String> seen = Optional.empty();
        for (int hop = 0; hop < MAX_CHAIN; hop++) {
            Answered answered;
            switch (walk.ask(name, Type.CNAME, deadline)) {
                case Failed(var servers, var message) -> {
                    return new Sighting.Unreachable(servers, message);
                }
                case NotDelegated(var servers) -> {
                    return new Sighting.Absent(seen, servers, undelegated(name));
                }
                case Answered some -> answered = some;
            }
            SequencedSet<Optional<Name>> targets = targets(answered, name);
            if (targets.stream().allMatch(target -> isWanted(target, wanted))) {
                return new Sighting.Found(answered.servers());
            }
            if (seen.isEmpty()) {
                seen = targets.stream().flatMap(Optional::stream).findFirst().map(Name::toString);
            }
            Optional<Name> next = targets.getFirst();
            if (targets.size() > 1 || next.isEmpty()) {
                return new Sighting.Absent(
                        seen,
                        answered.servers(),
                        whyAbsent(wanted, name, seen, answered, deadline));
            }
            name = next.get();
        }
        return new Sighting.Absent(
                seen,
                List.of(),
                "the CNAME points to "
                        + seen.orElse("another name")
                        + " and leads through more than "
                        + MAX_CHAIN
                        + " names without coming to "
                        + wanted.value());
    }

    /// One element if all servers agree.
    private static SequencedSet<Optional<Name>> targets(Answered answered, Name name) {
        return answered.replies().stream()
                .map(reply -> target(reply, name))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Optional<Name> target(Reply reply, Name name) {
        return reply.answers(name, Type.CNAME).stream()
                .map(record -> ((CNAMERecord) record).getTarget())
                .findFirst();
    }

    /// ACM takes the value with or without its leading underscore, for DNS editors that refuse one.
    private static boolean isWanted(Optional<Name> target, CnameRecord wanted) {
        String value = wanted.value();
        String bare = value.startsWith("_") ? value.substring(1) : value;
        return target.map(Name::toString)
                .filter(t -> t.equalsIgnoreCase(value) || t.equalsIgnoreCase(bare))
                .isPresent();
    }

    private String whyAbsent(
            CnameRecord wanted,
            Name name,
            Optional<String> seen,
            Answered answered,
            Deadline deadline) {
        List<String> lagging =
                answered.replies().stream()
                        .filter(reply -> !isWanted(target(reply, name), wanted))
                        .map(reply -> reply.server().toString())
                        .toList();
        if (lagging.size() < answered.replies().size()) {
            return "some name servers do not show the record yet: " + String.join(", ", lagging);
        }
        if (seen.isPresent()) {
            return "the CNAME at "
                    + wanted.name()
                    + " points to "
                    + seen.get()
                    + " instead of "
                    + wanted.value()
                    + doubledValue(wanted, seen.get());
        }
        Reply reply = answered.replies().getFirst();
        Name zone = reply.zoneOr(answered.zone());
        Optional<Name> doubled = doubledName(wanted, name, zone, deadline);
        if (doubled.isPresent()) {
            return "the record was entered as "
                    + doubled.get()
                    + ", with the zone's name twice: enter it without "
                    + zone
                    + " at the end";
        }
        return reply.message().getRcode() == Rcode.NXDOMAIN
                ? "the name " + name + " does not exist (NXDOMAIN) in the zone " + zone
                : "the name " + name + " exists in the zone " + zone + " but has no CNAME";
    }

    private static String doubledValue(CnameRecord wanted, String seen) {
        return seen.length() > wanted.value().length()
                        && seen.regionMatches(true, 0, wanted.value(), 0, wanted.value().length())
                ? ": the zone's name was added to the value, which must end with a dot"
                : "";
    }

    /// DNS editors append the zone's name by themselves; whoever pastes the full name has it twice.
    private Optional<Name> doubledName(
            CnameRecord wanted, Name name, Name zone, Deadline deadline) {
        if (zone.equals(Name.root) || !name.subdomain(zone)) {
            return Optional.empty();
        }
        Name doubled;
        try {
            doubled = Name.concatenate(name.relativize(Name.root), zone);
        } catch (NameTooLongException _) {
            return Optional.empty();
        }
        return switch (walk.ask(doubled, Type.CNAME, deadline)) {
            case Answered answered ->
                    targets(answered, doubled).stream().anyMatch(target -> isWanted(target, wanted))
                            ? Optional.of(doubled)
                            : Optional.empty();
            case NotDelegated _, Failed _ -> Optional.empty();
        };
    }

    private static String undelegated(Name name) {
        return "no name server is known for "
                + name
                + " or any name above it: is the domain registered and delegated?";
    }
}
