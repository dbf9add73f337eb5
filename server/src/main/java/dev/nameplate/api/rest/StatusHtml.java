package dev.nameplate.api.rest;

import static j2html.TagCreator.body;
import static j2html.TagCreator.code;
import static j2html.TagCreator.dd;
import static j2html.TagCreator.div;
import static j2html.TagCreator.dl;
import static j2html.TagCreator.document;
import static j2html.TagCreator.dt;
import static j2html.TagCreator.each;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.h2;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.li;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.p;
import static j2html.TagCreator.section;
import static j2html.TagCreator.strong;
import static j2html.TagCreator.style;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.text;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.title;
import static j2html.TagCreator.tr;
import static j2html.TagCreator.ul;

import dev.nameplate.certificate.Certificate;
import dev.nameplate.certificate.Diagnosis;
import dev.nameplate.certificate.Proof;
import dev.nameplate.certificate.State;
import dev.nameplate.dns.Actor;
import dev.nameplate.dns.Cause;
import dev.nameplate.dns.Dnssec;
import dev.nameplate.dns.HttpRecord;
import dev.nameplate.dns.Trace;
import dev.nameplate.names.DomainName;

import j2html.tags.DomContent;
import j2html.tags.specialized.SectionTag;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The text of [StatusPage]. Every value goes through the library, which escapes it: other people's DNS answers are in it.
final class StatusHtml {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm:ss 'UTC'", Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);

    private static final String STYLE =
            """
            :root { color-scheme: light dark; --line: #8884; --soft: #8881; }
            body { font: 16px/1.5 system-ui, sans-serif; margin: 0; }
            main { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
            h1 { font-size: 1.6rem; } h2 { font-size: 1.15rem; margin: 0; overflow-wrap: anywhere; }
            section { border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
            code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; user-select: all; }
            dl.record { display: grid; grid-template-columns: max-content 1fr; gap: .4rem 1rem; background: var(--soft);
              padding: .8rem; border-radius: .4rem; margin: .6rem 0; }
            dl.record dd { margin: 0; } dt { font-weight: 600; }
            table { border-collapse: collapse; width: 100%; font-size: .9rem; } th, td { text-align: left; vertical-align: top;
              padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; } th { border: 0; }
            .done { color: #16803c; } .waits { color: #b45309; } .failed { color: #b91c1c; }
            .turn { border-left: .25rem solid #b45309; padding-left: .8rem; } .small { font-size: .85rem; opacity: .75; }
            """;

    private StatusHtml() {}

    static String notice(String text) {
        return page("Certificate status", false, p(text));
    }

    static String of(Certificate certificate, Map<DomainName, Diagnosis> diagnoses) {
        boolean waits = certificate.state() instanceof State.Pending;
        return page(
                "Certificate for " + certificate.primaryName(),
                waits,
                h1("Certificate for " + certificate.primaryName()),
                state(certificate.state()),
                each(
                        certificate.proofs(),
                        proof ->
                                name(
                                        proof,
                                        Optional.ofNullable(diagnoses.get(proof.name())),
                                        waits)),
                p("The page says what was last seen. Reload it; nobody else is told of this link.")
                        .withClass("small"));
    }

    private static String page(String title, boolean refreshed, DomContent... content) {
        return document(
                html(
                                head(
                                        meta().withCharset("utf-8"),
                                        meta().withName("viewport")
                                                .withContent("width=device-width, initial-scale=1"),
                                        meta().withName("robots").withContent("noindex, nofollow"),
                                        iff(
                                                refreshed,
                                                meta().attr("http-equiv", "refresh")
                                                        .withContent("30")),
                                        title(title),
                                        style(STYLE)),
                                body(main(content)))
                        .withLang("en"));
    }

    private static DomContent state(State state) {
        return switch (state) {
            case State.Pending(var deadline) ->
                    p(
                            strong("Waiting for proof.").withClass("waits"),
                            text(
                                    " It is looked for until "
                                            + TIME.format(deadline)
                                            + "; after that it has to be asked for again."));
            case State.Issued issued ->
                    p(
                            strong("Issued.").withClass("done"),
                            text(
                                    " Valid until "
                                            + TIME.format(issued.notAfter())
                                            + ". Leave the records in place: they are needed again for each renewal."));
            case State.Failed(_, var message) ->
                    p(strong("Failed.").withClass("failed"), text(" " + message));
            case State.TimedOut(var at) ->
                    p(
                            strong("Given up.").withClass("failed"),
                            text(
                                    " The records were not found until "
                                            + TIME.format(at)
                                            + ". The certificate has to be asked for again; the records stay the same."));
            case State.Revoked(_, var at, _) ->
                    p(strong("Revoked").withClass("failed"), text(" on " + TIME.format(at) + "."));
        };
    }

