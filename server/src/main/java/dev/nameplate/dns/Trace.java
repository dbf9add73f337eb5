package dev.nameplate.dns;

import java.util.List;

/// The way a look took, bounded in size.
///
/// @param path from the start of the walk to the zone that holds the wanted record
/// @param asked each server's answer there, and to what was asked afterwards to find the cause
public record Trace(List<Cut> path, List<Asked> asked, Dnssec dnssec) {
    public static final Trace NONE = new Trace(List.of(), List.of(), Dnssec.UNCHECKED);

    /// Cuts and answers kept of one look.
    static final int MOST = 24;

    private static final int LONGEST = 300;

    public Trace {
        path = bounded(path);
        asked = bounded(asked);
    }

    /// A zone, and the servers it is delegated to.
    public record Cut(String zone, List<String> servers) {
        public Cut {
            servers = bounded(servers);
        }
    }

    /// @param question such as `CNAME _a1.www.shop.example.`
    /// @param outcome a response code in words, `TIMEOUT`, or that and why the answer is of no use
    /// @param records what answers the question
    public record Asked(
            String server, String question, String outcome, List<String> records, long millis) {
        public Asked {
            outcome = cut(outcome, LONGEST);
            records = bounded(records).stream().map(text -> cut(text, LONGEST)).toList();
        }
    }

    static <T> List<T> bounded(List<T> list) {
        return List.copyOf(list.size() <= MOST ? list : list.subList(0, MOST));
    }

    static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "…";
    }
}
