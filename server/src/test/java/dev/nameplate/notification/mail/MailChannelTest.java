package dev.nameplate.notification.mail;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.nameplate.names.AccountId;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;
import dev.nameplate.notification.Outcome;
import dev.nameplate.notification.Subscription;
import dev.nameplate.testkit.SettableClock;
import dev.nameplate.testkit.TestCa;
import dev.nameplate.testkit.TlsContexts;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.auth.EasyAuthenticationHandlerFactory;
import org.subethamail.smtp.auth.LoginFailedException;
import org.subethamail.smtp.server.SMTPServer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

final class MailChannelTest {
    private static final AccountId ACCOUNT = new AccountId("123456789012");

    private final SettableClock clock = new SettableClock();
    private final TestCa ca = new TestCa(Instant.now());
    private final List<Letter> letters = new CopyOnWriteArrayList<>();
    private volatile Optional<RejectException> refusal = Optional.empty();
    private Optional<SMTPServer> running = Optional.empty();

    private record Letter(String from, String to, byte[] data) {
        MimeMessage message() throws MessagingException {
            return new MimeMessage(
                    Session.getInstance(new Properties()), new ByteArrayInputStream(data));
        }
    }

    @AfterEach
    void stop() {
        running.ifPresent(SMTPServer::stop);
    }

    @Test
    void recordsArriveInAFormThatACustomersAdministratorCanFollow() throws Exception {
        MailChannel channel = channel(start(plain()), MailServer.Security.NONE);

        Outcome outcome =
                channel.send(
                        to("ops@example.com,dns@example.net"),
                        List.of(records("xn--bcher-kva.de", 0), records("shop.example.com", 1)),
                        List.of());

        assertThat(outcome).isInstanceOf(Outcome.Delivered.class);
        MimeMessage message = letters.getFirst().message();
        assertThat(message.getSubject())
                .isEqualTo("DNS records to set: bücher.de (xn--bcher-kva.de) and 1 more");
        assertThat(message.getHeader("To", ",")).isEqualTo("ops@example.com, dns@example.net");
        assertThat(message.getContentType()).containsIgnoringCase("charset=UTF-8");
        assertThat(message.getHeader("Auto-Submitted")).containsExactly("auto-generated");
        assertThat(message.getSentDate()).isEqualTo(Date.from(clock.instant()));
        String text = ((String) message.getContent()).replace("\r\n", "\n");
        assertThat(text)
                .contains(
                        """
                        bücher.de (xn--bcher-kva.de)
                        ----------------------------

                        Shows that the domain is yours. Leave it there, renewals need it:
                          Type:  CNAME
                          Name:  _proof.xn--bcher-kva.de
                          Value: _abc.acm.nameplate.internal
                          TTL:   300 seconds

                        Brings visitors to the new place. Set it when the site may move:
                          Type:  CNAME
                          Name:  xn--bcher-kva.de
                          Value: d1.nameplate.internal
                          TTL:   300 seconds
                          A domain itself can have no CNAME at most providers.\
                        """)
                .contains("shop.example.com\n----------------\n")
                .contains("1. Sign in there");
        assertThat(text.indexOf("ALIAS")).isEqualTo(text.lastIndexOf("ALIAS"));
    }

    @Test
    void aRepeatHasTheSameMessageId() throws Exception {
        MailChannel channel = channel(start(plain()), MailServer.Security.NONE);
        List<Event> events = List.of(records("shop.example.com", 1));

        channel.send(to("ops@example.com"), events, List.of());
        clock.advance(Duration.ofHours(1));
        channel.send(to("ops@example.com"), events, List.of());

        assertThat(letters).hasSize(2);
        assertThat(letters.getLast().message().getMessageID())
                .isEqualTo(letters.getFirst().message().getMessageID());
    }

    @Test
    void anAttemptThatGathersMoreIsAnotherMessage() throws Exception {
        MailChannel channel = channel(start(plain()), MailServer.Security.NONE);
        Event first = records("a.example.com", 1);
        Event second = records("b.example.com", 2);

        channel.send(to("ops@example.com"), List.of(first), List.of());
        channel.send(to("ops@example.com"), List.of(first, second), List.of());
        channel.send(to("ops@example.com"), List.of(second, first), List.of());

        assertThat(letters).hasSize(3);
        String gathered = letters.get(1).message().getMessageID();
        assertThat(gathered).isNotEqualTo(letters.getFirst().message().getMessageID());
        assertThat(letters.getLast().message().getMessageID()).isEqualTo(gathered);
    }