    private static SectionTag name(Proof proof, Optional<Diagnosis> diagnosis, boolean waits) {
        boolean proven = proof.status() == Proof.Status.SUCCESS;
        boolean clear = diagnosis.map(d -> d.finding().cause() == Cause.NONE).orElse(proven);
        return section(
                h2(proof.name().ascii()),
                p(
                        strong(proven ? "Proven" : "Not proven yet")
                                .withClass(proven ? "done" : "waits"),
                        iff(
                                proof.automatic() == Proof.Automatic.SUCCEEDED,
                                text(
                                        ". The record is in a zone hosted here; nothing is to be set."))),
                record(proof),
                iff(diagnosis.filter(_ -> !clear), StatusHtml::turn),
                iff(diagnosis, StatusHtml::seen),
                when(proof, waits));
    }

    private static DomContent record(Proof proof) {
        if (proof.file().isPresent()) {
            HttpRecord file = proof.file().get();
            return div(
                    p(
                            "Point the name at this service, which then answers by itself; or set this redirect:"),
                    dl(
                                    dt("From"),
                                    dd(code(file.redirectFrom().toString())),
                                    dt("To"),
                                    dd(code(file.redirectTo().toString())))
                            .withClass("record"));
        }
        return div(
                p("The record to set, and to leave in place:"),
                dl(
                                dt("Name"),
                                dd(code(proof.record().name())),
                                dt("Type"),
                                dd(code("CNAME")),
                                dt("Value"),
                                dd(code(proof.record().value())))
                        .withClass("record"));
    }

    private static DomContent turn(Diagnosis diagnosis) {
        return div(
                        p(strong("Whose turn it is: "), text(who(diagnosis.actor()))),
                        p(words(diagnosis)),
                        iff(
                                !remedy(diagnosis).isEmpty(),
                                p(strong("What to do: "), text(remedy(diagnosis)))))
                .withClass("turn");
    }

    private static String who(Actor actor) {
        return switch (actor) {
            case NAME_OWNER -> "yours, or of whoever manages the DNS of this name.";
            case DNS_OPERATOR -> "your DNS provider's.";
            case SERVER_OPERATOR, ISSUER ->
                    "not yours. The service that gave you this link has to act.";
            case NOBODY -> "nobody's. It takes a little time.";
        };
    }

    /// What is wrong on our side is told to whom it concerns, not to the owner of a name.
    private static boolean concernsReader(Diagnosis diagnosis) {
        return switch (diagnosis.actor()) {
            case NAME_OWNER, DNS_OPERATOR, NOBODY -> true;
            case SERVER_OPERATOR, ISSUER -> false;
        };
    }

    private static String words(Diagnosis diagnosis) {
        return concernsReader(diagnosis)
                ? sentence(diagnosis.finding().words())
                : "Your records are not the reason.";
    }

    private static String remedy(Diagnosis diagnosis) {
        return concernsReader(diagnosis) ? sentence(diagnosis.finding().remedy()) : "";
    }

    private static DomContent seen(Diagnosis diagnosis) {
        Trace trace = diagnosis.finding().trace();
        if (trace.asked().isEmpty()) {
            return text("");
        }
        return div(
                p("What was answered:"),
                table(
                        thead(tr(th("server"), th("asked for"), th("answer"))),
                        tbody(each(trace.asked(), StatusHtml::answer))),
                iff(
                        trace.dnssec() != Dnssec.UNCHECKED,
                        p("DNSSEC: " + trace.dnssec().name().toLowerCase(Locale.ROOT))
                                .withClass("small")));
    }

    private static DomContent answer(Trace.Asked asked) {
        List<String> records = asked.records();
        return tr(
                td(asked.server()),
                td(code(asked.question())),
                td(
                        text(records.isEmpty() ? asked.outcome() + ", no such record" : ""),
                        iff(!records.isEmpty(), ul(each(records, record -> li(code(record)))))));
    }

    private static DomContent when(Proof proof, boolean waits) {
        String last =
                proof.lastLook()
                        .map(look -> "Last looked at " + TIME.format(look.at()) + ". ")
                        .orElse("Not looked at yet. ");
        Optional<Instant> next = proof.nextLook().filter(_ -> waits);
        return p(last + next.map(at -> "Looked at again " + TIME.format(at) + ".").orElse(""))
                .withClass("small");
    }

    private static String sentence(String words) {
        if (words.isEmpty()) {
            return words;
        }
        String capital = words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
        return capital.endsWith(".") ? capital : capital + ".";
    }
}
