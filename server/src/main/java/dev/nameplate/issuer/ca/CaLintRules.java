package dev.nameplate.issuer.ca;

import dev.nameplate.issuer.ca.Lint.Rule;

import java.util.List;

/// What an authority's own certificate must and must not be.
final class CaLintRules {
    static final List<Rule> ROOT = LintRules.OF_EVERY_CERTIFICATE;
    static final List<Rule> INTERMEDIATE = LintRules.OF_EVERY_CERTIFICATE;

    private CaLintRules() {}
}
