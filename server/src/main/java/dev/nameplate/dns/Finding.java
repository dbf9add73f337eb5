package dev.nameplate.dns;

import java.util.List;
import java.util.Optional;

/// What a look found out.
///
/// @param words what is so, in a sentence
/// @param remedy what to do about it, in a sentence; empty where nobody has to act
/// @param seen what stands where the wanted value should
/// @param servers who was asked
public record Finding(
        Cause cause,
        String words,
        String remedy,
        Optional<String> seen,
        List<String> servers,
        Trace trace) {
    /// What strangers' servers answer ends up in these.
    private static final int LONGEST = 1000;

    public Finding {
        words = Trace.cut(words, LONGEST);
        remedy = Trace.cut(remedy, LONGEST);
        seen = seen.map(text -> Trace.cut(text, LONGEST));
        servers = Trace.bounded(servers);
    }

    /// Without the way that led there.
    public static Finding of(Cause cause, String words, List<String> servers) {
        return new Finding(cause, words, "", Optional.empty(), servers, Trace.NONE);
    }

    Finding with(Trace way) {
        return new Finding(cause, words, remedy, seen, servers, way);
    }
}