    @Test
    void oneDeadAddressKeepsNothingFromTheOthers() throws Exception {
        Mailboxes mailboxes =
                new Mailboxes(Map.of("dead@example.com", 550, "gone@example.com", 551));
        MailChannel channel = channel(start(server(mailboxes)), MailServer.Security.NONE);
        List<Event> events = List.of(records("shop.example.com", 1));

        assertThat(
                        channel.send(
                                to("dead@example.com,ops@example.com,gone@example.com"),
                                events,
                                List.of()))
                .isEqualTo(
                        new Outcome.Delivered(
                                Optional.empty(),
                                "the mail server took 1 in one message, and refuses 2 of its addresses"));
        assertThat(mailboxes.took).containsExactly("ops@example.com");
    }

    @Test
    void onlyWhatEveryAddressRefusesForGoodIsGivenUp() throws Exception {
        Mailboxes mailboxes =
                new Mailboxes(Map.of("dead@example.com", 550, "full@example.com", 450));
        MailChannel channel = channel(start(server(mailboxes)), MailServer.Security.NONE);
        List<Event> events = List.of(records("shop.example.com", 1));

        assertThat(channel.send(to("dead@example.com"), events, List.of()))
                .isEqualTo(
                        new Outcome.Hopeless(
                                Optional.of(550), "the mail server refuses the message with 550"));
        assertThat(channel.send(to("dead@example.com,full@example.com"), events, List.of()))
                .isEqualTo(
                        new Outcome.Failed(
                                Optional.of(450), "the mail server refuses the message with 450"));
        refusal = Optional.of(new RejectException(451, "try later"));
        assertThat(channel.send(to("dead@example.com,ops@example.com"), events, List.of()))
                .as("one address is dead, but what the other was to get is only late")
                .isEqualTo(
                        new Outcome.Failed(
                                Optional.of(451), "the mail server refuses the message with 451"));
        assertThat(mailboxes.took).isEmpty();
    }

    /// A mail server with mailboxes that refuse what is for them.
    private final class Mailboxes implements MessageHandler {
        final List<String> took = new CopyOnWriteArrayList<>();
        private final Map<String, Integer> refusing;
        private final List<String> recipients = new CopyOnWriteArrayList<>();

        Mailboxes(Map<String, Integer> refusing) {
            this.refusing = refusing;
        }

        @Override
        public void from(String from) {
            recipients.clear();
        }

        @Override
        public void recipient(String recipient) throws RejectException {
            Optional<Integer> code = Optional.ofNullable(refusing.get(recipient));
            if (code.isPresent()) {
                throw new RejectException(code.get(), "not here");
            }
            recipients.add(recipient);
        }

        @Override
        public String data(InputStream data) throws RejectException, IOException {
            data.transferTo(OutputStream.nullOutputStream());
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            took.addAll(recipients);
            return "taken";
        }

        @Override
        public void done() {}
    }

    private static SMTPServer.Builder server(MessageHandler handler) {
        return SMTPServer.port(0)
                .bindAddress(InetAddress.getLoopbackAddress())
                .messageHandlerFactory(_ -> handler);
    }

    @Test
    void failuresSayWhyAndWhoActs() throws Exception {
        MailChannel channel = channel(start(plain()), MailServer.Security.NONE);
        ObjectNode data = names("shop.example.com");
        data.put("reason", "CAA forbids us").put("nextStepBy", "DOMAIN_OWNER");

        channel.send(to("ops@example.com"), List.of(event(EventType.FAILED, data, 0)), List.of());

        MimeMessage message = letters.getFirst().message();
        assertThat(message.getSubject()).isEqualTo("Failed: shop.example.com");
        assertThat((String) message.getContent())
                .contains("It was given up: CAA forbids us")
                .contains("Whoever looks after the domain's DNS has to act.");
    }

    @Test
    void ofASpareIsToldWhetherAnybodyHasToAct() throws Exception {
        MailChannel channel = channel(start(plain()), MailServer.Security.NONE);
        ObjectNode switched = names("shop.example.com");
        switched.put("reason", "the authority that it came from has revoked it")
                .put("formerIssuer", "letsencrypt")
                .put("issuer", "google");
        ObjectNode missing = names("shop.example.com");
        missing.put("reason", "Set the record _x.shop.example.com. CNAME _t.example.")
                .put("since", "2026-03-01T00:00:00Z");

        channel.send(
                to("ops@example.com"),
                List.of(
                        event(EventType.SPARE_SWITCHED, switched, 0),
                        event(EventType.SPARE_MISSING, missing, 1)),
                List.of());

        assertThat((String) letters.getFirst().message().getContent())
                .contains("the authority that it came from has revoked it")
                .contains("It came from letsencrypt, and now comes from google.")
                .contains("Nobody has to do anything")
                .contains("has been missing since")
                .contains("2026-03-01T00:00:00Z: Set the record _x.shop.example.com. CNAME")
                .contains("Visitors are served as ever");
    }

