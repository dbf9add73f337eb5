package dev.nameplate.wire.model;

import org.jspecify.annotations.Nullable;

import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Checks a decoded request against its shape: required, enum, pattern, length, range. The findings
/// are put in the sentence AWS services use.
public final class Constraints {

    /// Longer values are cut in messages; an answer should not echo megabytes.
    private static final int SHOWN = 200;

    private final List<String> violations = new ArrayList<>(0);

    private Constraints() {}

    /// What is wrong with `request`, all of it, or empty.
    public static Optional<String> violations(Shape shape, SdkPojo request) {
        Constraints constraints = new Constraints();
        constraints.structure(shape, request, "");
        List<String> found = constraints.violations;
        return switch (found.size()) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of("1 validation error detected: " + found.getFirst());
            default ->
                    Optional.of(
                            found.size()
                                    + " validation errors detected: "
                                    + String.join("; ", found));
        };
    }

    private void structure(Shape shape, SdkPojo pojo, String path) {
        if (!shape.constrained()) {
            return;
        }
        for (SdkField<?> field : pojo.sdkFields()) {
            String name = field.memberName();
            String at = path.isEmpty() ? lowerFirst(name) : path + "." + lowerFirst(name);
            Object value = field.getValueOrDefault(pojo);
            Shape target = shape.members().get(name);
            if (isAbsent(value)) {
                if (shape.requires(name)) {
                    absent(at);
                }
            } else if (target != null) {
                value(target, value, at);
            }
        }
    }

    private void value(Shape shape, @Nullable Object value, String at) {
        switch (value) {
            case null -> absent(at);
            case SdkPojo pojo -> structure(shape, pojo, at);
            case List<?> list -> {
                size(shape, list.size(), value, at, "length");
                shape.element().ifPresent(element -> elements(element, list, at));
            }
            case Map<?, ?> map -> {
                size(shape, map.size(), value, at, "length");
                shape.element()
                        .ifPresent(element ->
                                map.forEach((key, item) -> value(element, item, at + "." + key)));
                map.keySet().stream()
                        .flatMap(key -> StorableText.flaw(key.toString()).stream())
                        .findFirst()
                        .ifPresent(flaw -> unstorable(at + ".key", flaw));
            }
            case String text -> text(shape, text, at);
            case SdkBytes bytes ->
                    size(shape, bytes.asByteArrayUnsafe().length, "***", at, "length");
            case Integer number -> size(shape, number, value, at, "value");
            case Long number -> size(shape, number, value, at, "value");
            case Number number -> range(shape, number.doubleValue(), value, at);
            default -> {
                // Booleans and timestamps carry no constraints.
            }
        }
    }

    private void elements(Shape element, List<?> list, String at) {
        for (int i = 0; i < list.size(); i++) {
            value(element, list.get(i), at + "." + (i + 1) + ".member");
        }
    }

    private void text(Shape shape, String text, String at) {
        StorableText.flaw(text).ifPresent(flaw -> unstorable(at, flaw));
        if (!shape.allowed().isEmpty() && !shape.allowed().contains(text)) {
            report(shape, text, at, "Member must satisfy enum value set: " + shape.allowed());
        }
        int length = text.codePointCount(0, text.length());
        size(shape, length, text, at, "length");
        // Some patterns recurse per repetition: a text far too long would exhaust the stack.
        boolean tooLong = shape.max().isPresent() && length > shape.max().getAsLong();
        shape.pattern()
                .filter(pattern -> !tooLong && !pattern.matcher(text).matches())
                .ifPresent(pattern ->
                        report(
                                shape,
                                text,
                                at,
                                "Member must satisfy regular expression pattern: " + pattern));
    }

    private void size(Shape shape, long size, Object value, String at, String what) {
        if (shape.min().isPresent() && size < shape.min().getAsLong()) {
            report(shape, value, at, atLeast(shape, what));
        }
        if (shape.max().isPresent() && size > shape.max().getAsLong()) {
            report(shape, value, at, atMost(shape, what));
        }
    }

    private void range(Shape shape, double number, Object value, String at) {
        if (shape.min().isPresent() && number < shape.min().getAsLong()) {
            report(shape, value, at, atLeast(shape, "value"));
        }
        if (shape.max().isPresent() && number > shape.max().getAsLong()) {
            report(shape, value, at, atMost(shape, "value"));
        }
    }

    private static String atLeast(Shape shape, String what) {
        return "Member must have " + what + " greater than or equal to " + shape.min().getAsLong();
    }

    private static String atMost(Shape shape, String what) {
        return "Member must have " + what + " less than or equal to " + shape.max().getAsLong();
    }

    /// The value is not shown: it would not arrive.
    private void unstorable(String at, String flaw) {
        violations.add(
                "Value at '" + at + "' failed to satisfy constraint: Member must not hold " + flaw);
    }

    private void absent(String at) {
        violations.add(
                "Value null at '" + at + "' failed to satisfy constraint: Member must not be null");
    }

    private void report(Shape shape, Object value, String at, String constraint) {
        boolean secret = shape.sensitive() || shape.element().map(Shape::sensitive).orElse(false);
        String text = secret ? "***" : value.toString();
        String shown = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        violations.add(
                "Value '"
                        + shown
                        + "' at '"
                        + at
                        + "' failed to satisfy constraint: "
                        + constraint);
    }

    private static boolean isAbsent(@Nullable Object value) {
        return value == null
                || value instanceof SdkAutoConstructList<?>
                || value instanceof SdkAutoConstructMap<?, ?>;
    }

    private static String lowerFirst(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }
}
