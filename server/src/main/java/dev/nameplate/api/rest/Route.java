package dev.nameplate.api.rest;

import dev.nameplate.names.AccountId;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One call of the API: a method, a path such as `/v1/certificates/{id}`, and what answers it.
///
/// @param parameters the names its query may have, each once
/// @param reads whether the handler reads the body by itself, from [Call#stream]
public record Route(
        String method, String path, Handler handler, List<String> parameters, boolean reads) {
    public Route {
        parameters = List.copyOf(parameters);
    }

    public Route(String method, String path, Handler handler, List<String> parameters) {
        this(method, path, handler, parameters, false);
    }

    /// Answers one call; throws [Problem] for what the caller did wrong.
    @FunctionalInterface
    public interface Handler {
        Answer answer(Call call);
    }

    public static Route get(String path, Handler handler, String... parameters) {
        return new Route("GET", path, handler, List.of(parameters));
    }

    public static Route post(String path, Handler handler) {
        return new Route("POST", path, handler, List.of());
    }

    /// Whose body need not fit into memory.
    public static Route upload(String path, Handler handler, String... parameters) {
        return new Route("POST", path, handler, List.of(parameters), true);
    }

    public static Route put(String path, Handler handler, String... parameters) {
        return new Route("PUT", path, handler, List.of(parameters));
    }

    public static Route delete(String path, Handler handler) {
        return new Route("DELETE", path, handler, List.of());
    }

    /// For what is the whole installation's, not one account's.
    ///
    /// @param operator the account that the installation was set up with
    public Route onlyFor(AccountId operator) {
        return new Route(
                method,
                path,
                call -> {
                    if (!call.account().equals(operator)) {
                        throw Problem.notYours(
                                "this is about the whole installation: use an API key of account "
                                        + operator.value());
                    }
                    return handler.answer(call);
                },
                parameters,
                reads);
    }

    /// What is misspelled must not pass for what was left out.
    ///
    /// @throws Problem if the query has another parameter, or one twice
    void checkQuery(String rawQuery) {
        Set<String> seen = new HashSet<>();
        for (String name : Query.names(rawQuery)) {
            if (!parameters.contains(name)) {
                throw Problem.badRequest(
                        "there is no query parameter "
                                + name
                                + " here; "
                                + (parameters.isEmpty()
                                        ? "this call takes none"
                                        : "this call takes " + String.join(", ", parameters)));
            }
            if (!seen.add(name)) {
                throw Problem.badRequest(
                        "the query parameter " + name + " is given more than once; give it once");
            }
        }
    }

    /// The values of the segments in braces, if the decoded segments of a request fit this path.
    Optional<Map<String, String>> match(String[] segments) {
        String[] wanted = path.split("/", -1);
        if (wanted.length != segments.length) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{")) {
                values.put(wanted[i].substring(1, wanted[i].length() - 1), segments[i]);
            } else if (!wanted[i].equals(segments[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }
}
