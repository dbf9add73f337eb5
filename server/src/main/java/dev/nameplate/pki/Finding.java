package dev.nameplate.pki;

import java.util.Locale;

/// One thing that the examination of an import has to say.
///
/// @param message what the caller of an import is told, in ACM's words where they are known
/// @param detail the exact reason: which certificate, which value
/// @param remedy what to do; empty where nothing needs doing
public record Finding(Rule rule, Severity severity, String message, String detail, String remedy) {
    public enum Severity {
        /// Not imported.
        ERROR,
        /// Imported, but some clients or somebody's security will suffer.
        WARNING,
        /// Worth knowing.
        INFO
    }

    /// What is looked at, in the order in which it can be mended.
    public enum Rule {
        CERTIFICATE_PARSES,
        ONE_CERTIFICATE,
        KEY_PARSES,
        KEY_MATCHES,
        VERSION_3,
        ISSUER_NAMED,
        VALIDITY,
        NAMES,
        NAMES_WANTED,
        KEY_KIND,
        KEY_STRENGTH,
        KEY_SHARED,
        SIGNATURE_ALGORITHM,
        SELF_SIGNED,
        PURPOSE,
        OCSP_ADDRESS,
        MUST_STAPLE,
        DUPLICATE,
        CHAIN_PARSES,
        CHAIN_VERIFIES,
        CHAIN_ISSUER,
        CHAIN_ORDER,
        CHAIN_COMPLETED,
        CHAIN_ROOT;

        /// As it is told: `chain-verifies`.
        public String id() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static Finding error(Rule rule, String message, String detail, String remedy) {
        return new Finding(rule, Severity.ERROR, message, detail, remedy);
    }

    static Finding warning(Rule rule, String message, String detail, String remedy) {
        return new Finding(rule, Severity.WARNING, message, detail, remedy);
    }

    static Finding info(Rule rule, String message, String detail) {
        return new Finding(rule, Severity.INFO, message, detail, "");
    }
}
