package dev.nameplate.dns;

import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

import java.util.List;

/// What came of asking a question of the servers that are authoritative for its name.
sealed interface AuthoritativeAnswer {

    /// At least one server answered with authority.
    ///
    /// @param silent those of the zone's servers that did not, with the reason
    record Answered(Name zone, List<Reply> replies, List<String> silent)
            implements AuthoritativeAnswer {
        List<String> servers() {
            return replies.stream().map(reply -> reply.server().toString()).toList();
        }
    }

    /// The resolvers know of no delegation for the name or any name above it.
    record NotDelegated(List<String> servers) implements AuthoritativeAnswer {}

    /// Nobody who should know gave an answer.
    record Failed(Cause cause, List<String> servers, String message)
            implements AuthoritativeAnswer {}

    /// Where answers come from.
    @FunctionalInterface
    interface Source {
        AuthoritativeAnswer ask(Name name, int type, Looking looking);
    }

    record Reply(NameServer server, Message message) {
        List<Record> answers(Name owner, int type) {
            return message.getSection(Section.ANSWER).stream()
                    .filter(record -> record.getType() == type && record.getName().equals(owner))
                    .toList();
        }

        /// The zone that says the name or type is absent; its SOA comes with the answer.
        Name zoneOr(Name known) {
            return message.getSection(Section.AUTHORITY).stream()
                    .filter(record -> record.getType() == Type.SOA)
                    .map(Record::getName)
                    .findFirst()
                    .orElse(known);
        }
    }
}
