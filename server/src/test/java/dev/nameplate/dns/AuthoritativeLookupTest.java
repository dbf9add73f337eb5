package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.dns.ProofLookup.Sighting;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A small Internet on loopback addresses: a root, a top-level zone, and zones of customers below it.
@Tag("slow")
final class AuthoritativeLookupTest {
    private static final AccountId OURS = new AccountId("111122223333");
    private static final String VALUE = "_b2.abcdefghij.proof.nameplate.internal.";
    private static final CnameRecord WANTED = new CnameRecord("_a1.www.shop.test.", VALUE);
    private static final List<String> ISSUER = List.of("nameplate.internal");

    private final TestStore store = TestStore.sqlite();
    private final Database database = store.database();
    private final Zones zones =
            new Zones(
                    new SettableClock(),
                    new Random(7),
                    DnsSettings.under(
                            new DomainName("nameplate.internal"),
                            InetAddress.getLoopbackAddress()));
    private final DnsServer own =
            DnsServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    database,
                    zones,
                    _ -> false,
                    ProofTexts.NONE);
    private final List<AuthoritativeLookup> lookups = new ArrayList<>();
    private final List<FakeServer> extra = new ArrayList<>();
    private final Internet internet = Internet.raise();
    private final FakeServer root = internet.root();
    private final FakeServer test = internet.test();
    private final FakeServer shop1 = internet.shop1();
    private final FakeServer shop2 = internet.shop2();
    private final FakeServer other = internet.other();

    /// All on one port, as the world's authoritative servers are.
    private record Internet(
            FakeServer root,
            FakeServer test,
            FakeServer shop1,
            FakeServer shop2,
            FakeServer other) {
        static Internet raise() {
            for (int attempt = 1; ; attempt++) {
                var up = new ArrayList<FakeServer>();
                try {
                    int port = 0;
                    for (int last = 11; last <= 15; last++) {
                        up.add(FakeServer.on(new InetSocketAddress("127.0.0." + last, port)));
                        port = up.getFirst().address().getPort();
                    }
                    return new Internet(up.get(0), up.get(1), up.get(2), up.get(3), up.get(4));
                } catch (SocketException e) {
                    up.forEach(FakeServer::close);
                    if (attempt == 20) {
                        throw new AssertionError("no port is free on five addresses", e);
                    }
                }
            }
        }

        List<FakeServer> all() {
            return List.of(root, test, shop1, shop2, other);
        }
    }

    @BeforeEach
    void fillInternet() throws IOException {
        root.zone(
                ".",
                """
                . NS a.root.
                a.root. A 127.0.0.11
                test. NS ns.test.
                ns.test. A 127.0.0.12
                """);
        test.zone(
                "test.",
                """
                @ NS ns.test.
                ns A 127.0.0.12
                shop NS ns1.shop
                shop NS ns2.shop
                ns1.shop A 127.0.0.13
                ns2.shop A 127.0.0.14
                other NS ns.other
                ns.other A 127.0.0.15
                glueless NS ns.other
                dead NS ns.dead
                ns.dead A 127.0.0.99
                """);
        other.zone(
                "other.test.",
                """
                @ NS ns
                ns A 127.0.0.15
                mine CNAME _b2.abcdefghij.proof.nameplate.internal.
                forbidding CAA 0 issue "elsewhere.test"
                """);
        other.zone(
                "glueless.test.",
                """
                @ NS ns.other.test.
                _a1.www CNAME _b2.abcdefghij.proof.nameplate.internal.
                """);
    }

    private FakeServer server(String address) throws IOException {
        FakeServer server = FakeServer.on(new InetSocketAddress(address, 0));
        extra.add(server);
        return server;
    }

    @AfterEach
    void sink() {
        internet.all().forEach(FakeServer::close);
        extra.forEach(FakeServer::close);
        lookups.forEach(AuthoritativeLookup::close);
        own.close();
        store.close();
    }

    private void shop(String records) throws IOException {
        String zone =
                """
                @ NS ns1
                @ NS ns2
                ns1 A 127.0.0.13
                ns2 A 127.0.0.14
                """
                        + records;
        shop1.zone("shop.test.", zone);
        shop2.zone("shop.test.", zone);
    }

    private AuthoritativeLookup fromRoot() {
        return lookup(List.of(), List.of(root.address()));
    }

    private AuthoritativeLookup lookup(
            List<InetSocketAddress> resolvers, List<InetSocketAddress> hints) {
        var lookup =
                new AuthoritativeLookup(
                        database,
                        zones,
                        own.address(),
                        new LookupSettings(
                                resolvers, root.address().getPort(), hints, Duration.ofSeconds(5)));
        lookups.add(lookup);
        return lookup;
    }

    private static String absent(Sighting sighting) {
        assertThat(sighting).isInstanceOf(Sighting.Absent.class);
        return sighting.finding().words();
    }

    @Test
    void findsTheRecordOnAllAuthoritativeServers() throws IOException {
        shop("_a1.www CNAME " + VALUE);

        Sighting sighting = fromRoot().look(WANTED);

        assertThat(sighting).isInstanceOf(Sighting.Found.class);
        assertThat(sighting.finding().servers())
                .hasSize(2)
                .anySatisfy(server -> assertThat(server).startsWith("ns1.shop.test (127.0.0.13:"));
    }

    @Test
    void textIsFoundBehindCnamesAndOctetForOctet() throws IOException {
        shop("_acme-challenge CNAME proofs.other.test.\nboth TXT \"One\"\nboth TXT \"Two\"");
        other.zone("other.test.", "@ NS ns\nns A 127.0.0.15\nproofs TXT \"aBc\"");

        assertThat(fromRoot().text("_acme-challenge.shop.test", "aBc"))
                .isInstanceOf(ChallengeLookup.Seen.There.class);
        assertThat(fromRoot().text("_acme-challenge.shop.test", "abc"))
                .isInstanceOfSatisfying(
                        ChallengeLookup.Seen.Absent.class,
                        absent -> assertThat(absent.message()).contains("other TXT records (aBc)"));
        assertThat(fromRoot().text("both.shop.test", "Two"))
                .isInstanceOf(ChallengeLookup.Seen.There.class);
    }

    @Test
    void textThatNotAllServersShowYetIsHeldBack() throws IOException {
        shop1.zone("shop.test.", "@ NS ns1\n@ NS ns2\n_acme-challenge TXT \"abc\"");
        shop2.zone("shop.test.", "@ NS ns1\n@ NS ns2\n");
        assertThat(fromRoot().text("_acme-challenge.shop.test", "abc"))
                .isInstanceOfSatisfying(
                        ChallengeLookup.Seen.Absent.class,
                        absent -> assertThat(absent.message()).startsWith("ns2.shop.test"));
        shop2.answering(Rcode.SERVFAIL);
        assertThat(fromRoot().text("_acme-challenge.shop.test", "abc"))
                .isInstanceOf(ChallengeLookup.Seen.There.class);
        shop1.answering(Rcode.SERVFAIL);
        assertThat(fromRoot().text("_acme-challenge.shop.test", "abc"))
                .isInstanceOf(ChallengeLookup.Seen.Unreachable.class);
    }

    @Test
    void addressesOfAHostAreThoseBehindItsCnames() throws IOException {
        shop("www CNAME web.other.test.");
        other.zone(
                "other.test.", "@ NS ns\nns A 127.0.0.15\nweb A 192.0.2.7\nweb AAAA 2001:db8::7");
        assertThat(fromRoot().addresses("www.shop.test"))
                .containsExactly(
                        InetAddress.ofLiteral("192.0.2.7"), InetAddress.ofLiteral("2001:db8::7"));
        assertThat(fromRoot().addresses("nothing.shop.test")).isEmpty();
    }

    @Test
    void acceptsTheValueWithoutItsUnderscoreAndInAnyCase() throws IOException {
        shop("_A1.www CNAME B2.ABCDEFGHIJ.proof.nameplate.INTERNAL.");

        assertThat(fromRoot().look(WANTED)).isInstanceOf(Sighting.Found.class);
    }

    @Test
    void survivesALameAndASilentServer() throws IOException {
        shop("_a1.www CNAME " + VALUE);
        shop2.answering(Rcode.REFUSED);
        assertThat(fromRoot().look(WANTED)).isInstanceOf(Sighting.Found.class);
        shop2.answering(Rcode.SERVFAIL);
        assertThat(fromRoot().look(WANTED)).isInstanceOf(Sighting.Found.class);
        shop2.silent();
        assertThat(fromRoot().look(WANTED)).isInstanceOf(Sighting.Found.class);
    }

    @Test
    void serverThatDoesNotShowTheRecordYetHoldsItBack() throws IOException {
        shop1.zone("shop.test.", "@ NS ns1\n@ NS ns2\n_a1.www CNAME " + VALUE);
        shop2.zone("shop.test.", "@ NS ns1\n@ NS ns2\n");

        assertThat(absent(fromRoot().look(WANTED)))
                .startsWith("some name servers do not show the record yet: ns2.shop.test");
    }

    @Test
    void saysThatTheNameDoesNotExist() throws IOException {
        shop("");
        assertThat(absent(fromRoot().look(WANTED)))
                .isEqualTo(
                        "the name _a1.www.shop.test. does not exist (NXDOMAIN) in the zone shop.test.");
    }

    @Test
    void saysThatTheNameHasNoCname() throws IOException {
        shop("_a1.www TXT \"" + VALUE + "\"");
        assertThat(absent(fromRoot().look(WANTED))).contains("has no CNAME");
    }

    @Test
    void saysWhatTheCnamePointsToInstead() throws IOException {
        shop("_a1.www CNAME wrong.other.test.");

        var sighting = fromRoot().look(WANTED);

        assertThat(absent(sighting)).contains("points to wrong.other.test. instead of " + VALUE);
        assertThat(sighting.finding().seen()).contains("wrong.other.test.");
    }

    private static final CnameRecord CHALLENGE =
            new CnameRecord("_acme-challenge.shop.test.", VALUE);

    @Test
    void whereAnotherAcmeClientsTextStandsTheNameIsTaken() throws IOException {
        shop("_acme-challenge TXT \"another-clients-proof\"");

        var sighting = fromRoot().look(CHALLENGE);

        assertThat(absent(sighting))
                .contains("a TXT record stands at _acme-challenge.shop.test.")
                .contains("another ACME client");
        assertThat(sighting.finding().cause()).isEqualTo(Cause.CHALLENGE_NAME_TAKEN);
        assertThat(sighting.finding().seen())
                .contains("_acme-challenge.shop.test. TXT another-clients-proof");
        assertThat(sighting.finding().remedy())
                .contains("remove the TXT record")
                .contains("_acme-challenge.shop.test. CNAME " + VALUE);
    }

    @Test
    void whereAnotherServicesCnameStandsTheNameIsTaken() throws IOException {
        shop("_acme-challenge CNAME shop.acme.other.test.");

        var sighting = fromRoot().look(CHALLENGE);

        assertThat(absent(sighting)).contains("points to shop.acme.other.test. instead of");
        assertThat(sighting.finding().cause()).isEqualTo(Cause.CHALLENGE_NAME_TAKEN);
        assertThat(sighting.finding().remedy()).contains("a name has one CNAME");
    }

    /// What an ACME client would set is not what stands in its way.
    @Test
    void aMissingOrMistypedChallengeRecordIsNoOneElses() throws IOException {
        shop("");
        assertThat(fromRoot().look(CHALLENGE).finding().cause()).isEqualTo(Cause.RECORD_MISSING);
        shop("_acme-challenge CNAME _c3.abcdefghij.proof.nameplate.internal.");
        assertThat(fromRoot().look(CHALLENGE).finding().cause()).isEqualTo(Cause.WRONG_VALUE);
        shop("_acme-challenge CNAME " + VALUE.substring(0, VALUE.length() - 1));
        assertThat(fromRoot().look(CHALLENGE).finding().cause())
                .isEqualTo(Cause.ZONE_SUFFIX_DOUBLED);
        shop("_a1.www CNAME wrong.other.test.");
        assertThat(fromRoot().look(WANTED).finding().cause()).isEqualTo(Cause.WRONG_VALUE);
    }

    @Test
    void recognisesTheZonesNameTypedTwice() throws IOException {
        shop("_a1.www.shop.test CNAME " + VALUE);
        assertThat(absent(fromRoot().look(WANTED)))
                .contains("_a1.www.shop.test.shop.test.")
                .contains("the zone's name twice");
    }

    @Test
    void recognisesAValueWithTheZonesNameAdded() throws IOException {
        shop("_a1.www CNAME " + VALUE.substring(0, VALUE.length() - 1));
        assertThat(absent(fromRoot().look(WANTED))).contains("must end with a dot");
    }

    @Test
    void followsAChainIntoAnotherZone() throws IOException {
        shop("_a1.www CNAME step.shop.test.\nstep CNAME mine.other.test.");
        assertThat(fromRoot().look(WANTED)).isInstanceOf(Sighting.Found.class);
    }

    @Test
    void givesUpOnALongChainAndOnACircle() throws IOException {
        shop("_a1.www CNAME b\nb CNAME _a1.www");
        assertThat(absent(fromRoot().look(WANTED))).contains("more than 5 names");
    }

    @Test
    void findsNameServersThatHaveNoGlue() {
        assertThat(fromRoot().look(new CnameRecord("_a1.www.glueless.test.", VALUE)))
                .isInstanceOf(Sighting.Found.class);
    }

    @Test
    void unreachableZoneIsNotAnAnswer() {
        Sighting sighting = fromRoot().look(new CnameRecord("_a1.www.dead.test.", VALUE));

        assertThat(sighting).isInstanceOf(Sighting.Unreachable.class);
        assertThat(sighting.finding().words()).contains("dead.test.");
    }

    @Test
    void lookEndsInTimeWhenNobodyAnswers() {
        internet.all().forEach(FakeServer::silent);
        long start = System.nanoTime();

        assertThat(fromRoot().look(WANTED)).isInstanceOf(Sighting.Unreachable.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    }

    @Test
    void resolversAreAskedForTheDelegationOnly() throws IOException {
        shop("_a1.www CNAME " + VALUE);
        FakeServer resolver =
                server("127.0.0.16")
                        .knowing(
                                """
                                . NS a.root.
                                shop.test. NS ns1.shop.test.
                                shop.test. NS ns2.shop.test.
                                ns1.shop.test. A 127.0.0.13
                                ns2.shop.test. A 127.0.0.14
                                _a1.www.shop.test. CNAME stale.other.test.
                                """);
        FakeServer dead = server("127.0.0.17");
        dead.answering(Rcode.SERVFAIL);
        var lookup = lookup(List.of(dead.address(), resolver.address()), List.of());

        assertThat(lookup.look(WANTED)).isInstanceOf(Sighting.Found.class);
        assertThat(absent(lookup.look(new CnameRecord("_a1.nowhere.example.", VALUE))))
                .contains("registered and delegated");
        assertThat(lookup.caa(new DomainName("nowhere.example"), ISSUER))
                .isInstanceOf(CaaVerdict.Allowed.class);
    }

    @Test
    void resolversThatDoNotKnowTheRootAreNotTheNameOwnersFault() throws IOException {
        FakeServer resolver = server("127.0.0.16");
        resolver.answering(Rcode.NXDOMAIN);
        var lookup = lookup(List.of(resolver.address()), List.of());

        assertThat(lookup.look(WANTED))
                .isInstanceOfSatisfying(
                        Sighting.Absent.class,
                        absent -> {
                            assertThat(absent.finding().cause()).isEqualTo(Cause.RESOLVERS_CUT_OFF);
                            assertThat(absent.finding().cause().actor())
                                    .isEqualTo(Actor.SERVER_OPERATOR);
                            assertThat(absent.finding().remedy()).contains("dns.resolvers");
                        });
    }

    @Test
    void nameHostedHereIsReadFromOurOwnServer() {
        Zone zone = database.write(w -> zones.create(w, OURS, new DomainName("hosted.example")));
        var wanted = new CnameRecord("_a1.www.hosted.example.", VALUE);
        assertThat(absent(fromRoot().look(wanted))).contains("NXDOMAIN");

        database.write(w -> zones.require(w, OURS, "certificate", wanted));

        assertThat(fromRoot().look(wanted)).isInstanceOf(Sighting.Found.class);
        assertThat(fromRoot().caa(new DomainName("www.hosted.example"), ISSUER))
                .isInstanceOf(CaaVerdict.Allowed.class);
        assertThat(zone.name().ascii()).isEqualTo("hosted.example");
    }

    @Test
    void delegationOutOfAHostedZoneIsFollowed() throws IOException {
        Zone zone = database.write(w -> zones.create(w, OURS, new DomainName("hosted.example")));
        database.write(w -> zones.add(w, zone, "sub.hosted.example", "NS", "ns.other.test", false));
        other.zone("sub.hosted.example.", "@ NS ns.other.test.\n_a1 CNAME " + VALUE);

        assertThat(fromRoot().look(new CnameRecord("_a1.sub.hosted.example.", VALUE)))
                .isInstanceOf(Sighting.Found.class);
    }

    @Test
    void noCaaAnywhereAllows() throws IOException {
        shop("");
        assertThat(fromRoot().caa(new DomainName("www.shop.test"), ISSUER))
                .isInstanceOf(CaaVerdict.Allowed.class);
    }

    @Test
    void closestCaaGoverns() throws IOException {
        shop(
                """
                @ CAA 0 issue "elsewhere.test"
                ours CAA 0 issue "nameplate.internal; accounturi=x"
                """);
        assertThat(fromRoot().caa(new DomainName("a.ours.shop.test"), ISSUER))
                .isInstanceOf(CaaVerdict.Allowed.class);

        CaaVerdict verdict = fromRoot().caa(new DomainName("a.www.shop.test"), ISSUER);

        assertThat(verdict)
                .isEqualTo(
                        new CaaVerdict.Forbidden(
                                new DomainName("shop.test"), "0 issue \"elsewhere.test\""));
    }

    @Test
    void caaOfAnAliasGovernsItsName() throws IOException {
        shop("www CNAME forbidding.other.test.");
        assertThat(fromRoot().caa(new DomainName("www.shop.test"), ISSUER))
                .isInstanceOf(CaaVerdict.Forbidden.class);
    }

    @Test
    void caaOfTheTopLevelNameGovernsWhenNothingElseDoes() throws IOException {
        shop("");
        test.zone("test.", "@ NS ns\nshop NS ns1.shop\nns1.shop A 127.0.0.13\n@ CAA 0 issue \";\"");
        assertThat(fromRoot().caa(new DomainName("www.shop.test"), ISSUER))
                .isInstanceOf(CaaVerdict.Forbidden.class);
    }

    @Test
    void failedCaaLookIsNotPermission() throws IOException {
        shop("");
        shop1.answering(Rcode.SERVFAIL);
        shop2.silent();
        CaaVerdict verdict = fromRoot().caa(new DomainName("www.shop.test"), ISSUER);
        assertThat(verdict).isInstanceOf(CaaVerdict.Unknown.class);
        assertThat(((CaaVerdict.Unknown) verdict).message()).contains("SERVFAIL");
    }
}