    @Test
    void aRecordThatIsGoneIsShownToBePutBack() throws Exception {
        MailChannel channel = channel(start(plain()), MailServer.Security.NONE);
        ObjectNode data = names("shop.example.com");
        data.put("reason", "nothing is there").put("notAfter", "2026-03-01T00:00:00Z");
        data.putArray("records")
                .add(record("PROOF", "_p.shop.example.com.", "_v.acm.nameplate.internal."));

        channel.send(
                to("ops@example.com, dns@example.net"),
                List.of(event(EventType.DNS_BROKEN, data, 0)),
                List.of());

        MimeMessage message = letters.getFirst().message();
        assertThat(message.getHeader("To", ",")).isEqualTo("ops@example.com, dns@example.net");
        assertThat(message.getSubject()).isEqualTo("DNS record missing: shop.example.com");
        assertThat(((String) message.getContent()).replace("\r\n", "\n"))
                .contains(
                        """
                        The certificate cannot be renewed: nothing is there
                        It ends at 2026-03-01T00:00:00Z. Put the record back that shows that the domain is yours, and leave it there:

                          Type:  CNAME
                          Name:  _p.shop.example.com
                          Value: _v.acm.nameplate.internal
                          TTL:   300 seconds
                        """);
    }

    @Test
    void howManyEntriesAJobEndedWithIsSaidInWords() throws Exception {
        MailChannel channel = channel(start(plain()), MailServer.Security.NONE);
        ObjectNode data = JsonNodeFactory.instance.objectNode().put("status", "FAILED");
        data.putObject("entries").put("DONE", 2).put("FAILED", 1);

        channel.send(to("ops@example.com"), List.of(event(EventType.JOB_DONE, data, 0)), List.of());

        assertThat((String) letters.getFirst().message().getContent())
                .contains("The job ended as FAILED: 2 done, 1 failed.");
    }

