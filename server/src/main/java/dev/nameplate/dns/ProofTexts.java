package dev.nameplate.dns;

import java.util.List;

/// The TXT records that a certificate authority is shown at the targets of validation records, `_….proof.<suffix>`.
@FunctionalInterface
public interface ProofTexts {
    ProofTexts NONE = _ -> List.of();

    /// Asked anew for each question, so what is committed shows in the very next answer of every node.
    ///
    /// @param target lower case, without final dot
    List<String> at(String target);
}
