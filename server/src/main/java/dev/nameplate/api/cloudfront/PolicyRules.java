package dev.nameplate.api.cloudfront;

import static dev.nameplate.api.cloudfront.Refusals.require;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.services.cloudfront.model.CloudFrontException;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// What holds for every kind of policy, and the defaults they share.
final class PolicyRules {
    /// Of headers, of cookies and of query strings, each.
    static final int MAX_NAMES = 10;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    private static final int MAX_COMMENT = 128;

    private PolicyRules() {}

    static void check(String name, @Nullable String comment) {
        require(
                NAME.matcher(name).matches(),
                "The parameter Name must have 1 to 128 letters, digits, hyphens or underscores: "
                        + name);
        require(
                comment == null || comment.length() <= MAX_COMMENT,
                "The parameter Comment is too long: it may have " + MAX_COMMENT + " characters.");
    }

    /// Whether names fit the behaviour they come with: those that choose by name need some, the others take none.
    ///
    /// @param parameter such as `Headers`
    static void names(
            String parameter,
            String behavior,
            boolean choosesByName,
            List<String> names,
            Supplier<? extends CloudFrontException> tooMany) {
        require(
                choosesByName || names.isEmpty(),
                "The parameter %s cannot be used with the behavior %s."
                        .formatted(parameter, behavior));
        require(
                !choosesByName || !names.isEmpty(),
                "The parameter %s is required for the behavior %s: name at least one."
                        .formatted(parameter, behavior));
        require(names.size() <= MAX_NAMES, tooMany);
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            require(
                    !name.isEmpty() && name.length() <= 256,
                    "The parameter %s has a name that is empty or longer than 256 characters."
                            .formatted(parameter));
            require(
                    seen.add(parameter.equals("Headers") ? name.toLowerCase(Locale.ROOT) : name),
                    "The parameter %s contains %s twice.".formatted(parameter, name));
        }
    }

    static void headers(List<String> names, Set<String> refused) {
        for (String name : names) {
            String lower = name.toLowerCase(Locale.ROOT);
            require(
                    HttpText.isToken(name),
                    "The parameter Headers contains " + name + ", which is not a header's name.");
            require(
                    !refused.contains(lower),
                    "The parameter Headers contains " + name + " that is not allowed.");
            VisitorFacts.check(lower);
        }
    }

    /// A name of a cookie or query parameter, or `*` inside one, stays as the client wrote it.
    static void plain(String parameter, List<String> names) {
        for (String name : names) {
            require(
                    HttpText.isFieldValue(name) && name.indexOf(' ') < 0,
                    "The parameter %s contains %s, which has characters that a name cannot have."
                            .formatted(parameter, name));
        }
    }
}
