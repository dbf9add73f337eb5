package dev.nameplate.api.rest;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// One call of the API: a method, a path such as `/v1/certificates/{id}`, and what answers it.
public record Route(String method, String path, Handler handler) {

    /// Answers one call; throws [Problem] for what the caller did wrong.
    @FunctionalInterface
    public interface Handler {
        Answer answer(Call call);
    }

    public static Route get(String path, Handler handler) {
        return new Route("GET", path, handler);
    }

    public static Route post(String path, Handler handler) {
        return new Route("POST", path, handler);
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
