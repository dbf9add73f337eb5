package dev.nameplate.dns;

import dev.nameplate.db.Database;
import dev.nameplate.names.DomainName;

import org.xbill.DNS.Name;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Reads proofs and CAA from the servers that are authoritative for them, over real DNS; those of names hosted here from
/// our own server, in the same way. Where vantage points are set, enough of them must see the same.
public final class AuthoritativeLookup
        implements ProofLookup, TextLookup, ChallengeLookup, AutoCloseable {
    private final DelegationWalk walk;
    private final DnssecCheck dnssec;
    private final AddressWalk addresses;
    private final WebLook web;
    private final LookupSettings settings;
    private final List<ResolverView> vantagePoints;

    /// @param ownServer where [DnsServer] answers
    public AuthoritativeLookup(
            Database database, Zones zones, InetSocketAddress ownServer, LookupSettings settings) {
        this.walk = new DelegationWalk(database, zones, ownServer, settings);
        this.dnssec = new DnssecCheck(settings.trustAnchors(), walk::signed);
        this.addresses = new AddressWalk(walk);
        this.web = new WebLook(settings.web());
        this.settings = settings;
        this.vantagePoints =
                settings.vantagePoints().resolvers().stream().map(ResolverView::at).toList();
    }

    @Override
    public CaaVerdict caa(DomainName name, List<String> issuerNames) {
        return caa(walk, vantagePoints, name, issuerNames);
    }

    @Override
    public Function<DomainName, CaaVerdict> caa(List<String> issuerNames) {
        AuthoritativeAnswer.Source here = new AskedOnce(walk);
        List<AskedOnce> elsewhere = vantagePoints.stream().map(AskedOnce::new).toList();
        return name -> caa(here, elsewhere, name, issuerNames);
    }

    private CaaVerdict caa(
            AuthoritativeAnswer.Source authorities,
            List<? extends AuthoritativeAnswer.Source> views,
            DomainName name,
            List<String> issuerNames) {
        CaaVerdict here = climb(authorities, name, issuerNames);
        if (vantagePoints.isEmpty() || !(here instanceof CaaVerdict.Allowed)) {
            return here;
        }
        List<String> dissent = new ArrayList<>();
        List<CaaVerdict> elsewhere = everywhere(views, view -> climb(view, name, issuerNames));
        for (int i = 0; i < elsewhere.size(); i++) {
            if (!(elsewhere.get(i) instanceof CaaVerdict.Allowed)) {
                dissent.add(vantagePoints.get(i).resolver().toString());
            }
        }
        return vantagePoints.size() - dissent.size() >= settings.vantagePoints().quorum()
                ? here
                : new CaaVerdict.Unknown(
                        "too many vantage points do not see that it is permitted: "
                                + String.join(", ", dissent));
    }

    private CaaVerdict climb(
            AuthoritativeAnswer.Source source, DomainName name, List<String> issuers) {
        return new CaaClimb(source, walk::hostedZone)
                .judge(name, issuers, Looking.within(settings.patience()));
    }

    @Override
    public Sighting look(CnameRecord wanted) {
        Looking looking = Looking.within(settings.patience());
        Chain chain = Chain.follow(wanted, walk, looking);
        Finding finding = new Explanation(walk, wanted, looking).of(chain);
        return switch (chain) {
            case Chain.Complete(var hops) -> confirmed(wanted, hops, finding, looking);
            case Chain.Unanswered _ ->
                    new Sighting.Unreachable(finding.with(looking.trace(Dnssec.UNCHECKED)));
            case Chain.Broken _, Chain.TooLong _, Chain.Undelegated _ ->
                    new Sighting.Absent(finding.with(looking.trace(Dnssec.UNCHECKED)));
        };
    }

    @Override
    public Sighting look(HttpRecord wanted) {
        Looking looking = Looking.within(settings.patience());
        return web.look(
                wanted,
                addresses.addresses(OwnerName.toDns(wanted.redirectFrom().getHost()), looking),
                looking.deadline());
    }

    @Override
    public boolean shows(String name, String text) {
        Name asked = OwnerName.toDns(name + ".");
        Looking looking = Looking.within(settings.patience());
        if (!(walk.ask(asked, Type.TXT, looking) instanceof AuthoritativeAnswer.Answered answered)
                || !answered.replies().stream().allMatch(reply -> shows(reply, asked, text))) {
            return false;
        }
        AuthoritativeAnswer.Reply first = answered.replies().getFirst();
        if (!walk.isOwn(first.server())
                && dnssec.check(first.message(), looking.aside()).state() == Dnssec.BOGUS) {
            return false;
        }
        long elsewhere =
                everywhere(
                                vantagePoints,
                                view ->
                                        view.ask(
                                                asked,
                                                Type.TXT,
                                                Looking.within(settings.patience())))
                        .stream()
                        .filter(answer ->
                                answer instanceof AuthoritativeAnswer.Answered seen
                                        && seen.replies().stream()
                                                .allMatch(reply -> shows(reply, asked, text)))
                        .count();
        return vantagePoints.isEmpty() || elsewhere >= settings.vantagePoints().quorum();
    }

    @Override
    public ChallengeLookup.Seen text(String name, String text) {
        Name asked = OwnerName.toDns(name + ".");
        Looking looking = Looking.within(settings.patience());
        ChallengeLookup.Seen here =
                new TextWalk(
                                walk,
                                reply ->
                                        !walk.isOwn(reply.server())
                                                && dnssec.check(reply.message(), looking.aside())
                                                                .state()
                                                        == Dnssec.BOGUS)
                        .look(asked, text, looking);
        if (vantagePoints.isEmpty() || !(here instanceof ChallengeLookup.Seen.There)) {
            return here;
        }
        long elsewhere =
                everywhere(
                                vantagePoints,
                                view ->
                                        new TextWalk(view, _ -> false)
                                                .look(
                                                        asked,
                                                        text,
                                                        Looking.within(settings.patience())))
                        .stream()
                        .filter(seen -> seen instanceof ChallengeLookup.Seen.There)
                        .count();
        return elsewhere >= settings.vantagePoints().quorum()
                ? here
                : new ChallengeLookup.Seen.Absent(
                        "only "
                                + elsewhere
                                + " of "
                                + vantagePoints.size()
                                + " vantage points see the TXT record at "
                                + name);
    }

    @Override
    public List<InetAddress> addresses(String host) {
        return addresses.addresses(
                OwnerName.toDns(host + "."), Looking.within(settings.patience()));
    }

    private static boolean shows(AuthoritativeAnswer.Reply reply, Name name, String text) {
        return reply.answers(name, Type.TXT).stream()
                .map(record -> String.join("", ((TXTRecord) record).getStrings()))
                .map(shown -> shown.endsWith(".") ? shown.substring(0, shown.length() - 1) : shown)
                .anyMatch(text::equalsIgnoreCase);
    }

    /// The record is there: whether it stands the check of its signatures, and is seen from elsewhere.
    private Sighting confirmed(
            CnameRecord wanted, List<Chain.Hop> hops, Finding finding, Looking looking) {
        DnssecCheck.Result signatures = new DnssecCheck.Result(Dnssec.UNCHECKED, "");
        for (Chain.Hop hop : hops) {
            AuthoritativeAnswer.Reply reply = hop.answered().replies().getFirst();
            if (!walk.isOwn(reply.server())) {
                signatures = dnssec.check(reply.message(), looking.aside());
            }
            if (signatures.state() == Dnssec.BOGUS) {
                return new Sighting.Absent(
                        new Finding(
                                Cause.DNSSEC_BOGUS,
                                "the record at "
                                        + hop.name()
                                        + " does not stand the check of its DNSSEC signatures: "
                                        + signatures.reason(),
                                "Ask whoever runs the zone "
                                        + hop.answered().zone()
                                        + " to sign it with the keys that its DS records at the registrar name,"
                                        + " or to have the DS records removed.",
                                Optional.of(wanted.value()),
                                finding.servers(),
                                looking.trace(Dnssec.BOGUS)));
            }
        }
        Finding found = finding.with(looking.trace(signatures.state()));
        List<String> dissent = new ArrayList<>();
        List<Chain> elsewhere =
                everywhere(
                        vantagePoints,
                        view -> Chain.follow(wanted, view, Looking.within(settings.patience())));
        for (int i = 0; i < elsewhere.size(); i++) {
            if (!(elsewhere.get(i) instanceof Chain.Complete)) {
                dissent.add(vantagePoints.get(i).resolver().toString());
            }
        }
        if (elsewhere.size() - dissent.size() >= settings.vantagePoints().quorum()) {
            return new Sighting.Found(found);
        }
        return new Sighting.Absent(
                new Finding(
                        Cause.VANTAGE_POINTS_DISAGREE,
                        "the authoritative servers show the record, but only "
                                + (elsewhere.size() - dissent.size())
                                + " of "
                                + elsewhere.size()
                                + " vantage points see it, and "
                                + settings.vantagePoints().quorum()
                                + " must; these do not: "
                                + String.join(", ", dissent),
                        "Wait until older answers have left the caches; if it stays so, check that the name is"
                                + " answered alike everywhere.",
                        Optional.of(wanted.value()),
                        found.servers(),
                        found.trace()));
    }

    /// Answers in the order of the vantage points, asked all at once.
    private static <V, T> List<T> everywhere(List<V> views, Function<V, T> question) {
        if (views.isEmpty()) {
            return List.of();
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> asked =
                    views.stream().map(view -> threads.submit(() -> question.apply(view))).toList();
            List<T> answers = new ArrayList<>();
            for (Future<T> each : asked) {
                answers.add(each.get());
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("the server is stopping");
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking a vantage point failed", e.getCause());
        }
    }

    @Override
    public void close() {
        walk.close();
    }
}
