package dev.nameplate.notification.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nameplate.notification.Channel;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.Outcome;
import dev.nameplate.notification.Secret;
import dev.nameplate.notification.Subscription;

import jakarta.mail.Address;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;

import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

/// Events by SMTP, many in one message: a job of ten thousand entries is not ten thousand e-mails. A repeat of the same events has
/// the same Message-ID. Once one address is taken the message is delivered: another attempt would repeat it there.
public final class MailChannel implements Channel {
    private static final int MOST_EVENTS = 200;
    private static final int MOST_ADDRESSES = 10;

    /// For connecting and for each answer; a dialogue has some seven.
    private static final Duration PATIENCE = LIMIT.dividedBy(3);

    /// The plain form only, no names, no comments, no quoted parts: what could end a header's line is not in it.
    private static final Pattern ADDRESS =
            Pattern.compile("[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}");

    private static final int PERMANENT = 500;

    /// Enough that no two messages ever meet.
    private static final int ID_BYTES = 16;

    private final MailServer server;
    private final InstantSource clock;
    private final SSLContext tls;

    /// @param tls what trusts the mail server's certificate
    public MailChannel(MailServer server, InstantSource clock, SSLContext tls) {
        this.tls = tls;
        this.server = server;
        this.clock = clock;
    }

    @Override
    public Duration gathering() {
        return server.gathering();
    }

    @Override
    public int most() {
        return MOST_EVENTS;
    }

    @Override
    public Optional<String> problem(String address) {
        List<String> all = addresses(address);
        if (all.size() > MOST_ADDRESSES) {
            return Optional.of("must be at most " + MOST_ADDRESSES + " addresses");
        }
        return all.stream().allMatch(MailChannel::isAddress)
                ? Optional.empty()
                : Optional.of("must be addresses such as ops@example.com with commas between");
    }

    private static List<String> addresses(String text) {
        return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    private static boolean isAddress(String text) {
        try {
            new InternetAddress(text, true).validate();
            return ADDRESS.matcher(text).matches();
        } catch (AddressException _) {
            return false;
        }
    }

    @Override
    public Outcome send(Subscription to, List<Event> events, List<Secret> secrets) {
        Optional<String> wrong = problem(to.address());
        if (wrong.isPresent()) {
            return new Outcome.Hopeless(Optional.empty(), "the address " + wrong.get());
        }
        try {
            Session session = Session.getInstance(properties());
            Message message = message(session, to, events);
            try (Transport transport = session.getTransport()) {
                connect(transport);
                transport.sendMessage(message, message.getAllRecipients());
            }
            return new Outcome.Delivered(Optional.empty(), taken(events));
        } catch (SendFailedException e) {
            int took = count(e.getValidSentAddresses());
            if (took == 0) {
                return failed(e);
            }
            int refused = addresses(to.address()).size() - took;
            return new Outcome.Delivered(
                    Optional.empty(),
                    taken(events) + ", and refuses %d of its addresses".formatted(refused));
        } catch (MessagingException | IOException e) {
            return failed(e);
        }
    }

    private static String taken(List<Event> events) {
        return "the mail server took " + events.size() + " in one message";
    }

    private static int count(Address @Nullable [] addresses) {
        return addresses == null ? 0 : addresses.length;
    }

    private void connect(Transport transport) throws MessagingException, IOException {
        if (server.login().isEmpty()) {
            transport.connect();
            return;
        }
        MailServer.Login login = server.login().get();
        transport.connect(
                login.user(), Files.readString(login.passwordFile(), UTF_8).stripTrailing());
    }

    private Message message(Session session, Subscription to, List<Event> events)
            throws MessagingException {
        String id = "<" + digest(events) + "." + to.id() + "@" + domainOf(server.from()) + ">";
        MimeMessage message =
                new MimeMessage(session) {
                    @Override
                    protected void updateMessageID() throws MessagingException {
                        setHeader("Message-ID", id);
                    }
                };
        message.setFrom(new InternetAddress(server.from(), true));
        for (String address : addresses(to.address())) {
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(address, true));
        }
        message.setSubject(MailText.subject(events), UTF_8.name());
        message.setSentDate(Date.from(clock.instant()));
        // RFC 3834: no automatic answers, please.
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setText(MailText.body(events), UTF_8.name());
        message.saveChanges();
        return message;
    }

    /// Of all events, in whatever order: those that another attempt gathers as well make it another message.
    private static String digest(List<Event> events) {
        String ids = events.stream().map(Event::id).sorted().collect(Collectors.joining("\n"));
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(ids.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String domainOf(String address) {
        return address.substring(address.indexOf('@') + 1);
    }

    private Properties properties() {
        String protocol = server.security() == MailServer.Security.TLS ? "smtps" : "smtp";
        String prefix = "mail." + protocol + ".";
        String patience = Long.toString(PATIENCE.toMillis());
        Properties all = new Properties();
        all.put("mail.transport.protocol", protocol);
        all.put(prefix + "host", server.host());
        all.put(prefix + "port", Integer.toString(server.port()));
        all.put(prefix + "auth", Boolean.toString(server.login().isPresent()));
        all.put(prefix + "connectiontimeout", patience);
        all.put(prefix + "timeout", patience);
        all.put(prefix + "writetimeout", patience);
        all.put(prefix + "sendpartial", "true");
        all.put(prefix + "ssl.checkserveridentity", "true");
        all.put(prefix + "ssl.socketFactory", tls.getSocketFactory());
        if (server.security() == MailServer.Security.STARTTLS) {
            all.put(prefix + "starttls.enable", "true");
            all.put(prefix + "starttls.required", "true");
        }
        return all;
    }

    /// What a server says is not repeated, only its code.
    private Outcome failed(Exception failure) {
        if (failure instanceof AuthenticationFailedException) {
            return new Outcome.Failed(Optional.empty(), "the mail server refuses user or password");
        }
        if (failure instanceof SendFailedException refused) {
            int code = code(refused);
            Optional<Integer> status = code > 0 ? Optional.of(code) : Optional.empty();
            String reason =
                    "the mail server refuses the message"
                            + status.map(each -> " with " + each).orElse("");
            return code >= PERMANENT
                    ? new Outcome.Hopeless(status, reason)
                    : new Outcome.Failed(status, reason);
        }
        return new Outcome.Failed(
                Optional.empty(),
                "the mail server %s, port %d, is not reached, speaks no TLS we trust, or hung up"
                        .formatted(server.host(), server.port()));
    }

    /// That of the address which may be taken later, if there is one: the message is given up only if each is refused for good.
    private static int code(SendFailedException refused) {
        if (refused instanceof SMTPSendFailedException whole
                && !whole.getCommand().startsWith("RCPT")) {
            return whole.getReturnCode();
        }
        int least = Integer.MAX_VALUE;
        Exception each = refused;
        while (each != null) {
            if (each instanceof SMTPAddressFailedException address) {
                least = Math.min(least, address.getReturnCode());
            }
            each = each instanceof MessagingException more ? more.getNextException() : null;
        }
        if (least < Integer.MAX_VALUE) {
            return least;
        }
        return refused instanceof SMTPSendFailedException whole ? whole.getReturnCode() : 0;
    }
}
