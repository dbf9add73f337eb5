package dev.nameplate.api.saas;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Whether certificates can be asked of the issuers a job names.
@FunctionalInterface
public interface IssuerNames {
    /// @param order first choice first
    /// @return what is wrong with them, naming those there are
    Optional<String> refusal(List<String> order);

    /// Names as one text has them, blanks or commas between them.
    static List<String> split(String text) {
        return Arrays.stream(text.split("[\\s,]+")).filter(each -> !each.isEmpty()).toList();
    }
}
