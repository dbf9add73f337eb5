package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.dns.ProofLookup.CaaVerdict;
import dev.nameplate.dns.ProofLookup.Sighting;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A name hosted here, and three resolvers elsewhere of which two must see what we see.
final class VantagePointsTest {
    private static final AccountId OURS = new AccountId("111122223333");
    private static final String VALUE = "_b2.abcdefghij.proof.nameplate.internal.";
    private static final CnameRecord WANTED = new CnameRecord("_a1.www.shop.example.", VALUE);
    private static final String SHOWN = "_a1.www.shop.example. CNAME " + VALUE + "\n";
    private static final List<String> ISSUER = List.of("nameplate.internal");

    private final TestStore store = TestStore.sqlite();
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
                    store.database(),
                    zones,
                    _ -> false,
                    ProofTexts.NONE);
    private final List<FakeServer> elsewhere = new ArrayList<>();

    @BeforeEach
    void host() throws IOException {
        store.database().write(w -> zones.create(w, OURS, new DomainName("shop.example")));
        store.database().write(w -> zones.require(w, OURS, "certificate", WANTED));
        for (int i = 0; i < 3; i++) {
            elsewhere.add(
                    FakeServer.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        }
    }

    @AfterEach
    void stop() {
        elsewhere.forEach(FakeServer::close);
        own.close();
        store.close();
    }

    private AuthoritativeLookup lookup() {
        return new AuthoritativeLookup(
                store.database(),
                zones,
                own.address(),
                new LookupSettings(
                        List.of(),
                        LookupSettings.DNS_PORT,
                        List.of(),
                        LookupSettings.USUAL_PATIENCE,
                        new VantagePoints(
                                elsewhere.stream().map(FakeServer::address).toList(),
                                VantagePoints.usualQuorum(3)),
                        List.of(),
                        WebSettings.OFF));
    }

    @Test
    void oneOfThreeMayDiffer() throws IOException {
        elsewhere.get(0).knowing(SHOWN);
        elsewhere.get(1).knowing(SHOWN);
        elsewhere.get(2).answering(Rcode.SERVFAIL);

        assertThat(lookup().look(WANTED)).isInstanceOf(Sighting.Found.class);
    }

    @Test
    void twoOfThreeThatDifferHoldTheProofBack() throws IOException {
        elsewhere.get(0).knowing(SHOWN);
        elsewhere.get(1).knowing("_a1.www.shop.example. CNAME other.example.\n");
        elsewhere.get(2).knowing("www.shop.example. A 192.0.2.1\n");

        Sighting sighting = lookup().look(WANTED);

        assertThat(sighting).isInstanceOf(Sighting.Absent.class);
        assertThat(sighting.finding().cause()).isEqualTo(Cause.VANTAGE_POINTS_DISAGREE);
        assertThat(sighting.finding().words())
                .startsWith(
                        "the authoritative servers show the record, but only 1 of 3 vantage points see it, and 2 must")
                .contains("127.0.0.1:" + elsewhere.get(1).address().getPort())
                .contains("127.0.0.1:" + elsewhere.get(2).address().getPort());
    }

    @Test
    void whatVantagePointsSeeAloneProvesNothing() throws IOException {
        for (FakeServer each : elsewhere) {
            each.knowing("_a1.www.other.example. CNAME " + VALUE + "\n");
        }
        store.database().write(w -> zones.create(w, OURS, new DomainName("other.example")));

        Sighting sighting = lookup().look(new CnameRecord("_a1.www.other.example.", VALUE));

        assertThat(sighting.finding().cause()).isEqualTo(Cause.RECORD_MISSING);
    }

    @Test
    void caaMustBePermissionFromEnoughOfThem() throws IOException {
        elsewhere.get(0).knowing("shop.example. NS ns1.nameplate.internal.\n");
        for (FakeServer each : elsewhere.subList(1, 3)) {
            each.knowing("shop.example. CAA 0 issue \"elsewhere.example\"\n");
        }

        CaaVerdict verdict = lookup().caa(new DomainName("shop.example"), ISSUER);

        assertThat(verdict).isInstanceOf(CaaVerdict.Unknown.class);
        assertThat(((CaaVerdict.Unknown) verdict).message())
                .startsWith("too many vantage points do not see that it is permitted");
    }

    @Test
    void usualQuorumIsThatOfTheCertificateAuthorities() {
        assertThat(VantagePoints.usualQuorum(0)).isEqualTo(0);
        assertThat(VantagePoints.usualQuorum(1)).isEqualTo(1);
        assertThat(VantagePoints.usualQuorum(2)).isEqualTo(1);
        assertThat(VantagePoints.usualQuorum(5)).isEqualTo(4);
        assertThat(VantagePoints.usualQuorum(6)).isEqualTo(4);
        assertThatThrownBy(() -> new VantagePoints(List.of(), 1))
                .hasMessage("a quorum of 1 cannot be had of 0 vantage points");
    }
}