    @Test
    void nothingOfAnEventBeginsAHeaderOrALineOfItsOwn() throws Exception {
        MailChannel channel = channel(start(plain()), MailServer.Security.NONE);
        ObjectNode data = names("a.example\r\nBcc: all@example.org\r\n\r\nBuy");
        data.put("reason", "line one\r\n.\r\nMAIL FROM:<x@example.org>\u202egnp");

        channel.send(to("ops@example.com"), List.of(event(EventType.FAILED, data, 0)), List.of());

        assertThat(letters).hasSize(1);
        MimeMessage message = letters.getFirst().message();
        assertThat(message.getHeader("Bcc")).isNull();
        assertThat(message.getSubject()).doesNotContain("\n", "\r");
        assertThat((String) message.getContent())
                .contains("line one . MAIL FROM:<x@example.org> gnp")
                .doesNotContain("\u202e");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ops",
                "ops@",
                "ops@example.com\r\nBcc: all@example.org",
                "Ops <ops@example.com>",
                "ops@example.com,",
                "\"a b\"@example.com",
                "ops@example.com;dns@example.net",
                "(comment)ops@example.com",
                "a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c,a@b.c"
            })
    void whatIsNoPlainAddressIsRefused(String address) throws IOException {
        MailChannel channel = channel(start(plain()), MailServer.Security.NONE);

        assertThat(channel.problem(address)).isPresent();
        assertThat(channel.send(to(address), List.of(records("shop.example.com", 1)), List.of()))
                .isInstanceOf(Outcome.Hopeless.class);
        assertThat(letters).isEmpty();
    }

    @Test
    void itGoesUnderTlsOrNotAtAll() throws Exception {
        int port =
                start(
                        plain().startTlsSocketFactory(
                                        TlsContexts.serving(ca.issue("localhost")), false)
                                .enableTLS()
                                .requireTLS());
        assertThat(send(port, "localhost", MailServer.Security.STARTTLS))
                .isInstanceOf(Outcome.Delivered.class);
        assertThat(send(port, "127.0.0.1", MailServer.Security.STARTTLS))
                .as("a certificate of another name")
                .isInstanceOf(Outcome.Failed.class);
        stop();
        letters.clear();
        assertThat(send(start(plain()), "localhost", MailServer.Security.STARTTLS))
                .as("a server without STARTTLS")
                .isInstanceOf(Outcome.Failed.class);
        assertThat(letters).isEmpty();
    }

    @Test
    void itLogsInWithThePasswordOfTheFile(@TempDir Path folder) throws Exception {
        int port =
                start(
                        plain().requireAuth(true)
                                .authenticationHandlerFactory(
                                        new EasyAuthenticationHandlerFactory(
                                                (user, password, _) -> {
                                                    if (!user.equals("relay")
                                                            || !password.equals("pässword")) {
                                                        throw new LoginFailedException();
                                                    }
                                                })));
        Path file = Files.writeString(folder.resolve("password"), "pässword\n", UTF_8);
        MailChannel channel =
                new MailChannel(
                        new MailServer(
                                "localhost",
                                port,
                                MailServer.Security.NONE,
                                Optional.of(new MailServer.Login("relay", file)),
                                "nameplate@example.com",
                                Duration.ZERO),
                        clock,
                        TlsContexts.trusting(ca));
        List<Event> events = List.of(records("shop.example.com", 1));

        assertThat(channel.send(to("ops@example.com"), events, List.of()))
                .isInstanceOf(Outcome.Delivered.class);
        Files.writeString(file, "wrong", UTF_8);
        assertThat(channel.send(to("ops@example.com"), events, List.of()))
                .isEqualTo(
                        new Outcome.Failed(
                                Optional.empty(), "the mail server refuses user or password"));
    }

    @Test
    void aServerThatIsDownIsTriedAgainAndAMailboxThatIsNotIsGivenUp() throws Exception {
        // Bound, and nobody listens.
        try (Socket taken = new Socket()) {
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertThat(send(taken.getLocalPort(), "localhost", MailServer.Security.NONE))
                    .isInstanceOf(Outcome.Failed.class);
        }

        int up = start(plain());
        refusal = Optional.of(new RejectException(451, "try later: secret=hunter2"));
        assertThat(send(up, "localhost", MailServer.Security.NONE))
                .isEqualTo(
                        new Outcome.Failed(
                                Optional.of(451), "the mail server refuses the message with 451"));
        refusal = Optional.of(new RejectException(550, "no such user"));
        assertThat(send(up, "localhost", MailServer.Security.NONE))
                .isEqualTo(
                        new Outcome.Hopeless(
                                Optional.of(550), "the mail server refuses the message with 550"));
    }

    private Outcome send(int port, String host, MailServer.Security security) {
        return channel(port, host, security)
                .send(to("ops@example.com"), List.of(records("shop.example.com", 1)), List.of());
    }

    private MailChannel channel(int port, MailServer.Security security) {
        return channel(port, "localhost", security);
    }

    private MailChannel channel(int port, String host, MailServer.Security security) {
        return new MailChannel(
                new MailServer(
                        host,
                        port,
                        security,
                        Optional.empty(),
                        "nameplate@example.com",
                        Duration.ZERO),
                clock,
                TlsContexts.trusting(ca));
    }

    private SMTPServer.Builder plain() {
        return SMTPServer.port(0)
                .bindAddress(InetAddress.getLoopbackAddress())
                .messageHandler((_, from, to, data) -> {
                    if (refusal.isPresent()) {
                        throw refusal.get();
                    }
                    letters.add(new Letter(from, to, data));
                });
    }

    private int start(SMTPServer.Builder builder) {
        SMTPServer server = builder.build();
        server.start();
        running = Optional.of(server);
        return server.getPortAllocated();
    }

    private Subscription to(String address) {
        return new Subscription(
                "sub_1",
                ACCOUNT,
                Subscription.Kind.EMAIL,
                address,
                Set.of(),
                Subscription.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                clock.instant());
    }

    private Event records(String name, int entry) {
        ObjectNode data = names(name);
        data.putArray("records")
                .add(record("PROOF", "_proof." + name + ".", "_abc.acm.nameplate.internal."))
                .add(record("TRAFFIC", name + ".", "d1.nameplate.internal."));
        return event(EventType.RECORDS_NEEDED, data, entry);
    }

    private static ObjectNode names(String name) {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        data.putArray("names").add(name);
        return data;
    }

    private static ObjectNode record(String purpose, String name, String value) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("purpose", purpose)
                .put("name", name)
                .put("type", "CNAME")
                .put("value", value)
                .put("ttl", 300);
    }

    private Event event(EventType type, ObjectNode data, int entry) {
        return Event.of(ACCOUNT, type, "jobs/j/entries/" + entry, "1", clock.instant(), data);
    }
}
