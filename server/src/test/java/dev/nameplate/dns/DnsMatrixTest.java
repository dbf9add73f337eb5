package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.dns.ProofLookup.Sighting;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What people's DNS does, shown by BIND and Knot: whether the name counts as proven, and what its owner is told.
@Tag("slow")
final class DnsMatrixTest {
    private static final String VALUE = "_b2.abcdefghij.proof.nameplate.internal.";
    private static final String RECORD = "_a1.www CNAME " + VALUE + "\n";
    private static final String SLOW = "127.0.53.20";
    private static final String TCP_ONLY = "127.0.53.21";
    private static final String NOBODY = "127.0.53.99";
    private static final List<String> ISSUER = List.of("nameplate.internal");

    @TempDir private static Path folder;

    private static final TestStore STORE = TestStore.sqlite();
    private static final Zones ZONES =
            new Zones(
                    new SettableClock(),
                    new Random(7),
                    DnsSettings.under(
                            new DomainName("nameplate.internal"),
                            InetAddress.getLoopbackAddress()));
    private static final List<AutoCloseable> UP = new ArrayList<>();
    private static AuthoritativeLookup lookup;
    private static int port;

    @BeforeAll
    static void raise() throws IOException {
        UP.add(STORE);
        RealServers internet = new RealServers(folder);
        UP.add(internet);
        String both = RealServers.BIND;
        String other = RealServers.OTHER_BIND;
        internet.delegate("good.test.", both, RealServers.KNOT)
                .bind(both, "good.test.", RECORD)
                .knot("good.test.", RECORD)
                .delegate("lame.test.", both, other)
                .bind(both, "lame.test.", RECORD)
                .delegate("wrong.test.", other, RealServers.KNOT)
                .delegate("upward.test.", RealServers.ROOT)
                .delegate("missing.test.", both)
                .bind(both, "missing.test.", "")
                .delegate("flapping.test.", both, other)
                .bind(both, "flapping.test.", RECORD)
                .bind(other, "flapping.test.", "")
                .delegate("doubled.test.", both)
                .bind(both, "doubled.test.", "_a1.www.doubled.test CNAME " + VALUE + "\n")
                .delegate("dotless.test.", both)
                .bind(both, "dotless.test.", RECORD.replace("internal.\n", "internal\n"))
                .delegate("proxied.test.", both)
                .bind(both, "proxied.test.", "_a1.www A 203.0.113.7\n")
                .delegate("other.test.", both)
                .bind(
                        both,
                        "other.test.",
                        "_a1.www CNAME _c3.zzzzzzzzzz.proof.nameplate.internal.\n")
                .delegate("bare.test.", both)
                .bind(both, "bare.test.", RECORD.replace(VALUE, VALUE.substring(1)))
                .delegate("five.test.", both)
                .bind(both, "five.test.", chain(5))
                .delegate("six.test.", both)
                .bind(both, "six.test.", chain(6))
                .delegate("broken.test.", both)
                .broken(both, "broken.test.")
                .delegate("silent.test.", NOBODY)
                .delegate("slow.test.", SLOW)
                .bind(both, "slow.test.", RECORD)
                .delegate("tcp.test.", TCP_ONLY)
                .bind(both, "tcp.test.", RECORD)
                .delegate("caa.test.", both)
                .bind(
                        both,
                        "caa.test.",
                        """
                        @ CAA 0 issue "elsewhere.test"
                        ours CAA 0 issue "nameplate.internal"
                        wild CAA 0 issue "nameplate.internal"
                        wild CAA 0 issuewild ";"
                        critical CAA 128 strange "x"
                        critical CAA 0 issue "nameplate.internal"
                        """)
                .delegate("signed.test.", both)
                .parent(internet.signed(both, "signed.test.", RECORD))
                .delegate("long.test.", both)
                .parent(internet.signedLong(both, "long.test.", RECORD))
                .delegate("bogus.test.", both)
                .delegate("expired.test.", both)
                .parent(
                        internet.signed(
                                both,
                                "expired.test.",
                                RECORD,
                                "-s",
                                "20200101000000",
                                "-e",
                                "20200201000000"))
                .delegate("stripped.test.", both)
                .bind(both, "stripped.test.", RECORD)
                .parent(
                        internet.signed(other, "bogus.test.", RECORD)
                                .replace("bogus.test.", "stripped.test."))
                .parent(
                        internet.signed(other, "elsewhere.test.", "")
                                .replace("elsewhere.", "bogus."))
                .delegate("knot.test.", RealServers.KNOT)
                .knotSigned("knot.test.", RECORD);
        internet.signed(both, "bogus.test.", RECORD);
        internet.start();
        port = internet.port;
        UP.add(Relay.open(internet.at(SLOW), internet.at(both), Relay.Weather.SLOW));
        UP.add(Relay.open(internet.at(TCP_ONLY), internet.at(both), Relay.Weather.NO_UDP));
        DnsServer own =
                DnsServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        STORE.database(),
                        ZONES,
                        _ -> false,
                        ProofTexts.NONE);
        UP.add(own);
        lookup =
                new AuthoritativeLookup(
                        STORE.database(),
                        ZONES,
                        own.address(),
                        new LookupSettings(
                                List.of(),
                                internet.port,
                                List.of(internet.at(RealServers.ROOT)),
                                LookupSettings.USUAL_PATIENCE,
                                VantagePoints.NONE,
                                internet.anchor().lines().toList(),
                                WebSettings.OFF));
    }

    @AfterAll
    static void sink() throws Exception {
        for (AutoCloseable each : UP.reversed()) {
            each.close();
        }
    }

    private static String chain(int links) {
        StringBuilder records = new StringBuilder();
        for (int i = 1; i < links; i++) {
            records.append(i == 1 ? "_a1.www" : "c" + i).append(" CNAME c" + (i + 1) + "\n");
        }
        return records.append("c" + links + " CNAME " + VALUE + "\n").toString();
    }

    private static Sighting look(String zone) {
        return lookup.look(new CnameRecord("_a1.www." + zone, VALUE));
    }

    private static Finding proven(String zone) {
        Sighting sighting = look(zone);
        assertThat(sighting).as(sighting.finding().words()).isInstanceOf(Sighting.Found.class);
        assertThat(sighting.finding().cause()).isEqualTo(Cause.NONE);
        return sighting.finding();
    }

    private static Finding unproven(String zone, Cause cause, Actor actor) {
        Sighting sighting = look(zone);
        assertThat(sighting).isNotInstanceOf(Sighting.Found.class);
        Finding finding = sighting.finding();
        assertThat(finding.cause()).as(finding.words()).isEqualTo(cause);
        assertThat(cause.actor()).isEqualTo(actor);
        return finding;
    }

    @Test
    void goodZoneIsProvenAndItsWayIsTold() {
        Finding finding = proven("good.test.");

        assertThat(finding.words()).isEqualTo("The record is there.");
        assertThat(finding.trace().path().stream().map(Trace.Cut::zone))
                .containsExactly(".", "good.test.");
        assertThat(finding.trace().path().getLast().servers())
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).startsWith("ns1.good.test (127.0.53.2:"),
                        two -> assertThat(two).startsWith("ns2.good.test (127.0.53.10:"));
        assertThat(finding.trace().asked())
                .hasSize(2)
                .allSatisfy(asked -> {
                    assertThat(asked.question()).isEqualTo("CNAME _a1.www.good.test.");
                    assertThat(asked.outcome()).isEqualTo("NOERROR");
                    assertThat(asked.records()).containsExactly("CNAME " + VALUE);
                });
        assertThat(finding.trace().dnssec()).isEqualTo(Dnssec.UNSIGNED);
    }

    @Test
    void oneLameServerIsSurvivedAndNamed() {
        Finding finding = proven("lame.test.");
        assertThat(finding.words())
                .startsWith(
                        "The record is there, but not every name server of lame.test. serves it: ns2.lame.test (127.0.53.3:")
                .endsWith(" answered REFUSED.");
        assertThat(finding.remedy()).contains("take them out of the delegation");
    }

    @Test
    void delegationToServersThatDoNotServeTheZone() {
        Finding finding = unproven("wrong.test.", Cause.LAME_DELEGATION, Actor.NAME_OWNER);
        assertThat(finding.words())
                .startsWith("no name server of wrong.test. gave a usable answer: ")
                .contains("REFUSED");
        assertThat(finding.remedy()).startsWith("Have the registrar delegate the domain");
    }

    @Test
    void delegationToAServerThatPointsBackUp() {
        Finding finding = unproven("upward.test.", Cause.LAME_DELEGATION, Actor.NAME_OWNER);
        assertThat(finding.words()).contains("is not authoritative for upward.test.");
    }

    @Test
    void nameThatNobodyRegistered() {
        Finding finding = unproven("nowhere.test.", Cause.NOT_DELEGATED, Actor.NAME_OWNER);
        assertThat(finding.words()).contains("test. says that the domain does not exist");
        assertThat(finding.remedy()).startsWith("Register the domain");
    }

    @Test
    void recordThatIsNotThereYet() {
        Finding finding = unproven("missing.test.", Cause.RECORD_MISSING, Actor.NAME_OWNER);
        assertThat(finding.words())
                .isEqualTo(
                        "the name _a1.www.missing.test. does not exist (NXDOMAIN) in the zone missing.test.");
        assertThat(finding.remedy()).isEqualTo("Set _a1.www.missing.test. CNAME " + VALUE);
    }

    @Test
    void serversThatDoNotAgreeYet() {
        Finding finding = unproven("flapping.test.", Cause.NOT_PROPAGATED, Actor.NOBODY);
        assertThat(finding.words())
                .startsWith("some name servers do not show the record yet: ns2.flapping.test");
        assertThat(finding.remedy()).startsWith("Wait; if it stays so");
    }

    @Test
    void zonesNameTypedTwice() {
        Finding finding = unproven("doubled.test.", Cause.ZONE_SUFFIX_DOUBLED, Actor.NAME_OWNER);
        assertThat(finding.words()).contains("was entered as _a1.www.doubled.test.doubled.test.");
        assertThat(finding.remedy()).startsWith("Enter as the record's name only _a1.www (");
    }

    @Test
    void valueWithoutItsFinalDot() {
        Finding finding = unproven("dotless.test.", Cause.ZONE_SUFFIX_DOUBLED, Actor.NAME_OWNER);
        assertThat(finding.words()).contains("which must end with a dot");
        assertThat(finding.seen()).contains(VALUE + "dotless.test.");
    }

    @Test
    void addressWhereTheCnameShouldBe() {
        Finding finding = unproven("proxied.test.", Cause.PROXIED_CNAME, Actor.NAME_OWNER);
        assertThat(finding.words()).contains("answers the address 203.0.113.7");
        assertThat(finding.remedy()).contains("proxy off");
        assertThat(finding.seen()).contains("_a1.www.proxied.test. A 203.0.113.7");
    }

    @Test
    void proofOfAnotherAccount() {
        Finding finding = unproven("other.test.", Cause.WRONG_VALUE, Actor.NAME_OWNER);
        assertThat(finding.words()).contains("proves the name for another account");
        assertThat(finding.seen()).contains("_c3.zzzzzzzzzz.proof.nameplate.internal.");
        assertThat(finding.remedy())
                .isEqualTo("Replace the record by _a1.www.other.test. CNAME " + VALUE);
    }

    @Test
    void valueWithoutItsUnderscoreCounts() {
        proven("bare.test.");
    }

    @Test
    void fiveLinksAreFollowedSixAreNot() {
        proven("five.test.");
        Finding finding = unproven("six.test.", Cause.CNAME_CHAIN_TOO_LONG, Actor.NAME_OWNER);
        assertThat(finding.words())
                .isEqualTo(
                        "the CNAME points to c2.six.test. and leads through more than 5 names without coming to "
                                + VALUE);
    }

    @Test
    void zoneThatItsServerCannotLoad() {
        Finding finding = unproven("broken.test.", Cause.SERVFAIL, Actor.DNS_OPERATOR);
        assertThat(finding.words()).endsWith("answered SERVFAIL");
        assertThat(finding.trace().asked().getFirst().outcome()).isEqualTo("SERVFAIL");
    }

    @Test
    void serversThatDoNotAnswer() {
        Finding finding = unproven("silent.test.", Cause.TIMEOUT, Actor.DNS_OPERATOR);
        assertThat(finding.words()).endsWith("did not answer");
        assertThat(finding.remedy()).contains("UDP and TCP on port 53");
    }

    @Test
    void slowServerIsWaitedFor() {
        Finding finding = proven("slow.test.");
        assertThat(finding.trace().asked().getFirst().millis()).isGreaterThanOrEqualTo(500);
    }

    @Test
    void serverThatAnswersOverTcpOnlyIsAskedOverTcp() {
        proven("tcp.test.");
    }

    @Test
    void signedZoneIsSecure() {
        assertThat(proven("signed.test.").trace().dnssec()).isEqualTo(Dnssec.SECURE);
    }

    @Test
    void zoneThatItsServerSignsIsSecure() {
        assertThat(proven("knot.test.").trace().dnssec()).isEqualTo(Dnssec.SECURE);
    }

    @Test
    void answerTooLongForUdpIsAskedAgainOverTcp() {
        assertThat(proven("long.test.").trace().dnssec()).isEqualTo(Dnssec.SECURE);
    }

    @Test
    void zoneSignedWithOtherKeysThanItsParentNamesProvesNothing() {
        assertBogus("bogus.test.");
    }

    @Test
    void signaturesThatHaveExpiredProveNothing() {
        assertBogus("expired.test.");
    }

    @Test
    void unsignedZoneBelowASignedDelegationProvesNothing() {
        assertBogus("stripped.test.");
    }

    private static void assertBogus(String zone) {
        Finding finding = unproven(zone, Cause.DNSSEC_BOGUS, Actor.DNS_OPERATOR);
        assertThat(finding.trace().dnssec()).isEqualTo(Dnssec.BOGUS);
        assertThat(finding.words()).contains("does not stand the check of its DNSSEC signatures");
        assertThat(finding.remedy()).contains("DS records");
    }

    @Test
    void resolverThatStripsSignaturesDoesNotMakeEveryNameBogus() throws IOException {
        String way = "zone.test. NS ns1.zone.test.\nns1.zone.test. A 127.0.53.2\n";
        try (FakeServer resolver =
                FakeServer.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .knowing(way.replace("zone.", "signed."))) {
            var blind =
                    new AuthoritativeLookup(
                            STORE.database(),
                            ZONES,
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                            new LookupSettings(
                                    List.of(resolver.address()),
                                    port,
                                    List.of(),
                                    LookupSettings.USUAL_PATIENCE,
                                    VantagePoints.NONE,
                                    LookupSettings.ROOT_ANCHORS,
                                    WebSettings.OFF));
            Sighting sighting = blind.look(new CnameRecord("_a1.www.signed.test.", VALUE));
            assertThat(sighting).isInstanceOf(Sighting.Found.class);
            assertThat(sighting.finding().trace().dnssec()).isEqualTo(Dnssec.UNCHECKED);
        }
    }

    @Test
    void caaOfTheClosestNameGoverns() {
        assertThat(caa("www.caa.test"))
                .isEqualTo(
                        new CaaVerdict.Forbidden(
                                new DomainName("caa.test"), "0 issue \"elsewhere.test\""));
        assertThat(caa("www.ours.caa.test")).isInstanceOf(CaaVerdict.Allowed.class);
        assertThat(caa("wild.caa.test")).isInstanceOf(CaaVerdict.Allowed.class);
        assertThat(caa("*.wild.caa.test")).isInstanceOf(CaaVerdict.Forbidden.class);
        assertThat(caa("critical.caa.test")).isInstanceOf(CaaVerdict.Forbidden.class);
        assertThat(caa("www.good.test")).isEqualTo(new CaaVerdict.Allowed());
        assertThat(caa("www.broken.test")).isInstanceOf(CaaVerdict.Unknown.class);
    }

    private static CaaVerdict caa(String name) {
        return lookup.caa(new DomainName(name), ISSUER);
    }
}
