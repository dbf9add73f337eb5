package dev.nameplate.dns;

import com.github.benmanes.caffeine.cache.Ticker;

import dev.nameplate.db.Database;
import dev.nameplate.dns.AuthoritativeAnswer.Answered;
import dev.nameplate.dns.AuthoritativeAnswer.Failed;
import dev.nameplate.dns.AuthoritativeAnswer.NotDelegated;
import dev.nameplate.dns.AuthoritativeAnswer.Reply;
import dev.nameplate.dns.NameServer.Manner;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// Goes to the servers that are authoritative for a name and asks all of them.
///
/// It starts at our own server for names hosted here, else at the root hints, else at the delegation that the resolvers
/// know; from there it follows referrals (RFC 1034 section 5.3.3). Nothing is kept for the next walk.
final class DelegationWalk implements AuthoritativeAnswer.Source, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DelegationWalk.class);

    private static final int MAX_REFERRALS = 16;

    /// Finding the address of a name server may itself need a walk; glue makes deeper nesting needless.
    private static final int MAX_DEPTH = 3;

    /// More servers than this say nothing new about a zone.
    private static final int MAX_SERVERS = 8;

    /// Asked first: enough for a referral, without asking all thirteen servers of the root for each name.
    private static final int FIRST_ASKED = 3;

    private static final String TIMEOUT = "TIMEOUT";

    private final HostedZones hostedZones;
    private final Zones zones;
    private final OwnServer own;
    private final LookupSettings settings;

    DelegationWalk(
            Database database, Zones zones, InetSocketAddress ownServer, LookupSettings settings) {
        this.hostedZones = new HostedZones(database, zones, Ticker.systemTicker());
        this.zones = zones;
        this.own =
                new OwnServer(
                        new NameServer(
                                zones.settings().nameServers().getFirst().ascii(),
                                ownServer.getAddress().isAnyLocalAddress()
                                        ? new InetSocketAddress(
                                                InetAddress.getLoopbackAddress(),
                                                ownServer.getPort())
                                        : ownServer));
        this.settings = settings;
    }

    @Override
    public void close() {
        try {
            own.close();
        } catch (IOException e) {
            LOG.warn("closing the socket to our own DNS server failed", e);
        }
    }

    boolean isOwn(NameServer server) {
        return server.equals(own.server());
    }

    /// The zone hosted here that holds `name`, our own suffix zone included.
    Optional<Name> hostedZone(Name name) {
        OwnerName owner = OwnerName.of(name);
        String suffix = zones.settings().suffix().ascii();
        if (owner.isWithin(suffix)) {
            return Optional.of(OwnerName.toDns(suffix));
        }
        return hostedZones.closest(owner).map(hosted -> OwnerName.toDns(hosted.name().ascii()));
    }

    @Override
    public AuthoritativeAnswer ask(Name name, int type, Looking looking) {
        return ask(name, type, looking, 0);
    }

    private AuthoritativeAnswer ask(Name name, int type, Looking looking, int depth) {
        Optional<Name> hosted = hostedZone(name);
        if (hosted.isPresent()) {
            return descend(
                    new Cut(hosted.get(), List.of(own.server())), name, type, looking, depth);
        }
        if (!settings.rootHints().isEmpty()) {
            List<NameServer> roots = settings.rootHints().stream().map(NameServer::at).toList();
            return descend(new Cut(Name.root, roots), name, type, looking, depth);
        }
        return switch (delegation(name, looking, depth)) {
            case Delegation.Found(var cut) -> descend(cut, name, type, looking, depth);
            case Delegation.None() -> new NotDelegated(resolverNames());
            case Delegation.Unknown(var message) ->
                    new Failed(Cause.RESOLVERS_SILENT, resolverNames(), message);
        };
    }

    /// A zone and the servers it is delegated to.
    private record Cut(Name zone, List<NameServer> servers) {}

    private AuthoritativeAnswer descend(
            Cut start, Name name, int type, Looking looking, int depth) {
        Cut cut = start;
        for (int step = 0; step < MAX_REFERRALS; step++) {
            looking.passes(cut.zone(), cut.servers());
            Round round = askAll(cut, name, type, looking);
            if (!round.replies.isEmpty()) {
                round.heard.forEach(heard -> heard.tell(looking, name, type));
                return new Answered(cut.zone(), round.replies, round.silent());
            }
            if (round.referral.isEmpty()) {
                round.heard.forEach(heard -> heard.tell(looking, name, type));
                return round.failed(cut);
            }
            cut = follow(cut, round.referral.get(), looking, depth);
        }
        return new Failed(
                Cause.LAME_DELEGATION, List.of(), "the delegations of " + name + " lead nowhere");
    }

    private static final class Round {
        final List<Reply> replies = new ArrayList<>();
        final List<Heard> heard = new ArrayList<>();
        Optional<Message> referral = Optional.empty();

        void take(Heard answer) {
            heard.add(answer);
            switch (answer.outcome()) {
                case Outcome.Authoritative(var reply) -> replies.add(reply);
                case Outcome.Referral(var message) -> {
                    if (replies.isEmpty()) {
                        referral = Optional.of(message);
                    }
                }
                case Outcome.Useless _ -> {}
            }
        }

        List<String> silent() {
            return heard.stream()
                    .filter(each -> each.outcome() instanceof Outcome.Useless)
                    .map(Heard::text)
                    .toList();
        }

        Failed failed(Cut cut) {
            List<String> servers = cut.servers().stream().map(NameServer::toString).toList();
            if (servers.isEmpty()) {
                return new Failed(
                        Cause.LAME_DELEGATION,
                        servers,
                        "no address is known for the name servers of " + cut.zone());
            }
            return new Failed(
                    cause(),
                    servers,
                    "no name server of "
                            + cut.zone()
                            + " gave a usable answer: "
                            + String.join("; ", silent()));
        }

        /// What its owner can mend first: servers that should not be asked at all.
        private Cause cause() {
            List<Cause> causes =
                    heard.stream()
                            .flatMap(each ->
                                    each.outcome() instanceof Outcome.Useless useless
                                            ? Stream.of(useless.cause())
                                            : Stream.empty())
                            .toList();
            return Stream.of(Cause.LAME_DELEGATION, Cause.SERVFAIL)
                    .filter(causes::contains)
                    .findFirst()
                    .orElse(Cause.TIMEOUT);
        }
    }

    private Round askAll(Cut cut, Name name, int type, Looking looking) {
        var round = new Round();
        int first = Math.min(FIRST_ASKED, cut.servers().size());
        askSome(round, cut, cut.servers().subList(0, first), name, type, looking);
        if (round.referral.isEmpty()) {
            List<NameServer> rest = cut.servers().subList(first, cut.servers().size());
            askSome(round, cut, rest, name, type, looking);
        }
        return round;
    }

    /// Waits for all, unless a referral shows that this zone's servers have nothing more to say.
    private void askSome(
            Round round, Cut cut, List<NameServer> servers, Name name, int type, Looking looking) {
        if (servers.size() == 1) {
            round.take(ask(servers.getFirst(), cut, name, type, looking.deadline()));
            return;
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ExecutorCompletionService<Heard>(threads);
            for (NameServer server : servers) {
                answers.submit(() -> ask(server, cut, name, type, looking.deadline()));
            }
            for (int i = 0; i < servers.size(); i++) {
                round.take(answers.take().get());
                if (round.referral.isPresent()) {
                    threads.shutdownNow();
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking a name server failed", e.getCause());
        }
    }

    private sealed interface Outcome {
        record Authoritative(Reply reply) implements Outcome {}

        record Referral(Message message) implements Outcome {}

        record Useless(Cause cause, String why) implements Outcome {}
    }

    /// @param rcode in words, `TIMEOUT` if nothing came
    private record Heard(NameServer server, Outcome outcome, String rcode, Duration took) {
        void tell(Looking looking, Name name, int type) {
            switch (outcome) {
                case Outcome.Authoritative(var reply) ->
                        looking.hears(server, name, type, rcode, reply.answers(name, type), took);
                case Outcome.Useless(_, var why) ->
                        looking.hears(
                                server,
                                name,
                                type,
                                why.equals(rcode) ? rcode : rcode + ": " + why,
                                List.of(),
                                took);
                case Outcome.Referral _ -> {}
            }
        }

        String text() {
            return switch (outcome) {
                case Outcome.Useless(_, var why) when rcode.equals(TIMEOUT) ->
                        server + " did not answer";
                case Outcome.Useless(_, var why) when why.equals(rcode) ->
                        server + " answered " + rcode;
                case Outcome.Useless(_, var why) -> server + " " + why;
                case Outcome.Authoritative _, Outcome.Referral _ -> server + " answered " + rcode;
            };
        }
    }

    private Heard ask(
            NameServer server, Cut cut, Name name, int type, NameServer.Deadline deadline) {
        long start = System.nanoTime();
        try {
            Message message =
                    isOwn(server)
                            ? own.ask(name, type, deadline)
                            : server.ask(name, type, Manner.AUTHORITATIVE, deadline);
            return new Heard(
                    server,
                    judged(server, cut, name, message),
                    Rcode.string(message.getRcode()),
                    Duration.ofNanos(System.nanoTime() - start));
        } catch (IOException e) {
            LOG.debug("{} did not answer {}: {}", server, name, e.getMessage());
            return new Heard(
                    server,
                    new Outcome.Useless(Cause.TIMEOUT, TIMEOUT),
                    TIMEOUT,
                    Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private static Outcome judged(NameServer server, Cut cut, Name name, Message message) {
        int rcode = message.getRcode();
        if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
            // REFUSED and the like are said by servers that do not know the zone.
            return new Outcome.Useless(
                    rcode == Rcode.SERVFAIL ? Cause.SERVFAIL : Cause.LAME_DELEGATION,
                    Rcode.string(rcode));
        }
        if (message.getHeader().getFlag(Flags.AA)) {
            Name zone = new Reply(server, message).zoneOr(cut.zone());
            return isBelow(cut.zone(), zone)
                    ? new Outcome.Useless(
                            Cause.LAME_DELEGATION,
                            "knows only the zone " + zone + ", not " + cut.zone())
                    : new Outcome.Authoritative(new Reply(server, message));
        }
        return referredZone(message)
                .filter(zone -> isBelow(zone, cut.zone()) && name.subdomain(zone))
                .<Outcome>map(_ -> new Outcome.Referral(message))
                .orElseGet(() ->
                        new Outcome.Useless(
                                Cause.LAME_DELEGATION, "is not authoritative for " + cut.zone()));
    }

    private static boolean isBelow(Name zone, Name parent) {
        return zone.subdomain(parent) && !zone.equals(parent);
    }

    private static Optional<Name> referredZone(Message message) {
        return message.getSection(Section.AUTHORITY).stream()
                .filter(record -> record.getType() == Type.NS)
                .map(Record::getName)
                .findFirst();
    }

    /// Glue is believed only for names below the zone that gave it.
    private Cut follow(Cut parent, Message referral, Looking looking, int depth) {
        Name zone = referredZone(referral).orElseThrow();
        var servers = new ArrayList<NameServer>();
        for (Name server : targets(referral.getSection(Section.AUTHORITY), zone)) {
            List<InetAddress> glue =
                    server.subdomain(parent.zone())
                            ? addresses(referral.getSection(Section.ADDITIONAL), server)
                            : List.of();
            servers.addAll(
                    glue.isEmpty() ? locate(server, zone, looking, depth) : at(server, glue));
        }
        return new Cut(zone, servers.stream().distinct().limit(MAX_SERVERS).toList());
    }

    private List<NameServer> locate(Name server, Name zone, Looking looking, int depth) {
        String text = OwnerName.of(server).text();
        if (zones.settings().nameServers().stream().anyMatch(ours -> ours.ascii().equals(text))) {
            return List.of(own.server());
        }
        boolean needsItself = server.subdomain(zone) && !settings.rootHints().isEmpty();
        if (needsItself || depth >= MAX_DEPTH) {
            return List.of();
        }
        for (int type : new int[] {Type.A, Type.AAAA}) {
            List<InetAddress> found =
                    settings.rootHints().isEmpty()
                            ? recursive(server, type, looking)
                                    .map(m -> addresses(m.getSection(Section.ANSWER), server))
                                    .orElse(List.of())
                            : walkForAddresses(server, type, looking, depth);
            if (!found.isEmpty()) {
                return at(server, found);
            }
        }
        return List.of();
    }

    private List<InetAddress> walkForAddresses(Name server, int type, Looking looking, int depth) {
        return switch (ask(server, type, looking.aside(), depth + 1)) {
            case Answered(_, var replies, _) ->
                    addresses(replies.getFirst().message().getSection(Section.ANSWER), server);
            case NotDelegated _, Failed _ -> List.of();
        };
    }

    private sealed interface Delegation {
        record Found(Cut cut) implements Delegation {}

        record None() implements Delegation {}

        record Unknown(String message) implements Delegation {}
    }

    /// The closest zone above `name` that the resolvers know.
    private Delegation delegation(Name name, Looking looking, int depth) {
        // The name of a validation record is a CNAME, never a zone: its parent is the first that
        // may be one.
        Name zone = name.labels() > 2 && name.getLabelString(0).startsWith("_") ? up(name) : name;
        for (; zone.labels() > 1; zone = up(zone)) {
            Optional<Message> answer = recursive(zone, Type.NS, looking);
            if (answer.isEmpty()) {
                return new Delegation.Unknown(
                        "no resolver could say who is authoritative for " + zone);
            }
            List<Name> servers = targets(answer.get().getSection(Section.ANSWER), zone);
            if (!servers.isEmpty()) {
                var located = new ArrayList<NameServer>();
                for (Name server : servers) {
                    located.addAll(locate(server, zone, looking, depth));
                }
                return new Delegation.Found(
                        new Cut(zone, located.stream().distinct().limit(MAX_SERVERS).toList()));
            }
        }
        return new Delegation.None();
    }

    /// What every resolver with a way to the DNS can say, whichever names exist.
    boolean resolversKnowTheRoot(Looking looking) {
        return recursive(Name.root, Type.NS, looking).stream()
                .anyMatch(
                        answer -> !targets(answer.getSection(Section.ANSWER), Name.root).isEmpty());
    }

    /// The first usable answer of a resolver; NXDOMAIN is one.
    private Optional<Message> recursive(Name name, int type, Looking looking) {
        return recursive(name, type, Manner.RECURSIVE, looking);
    }

    private Optional<Message> recursive(Name name, int type, Manner manner, Looking looking) {
        for (InetSocketAddress resolver : settings.effectiveResolvers()) {
            try {
                Message answer =
                        NameServer.at(resolver).ask(name, type, manner, looking.deadline());
                if (answer.getRcode() == Rcode.NOERROR || answer.getRcode() == Rcode.NXDOMAIN) {
                    return Optional.of(answer);
                }
            } catch (IOException e) {
                LOG.debug("the resolver {} did not answer: {}", resolver, e.getMessage());
            }
        }
        return Optional.empty();
    }

    /// Keys, digests and proofs of absence for a check of signatures. They may come from a resolver's cache: they are
    /// signed themselves.
    Optional<Message> signed(Name name, int type, Looking looking) {
        if (settings.rootHints().isEmpty()) {
            return recursive(name, type, Manner.RECURSIVE_UNCHECKED, looking);
        }
        return switch (ask(name, type, looking, 0)) {
            case Answered answered -> Optional.of(answered.replies().getFirst().message());
            case NotDelegated _, Failed _ -> Optional.empty();
        };
    }

    private List<String> resolverNames() {
        return settings.effectiveResolvers().stream()
                .map(resolver -> NameServer.at(resolver).toString())
                .toList();
    }

    private List<NameServer> at(Name server, List<InetAddress> addresses) {
        String text = OwnerName.of(server).text();
        return addresses.stream()
                .map(a -> new InetSocketAddress(a, settings.authoritativePort()))
                .map(address -> new NameServer(text, address))
                .toList();
    }

    private static Name up(Name name) {
        return new Name(name, 1);
    }

    private static List<Name> targets(List<Record> records, Name zone) {
        return records.stream()
                .filter(r -> r instanceof NSRecord && r.getName().equals(zone))
                .map(r -> ((NSRecord) r).getTarget())
                .toList();
    }

    /// IPv6 addresses only where there is no other, for many hosts have no route to them.
    private static List<InetAddress> addresses(List<Record> records, Name owner) {
        List<Record> own = records.stream().filter(r -> r.getName().equals(owner)).toList();
        List<InetAddress> four =
                own.stream()
                        .filter(ARecord.class::isInstance)
                        .map(r -> ((ARecord) r).getAddress())
                        .toList();
        return four.isEmpty()
                ? own.stream()
                        .filter(AAAARecord.class::isInstance)
                        .map(r -> ((AAAARecord) r).getAddress())
                        .toList()
                : four;
    }
}
