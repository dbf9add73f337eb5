package dev.nameplate.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/// Header fields: names without regard to case, several values a name, both in the order received.
/// Immutable; [#with] answers a changed copy.
public final class Headers {

    private static final Headers NONE = new Headers(Map.of(), Map.of());

    private final Map<String, List<String>> byLowerName;
    private final Map<String, String> spelling;

    private Headers(Map<String, List<String>> byLowerName, Map<String, String> spelling) {
        this.byLowerName = byLowerName;
        this.spelling = spelling;
    }

    public static Headers none() {
        return NONE;
    }

    /// From name, value, name, value …
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a header name without a value");
        }
        Builder headers = new Builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return headers.build();
    }

    public static Headers of(Map<String, List<String>> values) {
        Builder headers = new Builder();
        values.forEach((name, all) -> all.forEach(value -> headers.add(name, value)));
        return headers.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    public List<String> all(String name) {
        return byLowerName.getOrDefault(lower(name), List.of());
    }

    public boolean has(String name) {
        return byLowerName.containsKey(lower(name));
    }

    /// Replaces every value of `name`.
    public Headers with(String name, String value) {
        Builder copy = toBuilder();
        copy.byLowerName.remove(lower(name));
        return copy.add(name, value).build();
    }

    /// Each single field, with the name as first spelt.
    public void forEach(BiConsumer<String, String> action) {
        byLowerName.forEach((lower, values) ->
                values.forEach(value -> action.accept(spelling.getOrDefault(lower, lower), value)));
    }

    /// Values by lower-case name.
    public Map<String, List<String>> asMap() {
        return byLowerName;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers headers && headers.byLowerName.equals(byLowerName);
    }

    @Override
    public int hashCode() {
        return byLowerName.hashCode();
    }

    /// Names only: values may be credentials.
    @Override
    public String toString() {
        return "Headers" + byLowerName.keySet();
    }

    private Builder toBuilder() {
        Builder copy = new Builder();
        forEach(copy::add);
        return copy;
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    public static final class Builder {

        private final Map<String, List<String>> byLowerName = new LinkedHashMap<>();
        private final Map<String, String> spelling = new LinkedHashMap<>();

        private Builder() {}

        public Builder add(String name, String value) {
            byLowerName.computeIfAbsent(lower(name), _ -> new ArrayList<>(1)).add(value);
            spelling.putIfAbsent(lower(name), name);
            return this;
        }

        public Headers build() {
            Map<String, List<String>> copy = new LinkedHashMap<>();
            byLowerName.forEach((name, values) -> copy.put(name, List.copyOf(values)));
            return new Headers(Collections.unmodifiableMap(copy), Map.copyOf(spelling));
        }
    }
}
