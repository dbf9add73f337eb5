package dev.nameplate.notification.mail;

import com.fasterxml.jackson.databind.JsonNode;
import com.ibm.icu.text.IDNA;

import dev.nameplate.names.DomainName;
import dev.nameplate.notification.Event;
import dev.nameplate.notification.EventType;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// What somebody reads who knows their domain and where they bought it, and nothing of us. Plain text; whatever comes out of an event
/// is one line of printable characters by then.
final class MailText {
    private static final IDNA UTS46 = IDNA.getUTS46Instance(IDNA.NONTRANSITIONAL_TO_UNICODE);
    private static final int LONGEST = 1000;

    private MailText() {}

    /// One line.
    static String subject(List<Event> events) {
        Set<String> names = new TreeSet<>();
        events.forEach(each -> names.add(title(each)));
        String first = names.iterator().next();
        String whose = names.size() == 1 ? first : first + " and " + (names.size() - 1) + " more";
        return lead(events) + ": " + whose;
    }

    private static String lead(List<Event> events) {
        if (events.stream().anyMatch(each -> each.type() == EventType.RECORDS_NEEDED)) {
            return "DNS records to set";
        }
        Set<EventType> types = events.stream().map(Event::type).collect(Collectors.toSet());
        return types.size() > 1 ? "News" : what(events.getFirst().type());
    }

    private static String what(EventType type) {
        return switch (type) {
            case RECORDS_NEEDED -> "DNS records to set";
            case ISSUED -> "Certificate issued";
            case SERVED -> "Served";
            case FAILED -> "Failed";
            case JOB_DONE -> "Job done";
            case EXPIRING -> "Certificate ends soon";
            case REVOKED_IN_USE -> "Revoked certificate still in use";
            case SPARE_SWITCHED -> "Second certificate in use";
            case SPARE_MISSING -> "Second certificate missing";
            case DNS_BROKEN -> "DNS record missing";
            case NAME_TAKEN -> "Name taken over";
            case TEST -> "Test";
        };
    }

    /// A section for each customer: records first, since somebody has to act.
    static String body(List<Event> events) {
        StringBuilder text = new StringBuilder();
        List<Event> records =
                events.stream().filter(each -> each.type() == EventType.RECORDS_NEEDED).toList();
        if (!records.isEmpty()) {
            text.append(HOW_TO);
            records.forEach(each -> records(text, each));
        }
        events.stream()
                .filter(each -> each.type() != EventType.RECORDS_NEEDED)
                .forEach(each -> news(text, each));
        return text.append("-- \nSent by Nameplate. Nobody reads answers to this address.\n")
                .toString();
    }

    private static final String HOW_TO =
            """
            The names below wait for DNS records. Whoever looks after a domain sets them
            where its DNS is kept, often where the domain was bought:

              1. Sign in there and open the domain's DNS settings; the page may be called
                 "DNS", "DNS records", "Zone" or "Name servers".
              2. Choose "Add record" for each record below, with its type, name and value.
                 Where the form adds the domain to a name by itself, give only the part
                 before it. Leave what is there as it is, but if there is a record of the
                 same name already, change that one.
              3. Save. Nothing more is to be done: we look again by ourselves, and it can
                 take from a minute to some hours until a record is seen.

            """;

    private static void records(StringBuilder text, Event event) {
        heading(text, title(event));
        for (JsonNode record : event.data().path("records")) {
            boolean proof = record.path("purpose").asText().equals("PROOF");
            String name = plain(record.path("name").asText());
            text.append(
                    proof
                            ? "Shows that the domain is yours. Leave it there, renewals need it:\n"
                            : "Brings visitors to the new place. Set it when the site may move:\n");
            rows(text, record);
            if (!proof && isApex(withoutDot(name))) {
                text.append(NO_CNAME);
            }
            text.append('\n');
        }
    }

    private static void rows(StringBuilder text, JsonNode record) {
        row(text, "Type", plain(record.path("type").asText()));
        row(text, "Name", withoutDot(plain(record.path("name").asText())));
        row(text, "Value", withoutDot(plain(record.path("value").asText())));
        row(text, "TTL", plain(record.path("ttl").asText()) + " seconds");
    }

