package dev.nameplate.wire;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Names and values of a query or a form.
final class QueryString {

    /// Of a URL's query, where a plus is a plus.
    static Map<String, List<String>> parse(String raw) {
        return pairs(raw.replace("+", "%2B"));
    }

    /// Of a form, where a plus is a space; the first value of each name counts.
    static Map<String, String> form(String raw) {
        Map<String, String> form = new LinkedHashMap<>();
        pairs(raw).forEach((name, values) -> form.put(name, values.getFirst()));
        return form;
    }

    /// Decodes a path segment.
    static String segment(String raw) {
        return decode(raw.replace("+", "%2B"));
    }

    private static Map<String, List<String>> pairs(String raw) {
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        for (String part : raw.split("&")) {
            if (!part.isEmpty()) {
                int equals = part.indexOf('=');
                String name = equals < 0 ? part : part.substring(0, equals);
                String value = equals < 0 ? "" : part.substring(equals + 1);
                parameters
                        .computeIfAbsent(decode(name), _ -> new ArrayList<>(1))
                        .add(decode(value));
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new Refused(
                    Fault.MALFORMED_BODY, "The request has a malformed percent-encoding.");
        }
    }

    private QueryString() {}
}
