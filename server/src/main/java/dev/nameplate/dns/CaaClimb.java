package dev.nameplate.dns;

import dev.nameplate.dns.AuthoritativeAnswer.Answered;
import dev.nameplate.dns.AuthoritativeAnswer.Failed;
import dev.nameplate.dns.AuthoritativeAnswer.NotDelegated;
import dev.nameplate.dns.AuthoritativeAnswer.Reply;
import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.names.DomainName;

import org.xbill.DNS.CAARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Finds the CAA records that govern a name: those of the name itself, aliases followed, else those of the closest name
/// above it that has any (RFC 8659 section 3).
final class CaaClimb {
    private static final int MAX_ALIASES = 8;

    private final AuthoritativeAnswer.Source source;
    private final Function<Name, Optional<Name>> hostedZone;

    /// @param hostedZone the zone hosted here that holds a name
    CaaClimb(AuthoritativeAnswer.Source source, Function<Name, Optional<Name>> hostedZone) {
        this.source = source;
        this.hostedZone = hostedZone;
    }

    CaaVerdict judge(DomainName domain, List<String> issuerNames, Looking looking) {
        Name name = OwnerName.toDns(domain.base().ascii());
        Optional<Name> hostedApex = hostedZone.apply(name);
        for (Name at = name; at.labels() > 1; at = new Name(at, 1)) {
            switch (relevant(at, looking, 0)) {
                case Lookup.Broken(var message) -> {
                    return new CaaVerdict.Unknown(
                            "the CAA records of " + at + " could not be read: " + message);
                }
                case Lookup.Read(var records) -> {
                    if (!records.isEmpty()) {
                        return CaaRules.permits(records, domain.isWildcard(), issuerNames)
                                ? new CaaVerdict.Allowed(
                                        Optional.of(shown(at, domain)), text(records))
                                : new CaaVerdict.Forbidden(shown(at, domain), text(records));
                    }
                }
            }
            if (hostedApex.isPresent() && at.equals(hostedApex.get())) {
                return new CaaVerdict.Allowed();
            }
        }
        return new CaaVerdict.Allowed();
    }

    private sealed interface Lookup {
        record Read(List<CAARecord> records) implements Lookup {}

        record Broken(String message) implements Lookup {}
    }

    /// What any of the servers shows counts: servers that disagree must not widen who may issue.
    private Lookup relevant(Name name, Looking looking, int aliases) {
        if (aliases > MAX_ALIASES) {
            return new Lookup.Broken("too many aliases");
        }
        Answered answered;
        switch (source.ask(name, Type.CAA, looking)) {
            case Failed(_, _, var message) -> {
                return new Lookup.Broken(message);
            }
            // A top-level name that nobody is delegated has no records of its own.
            case NotDelegated _ -> {
                return new Lookup.Read(List.of());
            }
            case Answered some -> answered = some;
        }
        var records = new LinkedHashSet<CAARecord>();
        var targets = new LinkedHashSet<Name>();
        for (Reply reply : answered.replies()) {
            for (Record record : reply.answers(name, Type.CAA)) {
                records.add((CAARecord) record);
            }
            for (Record alias : reply.answers(name, Type.CNAME)) {
                targets.add(((CNAMERecord) alias).getTarget());
            }
        }
        for (Name target : targets) {
            switch (relevant(target, looking, aliases + 1)) {
                case Lookup.Broken broken -> {
                    return broken;
                }
                case Lookup.Read(var more) -> records.addAll(more);
            }
        }
        return new Lookup.Read(new ArrayList<>(records));
    }

    /// A top-level name's records are shown with the name they were found for.
    private static DomainName shown(Name at, DomainName domain) {
        return at.labels() > 2 ? new DomainName(OwnerName.of(at).text()) : domain;
    }

    private static String text(List<CAARecord> records) {
        final int most = 500;
        return Trace.cut(
                records.stream().map(CAARecord::rdataToString).collect(Collectors.joining(", ")),
                most);
    }
}
