package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nameplate.db.Database;
import dev.nameplate.names.AccountId;
import dev.nameplate.names.DomainName;
import dev.nameplate.testkit.Parts;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestStore;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/// One server and one zone for all: each test writes to names of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class DnsServerTest {
    private static final AccountId OURS = new AccountId("111122223333");
    private static final String DISTRIBUTION = "d111111abcdef8.cdn.nameplate.internal";

    private final TestStore store = TestStore.sqlite();
    private final Database database = store.database();
    private final Zones zones =
            new Zones(
                    new SettableClock(),
                    new Random(7),
                    new DnsSettings(
                            new DomainName("nameplate.internal"),
                            List.of(
                                    new DomainName("ns1.nameplate.internal"),
                                    new DomainName("ns2.nameplate.internal")),
                            List.of(address("192.0.2.53")),
                            List.of(address("192.0.2.80"), address("2001:db8::80"))));
    private final Map<String, List<String>> shown = new ConcurrentHashMap<>();
    private final DnsServer server =
            DnsServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    database,
                    zones,
                    DISTRIBUTION::equals,
                    target -> shown.getOrDefault(target, List.of()));
    private final Zone zone =
            database.write(w -> zones.create(w, OURS, new DomainName("example.com")));

    @BeforeAll
    void fillZone() {
        add("www.example.com", "A", "192.0.2.1");
        add("www.example.com", "A", "192.0.2.2");
        add("alias.example.com", "CNAME", "second.example.com");
        add("second.example.com", "CNAME", "www.example.com");
        add("outside.example.com", "CNAME", "www.example.net");
        add("dangling.example.com", "CNAME", "missing.example.com");
        add("loop.example.com", "CNAME", "pool.example.com");
        add("pool.example.com", "CNAME", "loop.example.com");
        add("cdn.example.com", "CNAME", DISTRIBUTION);
        add("a.deep.example.com", "TXT", "far down");
        add("*.wild.example.com", "A", "192.0.2.9");
        add("here.wild.example.com", "TXT", "not the wildcard");
        add("sub.example.com", "NS", "ns.sub.example.com");
        add("ns.sub.example.com", "A", "192.0.2.99");
        add("example.com", "MX", "10 mail.example.com");
        database.write(w -> zones.add(w, zone, "example.com", "A", DISTRIBUTION, true));
    }

    @AfterAll
    void stop() {
        server.close();
        store.close();
    }

    private void add(String name, String type, String target) {
        database.write(write -> zones.add(write, zone, name, type, target, false));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private SimpleResolver resolver() {
        var resolver = new SimpleResolver(server.address());
        resolver.setTimeout(Duration.ofSeconds(60));
        return resolver;
    }

    private Message ask(String name, int type) throws IOException {
        return resolver().send(query(name, type));
    }

    private static Message query(String name, int type) {
        Message query =
                Message.newQuery(
                        Record.newRecord(Name.fromConstantString(name + "."), type, DClass.IN));
        query.getHeader().unsetFlag(Flags.RD);
        return query;
    }

    private static List<String> answers(Message message) {
        return message.getSection(Section.ANSWER).stream().map(Record::rdataToString).toList();
    }

    private static void assertNegative(Message message, int rcode) {
        assertThat(message.getRcode()).isEqualTo(rcode);
        assertThat(message.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(message.getSection(Section.ANSWER)).isEmpty();
        assertThat(message.getSection(Section.AUTHORITY))
                .singleElement()
                .satisfies(soa -> {
                    assertThat(soa.getType()).isEqualTo(Type.SOA);
                    assertThat(soa.getTTL()).isEqualTo(60);
                });
    }

    @Test
    void answersWithAuthority() throws IOException {
        Message answer = ask("www.example.com", Type.A);

        assertThat(answers(answer)).containsExactlyInAnyOrder("192.0.2.1", "192.0.2.2");
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getHeader().getFlag(Flags.RA)).isFalse();
        assertThat(answer.getSection(Section.ANSWER).getFirst().getTTL()).isEqualTo(60);
    }

    @Test
    void answersOverTcpOnTheSamePort() throws IOException {
        SimpleResolver resolver = resolver();
        resolver.setTCP(true);

        assertThat(answers(resolver.send(query("www.example.com", Type.A)))).hasSize(2);
    }

    @Test
    void missingNameIsNxdomainAndMissingTypeIsNot() throws IOException {
        assertNegative(ask("missing.example.com", Type.A), Rcode.NXDOMAIN);
        assertNegative(ask("www.example.com", Type.TXT), Rcode.NOERROR);
        assertNegative(ask("www.example.com", 65280), Rcode.NOERROR);
        assertNegative(ask("www.example.com", Type.CAA), Rcode.NOERROR);
    }

    @Test
    void nameWithOnlyNamesBelowItExists() throws IOException {
        assertNegative(ask("deep.example.com", Type.A), Rcode.NOERROR);
        assertNegative(ask("x.deep.example.com", Type.A), Rcode.NXDOMAIN);
    }

    @Test
    void chasesCnamesInsideOurZones() throws IOException {
        assertThat(answers(ask("alias.example.com", Type.A)))
                .containsExactlyInAnyOrder(
                        "second.example.com.", "www.example.com.", "192.0.2.1", "192.0.2.2");
        assertThat(answers(ask("alias.example.com", Type.CNAME)))
                .containsExactly("second.example.com.");
        assertThat(answers(ask("cdn.example.com", Type.A)))
                .containsExactly(DISTRIBUTION + ".", "192.0.2.80");
    }

    @Test
    void leavesForeignCnameTargetsToTheAsker() throws IOException {
        Message answer = ask("outside.example.com", Type.A);

        assertThat(answer.getRcode()).isEqualTo(Rcode.NOERROR);
        assertThat(answers(answer)).containsExactly("www.example.net.");
    }

    @Test
    void lastNameOfAChainDecidesTheCode() throws IOException {
        Message answer = ask("dangling.example.com", Type.A);

        assertThat(answer.getRcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(answers(answer)).containsExactly("missing.example.com.");
    }

    @Test
    void circleOfCnamesEnds() throws IOException {
        assertThat(answers(ask("loop.example.com", Type.A)))
                .containsExactlyInAnyOrder("pool.example.com.", "loop.example.com.");
    }

    @Test
    void wildcardStandsForNamesThatDoNotExist() throws IOException {
        Message answer = ask("Any.Thing.wild.example.com", Type.A);
        assertThat(answers(answer)).containsExactly("192.0.2.9");
        assertThat(answer.getSection(Section.ANSWER).getFirst().getName().toString())
                .isEqualTo("Any.Thing.wild.example.com.");

        assertNegative(ask("here.wild.example.com", Type.A), Rcode.NOERROR);
        assertNegative(ask("below.here.wild.example.com", Type.A), Rcode.NXDOMAIN);
        assertNegative(ask("wild.example.com", Type.A), Rcode.NOERROR);
    }

    @Test
    void delegationIsReferredToWithGlue() throws IOException {
        Message answer = ask("www.sub.example.com", Type.A);

        assertThat(answer.getHeader().getFlag(Flags.AA)).isFalse();
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
        assertThat(answer.getSection(Section.AUTHORITY))
                .extracting(Record::rdataToString)
                .containsExactly("ns.sub.example.com.");
        assertThat(answer.getSection(Section.ADDITIONAL))
                .extracting(Record::rdataToString)
                .contains("192.0.2.99");
    }

    @Test
    void refusesWhatIsNotHostedHere() throws IOException {
        assertThat(ask("example.net", Type.A).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(ask("com", Type.NS).getRcode()).isEqualTo(Rcode.REFUSED);
        assertThat(
                        resolver()
                                .send(
                                        Message.newQuery(
                                                Record.newRecord(Name.root, Type.NS, DClass.IN)))
                                .getRcode())
                .isEqualTo(Rcode.REFUSED);
    }

    @Test
    void suffixZoneKnowsItsOwnNames() throws IOException {
        assertThat(answers(ask("nameplate.internal", Type.NS))).hasSize(2);
        assertThat(answers(ask("ns2.nameplate.internal", Type.A))).containsExactly("192.0.2.53");
        assertThat(answers(ask(DISTRIBUTION, Type.A))).containsExactly("192.0.2.80");
        assertThat(answers(ask(DISTRIBUTION, Type.AAAA))).containsExactly("2001:db8:0:0:0:0:0:80");
        assertNegative(ask("d2.cdn.nameplate.internal", Type.A), Rcode.NXDOMAIN);
        assertNegative(ask("cdn.nameplate.internal", Type.A), Rcode.NOERROR);
        assertNegative(ask("_b2.abcdefghij.proof.nameplate.internal", Type.A), Rcode.NOERROR);
        assertThat(answers(ask("_b2.abcdefghij.proof.nameplate.internal", Type.TXT))).hasSize(1);
        assertNegative(ask("abcdefghij.proof.nameplate.internal", Type.A), Rcode.NOERROR);
    }

    @Test
    void aliasAnswersTheEdgesAddresses() throws IOException {
        assertThat(answers(ask("example.com", Type.A))).containsExactly("192.0.2.80");
        assertThat(answers(ask("example.com", Type.MX))).containsExactly("10 mail.example.com.");
    }

    @Test
    void anyIsAnsweredWithOneRecordSet() throws IOException {
        Message answer = ask("example.com", Type.ANY);

        assertThat(answer.getSectionRRsets(Section.ANSWER)).hasSize(1);
    }

    @Test
    void commitShowsInTheNextAnswer() throws IOException {
        for (int i = 0; i < 40; i++) {
            String name = "n" + i + ".example.com";
            assertThat(ask(name, Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
            add(name, "A", "192.0.2.7");
            assertThat(answers(ask(name, Type.A))).containsExactly("192.0.2.7");
            database.write(write -> {
                zones.remove(write, zone, name, "A", "192.0.2.7", false);
                return true;
            });
            assertThat(ask(name, Type.A).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        }
    }

    @Test
    void commitShowsInTheNextAnswerWhileOthersKeepAsking() throws Exception {
        var done = new AtomicBoolean();
        List<Thread> askers =
                IntStream.range(0, 3)
                        .mapToObj(_ ->
                                Thread.ofVirtual()
                                        .start(() -> {
                                            while (!done.get()) {
                                                askQuietly("hot.example.com");
                                            }
                                        }))
                        .toList();
        try {
            add("hot.example.com", "TXT", "v0");
            for (int i = 1; i <= 50; i++) {
                ZoneEntry old = entryAt("hot.example.com");
                String next = "v" + i;
                database.write(write ->
                        zones.update(write, zone, old.id(), "hot.example.com", "TXT", next, false));
                assertThat(answers(ask("hot.example.com", Type.TXT))).containsExactly(next);
            }
        } finally {
            done.set(true);
            for (Thread asker : askers) {
                asker.join();
            }
        }
    }

    private ZoneEntry entryAt(String name) {
        return database.read(handle -> zones.entries(handle, zone)).stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void askQuietly(String name) {
        try {
            ask(name, Type.TXT);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void newZoneIsServedAtOnceAndADeletedOneNoMore() throws IOException {
        assertThat(ask("example.org", Type.SOA).getRcode()).isEqualTo(Rcode.REFUSED);
        Zone other = database.write(w -> zones.create(w, OURS, new DomainName("example.org")));
        assertThat(answers(ask("example.org", Type.SOA))).hasSize(1);
        database.write(write -> {
            zones.delete(write, other);
            return true;
        });
        assertThat(ask("example.org", Type.SOA).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    @Test
    void longAnswerIsTruncatedOnUdpAndWholeOnTcp() throws IOException {
        for (int i = 0; i < 60; i++) {
            add("many.example.com", "TXT", "text number " + i + " of a long set of texts");
        }
        SimpleResolver truncating = resolver();
        truncating.setIgnoreTruncation(true);
        Message cut = truncating.send(query("many.example.com", Type.TXT));
        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.numBytes()).isLessThanOrEqualTo(1232);
        assertThat(cut.getSection(Section.ADDITIONAL)).containsExactly(cut.getOPT());
        assertThat(cut.getOPT())
                .extracting(
                        OPTRecord::getName,
                        OPTRecord::getPayloadSize,
                        OPTRecord::getVersion,
                        OPTRecord::getExtendedRcode,
                        OPTRecord::getFlags,
                        OPTRecord::getOptions)
                .containsExactly(Name.root, 1232, 0, 0, 0, List.of());

        assertThat(answers(ask("many.example.com", Type.TXT))).hasSize(60);
    }

    @Test
    void whatAnAuthorityLooksForIsShownAtOnceUnderTheTarget() throws IOException {
        String target = "_c3.abcdefghij.proof.nameplate.internal";
        assertThat(answers(ask(target, Type.TXT))).singleElement().asString().contains("target of");
        shown.put(target, List.of("of-the-apex", "of-the-wildcard"));
        Message answer = ask("_C3.AbcDefghij.PROOF.nameplate.internal", Type.TXT);
        assertThat(answers(answer)).containsExactlyInAnyOrder("of-the-apex", "of-the-wildcard");
        assertThat(answer.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(answer.getSection(Section.ANSWER))
                .allSatisfy(record -> assertThat(record.getTTL()).isEqualTo(1));
        assertNegative(ask(target, Type.A), Rcode.NOERROR);
        shown.remove(target);
        assertThat(answers(ask(target, Type.TXT))).singleElement().asString().contains("target of");
    }

    @Test
    void aHostedZonesCnameIsFollowedToWhatAnAuthorityLooksFor() throws IOException {
        String target = "_d4.abcdefghij.proof.nameplate.internal";
        add("_acme-challenge.shop.example.com", "CNAME", target);
        shown.put(target, List.of("text"));
        SimpleResolver tcp = resolver();
        tcp.setTCP(true);
        Message query = query("_acme-challenge.shop.example.com", Type.TXT);
        for (Message answer : List.of(resolver().send(query), tcp.send(query))) {
            assertThat(answer.getSection(Section.ANSWER))
                    .extracting(
                            record -> Type.string(record.getType()) + " " + record.rdataToString())
                    .containsExactly("CNAME " + target + ".", "TXT text");
        }
    }

    @Test
    void moreTextsThanUdpCarriesAreTruncatedAndWholeOnTcp() throws IOException {
        String target = "_e5.abcdefghij.proof.nameplate.internal";
        shown.put(target, IntStream.range(0, 60).mapToObj(i -> i + "x".repeat(41)).toList());
        SimpleResolver truncating = resolver();
        truncating.setIgnoreTruncation(true);
        Message cut = truncating.send(query(target, Type.TXT));
        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.numBytes()).isLessThanOrEqualTo(1232);
        assertThat(new Message(exchange(query(target, Type.TXT).toWire())).numBytes())
                .isLessThanOrEqualTo(512);
        assertThat(answers(ask(target, Type.TXT))).hasSize(60);
    }

    @Test
    void withoutEdnsTheLimitIs512() throws IOException {
        for (int i = 0; i < 20; i++) {
            add("some.example.com", "TXT", "text number " + i + " of a long set of texts");
        }

        Message cut = new Message(exchange(query("some.example.com", Type.TXT).toWire()));

        assertThat(cut.getHeader().getFlag(Flags.TC)).isTrue();
        assertThat(cut.numBytes()).isLessThanOrEqualTo(512);
        assertThat(cut.getOPT()).isNull();
    }

    @Test
    void laterEdnsVersionIsAnsweredWithBadvers() throws IOException {
        Message query = query("www.example.com", Type.A);
        query.addRecord(new OPTRecord(1232, 0, 1), Section.ADDITIONAL);

        Message answer = new Message(exchange(query.toWire()));

        assertThat(answer.getRcode()).isEqualTo(16);
        assertThat(answer.getSection(Section.ANSWER)).isEmpty();
    }

    @Test
    void caseOfTheQuestionIsKept() throws IOException {
        ask("www.example.com", Type.A);
        Message answer = ask("wWw.eXample.COM", Type.A);

        assertThat(answer.getQuestion().getName().toString()).isEqualTo("wWw.eXample.COM.");
        assertThat(answer.getSection(Section.ANSWER).getFirst().getName().toString())
                .isEqualTo("wWw.eXample.COM.");
    }

    @Test
    void otherOperationsAreNotImplemented() throws IOException {
        Message query = query("example.com", Type.SOA);
        query.getHeader().setOpcode(Opcode.NOTIFY);

        Message answer = new Message(exchange(query.toWire()));

        assertThat(answer.getRcode()).isEqualTo(Rcode.NOTIMP);
        assertThat(answer.getHeader().getID()).isEqualTo(query.getHeader().getID());
        assertThat(answer.getHeader().getOpcode()).isEqualTo(Opcode.NOTIFY);
    }

    @Test
    void transferAndOtherClassesAreRefused() throws IOException {
        assertThat(new Message(exchange(query("example.com", Type.AXFR).toWire())).getRcode())
                .isEqualTo(Rcode.REFUSED);
        Message chaos =
                Message.newQuery(
                        Record.newRecord(
                                Name.fromConstantString("version.bind."), Type.TXT, DClass.CH));
        assertThat(new Message(exchange(chaos.toWire())).getRcode()).isEqualTo(Rcode.REFUSED);
    }

    @Test
    void malformedPacketsStopNothing() throws IOException {
        var random = new Random(42);
        try (var socket = new DatagramSocket()) {
            for (int i = 0; i < 500; i++) {
                byte[] noise = new byte[random.nextInt(600)];
                random.nextBytes(noise);
                socket.send(new DatagramPacket(noise, noise.length, server.address()));
                byte[] bent = query("www.example.com", Type.A).toWire();
                bent[random.nextInt(bent.length)] ^= (byte) (1 << random.nextInt(8));
                socket.send(new DatagramPacket(bent, bent.length, server.address()));
            }
        }
        byte[] brokenName = query("www.example.com", Type.A).toWire();
        brokenName[12] = (byte) 0xC0;
        brokenName[13] = (byte) 0xFF;
        assertThat(exchange(brokenName)[3] & 0xF).isEqualTo(Rcode.FORMERR);
        assertThat(answers(ask("www.example.com", Type.A))).hasSize(2);
    }

    @Test
    void tcpConnectionServesManyQueriesAndEndsOnAnOversizedOne() throws IOException {
        try (var socket = new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout(60_000);
            var in = new DataInputStream(socket.getInputStream());
            for (int i = 0; i < 3; i++) {
                socket.getOutputStream().write(framed(query("www.example.com", Type.A).toWire()));
                byte[] answer = new byte[in.readUnsignedShort()];
                in.readFully(answer);
                assertThat(answers(new Message(answer))).hasSize(2);
            }
            socket.getOutputStream().write(new byte[] {(byte) 0xFF, (byte) 0xFF});
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void digUnderstandsUs() throws Exception {
        Process dig;
        try {
            dig =
                    new ProcessBuilder(
                                    "dig",
                                    "@127.0.0.1",
                                    "-p",
                                    String.valueOf(server.address().getPort()),
                                    "+norecurse",
                                    "+time=60",
                                    "alias.example.com",
                                    "A")
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException _) {
            Parts.absent("dig");
            return;
        }
        String output = new String(dig.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(dig.waitFor()).isZero();
        assertThat(output)
                .contains("status: NOERROR", "flags: qr aa;", "192.0.2.1", "192.0.2.2")
                .doesNotContain("WARNING");
    }

    private static byte[] framed(byte[] message) {
        return ByteBuffer.allocate(message.length + 2)
                .putShort((short) message.length)
                .put(message)
                .array();
    }

    private byte[] exchange(byte[] query) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(60_000);
            socket.send(new DatagramPacket(query, query.length, server.address()));
            var answer = new DatagramPacket(new byte[4096], 4096);
            socket.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        }
    }
}
