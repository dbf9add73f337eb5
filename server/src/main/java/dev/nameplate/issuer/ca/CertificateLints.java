package dev.nameplate.issuer.ca;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// The rules that nothing is signed without, as data.
public final class CertificateLints {
    private CertificateLints() {}

    /// @param of whose certificates it is about: `leaf`, `intermediate`, `root`, `responder` (OCSP), or `all`
    /// @param says what must hold
    public record Entry(String of, String id, String says) {}

    public static List<Entry> all() {
        return Stream.of(
                        entries("all", LintRules.OF_EVERY_CERTIFICATE),
                        entries("leaf", LintRules.OF_LEAVES),
                        entries("intermediate", CaLintRules.OF_INTERMEDIATES),
                        entries("root", CaLintRules.OF_ROOTS),
                        entries("responder", ResponderProfile.OF_RESPONDERS))
                .flatMap(Function.identity())
                .toList();
    }

    private static Stream<Entry> entries(String of, List<Lint.Rule> rules) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        rules.forEach(rule -> entries.put(rule.id(), new Entry(of, rule.id(), rule.says())));
        return entries.values().stream();
    }
}
