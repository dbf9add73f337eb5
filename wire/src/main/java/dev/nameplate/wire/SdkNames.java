package dev.nameplate.wire;

import java.util.Locale;

/// How the SDK for Java spells a service description's names.
final class SdkNames {

    /// `associateDistributionWebACL`
    static String method(String operation) {
        return operation.substring(0, 1).toLowerCase(Locale.ROOT) + operation.substring(1);
    }

    /// `AssociateDistributionWebAcl`: words are found by case, and acronyms are words.
    static String pascal(String name) {
        String words =
                name.replaceAll("(?<=[a-z])(?=[A-Z][a-zA-Z0-9])", " ")
                        .replaceAll("([A-Z]+)([A-Z][a-z])", "$1 $2")
                        .replaceAll("([0-9])([a-zA-Z])", "$1 $2");
        StringBuilder pascal = new StringBuilder(name.length());
        for (String word : words.split(" +")) {
            pascal.append(word.substring(0, 1).toUpperCase(Locale.ROOT))
                    .append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return pascal.toString();
    }

    private SdkNames() {}
}
