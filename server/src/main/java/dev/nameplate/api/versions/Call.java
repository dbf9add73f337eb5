package dev.nameplate.api.versions;

import dev.nameplate.distribution.Provenance;
import dev.nameplate.distribution.SnapshotName;
import dev.nameplate.names.AccountId;
import dev.nameplate.wire.HttpRequest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A request and its parameters, which are all in the query. The documentation spells one parameter in several ways
/// (`distributionId`, `distribution_id`; `snapShotName`, `snapshot_name`): neither case nor underscores count. Its samples have blanks
/// around values and quotation marks around notes: neither is part of a value.
///
/// @param parameters by [#plain] name
/// @param segment what the path has in place of `{id}`; empty where it has nothing
record Call(
        HttpRequest request, AccountId account, Map<String, String> parameters, String segment) {
    private static final int MOST_TARGETS = 200;

    /// @throws BadCall if a parameter is given twice and differently
    static Call of(HttpRequest request, AccountId account, String segment) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : request.rawQuery().split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals)).strip();
            String value = equals < 0 ? "" : unquoted(decoded(pair.substring(equals + 1)).strip());
            String before = parameters.putIfAbsent(plain(name), value);
            if (before != null && !before.equals(value)) {
                throw new BadCall(name, "it is given twice, with different values");
            }
        }
        return new Call(request, account, Map.copyOf(parameters), segment);
    }

    /// @throws BadCall naming each of `names` that is missing or empty
    Call require(String... names) {
        List<BadCall.Problem> missing =
                Stream.of(names)
                        .filter(name -> text(name).isEmpty())
                        .map(name ->
                                new BadCall.Problem(
                                        name, "give it in the query; it must not be empty"))
                        .toList();
        if (!missing.isEmpty()) {
            throw new BadCall(missing);
        }
        return this;
    }

    /// @return empty also if it is not there
    String text(String name) {
        return parameters.getOrDefault(plain(name), "");
    }

    SnapshotName snapshotName(String name) {
        try {
            return new SnapshotName(text(name));
        } catch (IllegalArgumentException e) {
            throw new BadCall(name, String.valueOf(e.getMessage()));
        }
    }

    /// @param otherwise another documented name of the same
    String note(String name, String otherwise) {
        String note = parameters.containsKey(plain(name)) ? text(name) : text(otherwise);
        try {
            Provenance.checkNote(note);
        } catch (IllegalArgumentException e) {
            throw new BadCall(name, String.valueOf(e.getMessage()));
        }
        return note;
    }

    boolean flag(String name) {
        return switch (text(name).toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false", "" -> false;
            default -> throw new BadCall(name, "it must be true or false");
        };
    }

    /// Separated by commas, each once, in their order.
    List<String> targets(String name) {
        Set<String> targets = new LinkedHashSet<>();
        List<BadCall.Problem> problems = new ArrayList<>();
        String[] given = text(name).split(",", -1);
        for (int i = 0; i < given.length; i++) {
            String target = given[i].strip();
            if (target.isEmpty()) {
                problems.add(
                        new BadCall.Problem(
                                name + "[" + i + "]", "a distribution's id must not be empty"));
            }
            targets.add(target);
        }
        if (targets.size() > MOST_TARGETS) {
            problems.add(
                    new BadCall.Problem(
                            name,
                            "at most " + MOST_TARGETS + " distributions are changed in one call"));
        }
        if (!problems.isEmpty()) {
            throw new BadCall(problems);
        }
        return List.copyOf(targets);
    }

    Optional<String> header(String name) {
        return request.headers().first(name);
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("_", "");
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1).strip()
                : value;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return text; // A stray percent sign stands for itself.
        }
    }
}
