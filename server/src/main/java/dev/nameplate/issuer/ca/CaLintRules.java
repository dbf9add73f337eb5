package dev.nameplate.issuer.ca;

import dev.nameplate.issuer.ca.Lint.Rule;

import java.util.List;
import java.util.stream.Stream;

/// What an authority's own certificate must and must not be.
final class CaLintRules {
    static final List<Rule> OF_ROOTS = List.of();
    static final List<Rule> OF_INTERMEDIATES = List.of();

    static final List<Rule> ROOT =
            Stream.concat(LintRules.OF_EVERY_CERTIFICATE.stream(), OF_ROOTS.stream()).toList();
    static final List<Rule> INTERMEDIATE =
            Stream.concat(LintRules.OF_EVERY_CERTIFICATE.stream(), OF_INTERMEDIATES.stream())
                    .toList();

    private CaLintRules() {}
}