    private static final String NO_CNAME =
            """
              A domain itself can have no CNAME at most providers. Choose the type
              ALIAS, ANAME or "CNAME flattening" there, with the same value.
            """;

    private static boolean isApex(String name) {
        try {
            DomainName domain = new DomainName(name);
            return domain.isRegistrable();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static void news(StringBuilder text, Event event) {
        heading(text, title(event));
        JsonNode data = event.data();
        String reason = plain(data.path("reason").asText(data.path("detail").asText()));
        text.append(
                switch (event.type()) {
                    case RECORDS_NEEDED -> "";
                    case ISSUED -> "The certificate is issued.\n";
                    case SERVED -> "It is served: visitors who come get the new certificate.\n";
                    case FAILED -> "It was given up: " + reason + "\n" + nextStep(data) + "\n";
                    case JOB_DONE ->
                            "The job ended as "
                                    + plain(data.path("status").asText())
                                    + ": "
                                    + counts(data.path("entries"))
                                    + ".\n";
                    case EXPIRING ->
                            "The certificate ends at "
                                    + plain(data.path("notAfter").asText())
                                    + ": "
                                    + reason
                                    + "\n";
                    case REVOKED_IN_USE -> "The certificate was revoked: " + reason + "\n";
                    case SPARE_SWITCHED ->
                            """
                            A second certificate, kept ready for this, has taken the place of the one
                            that was served: %s.
                            It came from %s, and now comes from %s. Visitors get it already.
                            Nobody has to do anything: another one is asked for by itself.
                            """
                                    .formatted(
                                            reason,
                                            plain(data.path("formerIssuer").asText()),
                                            plain(data.path("issuer").asText()));
                    case SPARE_MISSING ->
                            """
                            Visitors are served as ever. But the second certificate, which is to take
                            over should the authority of the first one revoke it, has been missing since
                            %s: %s
                            If a DNS record is named here, whoever looks after the domain sets it and
                            leaves it there. Anything else is for the operator of the platform.
                            """
                                    .formatted(plain(data.path("since").asText()), reason);
                    case DNS_BROKEN ->
                            "The certificate cannot be renewed: "
                                    + reason
                                    + "\nIt ends at "
                                    + plain(data.path("notAfter").asText())
                                    + ". Put the record back that shows that the domain is yours, and leave it there:\n";
                    case NAME_TAKEN ->
                            "Somebody else has shown by DNS that the name is theirs, and holds it now. "
                                    + reason
                                    + "\n";
                    case TEST -> "This is a test. Nothing happened.\n";
                });
        if (event.type() == EventType.DNS_BROKEN) {
            data.path("records").forEach(record -> rows(text.append('\n'), record));
        }
        text.append('\n');
    }

    private static String counts(JsonNode entries) {
        return entries.properties().stream()
                .map(state ->
                        state.getValue().asInt()
                                + " "
                                + plain(state.getKey()).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    private static String nextStep(JsonNode data) {
        return switch (data.path("nextStepBy").asText()) {
            case "DOMAIN_OWNER" -> "Whoever looks after the domain's DNS has to act.";
            case "OPERATOR" -> "The operator of the platform has to act.";
            default -> "Correct the entry and send it again.";
        };
    }

    private static void heading(StringBuilder text, String title) {
        text.append(title).append('\n').append("-".repeat(title.length())).append("\n\n");
    }

    private static void row(StringBuilder text, String label, String value) {
        text.append(String.format(Locale.ROOT, "  %-6s %s\n", label + ":", value));
    }

    /// The first name as people write it, beside the form that goes into forms.
    private static String title(Event event) {
        JsonNode names = event.data().path("names");
        if (names.isEmpty()) {
            return plain(event.subject());
        }
        String ascii = plain(names.path(0).asText());
        String readable =
                plain(UTS46.nameToUnicode(ascii, new StringBuilder(), new IDNA.Info()).toString());
        return readable.equals(ascii) ? ascii : readable + " (" + ascii + ")";
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /// Nothing that ends a line, moves a cursor or turns the direction of writing.
    private static String plain(String text) {
        String clean = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]+", " ").strip();
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "…";
    }
}
