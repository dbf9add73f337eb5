package dev.nameplate.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nameplate.dns.NameServer.Deadline;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

final class OwnServerTest {
    private static final int QUESTIONS = 300;
    private static final Name ZONE = Name.fromConstantString("example.com.");

    /// Every name has a TXT record of its own name; `long.` has more than fits into a datagram.
    private final DnsServer answering =
            DnsServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new Responder(OwnServerTest::view));

    private final OwnServer own = new OwnServer(NameServer.at(answering.address()));

    @AfterEach
    void stop() throws IOException {
        own.close();
        answering.close();
    }

    private static NameView view(Name asked) {
        int repeats = asked.getLabelString(0).equals("long") ? 40 : 1;
        List<Record> texts =
                IntStream.range(0, repeats)
                        .<Record>mapToObj(i ->
                                new TXTRecord(
                                        asked,
                                        DClass.IN,
                                        60,
                                        i + " " + asked + "x".repeat(repeats)))
                        .toList();
        Record soa = new SOARecord(ZONE, DClass.IN, 60, ZONE, ZONE, 1, 60, 60, 60, 60);
        return new NameView.Node(soa, Map.of(Type.TXT, texts));
    }

    private List<Record> ask(String label) throws IOException {
        Message answer =
                own.ask(
                        Name.fromString(label, ZONE),
                        Type.TXT,
                        Deadline.in(Duration.ofSeconds(60)));
        return answer.getSection(Section.ANSWER);
    }

    @Test
    void eachOfManyQuestionsAtOnceGetsItsOwnAnswer() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Record>>> answers =
                    IntStream.range(0, QUESTIONS)
                            .mapToObj(i -> threads.submit(() -> ask("n" + i)))
                            .toList();
            for (int i = 0; i < QUESTIONS; i++) {
                assertThat(answers.get(i).get())
                        .extracting(record -> record.getName().toString())
                        .containsExactly("n" + i + ".example.com.");
            }
        }
    }

    @Test
    void whatDoesNotFitIsAskedForByTcp() throws IOException {
        assertThat(ask("long")).hasSize(40);
    }

    @Test
    void aServerThatIsGoneIsTold() {
        answering.close();
        assertThatThrownBy(() ->
                        own.ask(
                                Name.fromConstantString("a.example.com."),
                                Type.TXT,
                                Deadline.in(Duration.ofMillis(300))))
                .isInstanceOf(IOException.class);
    }
}
