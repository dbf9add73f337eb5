package dev.nameplate.api.lightsail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.dns.DnsServer;
import dev.nameplate.dns.ProofTexts;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

import software.amazon.awssdk.services.lightsail.model.DomainEntry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/// What is entered through Lightsail is what a resolver reads.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DomainEntriesServedTest {
    private static final String ZONE = "example.com";

    private final TestStore store = TestStore.sqlite();
    private final Door door = new Door(store.database());
    private final DnsServer server =
            DnsServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    door.features.database,
                    door.features.zones,
                    name -> name.startsWith("d"),
                    ProofTexts.NONE);

    DomainEntriesServedTest() {
        door.createDomain(ZONE);
    }

    @AfterAll
    void stop() {
        server.close();
        store.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0000',
            textBlock =
                    """
                    a.example.com          | A     | 192.0.2.1                     | a.example.com    | 192.0.2.1
                    aaaa.example.com       | AAAA  | 2001:DB8::0:1                 | aaaa.example.com | 2001:db8:0:0:0:0:0:1
                    Cname.example.com      | CNAME | Host.example.org.             | cname.example.com | Host.example.org.
                    mx.example.com         | MX    | 10 mail.example.org           | mx.example.com   | 10 mail.example.org.
                    null-mx.example.com    | MX    | 0 .                           | null-mx.example.com | 0 .
                    _sip._tcp.example.com  | SRV   | 1 10 5060 sip.example.org     | _sip._tcp.example.com | 1 10 5060 sip.example.org.
                    plain.example.com      | TXT   | v=spf1 include:a.example ~all | plain.example.com | "v=spf1 include:a.example ~all"
                    quoted.example.com     | TXT   | "v=DMARC1; p=none"            | quoted.example.com | "v=DMARC1; p=none"
                    two.example.com        | TXT   | "one" "t\\"wo"                | two.example.com  | one t\\"wo
                    *.star.example.com     | A     | 192.0.2.3                     | any.star.example.com | 192.0.2.3
                    *.star.example.com     | TXT   | all                           | b.any.star.example.com | all
                    _dmarc.example.com     | TXT   | x                             | _dmarc.example.com | x
                    bücher.example.com     | A     | 192.0.2.4                     | xn--bcher-kva.example.com | 192.0.2.4
                    _a.bücher.example.com  | CNAME | _b.proof.example.org          | _a.xn--bcher-kva.example.com | _b.proof.example.org.
                    """)
    void isServedAsEntered(String name, String type, String target, String asked, String rdata)
            throws IOException {
        add(name, type, target, false);
        assertThat(ask(asked, Type.value(type)).getSection(Section.ANSWER))
                .extracting(Record::rdataToString)
                .contains(rdata);
    }

    @Test
    void aLongTextIsCutIntoStringsThatJoinToIt() throws IOException {
        String key = "v=DKIM1; p=" + "Ab9+".repeat(150);
        add("dkim.example.com", "TXT", "\"" + key + "\"", false);
        add("plain-dkim.example.com", "TXT", key, false);
        for (String name : List.of("dkim.example.com", "plain-dkim.example.com")) {
            TXTRecord served =
                    (TXTRecord) ask(name, Type.TXT).getSection(Section.ANSWER).getFirst();
            assertThat(served.getStrings()).hasSize(3);
            assertThat(String.join("", served.getStrings())).isEqualTo(key);
        }
    }

    @Test
    void anAliasAtTheApexAnswersTheEdgesAddresses() throws IOException {
        String distribution = door.createDistribution("front").distribution().domainName();
        add(ZONE, "A", distribution, true);
        assertThat(ask(ZONE, Type.A).getSection(Section.ANSWER))
                .extracting(Record::rdataToString)
                .containsExactly("127.0.0.1");
        DomainEntry alias =
                door
                        .lightsail
                        .getDomain(request -> request.domainName(ZONE))
                        .domain()
                        .domainEntries()
                        .stream()
                        .filter(DomainEntry::isAlias)
                        .findFirst()
                        .orElseThrow();
        assertThat(alias.target()).isEqualTo(distribution);
        Door.assertInvalid(() -> add("x.example.com", "A", "host.example.org", true), "an alias");
        Door.assertInvalid(() -> add("x.example.com", "CNAME", distribution, true), "an alias");
        Door.assertNotFound(
                () ->
                        door.lightsail.deleteDomainEntry(request ->
                                request.domainName(ZONE)
                                        .domainEntry(entry ->
                                                entry.name(ZONE).type("A").target("192.0.2.99"))),
                "has no entry A example.com");
        door.lightsail.deleteDomainEntry(
                request -> request.domainName(ZONE).domainEntry(alias.copy(e -> e.id("0"))));
        assertThat(ask(ZONE, Type.A).getSection(Section.ANSWER)).isEmpty();
    }

    @Test
    void anUpdateByIdMovesTheRecord() throws IOException {
        add("old.example.com", "A", "192.0.2.8", false);
        String id =
                door
                        .lightsail
                        .getDomain(request -> request.domainName(ZONE))
                        .domain()
                        .domainEntries()
                        .stream()
                        .filter(entry -> entry.name().equals("old.example.com"))
                        .findFirst()
                        .orElseThrow()
                        .id();
        assertThat(Integer.parseInt(id)).hasToString(id);
        door.lightsail.updateDomainEntry(request ->
                request.domainName(ZONE)
                        .domainEntry(entry ->
                                entry.id(id)
                                        .name("new.example.com")
                                        .type("AAAA")
                                        .target("2001:db8::8")));
        assertThat(ask("old.example.com", Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(ask("new.example.com", Type.AAAA).getSection(Section.ANSWER)).hasSize(1);
    }

    @Test
    void whatAZoneCannotBeWithoutStays() throws IOException {
        List<DomainEntry> entries =
                door.lightsail
                        .getDomain(request -> request.domainName(ZONE))
                        .domain()
                        .domainEntries();
        DomainEntry soa =
                entries.stream().filter(e -> e.type().equals("SOA")).findFirst().orElseThrow();
        Door.assertInvalid(
                () ->
                        door.lightsail.deleteDomainEntry(
                                request -> request.domainName(ZONE).domainEntry(soa)),
                "the SOA of example.com cannot be removed");
        Door.assertInvalid(
                () -> add(ZONE, "SOA", "ns.example.org. admin.example.org. 1 2 3 4 5", false),
                "has its one SOA already");
        List<DomainEntry> servers =
                entries.stream()
                        .filter(e -> e.type().equals("NS") && e.name().equals(ZONE))
                        .toList();
        servers.subList(1, servers.size())
                .forEach(server ->
                        door.lightsail.deleteDomainEntry(
                                request -> request.domainName(ZONE).domainEntry(server)));
        Door.assertInvalid(
                () ->
                        door.lightsail.deleteDomainEntry(request ->
                                request.domainName(ZONE).domainEntry(servers.getFirst())),
                "the last NS entry of example.com cannot be removed");
        assertThat(ask(ZONE, Type.NS).getSection(Section.ANSWER)).hasSize(1);
    }

    @Test
    void aCnameStandsAlone() {
        add("alone.example.com", "CNAME", "host.example.org", false);
        Door.assertInvalid(
                () -> add("alone.example.com", "A", "192.0.2.1", false), "a CNAME stands alone");
        Door.assertInvalid(
                () -> add("alone.example.com", "CNAME", "other.example.org", false),
                "a CNAME stands alone");
        Door.assertInvalid(
                () -> add("alone.example.com", "CNAME", "HOST.example.org.", false),
                "already exists");
        Door.assertInvalid(() -> add(ZONE, "CNAME", "host.example.org", false), "apex");
        Door.assertInvalid(() -> add("bad.example.com", "TXT", "\"a\"b\"", false), "TXT entry");
    }

    private void add(String name, String type, String target, boolean alias) {
        door.lightsail.createDomainEntry(request ->
                request.domainName(ZONE)
                        .domainEntry(entry ->
                                entry.name(name).type(type).target(target).isAlias(alias)));
    }

    private Message ask(String name, int type) throws IOException {
        var resolver = new SimpleResolver(server.address());
        return resolver.send(
                Message.newQuery(
                        Record.newRecord(Name.fromConstantString(name + "."), type, DClass.IN)));
    }
}
